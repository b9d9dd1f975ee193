"""The descent in PyTorch in the dual form; see numpy_dual.py. Autograd cannot be used: the slope for A is not the step of A."""
import time

from common import load, losses, need, report, threads

torch = need("torch")
torch.set_num_threads(threads)


@torch.inference_mode()
def descend(p):
    """Losses after each update, and the state of the network."""
    w1, b1, w2, b2 = map(torch.from_numpy, p.weights)
    x, y, xv, yv = map(torch.from_numpy, (p.x, p.y, p.xv, p.yv))
    n, rows = len(x), torch.cat([x, xv])
    k, z0 = rows @ x.T, rows @ w1
    a = torch.zeros_like(z0[:n])
    training, validation = [], []
    h = torch.tanh(z0 + b1)
    e = torch.addmm(b2, h[:n], w2) - y
    for _ in range(p.iterations):
        d2 = e * (2 * p.eta / e.numel())
        d1 = (d2 @ w2.T) * (1 - h[:n] ** 2)
        w2 = torch.addmm(w2, h[:n].T, d2, alpha=-1)
        b2 = b2 - d2.sum(0)
        a -= d1
        b1 = b1 - d1.sum(0)
        h = torch.addmm(z0, k, a).add_(b1).tanh_()
        out = torch.addmm(b2, h, w2)
        e, ev = out[:n] - y, out[n:] - yv
        training.append(e.square().mean().item())
        validation.append(ev.square().mean().item())
    return training, validation, {"0.weight": (w1 + x.T @ a).T.contiguous(), "0.bias": b1, "2.weight": w2.T.contiguous(), "2.bias": b2}


if __name__ == "__main__":
    problem = load()
    started = time.perf_counter()
    training, validation, _ = descend(problem)
    report(time.perf_counter() - started, losses(training, validation), torch)
