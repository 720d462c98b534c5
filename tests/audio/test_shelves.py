"""A disk that takes no more: the recording goes on in the next folder, and no sample is lost or repeated."""

from __future__ import annotations

import contextlib
import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from interview_tui.audio.processes import child
from interview_tui.audio.stored import span_log, spans
from interview_tui.audio.stored.shelves import Shelves
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.at_rest.encrypted import encrypted_study
from tests.audio.desk import DESK_RATE, LINE, MICROPHONE, Desk, samples_of
from tests.audio.scripted import Device, Studio
from tests.audio.signals import counter, tally

BYTES_PER_S = DESK_RATE * 4
in_either_study = pytest.mark.parametrize("home", ["open", "encrypted"], indirect=True)
unix = pytest.mark.skipif(sys.platform == "win32", reason="needs the limits of Unix")


def _name_fallback(home: Path, base: Path) -> Path:
    """Tell the recorder's folder where its fallback is, as the recorder's configuration does."""
    (home / "recorder-config.json").write_text(json.dumps({"fallback": str(base)}), encoding="utf-8")
    return base / home.name


@pytest.fixture
def home(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The folder of a case, in a study that is open unless the test is about either kind."""
    if getattr(request, "param", "open") == "encrypted":
        encrypted_study(tmp_path / "study")
    folder = tmp_path / "study" / "P07"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def fallback(home: Path, tmp_path: Path) -> Path:
    """The folder that the recording of the case goes on in."""
    base = tmp_path / "elsewhere"
    base.mkdir()
    return _name_fallback(home, base)


@pytest.fixture
def small_disk(home: Path) -> Iterator[Path]:
    """A disk of 1.5 MB that holds the case's folder."""
    if sys.platform != "linux" or os.geteuid() != 0:
        pytest.skip("only root may mount a disk")
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1500k", "tmpfs", home], check=False).returncode:
        pytest.skip("no disk may be mounted here")
    yield home
    subprocess.run(["umount", "-l", home], check=True)


@in_either_study
def test_a_full_disk_loses_and_repeats_nothing(small_disk: Path, tmp_path: Path):
    base = tmp_path / "elsewhere"
    base.mkdir()
    fallback = _name_fallback(small_disk, base)
    with Desk([small_disk, fallback], (MICROPHONE, LINE)) as desk:
        desk.give(100)
        assert fallback.stat().st_mode & 0o777 == 0o700
        span = desk.writer.close(SpanEnd.STOP)
    assert span is not None
    assert span.beside is not None
    assert spans.read(small_disk, running=False) == [span]
    for track, parts in enumerate((span.parts, span.beside.parts)):
        assert (samples_of(small_disk, [span], track) == counter(100 * DESK_RATE)).all()
        assert not Path(parts[0].file).is_absolute()
        assert Path(parts[-1].file).parent == fallback


def test_that_it_goes_on_elsewhere_since_the_disk_is_full_is_told(small_disk: Path, tmp_path: Path):
    studio = Studio(small_disk, Device("headset"), fallback=tmp_path / "elsewhere")
    studio.record()
    studio.advance_until(lambda: bool(studio.status.frames))
    assert studio.status.message == ""
    (small_disk / "holiday.mp4").write_bytes(bytes(os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize))
    studio.advance(30)
    assert studio.status.state is RecorderState.RECORDING
    assert studio.status.message == f"The study's disk is full: recording goes on in {tmp_path / 'elsewhere'}."
    studio.end()


def test_a_full_disk_leaves_the_reserve_to_the_notes(small_disk: Path, tmp_path: Path):
    fallback = tmp_path / "P07"
    with Desk([small_disk, fallback], reserve_bytes=500_000) as desk:
        desk.give(60)
        span = desk.writer.close(SpanEnd.STOP)
    assert span is not None
    assert (samples_of(small_disk, [span]) == counter(60 * DESK_RATE)).all()
    left = os.statvfs(small_disk).f_bavail * os.statvfs(small_disk).f_frsize
    assert 500_000 - 2 * BYTES_PER_S < left < 500_000 + 10 * BYTES_PER_S


@in_either_study
def test_with_no_room_anywhere_all_samples_so_far_are_whole(small_disk: Path):
    with Desk([small_disk]) as desk:
        with pytest.raises(OSError, match="No space left") as caught:
            desk.give(100)
        assert caught.value.errno == errno.ENOSPC
        assert not desk.shelves.has_room(BYTES_PER_S)
        frames = desk.writer.frames
        with contextlib.suppress(OSError):  # not even a line goes into the log: the files tell of the span
            desk.writer.close(SpanEnd.FULL)
    (span,) = spans.read(small_disk, running=False)
    assert span.frames == frames > 35 * DESK_RATE  # sealed, the short blocks of the test take a fifth more
    assert (samples_of(small_disk, [span]) == counter(frames)).all()


def test_recording_goes_on_where_it_began_when_there_is_room_again(small_disk: Path, tmp_path: Path):
    filler = small_disk / "filler"
    filler.write_bytes(bytes(1_400_000))
    with Desk([small_disk, tmp_path / "P07"]) as desk:
        desk.give(59)
        filler.unlink()
        assert desk.shelves.has_room(BYTES_PER_S)
        desk.give(30)
        span = desk.writer.close(SpanEnd.STOP)
    assert span is not None
    assert (samples_of(small_disk, [span]) == counter(89 * DESK_RATE)).all()
    assert [Path(part.file).is_absolute() for part in span.parts] == [True, False]


LIMITED = """
import resource, sys
from pathlib import Path
from interview_tui.audio.stored import spans
from interview_tui.interview.sound import SpanEnd
from tests.audio.desk import Desk
home, fallback = Path(sys.argv[1]), Path(sys.argv[2])

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

with Desk([home, fallback]) as desk:
    desk.give(1)
    for size in (int(sys.argv[3]), resource.RLIM_INFINITY):
        limit(size)
        try:
            desk.give(40)
        except OSError as error:
            print("refused", error.errno, desk.writer.frames)
            desk.given[0] = desk.writer.frames
    print("closed", desk.writer.close(SpanEnd.STOP).frames)
"""


@unix
@pytest.mark.parametrize(
    ("home", "size"),
    [*(("open", size) for size in (40_000, 40_001, 40_002, 40_003, 123_457)), ("encrypted", 40_003)],
    indirect=["home"],
)
def test_a_write_that_stops_in_the_midst_of_a_frame_is_gone_on_with_after_its_last_whole_one(
    home: Path, fallback: Path, size: int
):
    """The limit is on every file of the process: from then on each is left after a second or so for one elsewhere."""
    command = [sys.executable, "-c", LIMITED, str(home), str(fallback), str(size)]
    environment = child.environment() | {"PYTHONPATH": str(Path.cwd())}
    done = subprocess.run(command, env=environment, check=True, timeout=60, capture_output=True, text=True)
    assert "refused" not in done.stdout
    (span,) = spans.read(home, running=False)
    found = tally(samples_of(home, [span]))
    assert (found.frames, found.lost, found.repeated) == (81 * DESK_RATE, 0, 0)
    assert f"closed {81 * DESK_RATE}" in done.stdout


def test_the_log_goes_on_in_the_fallback_folder_too(home: Path, fallback: Path):
    found = []
    for number in (1, 2, 3):
        log = home / span_log.LOG_NAME
        if number == 2:
            log.rename(home / "kept")
            log.mkdir()  # a log that can neither be read nor written
        with Desk([home, fallback], number=number) as desk:
            desk.give(2)
            found.append(desk.writer.close(SpanEnd.STOP))
        if number == 2:
            log.rmdir()
            (home / "kept").rename(log)
    assert b'"span": 2' in (fallback / span_log.LOG_NAME).read_bytes()
    assert b'"span": 2' not in log.read_bytes()
    assert [line["span"] for line in span_log.lines(home)] == sorted([1, 2, 3] * 4)
    assert spans.read(home, running=False) == found
    assert spans.numbers(home) == {1, 2, 3}


def test_sound_goes_on_where_no_log_can_be_written(home: Path):
    (home / span_log.LOG_NAME).mkdir()
    with Desk([home], (MICROPHONE, LINE)) as desk:
        desk.give(61)
        with pytest.raises(IsADirectoryError):
            desk.writer.close(SpanEnd.STOP)
    (home / span_log.LOG_NAME).rmdir()
    (span,) = spans.read(home, running=False)
    for track in (0, 1):
        assert (samples_of(home, [span], track) == counter(61 * DESK_RATE)).all()


def test_what_went_to_the_fallback_is_read_without_it_as_far_as_possible(home: Path, fallback: Path):
    with Desk([home, fallback], reserve_bytes=1 << 60) as desk, pytest.raises(OSError, match="No space left"):
        desk.give(1)
    assert spans.read(home, running=False) == []
    (home / "recorder-config.json").write_text("not JSON", encoding="utf-8")
    assert spans.read(home, running=False) == []
    assert span_log.lines(home) == []


def test_a_folder_that_is_not_there_is_made_with_those_around_it_for_their_owner_only(home: Path, tmp_path: Path):
    away = tmp_path / "data" / "study" / "P07"
    shelves = Shelves([home, away], 0)
    assert shelves.choose(BYTES_PER_S, [home]) == away
    if sys.platform != "win32":
        assert [folder.stat().st_mode & 0o777 for folder in (away, away.parent, away.parent.parent)] == [0o700] * 3


def test_a_disk_that_is_gone_in_the_midst_of_a_span_is_gone_on_without(home: Path, fallback: Path):
    """The folder is taken away, as a drive that is pulled out; what it held is back with it."""
    with Desk([home, fallback]) as desk:
        desk.give(59)
        home.rename(home.with_name("pulled out"))
        desk.give(30)
        span = desk.writer.close(SpanEnd.STOP)
    assert not home.exists()
    home.with_name("pulled out").rename(home)
    assert span is not None
    assert [Path(part.file).is_absolute() for part in span.parts] == [False, True]
    assert (samples_of(home, [span]) == counter(89 * DESK_RATE)).all()
    assert spans.read(home, running=False) == [span]


def test_a_folder_that_cannot_be_made_is_no_shelf(home: Path, tmp_path: Path):
    (tmp_path / "data").write_text("a file", encoding="utf-8")
    shelves = Shelves([home, tmp_path / "data" / "P07"], 0)
    assert shelves.choose(BYTES_PER_S) == home
    with pytest.raises(OSError, match="No space left"):
        shelves.choose(BYTES_PER_S, [home])


def test_a_folder_on_the_same_disk_does_not_eat_the_reserve(home: Path, fallback: Path):
    free = os.statvfs(home).f_bavail * os.statvfs(home).f_frsize if hasattr(os, "statvfs") else 1 << 50
    shelves = Shelves([home, fallback], 2 * free)
    assert shelves.free_bytes == 0
    assert not shelves.has_room(1)


def test_room_is_counted_once_for_each_disk(home: Path, fallback: Path):
    assert Shelves([home, fallback], 0).free_bytes <= Shelves([home], 0).free_bytes * 1.01


def test_the_first_folder_with_room_is_chosen_unless_it_refuses(home: Path, fallback: Path):
    shelves = Shelves([home, fallback], 0)
    assert shelves.choose(BYTES_PER_S) == home
    assert shelves.choose(BYTES_PER_S, [home]) == fallback
    with pytest.raises(OSError, match="No space left"):
        shelves.choose(BYTES_PER_S, [home, fallback])
