"""Landmarks in pixels of gray pictures, in PyTorch: scale, run the network, scale back."""
from common import folder, load, median_seconds, need, np, report, settings
from torch_plain import build

torch = need("torch")

p = load(x=False)
model = build(p.weights).eval()
pixels = np.fromfile(folder / "pixels.u8", np.uint8).reshape(-1, p.weights[0].shape[0])[: settings["count"]]
gray, points = p.scaling["pixels"], p.scaling["points"]
mean = torch.tensor(points["mean"])


@torch.inference_mode()
def predict():
    x = torch.from_numpy(pixels).float().div_(gray["max"]).sub_(gray["mean"])
    return model(x).add_(mean).mul_(points["max"]).numpy()


report(median_seconds(predict, settings["budget"]), predict().ravel().tolist(), torch)
