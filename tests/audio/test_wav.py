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
