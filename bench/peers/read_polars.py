"""The CSV through polars."""
import time

from common import need, np, report, settings
from fingerprint import found

polars = need("polars")


def read(path):
    """Pixels [n, d] and points [n, 2k]."""
    table = polars.read_csv(path)
    pixels = table["Image"].str.split(" ").explode().cast(polars.UInt8).to_numpy().reshape(len(table), -1)
    return pixels, table.drop("Image").cast(polars.Float32).to_numpy()


if __name__ == "__main__":
    started = time.perf_counter()
    arrays = read(settings["faces"])
    report(time.perf_counter() - started, found(*arrays), polars)
