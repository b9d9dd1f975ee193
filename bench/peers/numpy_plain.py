"""The descent in NumPy as the equations stand; in float64 it is the reference of all others."""
import time

from common import load, losses, np, report


def descend(p):
    w1, b1, w2, b2 = p.weights
    training, validation = [], []
    h = np.tanh(p.x @ w1 + b1)
    e = h @ w2 + b2 - p.y
    for _ in range(p.iterations):
        d2 = (2 * p.eta / e.size) * e
        d1 = (d2 @ w2.T) * (1 - h * h)
        w2 = w2 - h.T @ d2
        b2 = b2 - d2.sum(0)
        w1 = w1 - p.x.T @ d1
        b1 = b1 - d1.sum(0)
        h = np.tanh(p.x @ w1 + b1)
        e = h @ w2 + b2 - p.y
        training.append((e * e).mean())
        validation.append(((np.tanh(p.xv @ w1 + b1) @ w2 + b2 - p.yv) ** 2).mean())
    return training, validation


if __name__ == "__main__":
    problem = load()
    started = time.perf_counter()
    history = descend(problem)
    report(time.perf_counter() - started, losses(*history))
