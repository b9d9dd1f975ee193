"""A product in NumPy, which is OpenBLAS; a transposed operand is stored as its transpose."""
from common import folder, median_seconds, np, report, settings

m, k, n = settings["sizes"]
a, b = (np.fromfile(folder / name, np.float32) for name in ("a.f32", "b.f32"))
a = a.reshape(k, m).T if settings["transposeA"] else a.reshape(m, k)
b = b.reshape(n, k).T if settings["transposeB"] else b.reshape(k, n)
c = (a @ b).astype(np.float64)
report(median_seconds(lambda: a @ b, settings["budget"]), [*c.sum(1), *c.sum(0)])
