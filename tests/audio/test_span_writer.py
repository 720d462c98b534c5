"""One span on its way to disk: its tracks, and how it is split where sound is missing."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

from interview_tui.audio import disk
from interview_tui.audio.stored import spans
from interview_tui.interview.ports import RecordedSpan
from interview_tui.interview.sound import SpanEnd
from tests.audio.desk import DESK_RATE, LINE, MICROPHONE, Desk, samples_of
from tests.audio.signals import counter, tally

BOTH = (MICROPHONE, LINE)


def _whole(folder: Path, found: list[RecordedSpan], frames: int, track: int = 0) -> bool:
    """Whether the spans hold the first `frames` of the counter signal, each frame once."""
    sound = samples_of(folder, found, track)
    return len(sound) == frames and (sound == counter(frames)).all()


@pytest.mark.usefixtures("either_study")
def test_two_devices_give_two_tracks_each_with_its_own_files(tmp_path: Path):
    with Desk([tmp_path], BOTH) as desk:
        desk.give(61)
        span = desk.writer.close(SpanEnd.PAUSE)
    assert span is not None
    assert span.beside is not None
    assert [part.file for part in span.parts] == ["span-001-0001.wav", "span-001-0002.wav"]
    assert [part.file for part in span.beside.parts] == ["span-001-line-0001.wav", "span-001-line-0002.wav"]
    assert (span.source, span.beside.source) == ("a microphone", "a telephone line")
    assert spans.read(tmp_path, running=False) == [span]
    assert _whole(tmp_path, [span], 61 * DESK_RATE, 0)
    assert _whole(tmp_path, [span], 61 * DESK_RATE, 1)
    assert spans.of_the_line(span.beside.parts)
    assert not spans.of_the_line(span.parts)


def test_each_track_has_a_clock_of_its_own(tmp_path: Path):
    with Desk([tmp_path], (MICROPHONE, replace(LINE, latency_ms=30.0))) as desk:
        desk.miss(0.2, [1])
        desk.give(2)
        assert desk.writer.reading.started_ns == pytest.approx(desk.started_ns, abs=10)
        assert desk.writer.clock(1).end_ns() == pytest.approx(desk.started_ns + 2.17e9, abs=10)
        span = desk.writer.close(SpanEnd.PAUSE)
    assert span is not None
    assert span.beside is not None
    assert span.beside.started_ns - span.started_ns == pytest.approx(170_000_000, abs=10)


def test_the_hash_is_that_of_the_samples_alone(tmp_path: Path):
    with Desk([tmp_path], BOTH) as desk:
        desk.give(3, [0])
        desk.give(2)
        span = desk.writer.close(SpanEnd.PAUSE)
    assert span is not None
    assert span.beside is not None
    assert span.sha256 == hashlib.sha256(counter(5 * DESK_RATE).tobytes()).hexdigest()
    assert span.beside.sha256 == hashlib.sha256(counter(2 * DESK_RATE).tobytes()).hexdigest()


def test_the_line_alone_is_known_by_its_files(tmp_path: Path):
    with Desk([tmp_path], (LINE,), lone_line=True) as desk:
        desk.give(2)
        span = desk.writer.close(SpanEnd.BACK)
    assert span is not None
    assert [part.file for part in span.parts] == ["span-001-line-0001.wav"]
    assert (span.beside, span.source) == (None, "a telephone line")
    assert spans.of_the_line(span.parts)
    assert spans.read(tmp_path, running=False) == [span]


def test_a_track_that_never_spoke_is_none(tmp_path: Path):
    with Desk([tmp_path], BOTH) as desk:
        desk.give(2, [1])
        assert desk.writer.level_db[:2] == (-100.0, -100.0)
        assert len(desk.writer.level_db) == 4
        span = desk.writer.close(SpanEnd.LOST)
    assert span is not None
    assert (span.beside, span.source, span.frames) == (None, "a telephone line", 2 * DESK_RATE)
    assert spans.read(tmp_path, running=False) == [span]


def test_a_span_without_a_block_leaves_no_trace(tmp_path: Path):
    with Desk([tmp_path]) as desk:
        assert desk.writer.close(SpanEnd.PAUSE) is None
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("either_study")
def test_a_file_of_that_name_is_never_touched(tmp_path: Path):
    (tmp_path / "span-001-0001.wav").write_bytes(b"precious" * 100)
    with Desk([tmp_path]) as desk:
        desk.give(1)
        span = desk.writer.close(SpanEnd.PAUSE)
    assert span is not None
    assert [part.file for part in span.parts] == ["span-001-0002.wav"]
    assert (tmp_path / "span-001-0001.wav").read_bytes() == b"precious" * 100


@pytest.mark.usefixtures("either_study")
def test_a_span_is_split_where_sound_is_missing(tmp_path: Path):
    with Desk([tmp_path]) as desk:
        desk.give(70)
        desk.miss(12)
        desk.give(1.5)
        assert desk.writer.missing is not None
        assert desk.writer.missing.missing_ms == 12_000
        old, desk.writer = desk.writer.split(2)
        assert desk.writer.missing is None
        assert [part.frames for part in old.parts] == [60 * DESK_RATE, 10 * DESK_RATE]
        desk.give(65)
        new = desk.writer.close(SpanEnd.STOP)
    assert new is not None
    assert (old.reason, old.frames) == (SpanEnd.SKIPPED, 70 * DESK_RATE)
    assert old.sha256 == hashlib.sha256(counter(70 * DESK_RATE).tobytes()).hexdigest()
    assert new.sha256 == hashlib.sha256(counter(int(66.5 * DESK_RATE), 70 * DESK_RATE).tobytes()).hexdigest()
    assert new.started_ns - old.started_ns == pytest.approx(82e9, abs=1e6)
    assert spans.read(tmp_path, running=False) == [old, new]
    assert _whole(tmp_path, [old, new], desk.given[0])
    assert sorted(path.name for path in tmp_path.glob("*.wav")) == [
        "span-001-0001.wav", "span-001-0002.wav", "span-002-0001.wav", "span-002-0002.wav"
    ]  # fmt: skip


@pytest.mark.usefixtures("either_study")
def test_both_tracks_are_split_at_the_same_moment(tmp_path: Path):
    with Desk([tmp_path], BOTH) as desk:
        desk.give(30)
        desk.miss(5)
        desk.give(5, [1])  # the line speaks on while the microphone is held up
        desk.give(2)
        old, desk.writer = desk.writer.split(2)
        desk.give(3)
        new = desk.writer.close(SpanEnd.STOP)
    assert new is not None
    assert old.beside is not None
    assert new.beside is not None
    assert (old.frames, new.frames) == (30 * DESK_RATE, 5 * DESK_RATE)
    assert new.started_ns - old.started_ns == pytest.approx(35e9, abs=1e6)
    assert new.beside.started_ns == pytest.approx(new.started_ns, abs=1e6)
    assert (old.beside.frames, new.beside.frames) == (35 * DESK_RATE, 5 * DESK_RATE)
    for track in (0, 1):
        assert _whole(tmp_path, [old, new], desk.given[track], track)


def test_a_sleep_of_the_machine_splits_both_tracks_where_each_went_on(tmp_path: Path):
    with Desk([tmp_path], BOTH) as desk:
        desk.give(20)
        desk.give(0.2, [1])
        desk.miss(3600, [0, 1])
        desk.give(1, [0])
        desk.give(1)
        assert desk.writer.missing is None or desk.writer.missing.missing_ms == 3_600_000
        desk.give(1)
        old, desk.writer = desk.writer.split(2)
        new = desk.writer.close(SpanEnd.STOP)
    assert new is not None
    assert old.beside is not None
    assert (old.frames, old.beside.frames) == (20 * DESK_RATE, round(20.2 * DESK_RATE))
    for track in (0, 1):
        assert _whole(tmp_path, [old, new], desk.given[track], track)


def test_sound_that_is_missing_twice_splits_twice(tmp_path: Path):
    found = []
    with Desk([tmp_path]) as desk:
        for number in (2, 3):
            desk.give(4)
            desk.miss(2)
            desk.give(1.2)
            old, desk.writer = desk.writer.split(number)
            found.append(old)
        last = desk.writer.close(SpanEnd.STOP)
    assert last is not None
    assert spans.read(tmp_path, running=False) == [*found, last]
    assert _whole(tmp_path, [*found, last], desk.given[0])


@contextmanager
def _states_of(folder: Path, keep: Path) -> Iterator[list[Path]]:
    """A copy of `folder` for every state it is in between two lines of our code."""
    states: list[Path] = []
    seen: set[tuple[tuple[str, int, int], ...]] = set()

    def look(frame: FrameType, _event: str, _what: Any) -> Callable[..., Any] | None:
        if "interview_tui/audio" not in frame.f_code.co_filename.replace("\\", "/"):
            return None
        state = tuple((path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(folder.iterdir()))
        if state not in seen:
            seen.add(state)
            states.append(keep / f"{len(states):04d}")
            shutil.copytree(folder, states[-1])
        return look

    sys.settrace(look)
    try:
        yield states
    finally:
        sys.settrace(None)


@pytest.mark.parametrize("signals", [(MICROPHONE,), BOTH])
@pytest.mark.parametrize("seconds", [3, 59.5])
def test_a_split_that_is_killed_anywhere_keeps_every_sample_once(tmp_path: Path, signals: tuple, seconds: float):
    folder = tmp_path / "P07"
    folder.mkdir()
    with Desk([folder], signals) as desk:
        desk.give(seconds)
        desk.miss(2, range(len(signals)))
        desk.give(1.5)
        with _states_of(folder, tmp_path) as states:
            _, desk.writer = desk.writer.split(2)
    assert len(states) > 6
    splits = set()
    for state in states:
        found = spans.read(state, running=False)
        assert spans.read(state, running=False) == found
        splits.add(len(found))
        for track in range(len(signals)):
            assert _whole(state, found, desk.given[track], track)
        for span in found:
            assert span.sha256
    assert splits == {1, 2}


@pytest.mark.usefixtures("either_study")
def test_a_split_that_cannot_be_written_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(_fd: int) -> None:
        raise OSError(5, "Input/output error")

    with Desk([tmp_path]) as desk:
        desk.give(5)
        desk.miss(2)
        desk.give(1.5)
        files = {path.name for path in tmp_path.iterdir()}
        with monkeypatch.context() as patch:
            patch.setattr(disk, "sync", refuse)
            with pytest.raises(OSError, match="Input/output"):
                desk.writer.split(2)
        assert {path.name for path in tmp_path.iterdir()} == files
        desk.give(1)
        span = desk.writer.close(SpanEnd.FULL)
    assert span is not None
    assert _whole(tmp_path, [span], desk.given[0])


def test_the_levels_go_on_over_a_split(tmp_path: Path):
    with Desk([tmp_path]) as desk:
        desk.give(5)
        desk.miss(2)
        desk.give(1.5)
        level_db = desk.writer.level_db
        _, desk.writer = desk.writer.split(2)
        assert desk.writer.level_db == level_db
        assert desk.writer.frames == round(1.5 * DESK_RATE)
        assert desk.writer.heard_ns > 0
        desk.writer.close(SpanEnd.STOP)


def test_jitter_splits_nothing(tmp_path: Path):
    with Desk([tmp_path]) as desk:
        for late_ms in (0, 300, 100, 400) * 5:
            desk.late_ns = [late_ms * 1_000_000]
            desk.give(0.5)
        assert desk.writer.missing is None
        assert not desk.writer.off_rate
        span = desk.writer.close(SpanEnd.STOP)
    assert span is not None
    assert tally(samples_of(tmp_path, [span])).lost == 0


@pytest.mark.usefixtures("either_study")
@pytest.mark.skipif(sys.platform == "win32", reason="no file can be deleted there that is written to")
@pytest.mark.parametrize("close", [True, False])
def test_a_file_that_is_deleted_while_it_is_written_to_is_written_again(tmp_path: Path, close: bool):
    with Desk([tmp_path], BOTH) as desk:
        desk.give(62.5)
        (tmp_path / "span-001-0002.wav").unlink()
        desk.give(2)
        if close:
            desk.writer.close(SpanEnd.STOP)
    (span,) = spans.read(tmp_path, running=False)
    assert _whole(tmp_path, [span], round(64.5 * DESK_RATE))
    assert span.sha256 == hashlib.sha256(samples_of(tmp_path, [span]).tobytes()).hexdigest()
