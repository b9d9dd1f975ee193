"""One of the networks that bench/load/lay-out.mjs laid out, in PyTorch or ONNX Runtime: gray faces in, points in pixels of the face out."""
import json
import shutil

from common import absent, folder, need, np

torch = need("torch")


class Network(torch.nn.Module):
    """Scaling, network and its inverse as one module: uint8 [n, height·width] → float32 [n, 2k]."""

    def __init__(self, name):
        super().__init__()
        self.about = json.loads((folder / name / "network.json").read_text())
        path = folder / name / "weights.f32"
        scaling = self.about["scaling"]
        self.gray, self.points_max = scaling["pixels"], scaling["points"]["max"]
        self.register_buffer("points_mean", torch.tensor(scaling["points"]["mean"]))
        self.is_conv = name == "compact"
        self.layers = conv(path, self.about) if self.is_conv else dense(path, self.about)
        self.eval()

    def forward(self, pixels):
        x = pixels.float() / self.gray["max"] - self.gray["mean"]
        if self.is_conv:
            x = standardized(x.reshape(-1, 1, self.about["height"], self.about["width"]).flip(2, 3))
        return (self.layers(x) + self.points_mean) * self.points_max


def conv(path, about):
    from torch_conv import build, take_weights

    layers = build(2 * len(about["landmarks"]))
    take_weights(layers, path)
    return layers


def standardized(x):
    from torch_conv import standardized

    return standardized(x)


def dense(path, about):
    from torch_plain import build

    sizes = [int(np.prod(shape)) for shape in about["shapes"]]
    values = np.split(np.fromfile(path, np.float32), np.cumsum(sizes)[:-1])
    return build([value.reshape(shape) for value, shape in zip(values, about["shapes"])])


def example(network):
    return torch.zeros(1, network.about["width"] * network.about["height"], dtype=torch.uint8)


def export(name):
    """The network as a file of ONNX, which is made once."""
    network = Network(name)
    file = folder / name / "network.onnx"
    torch.onnx.export(network, (example(network),), file, input_names=["pixels"], output_names=["points"], dynamo=True)


def compile_ahead(name):
    """The network as machine code by PyTorch's inductor (AOTInductor), which is made once and needs a C++ compiler.

    Frozen, the weights of convolutions are folded with the normalisation after them and laid as oneDNN wants them. The dense network is one
    product of a vector, which MKL reads faster as it lies.
    """
    from torch._inductor import aoti_compile_and_package
    from torch._inductor.cpp_builder import get_cpp_compiler
    from torch._inductor.exc import InvalidCxxCompiler

    try:
        get_cpp_compiler()
    except InvalidCxxCompiler as error:
        absent(str(error).splitlines()[0])
    network, own = Network(name), folder / name
    with torch.inference_mode():
        exported = torch.export.export(network, (example(network),))
        file = str(own / "network.pt2")
        aoti_compile_and_package(exported, package_path=file, inductor_configs={"freezing": network.is_conv})
    shutil.rmtree(own / "network", ignore_errors=True)
    shutil.unpack_archive(file, own, "zip")  # a worker that unpacks it itself leaves that behind when it is ended


def with_onnx_runtime(name, threads):
    """A function uint8 [1, height·width] → float32 [1, 2k] through ONNX Runtime."""
    runtime = need("onnxruntime")
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.graph_optimization_level = runtime.GraphOptimizationLevel.ORT_ENABLE_ALL
    options.add_session_config_entry("session.set_denormal_as_zero", "1")
    session = runtime.InferenceSession(str(folder / name / "network.onnx"), options, providers=["CPUExecutionProvider"])
    return lambda pixels: session.run(None, {"pixels": pixels})[0]


def with_torch(name, threads):
    """The same through PyTorch, compiled ahead: what was the fastest of this, for one face, one thread and PyTorch 2.15 on an AMD EPYC.

    Milliseconds of processor time, the least of 25 times 100 faces, with mimalloc and with glibc's malloc:

        compact                                               dense
        0.54  0.59   modules as they are, inference_mode      0.07
        0.40  0.44   normalisation folded, channels_last
        0.30  0.34   the same, traced and frozen              0.06
        0.26  0.43   traced, optimize_for_inference           0.06
        0.35  0.40   torch.compile
        0.28  0.39   the same, frozen, cpp_wrapper            0.10
        0.29         the same, max-autotune
        0.26  0.32   AOTInductor                              0.05
        0.22  0.34   the same, frozen                         0.06
        0.22  0.33   the same, autotuned, 1×1 as products

    Autotuning takes longer to start and gains nothing that can be told from noise. The package's own call packs its arguments by pytree, 0.03 ms
    more than its loader's. Without oneDNN it is 1.2 ms; its Graph (`torch.jit.enable_onednn_fusion`) ends in an IndexError, and XNNPACK
    (`optimize_for_mobile`) is not in PyTorch's build. Standardising a face is 0.03 to 0.04 of it, denormals are flushed in all.
    """
    torch.set_num_threads(threads)
    torch.set_flush_denormal(True)
    run = torch._inductor.aoti_load_package(str(folder / name / "network")).loader.run
    return lambda pixels: run([torch.from_numpy(pixels)])[0].numpy()
