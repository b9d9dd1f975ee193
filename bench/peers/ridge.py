"""Ridge regression from gray values to coordinates, in the dual form. With rows and targets centred and K the products of the rows,

    (K + lambda I) A = Y,    y(x) = mean + k(x) A,

by Cholesky's factors. lambda, and the width s of the kernel exp(-|x - x'|^2 / 2 s^2), are those with the smallest RMSE on the validation
people when fitted without them; then all are fitted with them. Coordinates that are labelled on the same rows are fitted together.
"""
import time

from common import folder, need, np, report, settings

linalg = need("scipy.linalg")

LAMBDAS = 10.0 ** np.arange(-4, 2.1, 0.5)  # times the mean of K's diagonal
WIDTHS = (0.25, 0.5, 1, 2) if settings["kernel"] == "rbf" else (None,)  # s^2, times the mean squared distance of two rows


def read(name):
    pixels = np.fromfile(folder / f"{name}.u8", np.uint8).reshape(-1, settings["inputs"]).astype(np.float32) / 255
    return pixels, np.fromfile(folder / f"{name}.f32", np.float32).reshape(-1, settings["outputs"]).astype(np.float64)


def read_rows(name):
    return np.fromfile(folder / f"{name}.i32", np.int32)


def squares(a):
    return np.einsum("ij,ij->i", a, a, dtype=np.float64)


def kernel(a, b, s2):
    """[len(a), len(b)] products of rows, or their likeness by the distance."""
    products = (a @ b.T).astype(np.float64)
    return products if s2 is None else np.exp((2 * products - squares(a)[:, None] - squares(b)) / (2 * s2))


def predictions(x, y, asked, lambdas, width):
    """Fits y [n, 2k], NaN where not labelled, on x [n, d]; yields for each lambda the answers [m, 2k] for the rows asked [m, d]."""
    answers = [np.full((len(asked), y.shape[1]), np.nan) for _ in lambdas]
    labelled = ~np.isnan(y)
    for rows in np.unique(labelled, axis=1).T:
        if not rows.any():
            continue
        columns = np.flatnonzero((labelled == rows[:, None]).all(0))
        targets = y[np.ix_(rows, columns)]
        own, others = x[rows] - x[rows].mean(0), asked - x[rows].mean(0)
        s2 = None if width is None else width * 2 * squares(own).mean()
        k, across = kernel(own, own, s2), kernel(others, own, s2)
        for answer, value in zip(answers, lambdas):
            factor = linalg.cho_factor(k + value * np.trace(k) / len(k) * np.eye(len(k)), overwrite_a=True)
            answer[:, columns] = targets.mean(0) + across @ linalg.cho_solve(factor, targets - targets.mean(0))
    return answers


def with_mirrored(rows):
    """The faces of these rows, and their mirror images where there are some."""
    parts = [(x[rows], y[rows])] + ([(xm[rows], ym[rows])] if settings["mirror"] else [])
    return [np.concatenate(both) for both in zip(*parts)]


x, y = read("faces")
xm, ym = read("mirrored") if settings["mirror"] else (None, None)
asked, _ = read("tested")
train, validation = read_rows("train"), read_rows("validation")

started = time.perf_counter()
errors = {
    (float(value), width): float(np.sqrt(np.nanmean((answer - y[validation]) ** 2)))
    for width in WIDTHS
    for value, answer in zip(LAMBDAS, predictions(*with_mirrored(train), x[validation], LAMBDAS, width))
}
value, width = min(errors, key=errors.get)
[answer] = predictions(*with_mirrored(np.arange(len(x))), asked, [value], width)
seconds = time.perf_counter() - started

answer.astype(np.float32).tofile(folder / "predicted.f32")
inputs, outputs = x.shape[1], y.shape[1]
n = len(x) * (2 if settings["mirror"] else 1)
weights = (inputs + 1) * outputs if width is None else n * (inputs + outputs) + outputs  # W = X'A, or all rows and A
result = {
    "lambda": value,
    "width": width,
    "validationRmsePx": errors[value, width],
    "weights": weights,
    "multiplyAdds": weights - outputs,
}
report(seconds, result)
