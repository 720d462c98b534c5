from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interview_tui.audio import files
from interview_tui.errors import AudioError

RATE = 44_100
SECONDS = 12
Sound = npt.NDArray[np.float32]


def _talk(rate: int = RATE) -> Sound:
    """Two channels that never repeat themselves: sweeping tones in noise."""
    t = np.arange(SECONDS * rate) / rate
    noise = np.random.default_rng(3).normal(0, 0.02, (len(t), 2))
    sweep = np.stack([0.4 * np.sin(2 * np.pi * (300 + 40 * t) * t), 0.3 * np.sin(2 * np.pi * (900 - 20 * t) * t)], 1)
    return (sweep + noise).astype(np.float32)


def _encoded(path: Path, codec: str, options: dict[str, str]) -> None:
    """Encode the talk with PyAV, as other recorders would have."""
    sound = _talk()
    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=RATE, layout="stereo", options=options)
        assert isinstance(stream, av.AudioStream)
        for start in range(0, len(sound), 4096):
            block = np.ascontiguousarray(sound[start : start + 4096].T)
            frame = av.AudioFrame.from_ndarray(block, format="fltp", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, start, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


KINDS: dict[str, Callable[[Path], None]] = {
    "pcm16.wav": lambda path: soundfile.write(path, _talk(), RATE, subtype="PCM_16"),
    "pcm24.wav": lambda path: soundfile.write(path, _talk(), RATE, subtype="PCM_24"),
    "talk.flac": lambda path: soundfile.write(path, _talk(), RATE),
    "constant.mp3": lambda path: _encoded(path, "libmp3lame", {"b": "64k"}),
    "variable.mp3": lambda path: soundfile.write(path, _talk(), RATE, bitrate_mode="VARIABLE", compression_level=0.5),
    # AAC may leave noise to be made up by the decoder, which never does so twice alike.
    "talk.m4a": lambda path: _encoded(path, "aac", {"aac_pns": "0"}),
    "matroska.mka": lambda path: _encoded(path, "aac", {}),
    "talk.ogg": lambda path: soundfile.write(path, _talk(), RATE),
}
LOSSLESS = {"pcm16.wav", "pcm24.wav", "talk.flac"}


@pytest.fixture(scope="module")
def talks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The same talk in a file of every kind."""
    folder = tmp_path_factory.mktemp("talks")
    for name, make in KINDS.items():
        make(folder / name)
    return {name: folder / name for name in KINDS}


@pytest.fixture(scope="module")
def decoded(talks: dict[str, Path]) -> dict[str, Sound]:
    """What decoding each from its beginning gives."""
    return {name: np.concatenate(list(files.stream_frames(path))) for name, path in talks.items()}


@pytest.mark.parametrize("name", KINDS)
def test_the_shape_of_a_file_is_exact(talks: dict[str, Path], decoded: dict[str, Sound], name: str):
    info = files.info(talks[name])
    assert (info.rate, info.channels, info.frames) == (RATE, 2, len(decoded[name]))
    assert abs(info.frames - SECONDS * RATE) <= (0 if name in LOSSLESS else 2048)


@pytest.mark.parametrize("name", KINDS)
def test_the_talk_is_where_it_was(decoded: dict[str, Sound], name: str):
    """An encoder's delay is taken out: the decoded talk lies on the original, to the frame."""
    original, found = _talk()[RATE : 2 * RATE, 0], decoded[name][:, 0]
    likeness = np.correlate(found[RATE - 1500 : 2 * RATE + 1500], original, "valid")
    assert np.argmax(likeness) - 1500 == 0


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(name=st.sampled_from(sorted(KINDS)), first=st.integers(0, SECONDS * RATE), frames=st.integers(0, 3 * RATE))
def test_a_frame_has_the_same_number_however_it_is_reached(
    talks: dict[str, Path], decoded: dict[str, Sound], name: str, first: int, frames: int
):
    assert np.array_equal(files.read_frames(talks[name], first, frames), decoded[name][first : first + frames])


@given(
    sizes=st.lists(st.integers(0, 700), max_size=12),
    block=st.integers(1, 500),
)
def test_blocks_are_even_and_hold_everything(sizes: list[int], block: int):
    sound = np.arange(sum(sizes) * 2, dtype=np.float32).reshape(-1, 2)
    pieces = np.split(sound, np.cumsum(sizes)[:-1]) if sizes else []
    cut = list(files._even(iter(pieces), block))
    assert np.array_equal(np.concatenate(cut) if cut else np.zeros((0, 2)), sound)
    assert all(len(piece) == block for piece in cut[:-1])
    assert all(0 < len(piece) <= block for piece in cut[-1:])


@pytest.mark.parametrize("rate", [8_000, 11_025, 16_000, 22_050, 32_000, 44_100, 48_000, 96_000])
def test_a_tone_stays_a_tone_at_16_khz(tmp_path: Path, rate: int):
    t = np.arange(rate * 3) / rate
    soundfile.write(tmp_path / "tone.wav", 0.5 * np.sin(2 * np.pi * 1000 * t), rate, subtype="FLOAT")
    first, frames = rate // 3, rate + 7
    found = files.read_mono16k(tmp_path / "tone.wav", first, frames)
    assert found.dtype == np.float32
    assert abs(len(found) - frames * 16_000 / rate) <= 1
    wanted = 0.5 * np.sin(2 * np.pi * 1000 * (np.arange(len(found)) / 16_000 + first / rate))
    assert np.abs(found - wanted).max() < 1e-4


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=st.integers(0, SECONDS * RATE), frames=st.integers(1, 2 * RATE), channel=st.sampled_from([None, 0, 1]))
def test_a_resampled_stretch_is_cut_from_the_resampled_whole(
    talks: dict[str, Path], first: int, frames: int, channel: int | None
):
    first -= first % 441  # so that the stretch begins on a sample of the whole
    whole = files.read_mono16k(talks["pcm16.wav"], 0, SECONDS * RATE, channel)
    found = files.read_mono16k(talks["pcm16.wav"], first, frames, channel)
    start = first * 160 // 441
    there = min(frames, SECONDS * RATE - first)
    assert len(found) == round(there * 16_000 / RATE)
    wanted = whole[start : start + len(found)]
    assert np.abs(found[: len(wanted)] - wanted).max(initial=0) < 1e-4


def test_a_channel_is_read_alone_or_all_are_mixed(talks: dict[str, Path]):
    left, right, both = (files.read_mono16k(talks["talk.flac"], 0, RATE, channel) for channel in (0, 1, None))
    assert np.abs(left - right).max() > 0.3
    assert np.abs(both - (left + right) / 2).max() < 1e-5
    with pytest.raises(AudioError, match="no channel 2"):
        files.read_mono16k(talks["talk.flac"], 0, RATE, 2)


@pytest.mark.parametrize("content", [b"", b"Dear Sir or Madam", b"RIFF\x24\x00\x00\x00WAVEfmt ", bytes(50_000)])
@pytest.mark.parametrize("suffix", ["wav", "mp3", "m4a"])
def test_what_is_no_audio_is_an_error_that_names_the_file(tmp_path: Path, content: bytes, suffix: str):
    path = tmp_path / f"letter.{suffix}"
    path.write_bytes(content)
    with pytest.raises(AudioError, match=f"letter.{suffix}"):
        files.info(path)
    with pytest.raises(AudioError, match="no audio file"):
        files.info(tmp_path / "absent.wav")


@pytest.mark.parametrize("name", ["constant.mp3", "talk.ogg", "pcm16.wav", "talk.flac"])
def test_a_file_with_a_broken_end_is_read_up_to_there(talks: dict[str, Path], tmp_path: Path, name: str):
    broken = tmp_path / name
    broken.write_bytes(talks[name].read_bytes()[: talks[name].stat().st_size * 2 // 3])
    first_half = files.read_frames(broken, 0, SECONDS * RATE // 2)
    assert np.array_equal(first_half, files.read_frames(talks[name], 0, SECONDS * RATE // 2))


def test_a_stretch_that_cannot_be_decoded_keeps_what_follows_in_its_place(talks: dict[str, Path], tmp_path: Path):
    whole = bytearray(talks["talk.m4a"].read_bytes())
    middle = len(whole) // 2
    whole[middle : middle + 6000] = b"\xff" * 6000
    damaged = tmp_path / "damaged.m4a"
    damaged.write_bytes(whole)
    wanted, found = (np.concatenate(list(files.stream_frames(path))) for path in (talks["talk.m4a"], damaged))
    assert len(found) == len(wanted)
    assert not np.array_equal(found, wanted)
    late = (SECONDS - 2) * RATE
    assert np.array_equal(found[late:], wanted[late:])


def test_a_call_is_taken_in_byte_for_byte(talks: dict[str, Path], tmp_path: Path):
    taken = files.import_copy(talks["variable.mp3"], tmp_path, "Ann's call: 3/4 (final)")
    assert taken.file == "Ann-s-call-3-4-final.mp3"
    assert (tmp_path / taken.file).read_bytes() == talks["variable.mp3"].read_bytes()
    assert (taken.info, taken.sha256) == (files.info(talks["variable.mp3"]), files.sha256(talks["variable.mp3"]))


def test_taking_in_never_replaces_another_recording(talks: dict[str, Path], tmp_path: Path):
    first = files.import_copy(talks["pcm16.wav"], tmp_path, "call")
    again = files.import_copy(talks["pcm16.wav"], tmp_path, "call")
    other = files.import_copy(talks["pcm24.wav"], tmp_path, "call")
    assert (first.file, again.file, other.file) == ("call.wav", "call.wav", "call-2.wav")
    assert sorted(file.name for file in tmp_path.iterdir()) == ["call-2.wav", "call.wav"]


def test_what_is_no_recording_is_not_taken_in(tmp_path: Path):
    (tmp_path / "silence.wav").write_bytes(b"")
    soundfile.write(tmp_path / "empty.wav", np.zeros((0, 1)), 8000)
    for name in ("silence.wav", "empty.wav"):
        with pytest.raises(AudioError):
            files.import_copy(tmp_path / name, tmp_path / "P07", "call")
    assert not (tmp_path / "P07").exists()
