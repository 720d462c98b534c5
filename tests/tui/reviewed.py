"""The example record on the stage: as a merge knows it, with visits, and recorded for an hour."""

from __future__ import annotations

from dataclasses import replace

from interview_tui.interview.events import Place, Stretch
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.timeline import Span
from interview_tui.record.fidelity import Asked
from interview_tui.record.model import Evidence, Record
from interview_tui.record.queue import review_queue
from interview_tui.record.review.log import Log
from interview_tui.record.review.review import Review
from interview_tui.record.under_review import UnderReview
from tests.export.example_record import (
    ACTION,
    EVENT,
    FEELING,
    HARD_OUTCOME,
    ORIGIN_MS,
    OUTCOME,
    OUTSIDE,
    example_record,
)
from tests.tui.staging import Stage, mentoring
from tests.tui.test_home import conducted

ASIDE = "spoken of beside the question before them"
DOUBTFUL = {
    "He was in a dreadful state.": ("the order of the schedule", 0.61),
    "To go back to it: he rang twice that night.": (ASIDE, 0.53),
}
WAYS = {
    EVENT: Asked.WORDED,
    FEELING: Asked.SKIPPED,
    OUTCOME: Asked.PARAPHRASED,
    ACTION: Asked.VOLUNTEERED,
    HARD_OUTCOME: Asked.NOT_REACHED,
    OUTSIDE: Asked.PARAPHRASED,
    Place("ideal"): Asked.SKIPPED,
}
VISITS = ((0, Place("definition")), (14, Place("which", "R1")), (19, Place("what_happened", "R1-good")))
HOUR_S, RATE = 3_600, 8_000


def at(second: float) -> int:
    """A moment of the example, in seconds from its first sample."""
    return ORIGIN_MS + round(second * 1000)


def placed_record(case: str = "P07", **changes: object) -> Record:
    """The example, as a merge knows it: how questions were asked, how sure a place is, how long was talked where."""
    record = example_record(case=case, **changes)
    entries = tuple(
        replace(entry, asked=WAYS.get(entry.place, Asked.ASKED), evidence=_at(record, entry.place))
        for entry in record.entries
    )
    turns = tuple(
        replace(placed, why=why, sure=sure)
        for placed in record.turns
        for why, sure in [DOUBTFUL.get(placed.turn.text, (placed.why, placed.sure))]
    )
    talk_ms = (("General questions", 4_200), ("Outcome", 24_000), ("R1-good", 12_000), ("R1-difficult", 6_000))
    return replace(record, entries=entries, turns=turns, talk_ms=talk_ms)


def _at(record: Record, place: Place) -> Evidence:
    """What was said and noted at a place."""
    turns = [each.turn for each in record.turns if each.place == place]
    notes = tuple(note.note for note in record.notes if place in note.places and not note.before_consent)
    audio = Stretch(turns[0].start_ms, max(turn.end_ms for turn in turns)) if turns else None
    return Evidence(tuple(turn.number for turn in turns), notes, audio)


def lies(stage: Stage, record: Record, case: str = "P07") -> None:
    """Let a record lie on the desk of whoever opens its case."""
    interview = stage.study.interview(case)
    hour = (AudioPart("hour.wav", 0, HOUR_S * RATE),)
    interview.soundtrack.spans.clear()
    interview.soundtrack.spans[1] = Span(1, 0, RATE, 1, HOUR_S * RATE, hour)
    interview.moves.extend((at(second), place) for second, place in VISITS)
    review = Review()
    queue = review_queue(record, mentoring(), review)
    stage.reviews.lies[case] = UnderReview(interview, None, Log(()), review, record, queue)


def stage_with_record(record: Record | None = None) -> Stage:
    """A study with one interview, whose record is this, or the example."""
    stage = Stage()
    conducted(stage, "P07")
    lies(stage, record or placed_record())
    return stage
