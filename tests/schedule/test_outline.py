"""The outline shows the schedule as the interviewer will meet it."""

from __future__ import annotations

import pytest

from interview_tui.errors import ConfigError
from interview_tui.schedule.outline import WIDTH, outline
from interview_tui.schedule.reader import read_schedule
from tests.examples import handover

LONG = "long " * 60


def lines_of(answers: dict[str, str]) -> list[str]:
    """The lines of the handover schedule's outline."""
    return outline(handover(), answers).splitlines()


def test_each_kind_of_line_has_its_mark() -> None:
    lines = lines_of({})
    for line in (
        "     ▹ Not recording yet.",
        "     say “This is about handovers.”",
        "     ? May I record this?  [y n]  [consent: recording]  (must)",
        "     ? Have you ever...",
        "        - given a handover at night?  [y n]",
        "        ▸ Say a little more?",
        "     ? Was it on paper?  [y n p]",
        "     ▢ Both ways?  [1 given  2 taken]  (if all of been)",
        "     ? What makes a good handover?  (could)",
    ):
        assert line in lines


def test_the_head_names_the_schedule_and_the_answers() -> None:
    lines = lines_of({"been": "given,taken", "post": "ward"})
    assert lines[:3] == [
        "Handovers · version 1.10 · 20 min",
        "Night shifts",
        "Answers: been = given + taken, post = ward",
    ]
    assert lines_of({})[2] == "Answers: none: nothing is off route yet"


def test_what_is_off_the_route_is_marked_with_the_reason() -> None:
    lines = lines_of({"been": "given", "paper": "yes"})
    assert "·       ▸ Why not?  (not: paper is not yes)" in lines
    assert "·    ▢ Both ways?  [1 given  2 taken]  (not: all of been)" in lines
    assert "  SHIFTS" in lines


def test_a_section_off_the_route_takes_all_in_it_along() -> None:
    lines = lines_of({"been": "none"})
    start = lines.index("· SHIFTS  (not: any of been)")
    assert all(line.startswith("·") for line in lines[start:] if line)


def test_a_condition_not_yet_known_is_told_and_nothing_is_marked() -> None:
    lines = lines_of({})
    assert "        ▸ Why not?  (if paper is not yes)" in lines
    assert "  SHIFTS  (if any of been)" in lines
    assert not any(line.startswith("·") for line in lines)


def test_named_rounds_are_laid_out_and_counted_ones_named() -> None:
    text = outline(handover(), {"post": "theatre"})
    lines = text.splitlines()
    assert "     — shift: 1 to 2 rounds —" in lines
    smooth, rough = lines.index("           — incident: smooth —"), lines.index("           — incident: rough —")
    assert (
        lines[smooth + 1]
        == "              ? Can you think of a handover to a theatre nurse that went smoothly?  (must)"
    )
    assert "              ? What happened?  → event  (must)" in lines[smooth:rough]
    assert "              ▸ What led up to it?  → context  (if it is lacking)" in lines[smooth:rough]
    assert text.count("? What happened?  → event") == 2
    assert "     ? Is there another shift, with another theatre nurse?  [y n]" in lines


def test_long_lines_are_broken_under_their_text() -> None:
    text = f"schedule: x\nsections:\n- section: s\n  items:\n  - ask: {LONG}\n    answer: one of [a b c, d e f]\n"
    lines = outline(read_schedule(text, "x.yaml"), {}).splitlines()
    start = next(number for number, line in enumerate(lines) if line.startswith("     ? long"))
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[start + 1].startswith("       long")
    assert any("[1 a b c  2 d e f]" in line for line in lines[start:])


@pytest.mark.parametrize(
    ("answers", "message", "hint"),
    [
        ({"pots": "ward"}, "No item of the schedule has the id `pots`.", "`post`"),
        ({"zzzzzzzz": "x"}, "No item of the schedule has the id `zzzzzzzz`.", "`answer:`"),
        ({"post": "kitchen"}, "`post` cannot be answered by `kitchen`.", "It takes ward, theatre, dk, rf, na, nt."),
        ({"post": "none"}, "`post` cannot be answered by `none`.", "ward, theatre"),
        ({"post": "ward,theatre"}, "`post` takes 1 answer, not 2.", ""),
        ({"post": ""}, "`post` takes 1 answer, not 0.", ""),
        ({"been": "mine"}, "`been` cannot be answered by `mine`.", "given, taken"),
        ({"good_handover": "yes"}, "`good_handover` cannot be answered by `yes`.", "It takes dk"),
    ],
)
def test_an_answer_that_cannot_be_is_refused(answers: dict[str, str], message: str, hint: str) -> None:
    with pytest.raises(ConfigError) as caught:
        outline(handover(), answers)
    assert caught.value.message == message
    assert hint in caught.value.hint


@pytest.mark.parametrize("value", ["dk", "rf", "na", "nt"])
def test_any_item_may_be_left_unanswered(value: str) -> None:
    lines = lines_of({"paper": value, "been": value, "good_handover": value})
    assert "        ▸ Why not?  (if paper is not yes)" in lines
    assert "· SHIFTS  (not: any of been)" in lines
