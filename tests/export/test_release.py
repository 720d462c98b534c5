"""Nothing withheld and nothing from before consent leaves the study, in any format there is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from interview_tui.export.options import Options
from interview_tui.export.registry import FORMATS
from interview_tui.export.writing import Outgoing
from interview_tui.interview.events import Stretch
from interview_tui.record.model import Evidence, PlacedNote, PlacedTurn, Record
from interview_tui.record.release import released
from interview_tui.record.transcript import Word
from tests.export.any_record import records
from tests.export.example_record import BEFORE_CONSENT, ORIGIN_MS, WITHHELD_NOTE, WITHHELD_TALK, example_record
from tests.export.reading import text_in, written_as

SECRET = "Qzxsecretxzq"


def is_withheld(record: Record, start_ms: int, end_ms: int) -> bool:
    """Whether a millisecond of it lies in a withheld stretch, found by looking at every candidate."""
    candidates = {start_ms, *(stretch.start_ms for stretch in record.withheld)}
    inside = [at for at in candidates if start_ms <= at < max(end_ms, start_ms + 1)]
    return any(stretch.start_ms <= at < stretch.end_ms for stretch in record.withheld for at in inside)


def with_secrets(record: Record) -> Record:
    """`record` with a secret for every word and note that must stay."""

    def word(given: Word) -> Word:
        return replace(given, text=SECRET) if is_withheld(record, given.start_ms, given.end_ms) else given

    def turn(given: PlacedTurn) -> PlacedTurn:
        return replace(given, turn=replace(given.turn, words=tuple(word(each) for each in given.turn.words)))

    def note(given: PlacedNote) -> PlacedNote:
        stays = given.before_consent or any(is_withheld(record, at, at) for at in (given.about_ms, given.typed_ms))
        return replace(given, text=SECRET) if stays else given

    return replace(
        record, turns=tuple(turn(each) for each in record.turns), notes=tuple(note(each) for each in record.notes)
    )


@pytest.mark.parametrize("name", FORMATS)
def test_what_was_withheld_or_noted_before_consent_is_in_no_format(name: str, tmp_path: Path) -> None:
    content = text_in(written_as(name, tmp_path, Outgoing(example_record())))
    for forbidden in (
        BEFORE_CONSENT,
        WITHHELD_NOTE,
        "a doubt about what is withheld",
        WITHHELD_TALK,
        *WITHHELD_TALK.split()[:2],
    ):
        assert forbidden not in content


def test_notes_from_before_consent_are_let_out_where_that_is_asked_for(tmp_path: Path) -> None:
    asked = Options(before_consent=True)
    content = text_in(written_as("notes", tmp_path, Outgoing(example_record()), options=asked))
    assert BEFORE_CONSENT in content
    assert WITHHELD_NOTE not in content


def test_a_turn_that_is_withheld_in_part_keeps_the_rest() -> None:
    stretch = Stretch(ORIGIN_MS + 21_700, ORIGIN_MS + 22_300)
    turn = next(placed for placed in released(example_record(withheld=(stretch,))).turns if placed.turn.number == 8)
    assert turn.turn.text == "He rang night about his first budget."


def test_evidence_points_only_to_what_is_left_and_its_audio_ends_where_the_withheld_begins() -> None:
    action = released(example_record()).incidents[1].fields[1]
    assert action.evidence == Evidence((9,), ("n4",), Stretch(ORIGIN_MS + 26_500, ORIGIN_MS + 30_600))


def test_evidence_that_lies_wholly_in_a_withheld_stretch_has_no_audio() -> None:
    record = released(example_record(withheld=(Stretch(0, ORIGIN_MS + 60_000),)))
    assert record.incidents[1].fields[0].evidence == Evidence()


@settings(max_examples=30)
@given(records())
def test_releasing_twice_is_releasing_once(record: Record) -> None:
    assert released(released(record)) == released(record)
