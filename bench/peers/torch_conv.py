"""The compact convolutional network in PyTorch as its users write it; `tuned` with fused Adam (and malloc, by the environment).

Pictures and filters are turned by 180 degrees: TensorFlow pads an even picture under a stride of 2 below and to the right, PyTorch's
`padding=1` above and to the left, so that turned both compute the same numbers.
"""
import time

from common import folder, load, losses, need, np, report, settings, threads

torch = need("torch")
torch.set_num_threads(threads)
nn = torch.nn
C, SQUEEZED, SIDE = 16, 32, 96
BLOCKS = [(2, 2), (2, 1), (4, 2), (4, 1), (8, 2), (8, 1)]


def build(outputs):
    def norm(channels):
        return [nn.BatchNorm2d(channels, eps=1e-5, momentum=0.1), nn.ReLU(inplace=True)]

    layers = [nn.Conv2d(1, C, 3, stride=2, padding=1, bias=False), *norm(C)]
    before = C
    for widening, stride in BLOCKS:
        after = C * widening
        layers += [nn.Conv2d(before, before, 3, stride=stride, padding=1, groups=before, bias=False)]
        layers += [nn.Conv2d(before, after, 1, bias=False), *norm(after)]
        before = after
    layers += [nn.Conv2d(before, SQUEEZED, 1), nn.ReLU(inplace=True), nn.Flatten()]
    return nn.Sequential(*layers, nn.Linear(SQUEEZED * (SIDE // 16) ** 2, outputs))


def take_weights(model, path=folder / "compact.f32"):
    """Those of facemark's network, in its order."""
    values = np.fromfile(path, np.float32)
    at = 2 * SIDE * SIDE  # gamma and beta of the standardising layer

    def take(*shape):
        nonlocal at
        size = int(np.prod(shape))
        part = torch.from_numpy(values[at : at + size].reshape(shape).copy())
        at += size
        return part

    with torch.no_grad():
        for layer in model:
            if isinstance(layer, nn.Conv2d):
                out, inner, h, w = layer.weight.shape
                if layer.groups > 1:
                    kernel = take(h, w, out, 1).permute(2, 3, 0, 1)
                else:
                    kernel = take(h, w, inner, out).permute(3, 2, 0, 1)
                layer.weight.copy_(kernel.flip(2, 3))
                if layer.bias is not None:
                    layer.bias.copy_(take(out))
            elif isinstance(layer, nn.BatchNorm2d):
                for value in (layer.weight, layer.bias, layer.running_mean, layer.running_var):
                    value.copy_(take(*value.shape))
            elif isinstance(layer, nn.Linear):
                side = SIDE // 16
                kernel = take(side, side, SQUEEZED, layer.out_features).flip(0, 1).permute(3, 2, 0, 1)
                layer.weight.copy_(kernel.reshape(layer.out_features, -1))
                layer.bias.copy_(take(layer.out_features))
    assert at == values.size, (at, values.size)


def standardized(x):
    mean = x.mean(dim=(1, 2, 3), keepdim=True)
    return (x - mean) / torch.sqrt(x.var(dim=(1, 2, 3), keepdim=True, unbiased=False) + 1e-5)


def pictures(x):
    return torch.from_numpy(x.reshape(-1, 1, SIDE, SIDE)).flip(2, 3).contiguous()


def error(model, x, y):
    model.eval()
    total = 0.0
    with torch.no_grad():
        for start in range(0, len(x), 256):
            total += float(((model(standardized(x[start : start + 256])) - y[start : start + 256]) ** 2).sum())
    model.train()
    return total / y.numel()


if __name__ == "__main__":
    p = load()
    x, xv = pictures(p.x), pictures(p.xv)
    y, yv = torch.from_numpy(p.y), torch.from_numpy(p.yv)
    passes, size = settings["passes"], settings["batchSize"]
    orders = torch.from_numpy(np.fromfile(folder / "orders.i32", np.int32).reshape(-1, len(x)).astype(np.int64))
    model = build(y.shape[1])
    take_weights(model)
    if settings.get("channelsLast"):
        model = model.to(memory_format=torch.channels_last)
        x, xv = (part.contiguous(memory_format=torch.channels_last) for part in (x, xv))
    more = {"fused": True} if settings.get("tuned") else {}
    optimizer = torch.optim.Adam(model.parameters(), lr=settings["learningRate"], eps=1e-8, **more)
    mse = nn.MSELoss()
    training, validation = [], []
    started = time.perf_counter()
    for pass_ in range(passes):
        for start in range(0, len(x), size):
            rows = orders[pass_, start : start + size]
            optimizer.zero_grad()
            loss = mse(model(standardized(x[rows])), y[rows])
            loss.backward()
            optimizer.step()
        training.append(error(model, x, y))
        validation.append(error(model, xv, yv))
    report(time.perf_counter() - started, losses(training, validation), torch)
