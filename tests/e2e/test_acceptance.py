"""The call as it was specified: what she asks, in whatever order it is told, and what is left of the time."""

from __future__ import annotations

import pytest

pytest.importorskip("pty", reason="pseudo-terminals are a POSIX thing")

from interview_tui.interview import route
from interview_tui.interview.events import Answered, DeadlineSet, Level, Place, Trimmed, Untrimmed, Visited
from interview_tui.schedule.model import Priority
from tests.e2e.conducting import CASE, Conducted


def answered(call: Conducted) -> dict[str, tuple[str, ...]]:
    """Every answer, by item and line."""
    return {place.line or place.item: value for place, value in call.interview.answers.items()}


def answer(call: Conducted, question: str, code: str) -> None:
    """Go to a question and answer it."""
    known = len(call.events(Answered))
    call.go_to(question)
    call.press(code, "enter")
    call.until(f"the answer to {question}", lambda: len(call.events(Answered)) > known)


def test_an_incident_told_before_the_relationship_is_kept_and_she_finds_back(conducted):
    conducted.consent()
    conducted.go_to("ever been")
    conducted.press("y", "enter", "n", "enter", "n", "enter", "y", "enter")
    conducted.go_to("particularly well")
    conducted.note("there was this chap")
    here = conducted.place
    conducted.press("ctrl+n", "g", "enter")
    conducted.until("the incident", lambda: conducted.place == ("what_happened", "R1-good"))
    conducted.note("new portfolio holder, first budget")
    conducted.go_to("what did you do")
    conducted.note("told him to sleep on it")
    conducted.until_shown("● event", "● action", "○ feeling", "○ outcome")
    conducted.press("ctrl+b")
    conducted.until("the question before", lambda: conducted.place == ("what_happened", "R1-good"))
    conducted.press("ctrl+b")
    conducted.until("the question where she was", lambda: conducted.place == here)
    conducted.until_shown("particularly well")
    homes = {note.text: [(home.item, home.round) for home in note.places] for note in conducted.interview.notes.values()}
    assert homes == {
        "there was this chap": [here],
        "new portfolio holder, first budget": [("what_happened", "R1-good")],
        "told him to sleep on it": [("what_did_you_do", "R1-good")],
    }
    assert answered(conducted) | {"mentor": ("yes",), "mentee": ("no",)} == answered(conducted)
    (incident,) = [found for found in conducted.study.record(CASE).incidents if found.round == "R1-good"]
    assert [field.evidence.notes for field in incident.fields if field.needed] == [("n2",), ("n3",), (), ()]


def test_another_role_changes_the_words_and_no_answer(conducted):
    conducted.consent()
    conducted.go_to("ever been")
    conducted.press("y", "enter", "y", "enter", "n", "enter", "n", "enter")
    answer(conducted, "mentor or the mentee", "1")
    before = answered(conducted)
    assert len([value for key, value in before.items() if not key.startswith("consent")]) >= 5
    answer(conducted, "formal or informal", "2")
    before = answered(conducted)
    conducted.go_to("did you know")
    conducted.until_shown("Did you know the mentee?")
    answer(conducted, "mentor or the mentee", "2")
    conducted.press("ctrl+b")
    conducted.until_shown("Did you know the mentor?")
    assert not conducted.shows("Did you know the mentee?")
    assert answered(conducted) == before | {"role": ("mentee",)}
