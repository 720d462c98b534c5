"""Every keyword of the language, read."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from interview_tui.errors import ScheduleError
from interview_tui.schedule.conditions import Count, Is, Not
from interview_tui.schedule.model import (
    DISTRESS,
    AnswerFormat,
    AnswerKind,
    ChecklistLine,
    Consent,
    IncidentPart,
    Item,
    Kind,
    Priority,
    Section,
    WordChoice,
)
from interview_tui.schedule.reader import Problem, Severity, read_schedule, read_schedule_file
from tests.schedule.forms import around, first_item, loaded


def test_a_plain_line_is_a_question() -> None:
    item = first_item("- Where was this held?")
    assert (item.kind, item.text, item.id) == (Kind.ASK, "Where was this held?", "where_was_this_held")
    assert item.answer == AnswerFormat()
    assert item.priority is Priority.SHOULD


@pytest.mark.parametrize("kind", list(Kind))
def test_a_keyword_says_what_a_line_is(kind: Kind) -> None:
    item = first_item(f"- {kind}: One two three.")
    assert (item.kind, item.text, item.id) == (kind, "One two three.", "one_two_three")


@pytest.mark.parametrize(
    ("written", "answer"),
    [
        ("yes/no", AnswerFormat(AnswerKind.YES_NO)),
        ("yes / no", AnswerFormat(AnswerKind.YES_NO)),
        ("yes/no/partly", AnswerFormat(AnswerKind.YES_NO_PARTLY)),
        ("one of [ward, theatre]", AnswerFormat(AnswerKind.ONE_OF, ("ward", "theatre"))),
        ("one of [very good,  not  so good]", AnswerFormat(AnswerKind.ONE_OF, ("very good", "not so good"))),
        ("one of [1, 2, 3]", AnswerFormat(AnswerKind.ONE_OF, ("1", "2", "3"))),
        ("'one of [yes, no]'", AnswerFormat(AnswerKind.ONE_OF, ("yes", "no"))),
    ],
)
def test_an_answer_has_one_of_the_forms(written: str, answer: AnswerFormat) -> None:
    assert first_item(f"- ask: Well?\n  answer: {written}").answer == answer


def test_up_to_two_of_a_checklist_takes_its_lines() -> None:
    schedule = loaded(
        """
        - ask: Have you ever...
          id: been
          checklist:
            given: given one?
            taken: taken one?
          for each yes:
            - probe: Tell me more?
        - record: Which?
          answer: up to 2 of been
        """
    )
    checklist, more, picker = (located.item for located in schedule.walk())
    assert checklist.answer == AnswerFormat(AnswerKind.CHECKLIST)
    assert checklist.checklist == (ChecklistLine("given", "given one?", 8), ChecklistLine("taken", "taken one?", 9))
    assert checklist.for_each_yes == (more,)
    assert picker.answer == AnswerFormat(AnswerKind.UP_TO, ("given", "taken"), 2, "been")


def test_an_item_has_all_that_its_keywords_say() -> None:
    schedule = loaded(
        """
        - ask: May I?
          id: may_i
          answer: yes/no
          consent: recording
          priority: must
          listen for: [why, when]
          theme: impact - learning
          then:
            - probe: Why not?
              id: why_not
              if: not may_i
            - And then?
        """
    )
    located = schedule.items()
    item = located["may_i"].item
    assert (item.consent, item.priority, item.listen_for) == (Consent.RECORDING, Priority.MUST, ("why", "when"))
    assert (item.theme, item.line, item.lines["theme"]) == ("impact - learning", 5, 11)
    assert [child.id for child in item.children] == ["why_not", "then"]
    assert located["why_not"].conditions == (Not(Is("may_i", "yes")),)
    assert located["why_not"].parents == (item,)


def test_words_to_listen_for_may_stand_in_one_line() -> None:
    assert first_item("- ask: How often?\n  listen for: weekly, by day").listen_for == ("weekly", "by day")


LOOPS = """\
schedule: Loops
study: Trial
version: 1.10
minutes: 9
words:
  place:
    where is ward: ward
    otherwise: unit
incident record:
  needs:
    event: What happened?
  nice to have:
    who: Who was there?
sections:
- section: Shifts
  id: shifts
  repeat: shift
  at least: 1
  at most: 3
  again: Another shift?
  each:
    - ask: Where?
      id: where
      answer: one of [ward, theatre]
    - section: Incidents
      if: where is ward
      minutes: 9
      repeat: incident
      for:
        good: One that went well on the ${place}?
        bad: One that did not?
      each:
        - ask: What happened?
          fills: event
"""


def test_loops_have_named_rounds_or_counted_ones() -> None:
    schedule = read_schedule(LOOPS, "loops.yaml")
    shift, incident = (loop for loop, _ in schedule.loops().values())
    assert (shift.id, shift.at_least, shift.at_most) == ("shift", 1, 3)
    assert shift.again == Item("again_shift", Kind.ASK, "Another shift?", AnswerFormat(AnswerKind.YES_NO), line=20)
    assert [(named.key, named.opening.id) for named in incident.named] == [
        ("good", "incident_good"),
        ("bad", "incident_bad"),
    ]
    assert incident.named[0].opening.priority is Priority.MUST
    assert list(schedule.items()) == [
        "where",
        "incident_good",
        "incident_bad",
        "what_happened",
        "gap_who",
        "again_shift",
    ]
    inner = schedule.sections[0].parts[1]
    assert isinstance(inner, Section)
    assert (inner.id, inner.minutes, inner.condition) == ("incidents", 9, Is("where", "ward"))


def test_the_head_says_what_the_schedule_is() -> None:
    schedule = read_schedule(LOOPS, "loops.yaml")
    assert (schedule.title, schedule.study, schedule.version, schedule.minutes) == ("Loops", "Trial", "1.10", 9)
    assert schedule.words == {"place": (WordChoice(Is("where", "ward"), "ward", 7), WordChoice(None, "unit", 8))}
    assert schedule.needs == (IncidentPart("event", "What happened?", 11),)
    assert schedule.wishes == (IncidentPart("who", "Who was there?", 13),)
    assert schedule.text == LOOPS
    assert schedule.sha256 == hashlib.sha256(LOOPS.encode()).hexdigest()


def test_a_condition_may_count_the_lines_of_a_checklist() -> None:
    schedule = loaded(
        "- ask: Have you...\n  id: been\n  checklist: {a: done}\n- ask: Only one?\n  if: count of been is 1"
    )
    assert schedule.items()["only_one"].item.condition == Count("been", "is", 1)


def test_text_stays_text() -> None:
    for text in ("yes", "No", "on", "1.10", "0x1F", "null", "~", "2001-01-01", "1e3", "=", "é ü ‘’ 日本"):
        assert first_item(f"- ask: {text}").text == text


def test_a_text_over_several_lines_is_one_line() -> None:
    assert first_item("- ask: >\n    What happened\n    then?\n").text == "What happened then?"
    assert first_item("- What happened\n  then?").text == "What happened then?"
    assert first_item("- 'What happened?'  # a comment").text == "What happened?"


def test_derived_ids_are_short_distinct_and_leave_the_authors_alone() -> None:
    schedule = loaded(
        """
        - What happened?
        - What happened?
        - ask: Something else
          id: what_happened
        - And?
        - ‘Où’ était-ce exactement, selon vous et les autres?
        - 何がありましたか
        - 3 things?
        """
    )
    assert list(schedule.items()) == [
        "what_happened_2", "what_happened_3", "what_happened", "and_ask", "ou_etait_ce_exactement_selon", "ask",
        "ask_3_things",
    ]  # fmt: skip


def test_line_ends_and_a_byte_order_mark_do_not_matter() -> None:
    plain = read_schedule(LOOPS, "loops.yaml")
    for text in (LOOPS.replace("\n", "\r\n"), "\ufeff" + LOOPS, LOOPS.rstrip("\n"), LOOPS + "...\n"):
        assert read_schedule(text, "loops.yaml").sections == plain.sections


def test_a_schedule_is_read_from_its_file(tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(LOOPS.encode())
    assert read_schedule_file(file) == read_schedule(LOOPS, "mine.yaml")


@pytest.mark.parametrize(
    ("content", "line", "found"),
    [
        (b"schedule: caf\xe9\n", 1, "not in UTF-8"),
        (b"schedule: x\nsections: \xff\xfe\n", 2, "not in UTF-8"),
        ("schedule: x\n".encode("utf-16"), 1, "not in UTF-8"),
        (b"schedule: x\x00\n", 1, "U+0000"),
        (b"", 0, "empty"),
        (b"x" * 5_000_000, 0, "larger than 1000 kB"),
        (b"\xe9" * 5_000_000, 0, "larger than 1000 kB"),
    ],
)
def test_a_file_that_is_no_text_is_refused_with_a_sentence(
    tmp_path: Path, content: bytes, line: int, found: str
) -> None:
    file = tmp_path / "mine.yaml"
    file.write_bytes(content)
    with pytest.raises(ScheduleError) as caught:
        read_schedule_file(file)
    (problem,) = caught.value.problems
    assert isinstance(problem, Problem)
    assert (problem.line, problem.source) == (line, str(file))
    assert found in problem.found


def test_a_file_that_cannot_be_opened_is_refused_with_a_sentence(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.yaml", tmp_path, Path("a\0b")):
        with pytest.raises(ScheduleError, match="cannot be opened"):
            read_schedule_file(path)


def test_all_problems_are_told_at_once_and_in_file_order() -> None:
    text = around(
        """
        - ask: Who?
          id: who
          answer: one of [her, him]
        - ask: What?
          aswer: yes/no
        - ask: Where?
          if: whom is her
        - ask: When?
          if: who is them
          priority: maybe
        - say: ${word}
        """
    )
    with pytest.raises(ScheduleError) as caught:
        read_schedule(text, "trial.yaml")
    problems = [problem for problem in caught.value.problems if isinstance(problem, Problem)]
    assert [problem.line for problem in problems] == [9, 11, 13, 14, 15]
    assert str(problems[0]) == "trial.yaml:9: `aswer:` is no keyword of an item. Write `answer:`."
    assert "5 errors" in caught.value.message
    assert str(problems[0]) in caught.value.message
    assert "interview-tui check trial.yaml" in caught.value.hint
    assert {problem.severity for problem in problems} == {Severity.ERROR}
    assert caught.value.exit_code == 2


def test_what_could_not_be_read_is_not_said_to_be_missing() -> None:
    text = around(
        """
        - ask: Who?
          id: who
          answer: one of them
        - ask: What?
          if: who is her
        - ask: Where?
          id: where
          then: Why?
        """
    )
    with pytest.raises(ScheduleError) as caught:
        read_schedule(text, "trial.yaml")
    assert [str(problem)[:14] for problem in caught.value.problems] == ["trial.yaml:7: ", "trial.yaml:12:"]


def test_a_schedule_says_what_to_do_when_somebody_is_distressed() -> None:
    lines = ["Wait.", '"Helpline: 116 123"']
    written = (
        "schedule: x\ndistress:\n"
        + "".join(f"- {line}\n" for line in lines)
        + "sections:\n- section: A\n  items: [a]\n"
    )
    assert read_schedule(written, "x.yaml").distress == ("Wait.", "Helpline: 116 123")


def test_without_distress_a_schedule_shows_a_ladder_that_fits_a_screen() -> None:
    schedule = read_schedule("schedule: x\nsections:\n- section: A\n  items: [a]\n", "x.yaml")
    assert schedule.distress == DISTRESS
    assert all(len(line) <= 90 for line in schedule.distress)
    assert not any(character.isdigit() for line in schedule.distress for character in line)
