"""A file as a live line, and what a source is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import example, given
from hypothesis import strategies as st

from interview_tui import monotonic
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.sources.file_capture import FileCapture
from interview_tui.audio.sources.listening import one_channel
from interview_tui.audio.sources.opening import open_source
from interview_tui.errors import AudioError
from tests.audio.signals import Pcm, counter, until, write_counter

SLOW = 8_000
SECOND_NS = 1_000_000_000


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets the clock of everything; nothing waits for it in vain."""
    now_ns = 0

    def turn(to_ns: int) -> None:
        nonlocal now_ns
        now_ns = to_ns

    monkeypatch.setattr(monotonic, "now_ns", lambda: now_ns)
    return turn


def _late(capture: FileCapture, clock: Callable[[int], None]) -> Pcm:
    """What it delivers of a file whose end is long past by the clock."""
    capture.epoch_ns = 0
    clock(0)
    begun, heard = threading.Event(), []

    def hear(pcm: bytes, _arrival_ns: int) -> None:
        heard.append(pcm)
        begun.set()
        clock(3_600 * SECOND_NS)

    capture.start(hear)
    assert begun.wait(20)
    until(lambda: capture.ended, "the end of the file")
    return np.frombuffer(b"".join(heard), np.int16).reshape(-1, capture.signal.channels)


def test_a_file_is_delivered_sample_for_sample(tmp_path: Path, clock: Callable[[int], None]):
    file = write_counter(tmp_path / "a.wav", 3, SLOW)
    assert np.array_equal(_late(FileCapture(file, None), clock), counter(3 * SLOW))


def test_one_channel_of_a_file_is_its_first(tmp_path: Path, clock: Callable[[int], None]):
    file = write_counter(tmp_path / "a.wav", 3, SLOW)
    capture = open_source(SourceSpec("file", path=file, channels=1), None)
    assert isinstance(capture, FileCapture)
    assert capture.signal.channels == 1
    assert np.array_equal(_late(capture, clock), counter(3 * SLOW)[:, :1])


def test_a_file_cannot_give_more_channels_than_it_has(tmp_path: Path):
    soundfile.write(tmp_path / "mono.wav", np.zeros(100, np.int16), SLOW, subtype="PCM_16")
    with pytest.raises(AudioError, match=r"mono\.wav has 1 channel\(s\), not 2") as caught:
        open_source(SourceSpec("file", path=tmp_path / "mono.wav", channels=2), None)
    assert caught.value.hint


@pytest.mark.parametrize("fast_ppm", [-100_000.0, 0.0, 80.0, 100_000.0])
def test_a_file_goes_on_where_its_own_clock_has_come_to(tmp_path: Path, clock: Callable[[int], None], fast_ppm: float):
    file = write_counter(tmp_path / "a.wav", 8, SLOW)
    capture = open_source(SourceSpec("file", path=file, fast_ppm=fast_ppm), 0)
    clock(3 * SECOND_NS)
    first: list[bytes] = []

    def hear(pcm: bytes, _arrival_ns: int) -> None:
        first.append(pcm)
        clock(3_600 * SECOND_NS)

    capture.start(hear)
    clock(3_600 * SECOND_NS)
    until(lambda: len(first) > 0, "a block")
    capture.close()
    assert capture.signal.rate == SLOW
    index = int(np.frombuffer(first[0], np.int16)[0])
    assert abs(index - 3 * SLOW * (1 + fast_ppm / 1e6)) <= 1


def test_a_file_that_plays_too_fast_ends_early_by_just_that(tmp_path: Path):
    file = write_counter(tmp_path / "a.wav", 2, SLOW)
    arrivals: list[tuple[int, int]] = []
    capture = FileCapture(file, None, fast_ppm=1_000_000)
    capture.start(lambda pcm, arrival_ns: arrivals.append((len(pcm) // 4, arrival_ns)))
    until(lambda: capture.ended, "the end of the file")
    capture.close()
    assert capture.epoch_ns is not None
    frames = np.cumsum([frames for frames, _ in arrivals])
    assert frames[-1] == 2 * SLOW
    lateness_ns = [
        arrival_ns - capture.epoch_ns - end * SECOND_NS // (2 * SLOW)
        for end, (_, arrival_ns) in zip(frames.tolist(), arrivals, strict=True)
    ]
    assert min(lateness_ns) >= 0
    assert min(lateness_ns) < SECOND_NS // 4


def test_nothing_is_delivered_after_a_file_was_closed(tmp_path: Path):
    file = write_counter(tmp_path / "a.wav", 60, SLOW)
    heard: list[bytes] = []
    capture = FileCapture(file, None)
    capture.start(lambda pcm, _arrival_ns: heard.append(pcm))
    until(lambda: len(heard) > 1, "some blocks")
    capture.close()
    known = len(heard)
    capture.close()
    assert len(heard) == known
    assert not capture.ended


def test_two_devices_are_two_sources_with_one_channel_each():
    line = SourceSpec(name="the line", channels=2)
    both = SourceSpec(name="the microphone", beside=line)
    assert both.tracks == (SourceSpec(name="the microphone", channels=1), SourceSpec(name="the line", channels=1))
    assert line.tracks == (line,)
    assert SourceSpec.from_json(both.to_json()) == both


@example([(0, 5), (0, 7)])
@given(st.lists(st.tuples(st.integers(-32768, 32767), st.integers(-32768, 32767)), max_size=200))
def test_one_channel_of_two_is_the_first_that_is_not_digital_zero(frames: list[tuple[int, int]]):
    stereo = np.array(frames, np.int16).reshape(-1, 2)
    side = 0 if stereo[:, 0].any() else 1
    assert one_channel(stereo.tobytes()) == stereo[:, side].tobytes()
