"""The whole job in PyTorch: read the CSV with pandas, split and scale, descend, save the state. The split and the initial weights are those
of everybody; `settings["form"]` says how it descends."""
import importlib
import os
import pathlib
import tempfile
import time
from types import SimpleNamespace

from common import load, losses, need, np, report, settings
from read_pandas import pandas, read

torch = need("torch")

started = time.perf_counter()
known = load(x=False)
pixels, points = read(settings["faces"])
at, av = known.rows
(x, xv), (y, yv) = (
    ((a[at] / a[at].max()), (a[av] / a[at].max())) for a in (pixels.astype(np.float32), points.astype(np.float32))
)
mx, my = x.mean(dtype=np.float64).astype(np.float32), y.mean(dtype=np.float64).astype(np.float32)
problem = SimpleNamespace(
    x=x - mx, xv=xv - mx, y=y - my, yv=yv - my, weights=known.weights, eta=known.eta, iterations=known.iterations
)
training, validation, state = importlib.import_module(f"torch_{settings['form']}").descend(problem)
with tempfile.TemporaryDirectory() as out:
    path = pathlib.Path(out) / "state.pt"
    torch.save(state, path)
    saved = os.path.getsize(path)
report(time.perf_counter() - started, {**losses(training, validation), "bytesSaved": saved}, torch, pandas)
