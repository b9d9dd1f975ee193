"""What every peer in Python does: take its settings, load the arrays that bench/data.mjs left, tell what came of it.

All numbers are float32 unless `settings["dtype"]` says otherwise.
"""
import importlib
import json
import os
import pathlib
import platform
import resource
import statistics
import sys
import time
from types import SimpleNamespace

settings = json.loads(sys.argv[1])
folder = pathlib.Path(settings["folder"])
threads = int(os.environ["OMP_NUM_THREADS"])


def absent(why):
    """This peer cannot run here, which is no error."""
    print(json.dumps({"absent": why}), flush=True)
    sys.exit()


def need(name):
    """The module of that name; without it this peer is absent."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        absent(str(error))


np = need("numpy")


def load(x=True):
    """The two parts of the data and the initial weights; without x the pixels stay on the disk."""
    sizes = json.loads((folder / "sizes.json").read_text())
    d, h, k = sizes["inputs"], sizes["hidden"], sizes["outputs"]
    dtype = settings.get("dtype", "float32")

    def floats(name, *shape):
        return np.fromfile(folder / f"{name}.f32", np.float32).reshape(shape).astype(dtype, copy=False)

    pixels = {name: floats(f"{name}.x", -1, d) for name in ("train", "validation")} if x else {}
    return SimpleNamespace(
        x=pixels.get("train"),
        xv=pixels.get("validation"),
        y=floats("train.y", -1, k),
        yv=floats("validation.y", -1, k),
        weights=[floats("w1", d, h), floats("b1", h), floats("w2", h, k), floats("b2", k)],
        eta=sizes["learningRate"],
        iterations=settings.get("iterations"),
        scaling=sizes["scaling"],
        rows=[np.fromfile(folder / f"{name}.i32", np.int32) for name in ("train", "validation")],
    )


def losses(training, validation):
    """A history as the harness compares it."""
    return {"training": [float(loss) for loss in training], "validation": [float(loss) for loss in validation]}


def median_seconds(work, budget):
    """The median time of some work, warmed up, measured for about `budget` seconds."""
    times = []
    for warm in (False, True):
        end = time.perf_counter() + (budget if warm else budget / 4)
        times.clear()
        while not times or time.perf_counter() < end:
            started = time.perf_counter()
            work()
            times.append(time.perf_counter() - started)
    return statistics.median(times)


def report(seconds, result, *modules):
    """The line that the harness reads."""
    versions = {"Python": platform.python_version(), **{module.__name__: module.__version__ for module in (np, *modules)}}
    try:
        from threadpoolctl import threadpool_info

        for pool in threadpool_info():
            versions[pool["internal_api"]] = " ".join(
                str(part) for part in (pool["version"], pool.get("architecture"), f"{pool['num_threads']} threads") if part
            )
    except ImportError:
        pass
    bytes_in_unit = 1 if sys.platform == "darwin" else 1024
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * bytes_in_unit / 2**20
    print(json.dumps({"seconds": seconds, "result": result, "maxRssMiB": memory, "versions": versions}))
