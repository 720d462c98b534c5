"""Checks of meaning: what refers to nothing, contradicts itself, or does not add up."""

from __future__ import annotations

import textwrap

import pytest

from interview_tui.errors import ScheduleError
from interview_tui.schedule.check import check
from interview_tui.schedule.problems import Problem, Severity
from interview_tui.schedule.reader import read_schedule
from tests.schedule.forms import around

BASE = """
- ask: Have you ever...
  id: been
  checklist:
    given: given one?
    taken: taken one?
- ask: Where?
  id: post
  answer: one of [ward, theatre]
- ask: Was it good?
  id: good
  answer: yes/no
- ask: Why?
  id: why
- record: Which?
  id: focus
  answer: up to 1 of been
"""
"""Items in lines 5 to 18; what follows begins in line 19."""

ERRORS = {
    "an unknown id": ("- ask: x\n  if: pots is ward", "No item has the id `pots`", "Write `post`."),
    "an id like none": ("- ask: x\n  if: zzzzzz", "No item has the id `zzzzzz`", "Give a question `id: zzzzzz`."),
    "a value that is none": ("- ask: x\n  if: post is wards", "`post` is never `wards`", "Write `post is ward`."),
    "a value like none": ("- ask: x\n  if: post is zzz", "`post` is never `zzz`", "Write one of ward, theatre."),
    "yes of a choice": ("- ask: x\n  if: post", "`post` is never `yes`", "Write one of ward, theatre."),
    "a value in capitals": ("- ask: x\n  if: good is Yes", "`good` is never `Yes`", "Write `good is yes`."),
    "a value of free notes": ("- ask: x\n  if: why is because", "answered by free notes", "Give `why` an `answer:`"),
    "a checklist as a whole": ("- ask: x\n  if: been is yes", "`been` is a checklist", "Write `any of been`, or"),
    "an unknown line": ("- ask: x\n  if: been.gave", "`been` has no line `gave`", "Write `been.given`."),
    "a line of no checklist": ("- ask: x\n  if: post.ward", "`post` has no line `ward`", "Write `post`."),
    "a count of no checklist": ("- ask: x\n  if: any of post", "`post` has no checklist", "such as `been`"),
    "up to of no checklist": ("- ask: x\n  answer: up to 2 of post", "`post` names no checklist", "a `checklist:`"),
    "up to of an unknown id": ("- record: x\n  answer: up to 2 of bean", "`bean` names no checklist", "Write `been`."),
    "a line that is not picked": ("- ask: x\n  if: focus is gven", "`focus` is never `gven`", "`focus is given`"),
    "an unknown word": ("- ask: Is ${it} so?", "`${it}` is no word of the schedule", "Define `it:` under `words:`."),
    "a contradiction": ("- ask: x\n  if: good and not good", "can never be suggested", "Change the condition"),
    "too high a count": ("- ask: x\n  if: count of been > 2", "can never be suggested", "Change the condition"),
    "two values of one answer": ("- ask: x\n  if: post is ward and post is theatre", "can never be", "Change"),
    "two picks of one": ("- ask: x\n  if: focus is given and focus is taken", "can never be", "Change"),
    "a contradiction to the item above": (
        "- ask: x\n  if: good\n  then:\n  - ask: y\n    if: good is no", "`y` can never be suggested", "Change"
    ),
    "fills without a record": ("- ask: x\n  fills: event", "`event` is no part", "`incident record:`"),
}  # fmt: skip


@pytest.mark.parametrize(("items", "found", "write"), ERRORS.values(), ids=ERRORS)
def test_what_means_nothing_is_an_error(items: str, found: str, write: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        read_schedule(around(BASE + items), "trial.yaml")
    told = [one for one in caught.value.problems if isinstance(one, Problem) and one.severity is Severity.ERROR]
    assert found in told[0].found
    assert write in told[0].write
    assert told[0].line >= 19


FINE = [
    "post is ward or post is theatre", "not post is ward", "good is dk", "post is rf and not good", "been.given is dk",
    "been.taken and not been.given", "count of been is 2", "all of been and good", "why is nt", "focus is given",
    "focus is not given", "none of been or good is na", "good is yes and good is not no",
]  # fmt: skip


@pytest.mark.parametrize("condition", FINE)
def test_what_can_hold_is_no_error(condition: str) -> None:
    read_schedule(around(f"{BASE}- ask: x\n  if: {condition}\n"), "trial.yaml")


def test_too_many_cases_to_try_are_taken_for_possible() -> None:
    lines = "\n".join(f"    k{number}: x" for number in range(30))
    text = around(
        f"- ask: Have you...\n  id: many\n  checklist:\n{lines}\n- ask: x\n  if: any of many and none of many\n"
    )
    assert read_schedule(text, "trial.yaml").items()["x"].item.condition is not None


def warned(text: str) -> list[str]:
    """The warnings of a schedule without errors, consents left aside."""
    problems = check(read_schedule(text, "trial.yaml"), "trial.yaml")
    assert {problem.severity for problem in problems} <= {Severity.WARNING}
    return [str(problem) for problem in problems if "consent" not in problem.found]


def test_a_condition_about_a_later_item_is_a_warning() -> None:
    (warning,) = warned(around("- ask: x\n  if: later\n- ask: y\n  id: later\n  answer: yes/no\n"))
    assert warning.startswith("trial.yaml:6: The condition of `x` is about `later`, which is asked later.")


def test_a_condition_of_an_item_about_itself_is_a_warning() -> None:
    (warning,) = warned(around("- ask: x\n  id: self\n  answer: yes/no\n  if: self\n"))
    assert "`self`, which is asked later" in warning


NEEDS = """
schedule: Incidents
minutes: {minutes}
words:
  place:
    {first}: the ward
    otherwise: there
incident record:
  needs:
    event: What happened?
    action: What did you do?
sections:
- section: Shifts
  minutes: 8
  repeat: shift
  each:
    - ask: Good?
      id: good
      answer: yes/no
    - section: Told
      minutes: {inner}
      repeat: incident
      for:
        one: Tell me of ${{word}} one?
      each:
        - ask: What happened?
          fills: {fills}
        - ask: What did you do?
          fills: action
- section: After
  if: {after}
  minutes: 2
  items:
    - {last}
- section: Close
  minutes: 1
  items: [Thanks]
"""


def incidents(**changes: str) -> str:
    """A schedule with incidents, fine but for the changes."""
    plain = {
        "minutes": "9",
        "first": "good",
        "inner": "8",
        "word": "place",
        "fills": "event",
        "after": "asked",
        "last": "x",
    }
    text = textwrap.dedent(NEEDS).format(**{**plain, **changes}).replace("${word}", "${place}")
    return text.replace(
        "- section: Shifts",
        "- section: Before\n  items:\n    - ask: a\n      id: asked\n      answer: yes/no\n- section: Shifts",
    )


def test_a_schedule_with_incidents_has_nothing_wrong() -> None:
    assert warned(incidents()) == []


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"fills": "evnt"}, "`evnt` is no part of the incident record. Write `fills: event`."),
        ({"fills": "action"}, "No question fills `event`, which an incident needs."),
        ({"last": "{ask: x, fills: event}"}, "`fills:` stands outside every loop."),
        ({"first": "godo"}, "No item has the id `godo`. Write `good`."),
        ({"first": "good and not good"}, "This wording of `place` can never be used."),
        ({"after": "asked and not asked"}, "`after` can never be suggested: `asked and asked is not yes`"),
    ],
)
def test_an_incident_record_must_be_filled_in_its_loop(changes: dict[str, str], found: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        read_schedule(incidents(**changes), "trial.yaml")
    assert any(found in str(problem) for problem in caught.value.problems), caught.value.problems


def test_incidents_are_told_in_one_loop() -> None:
    text = incidents() + "- section: More\n  repeat: more\n  each:\n    - ask: And?\n      fills: event\n"
    with pytest.raises(ScheduleError, match="stands in the loop `more`, but incidents are told in `incident`"):
        read_schedule(text, "trial.yaml")


def test_a_condition_about_the_rounds_of_a_loop_is_a_warning_outside_of_it() -> None:
    (warning,) = warned(incidents(after="good"))
    assert "about `good`, answered in every round of `shift`" in warning


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"minutes": "8"}, "trial.yaml:3: The sections of the schedule have 9 to 11 minutes, not 8."),
        ({"minutes": "12"}, "trial.yaml:3: The sections of the schedule have 9 to 11 minutes, not 12."),
        ({"inner": "7"}, "trial.yaml:19: The sections of `shifts` have 7 minutes, not 8."),
    ],
)
def test_minutes_that_do_not_add_up_are_a_warning(changes: dict[str, str], found: str) -> None:
    (warning,) = warned(incidents(**changes))
    assert warning.startswith(found)


@pytest.mark.parametrize("minutes", ["0", "9", "10", "11"])
def test_minutes_add_up_with_or_without_sections_that_hang_on_a_condition(minutes: str) -> None:
    assert warned(incidents(minutes=minutes)) == []


CONSENTS = """\
- ask: a
  answer: yes/no
  consent: take part
  priority: must
- ask: b
  answer: yes/no
  consent: recording
"""


@pytest.mark.parametrize(
    ("items", "found"),
    [
        ("- ask: a", ["Nothing asks for consent to recording", "Nothing asks for consent to take part"]),
        (CONSENTS, ["`b` asks for a consent, but may be dropped when time runs out"]),
        (CONSENTS + "  priority: must\n", []),
    ],
)
def test_consents_that_nothing_asks_for_are_warnings(items: str, found: list[str]) -> None:
    problems = check(read_schedule(around(items), "trial.yaml"))
    assert sorted(problem.found for problem in problems) == found


def test_a_wording_may_use_a_word_but_not_one_that_uses_another() -> None:
    head = "schedule: x\nwords:\n  a:\n    otherwise: is ${b}\n  b:\n    otherwise: c\n"
    tail = "sections:\n- section: s\n  items: ['${a}']\n"
    assert read_schedule(head + tail, "trial.yaml").words
    with pytest.raises(ScheduleError, match="uses a word whose wordings use words again"):
        read_schedule(head.replace("otherwise: c", "otherwise: to ${a}") + tail, "trial.yaml")


def test_errors_and_warnings_are_told_together() -> None:
    with pytest.raises(ScheduleError) as caught:
        read_schedule(incidents(minutes="20", fills="evnt"), "trial.yaml")
    severities = [problem.severity for problem in caught.value.problems if isinstance(problem, Problem)]
    assert severities.count(Severity.WARNING) == 3  # minutes, and the two consents
    assert Severity.ERROR in severities
