"""The CSV through pandas: the pixels as bytes through np.fromstring, the fastest way found, or as floats, the way of most tutorials."""
import time
import warnings

from common import need, np, report, settings
from fingerprint import found

pandas = need("pandas")
warnings.filterwarnings("ignore", category=DeprecationWarning)


def read(path, dtype=np.uint8):
    """Pixels [n, d] and points [n, 2k]."""
    table = pandas.read_csv(path)
    pixels = np.stack([np.fromstring(image, dtype, sep=" ") for image in table.pop("Image")])
    return pixels, table.to_numpy(np.float32)


if __name__ == "__main__":
    started = time.perf_counter()
    arrays = read(settings["faces"], settings["pixels"])
    report(time.perf_counter() - started, found(*arrays), pandas)
