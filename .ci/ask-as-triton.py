"""Asks a running service with NVIDIA's client: ask-as-triton.py HOST:PORT PIXELS POINTS, called by tritonclient.sh."""

import sys
from importlib.metadata import version as version_of

import numpy as np
import tritonclient.http as http
from tritonclient.utils import InferenceServerException

url, pixels_path, points_path = sys.argv[1:]
pixels = np.fromfile(pixels_path, np.uint8).reshape(-1, 96, 96)
points = np.fromfile(points_path, np.float32).reshape(-1, 15, 2)


def token():
    """The header, new each time: the client writes into the dictionary that it is given."""
    return {"Authorization": "Bearer open-sesame"}


client = http.InferenceServerClient(url)

assert client.is_server_live() and client.is_server_ready()  # health asks for no token
assert client.get_server_metadata(token())["name"] == "facemark"
assert "binary_tensor_data" in client.get_server_metadata(token())["extensions"]
assert client.is_model_ready("net", headers=token()) and client.is_model_ready("net", "1", headers=token())
metadata = client.get_model_metadata("net", headers=token())
assert metadata["inputs"] == [{"name": "pixels", "datatype": "UINT8", "shape": [-1, 96, 96]}], metadata
assert metadata["outputs"] == [{"name": "points", "datatype": "FP32", "shape": [-1, 15, 2]}], metadata

for bytes_in in (True, False):
    for outputs in (None, [http.InferRequestedOutput("points", binary_data=True)], [http.InferRequestedOutput("points", binary_data=False)]):
        for version in ("", "1"):
            tensor = http.InferInput("pixels", list(pixels.shape), "UINT8")
            tensor.set_data_from_numpy(pixels, binary_data=bytes_in)
            result = client.infer("net", [tensor], version, outputs, request_id="7", headers=token())
            assert result.get_response()["id"] == "7" and result.get_response()["model_name"] == "net"
            found = result.as_numpy("points")
            assert found.shape == points.shape and found.dtype == np.float32
            assert np.abs(found - points).max() < 1e-3, np.abs(found - points).max()

for packed in ("gzip", "deflate"):
    tensor = http.InferInput("pixels", list(pixels.shape), "UINT8")
    tensor.set_data_from_numpy(pixels)
    result = client.infer(
        "net", [tensor], headers=token(), request_compression_algorithm=packed, response_compression_algorithm=packed
    )
    assert np.abs(result.as_numpy("points") - points).max() < 1e-3


def refused(action):
    try:
        action()
    except InferenceServerException as error:
        return error.message()
    raise AssertionError("expected an error")


tensor = http.InferInput("pixels", [1, 8, 8], "UINT8")
tensor.set_data_from_numpy(pixels[:1, :8, :8])
assert refused(lambda: client.infer("net", [tensor], headers=token())).startswith("the input pixels has the shape [1,8,8]")
assert refused(lambda: client.get_model_metadata("other", headers=token())) == 'there is no network "other"; expected one of net.'
assert refused(lambda: client.get_server_metadata()).startswith("this service asks for a token")
print(f"tritonclient {version_of('tritonclient')} and facemark serve understand each other")
