"""What is known of a case as variables: types, names, and what is left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from interview_tui.export.document import build
from interview_tui.export.options import Enclosed, Options
from interview_tui.export.refi.variables import Answers, answers
from interview_tui.interview.events import Level, Place
from interview_tui.record.model import Entry, Evidence, Record
from interview_tui.schedule.reader import read_schedule
from tests.examples import HANDOVER, handover
from tests.export.example_record import example_record
from tests.export.refi.projects import answered, interview, loaded, written

FACTS = {"date", "interviewer", "minutes recorded", "outcome", "schedule version"}


def known(record: Record, *, scheduled: bool = True) -> Answers:
    enclosed = Enclosed(schedule=handover() if scheduled else None)
    return answers(build(record, Options(), enclosed), Options())


def shown(found: Answers) -> dict[str, tuple[str, str]]:
    return {value.variable.name: (value.variable.type.value, value.text) for value in found.values}


def test_answers_to_choices_and_checklists_have_fitting_types_and_consents_are_left_out() -> None:
    assert shown(known(answered(example_record()))) == {
        "date": ("Date", "2026-03-14"),
        "interviewer": ("Text", "A. Researcher"),
        "minutes recorded": ("Integer", "1"),
        "outcome": ("Text", "complete"),
        "schedule version": ("Text", "1"),
        "been – given": ("Boolean", "true"),
        "been – taken": ("Boolean", "false"),
        "paper": ("Text", "partly"),
        "both": ("Text", "don't know"),
        "R1 post": ("Text", "ward"),
    }


def test_an_answer_that_is_neither_yes_nor_no_is_told_apart() -> None:
    given = Entry(Place("been"), "ask", (), "asked", ("given: refused",), Level.DONE, None, True, Evidence())
    found = known(replace(example_record(), entries=(given,)))
    assert found.neither == ("been – given: refused",)
    assert set(shown(found)) == FACTS


def test_without_a_schedule_the_answers_of_rounds_stand_as_they_were_given() -> None:
    assert shown(known(example_record(), scheduled=False)).keys() - FACTS == {
        "R1 role",
        "R1 kind",
        "R1-difficult order",
        "R2 kind",
    }


def test_a_variable_says_what_was_asked() -> None:
    described = {value.variable.name: value.variable.description for value in known(answered(example_record())).values}
    assert described["been – taken"] == "Have you ever... taken one?"


def test_a_question_that_is_answered_otherwise_in_a_later_version_is_a_variable_of_its_own(tmp_path: Path) -> None:
    later = read_schedule(HANDOVER.replace("answer: yes/no/partly", "answer: yes/no"), "later.yaml")
    second = answered(example_record(case="P08"))
    second = replace(
        second,
        entries=tuple(replace(each, answer=("no",)) if each.place.item == "paper" else each for each in second.entries),
    )
    path = written(tmp_path, [interview(), build(second, Options(), Enclosed(schedule=later))])
    kinds = {each.name: each.type_of_variable for each in loaded(path).variables.variable}
    assert (str(kinds["paper"].value), str(kinds["paper (Boolean)"].value)) == ("Text", "Boolean")
