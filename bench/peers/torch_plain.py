"""The descent in PyTorch as its users write it: modules, autograd, torch.optim.SGD."""
import time

from common import load, losses, need, report, threads

torch = need("torch")
torch.set_num_threads(threads)


def build(weights):
    """The network with these weights."""
    w1, b1, w2, b2 = map(torch.from_numpy, weights)
    model = torch.nn.Sequential(torch.nn.Linear(*w1.shape), torch.nn.Tanh(), torch.nn.Linear(*w2.shape))
    with torch.no_grad():
        for parameter, value in zip(model.parameters(), (w1.T, b1, w2.T, b2)):
            parameter.copy_(value)
    return model


def descend(p):
    """Losses after each update, and the state of the network."""
    model = build(p.weights)
    x, y, xv, yv = map(torch.from_numpy, (p.x, p.y, p.xv, p.yv))
    optimizer = torch.optim.SGD(model.parameters(), lr=p.eta)
    mse = torch.nn.MSELoss()
    training, validation = [], []
    loss = mse(model(x), y)
    for _ in range(p.iterations):
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        loss = mse(model(x), y)
        training.append(loss.item())
        with torch.no_grad():
            validation.append(mse(model(xv), yv).item())
    return training, validation, model.state_dict()


if __name__ == "__main__":
    problem = load()
    torch.optim.SGD(build(problem.weights).parameters())  # the first one loads PyTorch's compiler: a second that is no descent's
    started = time.perf_counter()
    training, validation, _ = descend(problem)
    report(time.perf_counter() - started, losses(training, validation), torch)
