"""Segments of an encrypted study that have their length are sealed anew in large messages, and nothing else changes."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from interview_tui.at_rest import files, study_key
from interview_tui.at_rest.files import is_sealed, read_bytes
from interview_tui.at_rest.sealed_file import SealedFile
from interview_tui.audio import disk, wav
from interview_tui.audio.recording.tape import Tape
from interview_tui.audio.stored import segments, span_log, spans
from interview_tui.audio.stored.resealing import Resealer
from interview_tui.interview.sound import SpanEnd
from tests.at_rest.encrypted import encrypted_study
from tests.audio.desk import DESK_RATE, LINE, MICROPHONE, Desk, samples_of
from tests.audio.signals import counter, until

SEGMENT_S = 2
BLOCKS_A_SEGMENT = 40
FEW = 3  # messages: 64,044 bytes are one, and the header may have been written for itself


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a case in an encrypted study, with segments of two seconds."""
    monkeypatch.setattr(span_log, "SEGMENT_S", SEGMENT_S)
    encrypted_study(tmp_path / "study")
    folder = tmp_path / "study" / "recordings" / "P07"
    folder.mkdir(parents=True)
    return folder


def messages(path: Path) -> int:
    return path.read_bytes().count(b"\xa7itb")


def segment(folder: Path, number: int, line: str = "") -> Path:
    return folder / f"span-001-{line}{number:04d}.wav"


def is_anew(path: Path) -> bool:
    return messages(path) <= FEW


def content(number: int) -> bytes:
    """What the segment of this number holds in the end."""
    frames = SEGMENT_S * DESK_RATE
    return wav.header(DESK_RATE, 2, frames) + counter(frames, (number - 1) * frames).tobytes()


def test_a_segment_that_has_its_length_is_sealed_anew_while_the_next_one_is_recorded(home: Path):
    with Desk([home], (MICROPHONE, LINE)) as desk:
        desk.give(2 * SEGMENT_S + 0.5)
        study_key.lock(home.parents[1])  # no secret is needed
        whole = [segment(home, number, line) for number in (1, 2) for line in ("", "line-")]
        until(lambda: all(is_anew(path) for path in whole), "segments sealed anew")
        assert messages(segment(home, 3)) >= 10
        span = desk.writer.close(SpanEnd.STOP)
    study_key.unlock(home.parents[1], "four words that go together")
    assert span is not None
    assert read_bytes(segment(home, 1)) == content(1)
    assert read_bytes(segment(home, 2)) == content(2)
    assert spans.read(home, running=False) == [span]
    for track in (0, 1):
        assert (samples_of(home, [span], track) == counter(round((2 * SEGMENT_S + 0.5) * DESK_RATE))).all()
    assert all(is_sealed(path) and path.stat().st_mode & 0o077 == 0 for path in home.glob("*.wav"))
    assert not list(home.glob("*.new"))


def test_an_open_segment_is_never_written_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(span_log, "SEGMENT_S", SEGMENT_S)
    monkeypatch.setattr(Resealer, "order", lambda *_: pytest.fail("it lies open"))
    with Desk([tmp_path]) as desk:
        desk.give(2 * SEGMENT_S)
        assert desk.writer.close(SpanEnd.STOP) is not None


def test_without_room_for_it_a_segment_stays_as_it_is(home: Path, monkeypatch: pytest.MonkeyPatch):
    with Desk([home]) as desk:
        monkeypatch.setattr(desk.shelves, "_room", lambda _: 7 * SEGMENT_S * DESK_RATE * 4)
        desk.give(2 * SEGMENT_S)
        span = desk.writer.close(SpanEnd.STOP)
    assert span is not None
    assert messages(segment(home, 1)) > BLOCKS_A_SEGMENT
    assert (samples_of(home, [span]) == counter(2 * SEGMENT_S * DESK_RATE)).all()


def test_where_the_disk_refuses_a_segment_stays_as_it_is(home: Path, monkeypatch: pytest.MonkeyPatch):
    refused = threading.Event()

    def refuses(*_: object) -> None:
        refused.set()
        raise OSError(28, "No space left on device")

    with Desk([home]) as desk:
        monkeypatch.setattr(disk, "put_in_place", refuses)
        desk.give(SEGMENT_S + 0.5)
        until(refused.is_set, "the attempt")
        span = desk.writer.close(SpanEnd.STOP)
    assert span is not None
    assert messages(segment(home, 1)) > BLOCKS_A_SEGMENT
    assert (samples_of(home, [span]) == counter(round((SEGMENT_S + 0.5) * DESK_RATE))).all()
    assert not list(home.glob("*.new"))


@pytest.fixture
def held_up(monkeypatch: pytest.MonkeyPatch) -> tuple[threading.Event, threading.Event]:
    """When sealing anew has begun, and what lets it go on."""
    begun, go_on = threading.Event(), threading.Event()
    real = files.making

    def slow(path: Path, *, recipient: str) -> object:
        begun.set()
        assert go_on.wait(20)
        return real(path, recipient=recipient)

    monkeypatch.setattr(files, "making", slow)
    return begun, go_on


def test_what_is_deleted_meanwhile_stays_deleted(home: Path, held_up: tuple[threading.Event, threading.Event]):
    begun, go_on = held_up
    resealer = Resealer(study_key.recipient_of(home.parents[1]))
    (home / "span-001-0001.wav").write_bytes(b"")
    resealer.order(home / "span-001-0001.wav", b"sound")
    assert begun.wait(20)
    (home / "span-001-0001.wav").unlink()
    go_on.set()
    resealer.end()
    assert list(home.iterdir()) == []


def test_who_ends_it_waits_for_the_one_and_gets_the_others_as_they_are(
    home: Path, held_up: tuple[threading.Event, threading.Event]
):
    begun, go_on = held_up
    resealer = Resealer(study_key.recipient_of(home.parents[1]))
    first, second, late = (home / f"span-001-000{number}.wav" for number in (1, 2, 3))
    for path in (first, second, late):
        path.write_bytes(b"as it was")
    resealer.order(first, b"sound")
    resealer.order(second, b"sound")
    assert begun.wait(20)
    ending = threading.Thread(target=resealer.end)
    ending.start()
    until(resealer._ended.is_set, "the end is asked for")
    assert ending.is_alive()
    go_on.set()
    ending.join(20)
    resealer.order(late, b"sound")
    assert read_bytes(first) == b"sound"
    assert second.read_bytes() == late.read_bytes() == b"as it was"


KILLED = """
import sys, threading
from pathlib import Path
from interview_tui.at_rest import files
from interview_tui.audio.stored import span_log
from tests.audio.desk import Desk

span_log.SEGMENT_S = 2
real = files.making

def half(path, **how):
    file = real(path, **how)
    file.write(b"RIFF, and so on")
    file.flush()
    print("half", flush=True)
    threading.Event().wait()

files.making = half
desk = Desk([Path(sys.argv[1])])
desk.give(2.5)
print("given", flush=True)
threading.Event().wait()
"""


def test_a_recorder_killed_in_the_midst_of_it_loses_nothing_and_what_it_left_goes(home: Path):
    writer = subprocess.Popen([sys.executable, "-c", KILLED, str(home)], stdout=subprocess.PIPE)
    assert writer.stdout is not None
    assert {writer.stdout.readline(), writer.stdout.readline()} == {b"half\n", b"given\n"}
    writer.kill()
    writer.wait()
    writer.stdout.close()
    assert list(home.glob("*.new"))
    (span,) = spans.read(home, running=False)
    assert (samples_of(home, [span]) == counter(round(2.5 * DESK_RATE))).all()
    with Desk([home]) as desk:
        Tape(home, desk.shelves, desk.log, desk.syncer)
    assert not list(home.glob("*.new"))
    segments.sweep(home, 1)
    assert not list(home.glob("span-001*"))


def test_what_is_read_of_a_segment_that_is_replaced_is_the_same(home: Path):
    with Desk([home]) as desk:
        desk.give(SEGMENT_S)
        path = segment(home, 1)
        with files.reading(path) as before:
            desk.give(0.5)
            until(lambda: is_anew(path), "a segment sealed anew")
            assert before.read()[wav.HEADER_BYTES :] == content(1)[wav.HEADER_BYTES :]
    assert isinstance(files.making_raw(home / "x"), SealedFile)
