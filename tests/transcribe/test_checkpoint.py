"""CTranslate2's weights read, and named as openai-whisper names them."""

from pathlib import Path

import numpy as np
import pytest

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.engines.checkpoint import (
    Weights,
    alignment_heads,
    read_weights,
    state_of,
    write_checkpoint,
)
from interview_tui.transcribe.weights import models


@pytest.fixture(scope="module")
def folder(cache: Path) -> Path:
    return models.find("tiny.en", "en", cache).folder


@pytest.fixture
def weights(folder: Path) -> Weights:
    return read_weights(folder / "model.bin")


def test_the_dimensions_are_those_of_tiny_en(weights: Weights) -> None:
    dimensions, _ = state_of(weights)
    assert dimensions == {
        "n_mels": 80,
        "n_audio_ctx": 1500,
        "n_audio_state": 384,
        "n_audio_head": 6,
        "n_audio_layer": 4,
        "n_vocab": 51864,
        "n_text_ctx": 448,
        "n_text_state": 384,
        "n_text_head": 6,
        "n_text_layer": 4,
    }


def test_every_parameter_is_there_once(weights: Weights) -> None:
    _, state = state_of(weights)
    assert sum(values.size for values in state.values()) == 37_760_256
    assert not any("key.bias" in name for name in state)


def test_queries_keys_and_values_come_apart_in_that_order(weights: Weights) -> None:
    _, state = state_of(weights)
    fused = weights["encoder/layer_0/self_attention/linear_0/weight"]
    parts = [state[f"encoder.blocks.0.attn.{part}.weight"] for part in ("query", "key", "value")]
    assert np.array_equal(np.concatenate(parts), fused)


def test_keys_with_a_bias_are_refused(weights: Weights) -> None:
    name = "encoder/layer_0/self_attention/linear_0/bias"
    with pytest.raises(ValueError, match="bias on its keys"):
        state_of(weights | {name: np.ones_like(weights[name])})


def test_quantised_weights_are_refused(weights: Weights) -> None:
    name = "encoder/layer_0/ffn/linear_0/weight"
    with pytest.raises(ValueError, match="quantised"):
        state_of(weights | {name: weights[name].astype(np.int8)})


@pytest.mark.parametrize("length", [0, 3, 40, 1_000_000])
def test_a_file_that_ends_too_early_is_refused(folder: Path, tmp_path: Path, length: int) -> None:
    cut = tmp_path / "model.bin"
    with (folder / "model.bin").open("rb") as whole:
        cut.write_bytes(whole.read(length))
    with pytest.raises(TranscriptionError, match="cannot be converted"):
        read_weights(cut)


def test_alignment_heads_are_those_of_the_configuration(folder: Path, tmp_path: Path) -> None:
    assert alignment_heads(folder, 4, 6)
    (tmp_path / "config.json").write_text("{}")
    assert alignment_heads(tmp_path, 4, 6) == b""


@pytest.mark.openai
def test_weights_that_cannot_be_converted_leave_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_bytes(b"\x06\0\0\0nonsense")
    with pytest.raises(TranscriptionError, match="cannot be converted"):
        write_checkpoint(tmp_path, tmp_path / "converted" / "model.pt")
    assert not list(tmp_path.rglob("*.pt*"))
