"""The call as it was specified: what she asks, in whatever order it is told, and what is left of the time."""

from __future__ import annotations

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX thing", allow_module_level=True)

from interview_tui.interview import route
from interview_tui.interview.events import Answered, DeadlineSet, Place, Trimmed, Untrimmed, Visited
from interview_tui.interview.pacing import pace
from interview_tui.schedule.model import Priority
from tests.e2e.conducting import CASE, Conducted

SECOND_MS = 1000


def answered(call: Conducted) -> dict[str, tuple[str, ...]]:
    """Every answer, by item and line."""
    return {place.line or place.item: value for place, value in call.interview.answers.items()}


def experience(call: Conducted, *codes: str) -> None:
    """Answer the four lines of the checklist of experience."""
    known = len(call.events(Answered))
    call.go_to("ever been")
    for code in codes:
        call.press(code, "enter")
    call.until("the four answers", lambda: len(call.events(Answered)) == known + len(codes))


def answer(call: Conducted, question: str, code: str) -> None:
    """Go to a question and answer it."""
    known = len(call.events(Answered))
    call.go_to(question)
    call.press(code, "enter")
    call.until(f"the answer to {question}", lambda: len(call.events(Answered)) > known)


def test_an_incident_told_before_the_relationship_is_kept_and_she_finds_back(conducted):
    conducted.consent()
    experience(conducted, "y", "n", "n", "y")
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
    homes = {
        note.text: [(home.item, home.round) for home in note.places] for note in conducted.interview.notes.values()
    }
    assert homes == {
        "there was this chap": [here],
        "new portfolio holder, first budget": [("what_happened", "R1-good")],
        "told him to sleep on it": [("what_did_you_do", "R1-good")],
    }
    assert answered(conducted) | {"mentor": ("yes",), "mentee": ("no",)} == answered(conducted)
    (incident,) = conducted.study.record(CASE).incidents
    assert [field.evidence.notes for field in incident.fields if field.needed] == [("n2",), ("n3",), (), ()]


def test_another_role_changes_the_words_and_no_answer(conducted):
    conducted.consent()
    experience(conducted, "y", "y", "n", "n")
    answer(conducted, "expectations upon starting", "nt")
    answer(conducted, "formal or informal", "2")
    given = answered(conducted)
    assert len([key for key in given if not key.startswith("consent")]) == 6
    answer(conducted, "mentor or the mentee", "1")
    conducted.go_to("did you know")
    conducted.until_shown("Did you know the mentee?")
    answer(conducted, "mentor or the mentee", "2")
    conducted.press("ctrl+b")
    conducted.until_shown("Did you know the mentor?")
    assert not conducted.shows("Did you know the mentee?")
    assert answered(conducted) == given | {"role": ("mentee",)}


def test_a_note_on_why_not_stays_when_the_answer_becomes_yes(conducted):
    conducted.consent()
    experience(conducted, "y", "n", "n", "n")
    answer(conducted, "were they met", "n")
    conducted.press("enter")
    conducted.until("the probe", lambda: conducted.place == ("expectations_not_met", ""))
    conducted.note("she had hoped for introductions")
    answer(conducted, "were they met", "y")
    interview = conducted.interview
    assert answered(conducted)["expectations_met"] == ("yes",)
    assert [(note.text, note.places) for note in interview.notes.values()] == [
        ("she had hoped for introductions", (Place("expectations_not_met"),))
    ]
    (why_not,) = [step for step in route.steps(interview) if step.place.item == "expectations_not_met"]
    assert not why_not.on_route
    (entry,) = [entry for entry in conducted.study.record(CASE).entries if entry.place == Place("expectations_not_met")]
    assert entry.evidence.notes == ("n1",)
    conducted.go_to("why not")
    conducted.until_shown("Why not?", "not suggested: only if", "she had hoped for introductions")


def test_with_eleven_minutes_left_what_does_not_fit_is_left_out_and_put_back(conducted):
    conducted.consent()
    experience(conducted, "y", "n", "n", "y")
    conducted.go_to("how would you define")
    conducted.until("the question", lambda: conducted.place == ("definition", ""))
    before = conducted.interview
    conducted.press("ctrl+l", "m", "11", "enter")
    conducted.until("the deadline", lambda: conducted.events(DeadlineSet))
    conducted.until_shown("11 min left")
    (deadline,) = conducted.events(DeadlineSet)
    assert deadline.deadline_ms == deadline.at_ms + 11 * 60_000
    conducted.press("ctrl+l", "t", "enter")
    conducted.until("the trim", lambda: conducted.events(Trimmed))
    trimmed = conducted.interview
    (left_out,) = conducted.events(Trimmed)
    priorities = {trimmed.items[place.item].item.priority for place in left_out.places}
    assert priorities == {Priority.COULD, Priority.SHOULD}
    assert Place("definition") in left_out.places
    assert route.must_left(trimmed) == route.must_left(before)
    assert pace(trimmed, trimmed.at_ms).over_ms < SECOND_MS
    following = route.suggested(trimmed)
    assert following is not None
    assert following.place not in left_out.places
    conducted.until_shown("left out for want of time")
    conducted.go_to("particular about mentoring")
    conducted.until("what was left out, still in reach", lambda: conducted.place == ("particular", ""))
    conducted.note("one to one")
    conducted.press("ctrl+l", "t")
    conducted.until("everything back", lambda: conducted.events(Untrimmed))
    restored = conducted.interview
    assert not restored.course.trimmed
    assert restored.course.deadline_ms == deadline.deadline_ms
    waiting = {step.place for step in route.steps(restored) if step.on_route and step.is_stop}
    assert waiting >= set(left_out.places)
    conducted.press("ctrl+b")
    conducted.until("the question before", lambda: conducted.place == ("definition", ""))
    conducted.until_shown("How would you define mentoring?")
    conducted.until("no more grey", lambda: not conducted.shows("left out for want of time"))


def test_who_has_no_experience_goes_from_the_general_questions_to_the_final_ones(conducted):
    conducted.consent()
    experience(conducted, "n", "n", "n", "n")
    conducted.press("enter")
    conducted.until_shown("How would you define mentoring?")
    sections = conducted.interview.items
    for _ in range(20):
        here = conducted.place
        if sections[here[0]].sections[0].id == "final":
            break
        conducted.press("enter")
        conducted.until(f"the question after {here}", lambda here=here: conducted.place != here)
    visited = [sections[visit.place.item] for visit in conducted.events(Visited)]
    walked = list(dict.fromkeys(found.sections[0].id for found in visited))
    assert walked == ["opening", "experience_section", "general", "final"]
    assert "put_off" in {found.item.id for found in visited}
    assert not {"involved", "expectations"} & {found.item.id for found in visited}
    conducted.until_shown("Is it possible to mentor on a cross-party")
    dimmed = {step.place.item for step in route.steps(conducted.interview) if not step.on_route}
    assert {"which", "role", "informal_learned_from"} <= dimmed
