"""facemark's network served from Python: FastAPI on uvicorn, Pillow or OpenCV, ONNX Runtime or PyTorch; the same answers as `facemark serve`.

    python serve_fastapi.py '{"folder": FOLDER, "networks": [NAME, ...], "port": N, "workers": N, "engine": "onnxruntime" | "torch"}'

Tuned as its docs advise: uvloop, httptools, a process for each core, no access log; each has a share of the cores as threads of the engine
(one, with as many processes as cores). What takes time is called where the request comes in: with one thread for a process, FastAPI's pool
of threads only adds a change of threads. Answers are bytes made by orjson, past FastAPI's checks of what it is told to answer. The networks
are exported or compiled once, before the workers start, and these have mimalloc: PyTorch's guide to tuning asks for such an allocator, and
ONNX Runtime is no slower with it. Pillow keeps no blocks (PILLOW_BLOCKS_MAX), with which a photo took half as long again.
"""
import io
import json
import os
import platform
import sys
from importlib.metadata import PackageNotFoundError, files, version

from common import absent, folder, need, np, settings

cv2, fastapi, orjson, pillow, uvicorn = map(need, ("cv2", "fastapi", "orjson", "PIL.Image", "uvicorn"))

threads = max(1, os.cpu_count() // settings["workers"])
cv2.setNumThreads(threads)


def take_mimalloc():
    """mimalloc in place of libc's malloc, for the workers that are started after this; other systems than Linux keep theirs."""
    if sys.platform != "linux":
        return
    try:
        library = next(file for file in files("cmeel-mimalloc") if file.name == "libmimalloc.so")
    except PackageNotFoundError as error:
        absent(str(error))
    os.environ["LD_PRELOAD"] = str(library.locate())


def gray_crop(data, box, width, height):
    """The bytes of a picture → gray [height, width] of the box, and the box: facemark's rules.

    Luma of BT.601, and the mean of what a pixel covers, which is OpenCV's INTER_AREA for boxes of whole pixels; linear where it enlarges.
    Pillow decodes JPEG twice as fast as OpenCV's wheel.
    """
    image = pillow.open(io.BytesIO(data))
    x, y, w, h = box or (0, 0, *image.size)
    size = image.size
    if (x, y, w, h) != (0, 0, *size):
        image = image.crop((x, y, x + w, y + h))
    gray = np.asarray(image if image.mode == "L" else image.convert("L"))
    if gray.shape != (height, width):
        how = cv2.INTER_AREA if w >= width and h >= height else cv2.INTER_LINEAR
        gray = cv2.resize(gray, (width, height), interpolation=how)
    return gray, (x, y, w, h), size


class Answerer:
    """A network with all that its answers need."""

    def __init__(self, name):
        from network import with_onnx_runtime, with_torch

        about = json.loads((folder / name / "network.json").read_text())
        self.name, self.landmarks = name, about["landmarks"]
        self.width, self.height = about["width"], about["height"]
        self.predict = {"onnxruntime": with_onnx_runtime, "torch": with_torch}[settings["engine"]](name, threads)
        self.predict(np.zeros((1, self.width * self.height), np.uint8))

    def __call__(self, data, box):
        gray, (x, y, w, h), size = gray_crop(data, box, self.width, self.height)
        points = self.predict(gray.reshape(1, -1)).reshape(-1, 2)
        in_photo = ((points + 0.5) * (w / self.width, h / self.height) + (x - 0.5, y - 0.5)).tolist()
        landmarks = {name: {"x": px, "y": py} for name, (px, py) in zip(self.landmarks, in_photo)}
        face = {"box": {"x": x, "y": y, "width": w, "height": h}, "landmarks": landmarks}
        return orjson.dumps({"model": self.name, "width": size[0], "height": size[1], "faces": [face]})


def make_app():
    answerers = {name: Answerer(name) for name in settings["networks"]}
    app = fastapi.FastAPI(openapi_url=None)

    @app.post("/v1/predict")
    async def predict(request: fastapi.Request, model: str, box: str | None = None):
        asked = tuple(map(int, box.split(","))) if box else None
        return fastapi.Response(answerers[model](await request.body(), asked), media_type="application/json")

    @app.get("/v2/health/ready")
    async def ready():
        return {"ready": True}

    @app.get("/versions")
    async def versions():
        names = ("fastapi", "uvicorn", "uvloop", "httptools", "orjson", "pillow", "opencv-python-headless", "cmeel-mimalloc", settings["engine"])
        return {"Python": platform.python_version(), **{name: version(name) for name in names}}

    return app


if __name__ == "__main__":
    from network import compile_ahead, export

    need(settings["engine"])
    take_mimalloc()
    for name in settings["networks"]:
        {"onnxruntime": export, "torch": compile_ahead}[settings["engine"]](name)
    uvicorn.run(
        "serve_fastapi:make_app",
        factory=True,
        host="127.0.0.1",
        port=settings["port"],
        workers=settings["workers"],
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
    )
