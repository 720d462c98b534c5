"""The history as rows: what stands above what, what became of each change, and where the machine's text comes from."""

from __future__ import annotations

from dataclasses import replace

import pytest

from interview_tui.interview.corrections import TurnGiven
from interview_tui.record.merge import merge
from interview_tui.record.review.changes import ReviewState, StateReached, Undone
from interview_tui.record.review.log import Edit, Log
from interview_tui.record.telling import told
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Provenance, Transcript
from interview_tui.record.under_review import under_review
from interview_tui.tui.chronicle import NOTHING, Line, head, history_lines, prompt, widest_name
from tests.examples import WALL_MS
from tests.record.talking import transcript
from tests.record.test_telling import TALK, Desk
from tests.tui.staging import SHOWS_A_DATE

DAY_MS = 86_400_000
HEARD = Provenance("faster-whisper", "base", "d01c3014881c9c6f", "en", {"transcribed": "2023-11-14T22:20:00+00:00"})


def edit(name: str, change, by: str = "ann", seen: tuple[str, ...] = ()) -> Edit:
    return Edit(name, by, "lab", seen, change)


def given(wall_ms: int, speaker: str = INTERVIEWER, **more) -> TurnGiven:
    return TurnGiven(at_ms=0, wall_ms=WALL_MS + wall_ms, start_ms=23_000, end_ms=28_000, speaker=speaker, **more)


def laid(*edits: Edit, machine: Transcript | None = None) -> tuple[list[Line], list[str]]:
    """The rows, and the head in words."""
    interview = Desk().interview
    found = under_review(interview, machine, Log(edits))
    said = told(found, merge(interview, machine))
    return history_lines(found, said), [row.plain for row in head(found, said)]


@SHOWS_A_DATE
def test_each_day_has_its_changes_newest_first_under_a_heading():
    lines, _ = laid(
        edit("a", given(0)),
        edit("b", given(60_000, ""), seen=("a",)),
        edit("c", given(DAY_MS), seen=("b",)),
    )
    assert [line.name or line.text for line in lines] == ["15 Nov 2023", "c", "14 Nov 2023", "b", "a"]
    assert [line.when for line in lines if line.sign] == ["22:13", "22:14", "22:13"]


@SHOWS_A_DATE
def test_a_change_says_by_whom_it_was_taken_back_and_on_which_day_if_on_another():
    taken = Undone(at_ms=0, wall_ms=WALL_MS + DAY_MS, edit="a")
    lines, _ = laid(edit("a", given(0)), edit("b", taken, "bob", ("a",)))
    assert [(line.sign, line.aside) for line in lines if line.sign] == [
        ("↶", ""),
        ("○", "taken back: bob 15 Nov 2023 22:13"),
    ]
    again = Undone(at_ms=0, wall_ms=WALL_MS + DAY_MS, edit="b")
    lines, _ = laid(edit("a", given(0)), edit("b", taken, "bob", ("a",)), edit("c", again, "ann", ("b",)))
    assert [(line.sign, line.aside) for line in lines if line.sign] == [
        ("↶", ""),
        ("↶", "holds no more: ann 22:13"),
        ("●", ""),
    ]


@SHOWS_A_DATE
def test_both_sides_of_a_conflict_stand_above_all_and_the_one_that_holds_first():
    lines, (title, *_) = laid(edit("a", given(0)), edit("b", given(60_000, RESPONDENT), "bob"))
    heading, holds, other, _, *below = lines
    assert heading.text.startswith("In conflict")
    assert (holds.name, holds.aside) == ("b", "holds · 14 Nov 2023")
    assert (other.name, other.aside) == ("a", "does not hold · 14 Nov 2023")
    assert holds.group == other.group != ""
    assert {(line.sign, line.aside) for line in below} == {("≠", "in conflict, see above")}
    assert title == "P01   history · 2 changes · 1 conflict"


@SHOWS_A_DATE
def test_the_head_has_the_states_that_hold_by_whom_when_and_why():
    def reached(name: str, state: ReviewState, minute: int, comment: str = "") -> Edit:
        change = StateReached(at_ms=0, wall_ms=WALL_MS + 60_000 * minute, state=state, comment=comment)
        return edit(name, change, seen=(chr(ord(name) - 1),))

    edits = (
        reached("b", ReviewState.CHECKED, 0),
        reached("c", ReviewState.SIGNED_OFF, 1),
        edit("d", Undone(at_ms=0, wall_ms=WALL_MS + 120_000, edit="c"), seen=("c",)),
        reached("e", ReviewState.TRANSCRIBED, 3, "a page was missing"),
    )
    _, (title, source, states) = laid(*edits, machine=transcript(*TALK))
    assert title == "P01   history · 3 changes · 1 taken back"
    assert source.startswith("machine's text: faster-whisper tiny.en · sha256 000000000000…")
    assert states == (
        "state: transcribed → checked (ann 14 Nov 2023 22:13)"
        " → transcribed (ann 14 Nov 2023 22:16, “a page was missing”)"
    )
    assert laid()[1][1:] == ["not transcribed", "state: not transcribed"]


@SHOWS_A_DATE
def test_the_machine_s_text_is_the_oldest_with_all_that_is_known_of_it():
    machine = replace(transcript(*TALK), provenance=HEARD)
    lines, (_, source, _) = laid(edit("a", given(0)), machine=machine)
    assert source == "machine's text: faster-whisper base · sha256 d01c3014881c… · en · 14 Nov 2023 22:20"
    assert [line.text for line in lines if not line.sign] == ["14 Nov 2023"]
    assert (lines[-1].sign, lines[-1].when) == ("◆", "22:20")
    assert "sha256 d01c3014881c9c6f · en · transcribed: 2023-11-14T22:20:00+00:00" in lines[-1].text


@pytest.mark.parametrize("parameters", [{}, {"transcribed": "yesterday"}])
def test_a_transcript_that_does_not_say_when_it_was_made_is_told_without(parameters):
    machine = replace(transcript(*TALK), provenance=replace(HEARD, parameters=parameters))
    lines, (_, source, _) = laid(machine=machine)
    assert source == "machine's text: faster-whisper base · sha256 d01c3014881c… · en"
    assert [line.text for line in lines[:2]] == [NOTHING, "the machine"]
    assert lines[-1].when == ""


def test_rows_are_wrapped_beside_time_name_and_place():
    line = Line("one two three four", "●", "12:00", "Wilhelmina Grubbly", 65_000, "taken back", "a")
    assert widest_name([line]) == 10
    rows = prompt(line, 44, 5_000, 10).plain.split("\n")
    assert rows[0] == " ● 12:00 Wilhelmina   01:00  one two three"
    assert [row.strip() for row in rows[1:]] == ["four   taken", "back"]
    assert len({len(row) - len(row.lstrip()) for row in rows[1:]}) == 1
    assert prompt(Line("a day"), 40, 0, 0).plain == "\na day"
