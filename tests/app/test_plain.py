"""The plain line mode as a person meets it: the real command in a real terminal, and through pipes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX thing", allow_module_level=True)

from interview_tui.bootstrap import bundled
from interview_tui.interview.events import (
    CallDropped,
    Consented,
    Event,
    Flagged,
    InterviewEnded,
    NoteTaken,
    SpanClosed,
    SpanOpened,
    WentOffRecord,
    Withheld,
)
from interview_tui.interview.sound import SpanEnd
from interview_tui.store.study import StudyFolder
from tests.architecture.test_walls import heavy, loaded_by
from tests.e2e.terminal import REPOSITORY, Terminal, until

CASE = "P07"
TO_THE_CONSENTS = ("n", "", "", "", "")


class Line:
    """A call conducted in the plain mode, and its journal as another process sees it."""

    def __init__(self, folder: Path, begins: str = "Is anyone else able to hear") -> None:
        self.folder = folder
        self.terminal = Terminal("--study", str(folder), *arguments())
        self.until_said(begins)

    def enter(self, *lines: str) -> None:
        """Type lines, each with Enter, in one burst."""
        self.terminal.press("".join(f"{line}\n" for line in lines))

    def until_said(self, words: str, times: int = 1) -> None:
        until(f"{words!r}; said last: {self.said[-700:]}", lambda: self.said.count(words) >= times)

    def until_happened(self, kind: type[Event], times: int = 1) -> None:
        until(f"{kind.__name__}; said last: {self.said[-700:]}", lambda: len(self.events(kind)) >= times)

    def consent_and_record(self) -> None:
        self.enter(*TO_THE_CONSENTS, "y", "y", "/record")
        self.until_happened(SpanOpened)

    @property
    def said(self) -> str:
        return self.terminal.painted.decode(errors="replace")

    def events(self, kind: type[Event]) -> list:
        return happened(self.folder, kind)


def happened(folder: Path, kind: type[Event]) -> list:
    if not (folder / "study.db").exists():
        return []
    study = StudyFolder.open(folder)
    if CASE not in {summary.case for summary in study.interviews()}:
        return []
    return [event for event in study.events(CASE) if isinstance(event, kind)]


def arguments() -> tuple[str, ...]:
    return ("conduct", CASE, "--plain", "--rehearse", str(bundled("data/demo/call.flac")))


def texts(line: Line) -> list[str]:
    return [note.text for note in line.events(NoteTaken)]


def test_a_whole_small_interview_is_conducted_line_by_line(tmp_path):
    line = Line(tmp_path)
    line.consent_and_record()
    line.enter("/new good", "rang at eleven", '"sleep on it', "/flag")
    line.until_happened(Flagged)
    line.enter("/off", "1", "n")
    line.until_happened(Withheld)
    line.enter("this must not be kept", "//doorbell", "/record")
    line.until_happened(SpanOpened, 2)
    line.enter("on the record again", "/call d")
    line.until_happened(SpanClosed, 2)
    line.until_said("We were at")
    line.enter("/call a", "/record", "y")
    line.until_happened(SpanOpened, 3)
    line.enter("/end", "c")
    assert line.terminal.wait() == 0
    assert [(one.consent, one.given, one.occasion) for one in line.events(Consented)] == [
        ("take part", True, ""), ("recording", True, ""), ("recording", True, "after a dropped line"),
    ]  # fmt: skip
    assert texts(line) == ["rang at eleven", "sleep on it", "doorbell", "on the record again"]
    assert [withheld.notes for withheld in line.events(Withheld)] == [("n1", "n2")]  # typed within the reaction time
    assert [span.reason for span in line.events(SpanClosed)] == [SpanEnd.OFF_RECORD, SpanEnd.DROPPED, SpanEnd.STOP]
    assert line.events(SpanClosed)[0].at_ms >= line.events(WentOffRecord)[0].at_ms
    assert len(line.events(CallDropped)) == 1
    assert [end.outcome for end in line.events(InterviewEnded)] == ["complete"]
    interview = StudyFolder.open(tmp_path).interview(CASE)
    assert [note.text for note in interview.notes.values()] == ["doorbell", "on the record again"]
    assert all(part.file.endswith(".flac") for span in interview.spans.values() for part in span.parts)
    assert all(b"must not be kept" not in file.read_bytes() for file in tmp_path.rglob("*") if file.is_file())


def test_what_is_typed_while_the_recorder_opens_has_its_own_time_and_off_the_record_holds_from_there(tmp_path):
    line = Line(tmp_path)
    line.enter(*TO_THE_CONSENTS, "y", "y", "/record", "typed meanwhile", "/off", "", "not kept", "/leave")
    assert line.terminal.wait() == 0
    (note,), (span,) = line.events(NoteTaken), line.events(SpanOpened)
    assert note.text == "typed meanwhile"
    assert note.at_ms < span.at_ms
    assert line.events(WentOffRecord)[0].at_ms < span.at_ms
    interview = StudyFolder.open(tmp_path).interview(CASE)
    assert interview.spans[1].closed
    assert interview.timeline().clips(0, interview.at_ms + 60_000) == []


def test_nothing_is_drawn_coloured_or_moved(tmp_path):
    line = Line(tmp_path)
    line.enter("hello", "/help", "/where", "/incident", "/notes", "/status", "\x1b[A\x1bOPhe said\x1b[31m so", "/leave")
    assert line.terminal.wait() == 0
    assert b"\x1b" not in line.terminal.painted
    assert "\a" not in line.said
    assert not set("→›○◐●✓▸✎·") & set(line.said)
    assert texts(line) == ["hello", "he said so"]


def test_killed_it_goes_on_where_it_was_and_finds_its_recorder_again(tmp_path):
    line = Line(tmp_path)
    line.consent_and_record()
    line.enter("leader rang")
    line.until_happened(NoteTaken)
    line.terminal.kill()
    again = Line(tmp_path, "Going on with P07: 1 note, 0:")
    again.until_said("Recording from call.flac")
    again.until_said("Last note at 0:00, leader rang")
    again.enter("and she said yes", "/end c")
    assert again.terminal.wait() == 0
    assert texts(again) == ["leader rang", "and she said yes"]
    assert [(span.span, span.reason) for span in again.events(SpanClosed)] == [(1, SpanEnd.STOP)]


def burst() -> tuple[list[str], list[str], int]:
    """Lines as fast as they can be read, with commands among them; the notes and flags that must come of them."""
    lines: list[str] = []
    for number in range(200):
        match number % 20:
            case 3:
                lines.append("/flag")
            case 7:
                lines.append("/down")
            case 11:
                lines.extend(("/tick trust", "1 2"))
            case 13:
                lines.extend(("/off", "", "gone", "//aside", "/record"))
            case 17:
                lines.append("/go cross-party")
            case _:
                lines.append(f"note {number}, “quoted” @Ann")
    wanted = [line.removeprefix("//") for line in lines if line.startswith(("note", "//"))]
    return lines, wanted, lines.count("/flag")


def test_a_burst_of_lines_with_commands_among_them_loses_none_in_a_terminal(tmp_path):
    lines, wanted, flags = burst()
    line = Line(tmp_path)
    line.enter(*lines, "/leave")
    assert line.terminal.wait() == 0
    assert texts(line) == wanted
    assert len(line.events(Flagged)) == flags


def test_a_burst_of_lines_with_commands_among_them_loses_none_through_a_pipe(tmp_path):
    lines, wanted, flags = burst()
    done = piped(tmp_path, "\n".join(lines) + "\nand half a line")
    assert done.returncode == 0, done.stderr
    assert [note.text for note in happened(tmp_path, NoteTaken)] == [*wanted, "and half a line"]
    assert len(happened(tmp_path, Flagged)) == flags
    assert "P07 is left unfinished" in done.stdout


def test_keys_that_end_or_halt_other_programs_lose_no_half_typed_line(tmp_path):
    line = Line(tmp_path)
    for number, key in enumerate(("\x03", "\x1c", "\x1a"), 1):
        line.terminal.press(f"half {number}")
        line.terminal.press(key)
        line.until_said("Still here", number)
        line.enter(" a line")
    line.enter("\x13after a stop key")
    line.until_said("Note at", 4)
    line.enter("/leave")
    assert line.terminal.wait() == 0
    assert texts(line) == ["half 1 a line", "half 2 a line", "half 3 a line", "after a stop key"]


def test_ctrl_d_twice_leaves_the_recorder_running_and_says_so(tmp_path):
    line = Line(tmp_path)
    line.consent_and_record()
    line.terminal.press("ctrl+d")
    line.until_said("Ctrl+D again leaves")
    line.enter("not yet")
    line.until_said("Note at")
    line.terminal.press("ctrl+d")
    line.until_said("Ctrl+D again leaves", 2)
    line.terminal.press("ctrl+d")
    assert line.terminal.wait() == 0
    assert "The recorder goes on without you" in line.said
    again = Line(tmp_path, "Going on with P07")
    again.until_said("Recording from call.flac")
    again.enter("/end c")
    assert again.terminal.wait() == 0
    assert [span.reason for span in again.events(SpanClosed)] == [SpanEnd.STOP]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_to_leave_writes_what_was_typed_and_ends(tmp_path, number):
    line = Line(tmp_path)
    line.enter(*(f"note {each}" for each in range(50)))
    line.until_said("Note at", 50)
    os.kill(line.terminal.pid, number)
    assert line.terminal.wait() == 0
    assert texts(line) == [f"note {each}" for each in range(50)]
    StudyFolder.open(tmp_path).journal(CASE).close(5)


def test_a_half_typed_line_of_the_live_screen_becomes_a_note(tmp_path):
    screen = Terminal("--study", str(tmp_path), "conduct", CASE, "--rehearse", str(bundled("data/demo/call.flac")))
    until("the screen", lambda: b"Is anyone else able" in screen.painted)
    screen.press("and she sai")
    until("the draft", lambda: (draft := StudyFolder.open(tmp_path).draft(CASE)) and draft.text == "and she sai")
    screen.kill()
    done = piped(tmp_path, "/leave\n")
    assert "Half typed when it was left, kept as a note: and she sai" in done.stdout
    assert [note.text for note in happened(tmp_path, NoteTaken)] == ["and she sai"]


def test_the_screen_is_never_loaded(tmp_path):
    assert heavy(loaded_by("interview_tui.plain")) <= {"sqlite3", "sqlite_utils", "numpy"}
    done = piped(tmp_path, "y\n/status\n", "-X", "importtime")
    assert done.returncode == 0, done.stderr
    assert "interview_tui.plain" in done.stderr
    assert "textual" not in done.stderr
    assert "rich" not in done.stderr


def piped(folder: Path, typed: str, *options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *options, "-m", "interview_tui", "--study", str(folder), *arguments()],
        input=typed,
        capture_output=True,
        encoding="utf-8",
        env={**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"},
        timeout=300,
        check=False,
    )
