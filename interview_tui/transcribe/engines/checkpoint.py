"""CTranslate2's `model.bin` → a checkpoint that openai-whisper loads, so that both engines use one set of weights.

`model.bin` (little-endian) is: uint32 version, a string (the model's kind), uint32 revision, uint32 number of
variables, the variables, uint32 number of aliases, the aliases. A variable is its name, uint8 rank, uint32 for each
dimension, uint8 type, uint32 bytes, and the values. An alias is two names. A string is uint16 length, then as many
bytes, the last of them NUL.

Queries, keys and values lie fused in one matrix there and apart here; Whisper's keys have no bias, so those of the
fused one must be zero.
"""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from interview_tui.errors import TranscriptionError

VERSIONS = range(4, 7)
TYPES: dict[int, np.dtype[Any]] = {
    0: np.dtype("<f4"),
    1: np.dtype("i1"),
    2: np.dtype("<i2"),
    3: np.dtype("<i4"),
    4: np.dtype("<f2"),
}
FLOATS = (np.dtype("<f4"), np.dtype("<f2"))
HEAD_WIDTH = 64  # of every size of Whisper

Weights = dict[str, npt.NDArray[Any]]


@dataclass
class _Cursor:
    """A place in the bytes of a `model.bin`."""

    data: npt.NDArray[np.uint8]
    at: int = 0

    def number(self, code: str) -> int:
        """The next integer, of a `struct` code."""
        (value,) = struct.unpack_from("<" + code, self.data.data, self.at)
        self.at += struct.calcsize("<" + code)
        return int(value)

    def take(self, size: int) -> npt.NDArray[np.uint8]:
        """The next `size` bytes."""
        found = self.data[self.at : self.at + size]
        if len(found) != size:
            raise ValueError("it ends too early")
        self.at += size
        return found

    def text(self) -> str:
        """The next string."""
        return self.take(self.number("H")).tobytes()[:-1].decode()


def read_weights(path: Path) -> Weights:
    """The variables of a `model.bin` by name, still on disk until they are used.

    Raises:
        TranscriptionError: it is not one that can be read.
    """
    try:
        return _variables(_Cursor(np.memmap(path, dtype=np.uint8, mode="r")))
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise TranscriptionError(
            f"The weights in {path} cannot be converted for openai-whisper: {error}.",
            "Use --engine faster-whisper for them.",
        ) from error


def state_of(weights: Weights) -> tuple[dict[str, int], Weights]:
    """openai-whisper's dimensions and parameters from CTranslate2's variables.

    Raises:
        ValueError: the variables are not those of a Whisper model in floating point.
    """
    if any(values.dtype not in FLOATS for name, values in weights.items() if name.endswith("/weight")):
        raise ValueError("it is quantised")
    state: Weights = {}
    for layer in ("conv1", "conv2"):
        state |= _linear(weights, f"encoder.{layer}", f"encoder/{layer}")
    state |= _norm(weights, "encoder.ln_post", "encoder/layer_norm")
    state |= _norm(weights, "decoder.ln", "decoder/layer_norm")
    state["encoder.positional_embedding"] = weights["encoder/position_encodings/encodings"]
    state["decoder.positional_embedding"] = weights["decoder/position_encodings/encodings"]
    state["decoder.token_embedding.weight"] = weights["decoder/embeddings/weight"]
    layers = {side: _layers(weights, side) for side in ("encoder", "decoder")}
    for side, count in layers.items():
        for number in range(count):
            state |= _block(weights, f"{side}.blocks.{number}", f"{side}/layer_{number}", cross=side == "decoder")
    return _dimensions(state, layers), state


def alignment_heads(folder: Path, layers: int, heads: int) -> bytes:
    """The attention heads that follow the sound, in the form that `Whisper.set_alignment_heads` takes; b"" if unknown.

    A model loaded from a file would use all heads of the upper half, and its word times would be worse.
    """
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    chosen = np.zeros((layers, heads), dtype=bool)
    for layer, head in config.get("alignment_heads") or []:
        chosen[layer, head] = True
    return base64.b85encode(gzip.compress(chosen.tobytes())) if chosen.any() else b""


def write_checkpoint(folder: Path, target: Path) -> None:
    """Convert the weights in `folder` and write them to `target` for `whisper.load_model`.

    Raises:
        TranscriptionError: the weights cannot be converted, or not written.
    """
    import torch

    try:
        dimensions, state = state_of(read_weights(folder / "model.bin"))
        tensors = {name: torch.from_numpy(np.array(values)) for name, values in state.items()}
        target.parent.mkdir(parents=True, exist_ok=True)
        half_made = target.with_suffix(".part")
        with half_made.open("wb") as file:
            torch.save({"dims": dimensions, "model_state_dict": tensors}, file)
            file.flush()
            os.fsync(file.fileno())
        half_made.replace(target)
    except (KeyError, ValueError) as error:
        raise TranscriptionError(
            f"The weights in {folder} cannot be converted for openai-whisper: {error}.",
            "Use --engine faster-whisper for them.",
        ) from error
    except OSError as error:
        raise TranscriptionError(
            f"The converted weights cannot be written to {target}: {error}.", "Make room on that disk."
        ) from error


def _variables(cursor: _Cursor) -> Weights:
    version = cursor.number("I")
    if version not in VERSIONS:
        raise ValueError(f"it is of version {version}")
    cursor.text()
    cursor.number("I")
    found: Weights = {}
    for _ in range(cursor.number("I")):
        name = cursor.text()
        shape = [cursor.number("I") for _ in range(cursor.number("B"))]
        kind = TYPES[cursor.number("B")]
        found[name] = cursor.take(cursor.number("I")).view(kind).reshape(shape)
    for _ in range(cursor.number("I")):
        alias, name = cursor.text(), cursor.text()
        found[alias] = found[name]
    return found


def _linear(weights: Weights, name: str, source: str) -> Weights:
    return {f"{name}.weight": weights[f"{source}/weight"], f"{name}.bias": weights[f"{source}/bias"]}


def _norm(weights: Weights, name: str, source: str) -> Weights:
    return {f"{name}.weight": weights[f"{source}/gamma"], f"{name}.bias": weights[f"{source}/beta"]}


def _unfused(weights: Weights, names: tuple[str, ...], source: str) -> Weights:
    """The projections that lie one above the other in `source`; a key's bias must be zero and is left out."""
    matrices = np.split(weights[f"{source}/weight"], len(names))
    biases = np.split(weights[f"{source}/bias"], len(names))
    state: Weights = {}
    for name, matrix, bias in zip(names, matrices, biases, strict=True):
        state[f"{name}.weight"] = matrix
        if not name.endswith(".key"):
            state[f"{name}.bias"] = bias
        elif bias.any():
            raise ValueError(f"{source} has a bias on its keys")
    return state


def _block(weights: Weights, name: str, source: str, *, cross: bool) -> Weights:
    """One layer of the encoder, or (`cross`) of the decoder."""
    own = (f"{name}.attn.query", f"{name}.attn.key", f"{name}.attn.value")
    state = _unfused(weights, own, f"{source}/self_attention/linear_0")
    state |= _linear(weights, f"{name}.attn.out", f"{source}/self_attention/linear_1")
    state |= _norm(weights, f"{name}.attn_ln", f"{source}/self_attention/layer_norm")
    if cross:
        state |= _linear(weights, f"{name}.cross_attn.query", f"{source}/attention/linear_0")
        heard = (f"{name}.cross_attn.key", f"{name}.cross_attn.value")
        state |= _unfused(weights, heard, f"{source}/attention/linear_1")
        state |= _linear(weights, f"{name}.cross_attn.out", f"{source}/attention/linear_2")
        state |= _norm(weights, f"{name}.cross_attn_ln", f"{source}/attention/layer_norm")
    state |= _linear(weights, f"{name}.mlp.0", f"{source}/ffn/linear_0")
    state |= _linear(weights, f"{name}.mlp.2", f"{source}/ffn/linear_1")
    return state | _norm(weights, f"{name}.mlp_ln", f"{source}/ffn/layer_norm")


def _layers(weights: Weights, side: str) -> int:
    layer = re.compile(rf"{side}/layer_(\d+)/")
    return len({match[1] for match in map(layer.match, weights) if match})


def _dimensions(state: Weights, layers: dict[str, int]) -> dict[str, int]:
    audio_context, audio_state = state["encoder.positional_embedding"].shape
    text_context, text_state = state["decoder.positional_embedding"].shape
    return {
        "n_mels": state["encoder.conv1.weight"].shape[1],
        "n_audio_ctx": audio_context,
        "n_audio_state": audio_state,
        "n_audio_head": audio_state // HEAD_WIDTH,
        "n_audio_layer": layers["encoder"],
        "n_vocab": state["decoder.token_embedding.weight"].shape[0],
        "n_text_ctx": text_context,
        "n_text_state": text_state,
        "n_text_head": text_state // HEAD_WIDTH,
        "n_text_layer": layers["decoder"],
    }
