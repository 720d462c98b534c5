"""The line and the call as they were specified: a keystroke's time, a crash, stray keys, a line that drops."""

from __future__ import annotations

import signal
import sys
import time

import numpy as np
import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX thing", allow_module_level=True)

from interview_tui.interview.events import (
    CallDropped,
    CallRestored,
    Consented,
    Flagged,
    InterviewResumed,
    NoteTaken,
    Place,
    SpanClosed,
    SpanOpened,
)
from interview_tui.interview.sound import SpanEnd
from tests.audio.signals import counter
from tests.e2e.conducting import Conducted, wall_ms

TOLERANCE_MS = 100
NINE_WORDS = "chap rang at eleven the night before his budget"
STALLS = """
import signal, sys, time
from pathlib import Path
from interview_tui.cli import main

held = Path(sys.argv.pop(1))

def stall(*_):
    held.touch()
    while held.exists():
        time.sleep(0.01)

signal.signal(signal.SIGUSR1, stall)  # handled in the main thread, which is the event loop's
main()
"""


@pytest.mark.parametrize("stalled", [False, True], ids=["", "while the event loop stands still"])
def test_a_note_is_about_the_moment_a_lag_before_its_first_key(tmp_path, line, stalled):
    held = tmp_path / "held"
    call = Conducted(tmp_path / "study", line)
    try:
        call.start(("-c", STALLS, str(held)))
        call.record(3.5)
        if stalled:
            call.signal(signal.SIGUSR1)
            call.until("the stall", held.exists)
        first, *others = NINE_WORDS.split()
        pressed_ms, taken_ms = call.press_timed(first, " ")
        for word in others:
            call.press(word, " ")
            call.until_recorded(0.25)
        call.press("enter")
        held.unlink(missing_ok=True)
        call.until("the note", lambda: call.events(NoteTaken))
        (note,) = call.events(NoteTaken)
        assert note.text == NINE_WORDS
        assert pressed_ms - TOLERANCE_MS <= wall_ms(note, note.first_key_ms) <= taken_ms + TOLERANCE_MS
        assert note.about_ms == note.first_key_ms - 3000
    finally:
        held.unlink(missing_ok=True)
        call.close()


def test_killed_in_the_middle_of_a_call_she_goes_on_where_she_was_with_all_that_was_recorded(conducted):
    conducted.record()
    conducted.press("ctrl+n", "g", "enter")
    conducted.go_to("how did you feel")
    conducted.note("flattered")
    conducted.press("a bit ala")
    conducted.until("the draft", lambda: conducted.draft == "a bit ala")
    conducted.until_recorded(1)
    here = conducted.place
    assert here == ("how_did_you_feel", "R1-good")
    killed_ms = time.time() * 1000
    conducted.kill(with_recorder=True)
    written = conducted.written_frames
    conducted.start()
    conducted.until_shown("a bit ala", "How did you feel?")
    assert conducted.place == here
    conducted.until("what was recorded", lambda: conducted.events(SpanClosed))
    (lost,) = conducted.events(SpanClosed)
    (span,) = conducted.interview.spans.values()
    assert lost.reason is SpanEnd.LOST
    assert span.frames == written
    assert wall_ms(lost, span.end_ms) == pytest.approx(killed_ms, abs=1000)
    sound = conducted.sound(span)
    assert np.array_equal(sound, counter(len(sound)))
    conducted.press("rmed", "enter", "ctrl+r")
    conducted.until("the second span", lambda: len(conducted.events(SpanOpened)) == 2)
    assert [note.text for note in conducted.events(NoteTaken)] == ["flattered", "a bit alarmed"]
    assert {note.places for note in conducted.events(NoteTaken)} == {(Place(*here),)}
    assert len(conducted.events(InterviewResumed)) == 1


def still_there(call: Conducted, draft: str) -> None:
    """Recording goes on, in the one span, and the half-typed line is there."""
    call.until_recorded(0.2)
    assert not call.events(SpanClosed)
    assert len(call.events(SpanOpened)) == 1
    assert call.draft == draft
    call.until_shown("REC", f"› {draft}")


def test_a_stray_key_stops_no_recording_and_drops_no_draft(conducted):
    conducted.record()
    conducted.press("half a note")
    conducted.until("the draft", lambda: conducted.draft == "half a note")
    for key, said in (("ctrl+q", "Esc returns"), ("ctrl+p", "Esc returns"), ("escape", "Esc again brings it back")):
        conducted.press(key)
        conducted.until_shown(said)
        assert conducted.draft == "half a note"
        conducted.press("escape")
        still_there(conducted, "half a note")
    conducted.press("ctrl+c", "s")
    conducted.until("the next key", lambda: conducted.draft == "half a notes")
    still_there(conducted, "half a notes")
    for size in ((60, 20), (30, 8), (120, 36)):
        conducted.resize(*size)
        conducted.until_shown("half a notes")
    still_there(conducted, "half a notes")


def test_typing_on_after_a_stray_key_that_opens_the_menu_stops_no_recording(conducted):
    conducted.record()
    conducted.press("half a", "ctrl+q", " diary", "ctrl+f")
    conducted.until("the flag after it", lambda: conducted.events(Flagged))
    assert conducted.events(CallDropped) == []


def test_stray_keys_in_one_burst_with_typing_and_a_resize_lose_no_letter(conducted):
    conducted.record()
    conducted.resize(70, 24)
    conducted.press("half ", "ctrl+c", "a ", "ctrl+s", "note", "ctrl+q", "ctrl+p", "ctrl+q", "escape")
    conducted.resize(120, 36)
    still_there(conducted, "half a note")
    conducted.press("s", "enter")
    conducted.until("the note", lambda: conducted.events(NoteTaken))
    assert [note.text for note in conducted.events(NoteTaken)] == ["half a notes"]


def test_after_a_dropped_line_nothing_is_recorded_until_they_agree_again(conducted):
    conducted.record()
    conducted.go_to("less easy to discuss")
    conducted.note("would not go there")
    here = conducted.interview.place
    conducted.press("ctrl+l", "d")
    conducted.until("the drop", lambda: conducted.events(CallDropped))
    conducted.until("the end of the span", lambda: conducted.events(SpanClosed))
    (closed,) = conducted.events(SpanClosed)
    assert closed.reason is SpanEnd.DROPPED
    assert conducted.events(CallDropped)[0].place == here
    conducted.until_shown("CALL DROPPED", "We were at:  Were there", "would not go there")
    written = conducted.written_frames
    conducted.press("ctrl+r")
    conducted.until_shown("may it go on being recorded?")
    conducted.press("enter")
    conducted.until_passed(1)
    assert len(conducted.events(SpanOpened)) == 1
    assert conducted.written_frames == written
    assert len(conducted.events(Consented)) == 2
    conducted.press("ctrl+r", "y")
    conducted.until("the second span", lambda: len(conducted.events(SpanOpened)) == 2)
    again = conducted.events(Consented)[-1]
    assert (again.given, again.consent, again.occasion) == (True, "recording", "after a dropped line")
    assert closed.at_ms <= again.at_ms <= conducted.events(SpanOpened)[1].at_ms
    assert len(conducted.events(CallRestored)) == 1
    assert conducted.interview.place == here


def test_who_does_not_agree_again_after_a_dropped_line_is_not_recorded(conducted):
    conducted.record()
    conducted.press("ctrl+l", "d")
    conducted.until("the end of the span", lambda: conducted.events(SpanClosed))
    written = conducted.written_frames
    conducted.press("ctrl+r", "n")
    conducted.until("the answer", lambda: len(conducted.events(Consented)) == 3)
    assert not conducted.events(Consented)[-1].given
    conducted.until_shown("NOTES ONLY")
    conducted.note("now in a car park")
    conducted.press("ctrl+r")
    conducted.until_passed(1)
    assert len(conducted.events(SpanOpened)) == 1
    assert conducted.written_frames == written
    assert [note.text for note in conducted.interview.notes.values()] == ["now in a car park"]
