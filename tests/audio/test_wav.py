from __future__ import annotations

from pathlib import Path

import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.audio import wav
from interview_tui.errors import AudioError
from tests.audio.signals import counter

FRAMES = 500
WHOLE = wav.header(8000, 2, FRAMES) + counter(FRAMES).tobytes()


def test_a_segment_is_an_ordinary_wav_file(tmp_path: Path):
    segment = wav.Segment(tmp_path / "a.wav", 8000, 2)
    segment.write(counter(FRAMES).tobytes())
    segment.close(durable=True)
    samples, rate = soundfile.read(tmp_path / "a.wav", dtype="int16")
    assert rate == 8000
    assert (samples == counter(FRAMES)).all()
    assert (tmp_path / "a.wav").read_bytes() == WHOLE


def test_a_growing_segment_is_readable_up_to_its_last_patch(tmp_path: Path):
    segment = wav.Segment(tmp_path / "a.wav", 8000, 2)
    segment.write(counter(300).tobytes())
    segment.patch_header()
    segment.write(counter(200, first=300).tobytes())
    assert soundfile.info(tmp_path / "a.wav").frames == 300
    assert segment.frames == 500
    segment.close(durable=False)


def test_a_segment_never_replaces_a_file(tmp_path: Path):
    (tmp_path / "a.wav").write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        wav.Segment(tmp_path / "a.wav", 8000, 2)
    assert (tmp_path / "a.wav").read_bytes() == b"precious"


@given(length=st.integers(0, len(WHOLE)), stated=st.integers(0, FRAMES))
def test_a_segment_cut_anywhere_is_repaired_to_its_last_whole_frame(
    tmp_path_factory: pytest.TempPathFactory, length: int, stated: int
):
    path = tmp_path_factory.mktemp("cut") / "a.wav"
    path.write_bytes((wav.header(8000, 2, stated) + WHOLE[wav.HEADER_BYTES :])[:length])
    frames = wav.repair(path)
    assert frames == max(0, length - wav.HEADER_BYTES) // 4
    assert path.read_bytes()[wav.HEADER_BYTES :] == WHOLE[wav.HEADER_BYTES : length]
    if frames:
        samples, _ = soundfile.read(path, dtype="int16")
        assert (samples == counter(frames)).all()
    assert wav.repair(path) == frames


@given(at=st.integers(0, wav.HEADER_BYTES - 1), byte=st.integers(0, 255))
def test_a_file_that_is_no_segment_is_refused_and_left_as_it_is(
    tmp_path_factory: pytest.TempPathFactory, at: int, byte: int
):
    damaged = bytearray(WHOLE)
    damaged[at] = byte
    path = tmp_path_factory.mktemp("damaged") / "a.wav"
    path.write_bytes(damaged)
    if at in (*range(4, 8), *range(40, 44)) or byte == WHOLE[at]:
        assert wav.repair(path) == FRAMES
        assert path.read_bytes() == WHOLE
        return
    with pytest.raises(AudioError, match="has lost its header") as caught:
        wav.repair(path)
    assert str(path) in caught.value.message
    assert path.read_bytes() == damaged


def test_repairing_a_whole_file_writes_nothing(tmp_path: Path):
    path = tmp_path / "a.wav"
    path.write_bytes(WHOLE)
    path.chmod(0o400)
    before = path.stat().st_mtime_ns
    assert wav.repair(path) == FRAMES
    assert path.stat().st_mtime_ns == before


@given(length=st.integers(wav.HEADER_BYTES, len(WHOLE)))
def test_a_header_of_zeros_is_made_anew_of_what_the_segment_is_known_to_be(
    tmp_path_factory: pytest.TempPathFactory, length: int
):
    path = tmp_path_factory.mktemp("zeros") / "a.wav"
    path.write_bytes(bytes(wav.HEADER_BYTES) + WHOLE[wav.HEADER_BYTES : length])
    with pytest.raises(AudioError, match="has lost its header"):
        wav.repair(path)
    frames = wav.repair(path, (8000, 2))
    assert frames == (length - wav.HEADER_BYTES) // 4
    assert path.read_bytes() == wav.header(8000, 2, frames) + WHOLE[wav.HEADER_BYTES : length]


def test_a_repair_that_no_other_reader_confirms_is_not_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    path = tmp_path / "a.wav"
    path.write_bytes(WHOLE[:-400])

    def wrong(_rate: int, _channels: int, frames: int) -> bytes:
        return WHOLE[:40] + max(0, frames * 4 - 8).to_bytes(4, "little")

    monkeypatch.setattr(wav, "header", wrong)
    with pytest.raises(AudioError, match="would read as"):
        wav.repair(path)
    assert path.read_bytes() == WHOLE[:-400]


@given(frames=st.integers(0, FRAMES))
def test_a_shortened_segment_holds_its_first_frames(tmp_path_factory: pytest.TempPathFactory, frames: int):
    path = tmp_path_factory.mktemp("short") / "a.wav"
    path.write_bytes(WHOLE)
    wav.shorten(path, frames)
    assert path.read_bytes() == wav.header(8000, 2, frames) + counter(frames).tobytes()


def test_a_segment_is_never_shortened_to_more_than_it_holds(tmp_path: Path):
    path = tmp_path / "a.wav"
    path.write_bytes(WHOLE)
    with pytest.raises(AudioError, match="holds 500 frames, not 501"):
        wav.shorten(path, FRAMES + 1)
    assert path.read_bytes() == WHOLE


@given(length=st.integers(0, len(WHOLE)))
def test_what_a_segment_has_lost_is_made_up_with_silence(tmp_path_factory: pytest.TempPathFactory, length: int):
    path = tmp_path_factory.mktemp("pad") / "a.wav"
    path.write_bytes(WHOLE[:length])
    wav.pad(path, (8000, 2), FRAMES)
    held = max(0, length - wav.HEADER_BYTES) // 4
    assert path.read_bytes() == wav.header(8000, 2, FRAMES) + counter(held).tobytes() + bytes((FRAMES - held) * 4)


def test_a_segment_cut_to_whole_frames_goes_on_after_them(tmp_path: Path):
    segment = wav.Segment(tmp_path / "a.wav", 8000, 2)
    segment.write(counter(300).tobytes() + b"123")
    segment.cut_to(segment.frames)
    segment.write(counter(200, first=300).tobytes())
    segment.close(durable=False)
    assert (tmp_path / "a.wav").read_bytes() == WHOLE
