"""The review queue: everything that the program is unsure about in a record, to be looked into one by one.

The queue is made of a record and never kept. What is kept is what somebody looked into (`Settled`): a kind of doubt in
a stretch of the call clock. So a doubt stays settled when an interview that was transcribed anew has it there again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from operator import attrgetter

from interview_tui.interview.corrections import Correction
from interview_tui.interview.events import Place, Stretch
from interview_tui.record.doubts import NEAR_MS, DoubtKind, Fix, FoundDoubt, doubts_about, meet
from interview_tui.record.model import Record
from interview_tui.record.review.changes import Settled
from interview_tui.record.review.log import Conflict
from interview_tui.record.review.review import Review
from interview_tui.schedule.model import Schedule

BEFORE_MS, AFTER_MS = 2_000, 1_000
"""What is played beside what is doubtful."""


class Order(StrEnum):
    """In which order the doubts are worked through."""

    BY_TIME = "by time"
    BY_KIND = "by kind"


@dataclass(frozen=True, slots=True)
class QueuedDoubt:
    """Something to look into: what is doubtful and why, in a sentence.

    `stretch` is where, on the call clock; `heard` what to play of it, with a little before and after (None: nothing was
    recorded there). `turns` are numbers of the record's turns, `notes` ids, `places` the questions it is about.
    """

    kind: DoubtKind
    stretch: Stretch
    sentence: str
    fixes: tuple[Fix, ...]
    heard: Stretch | None = None
    turns: tuple[int, ...] = ()
    notes: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    settled: bool = False


def review_queue(
    record: Record,
    schedule: Schedule,
    review: Review,
    conflicts: Iterable[Conflict] = (),
    before: Sequence[Correction] = (),
    order: Order = Order.BY_TIME,
) -> tuple[QueuedDoubt, ...]:
    """All doubts about a record that was made of this review, those that are settled too; of one kind none overlap.

    `conflicts` are those of the review's log, `before` the corrections in the call's journal.
    """
    found = doubts_about(record, schedule, [*before, *review.corrections], conflicts)
    queue = [
        _queued(lot, record.spans, [one for one in review.settled if one.doubt == kind.value])
        for kind in DoubtKind
        for lot in _together(one for one in found if one.kind is kind)
    ]  # by kind, and of each by time
    return tuple(queue if order is Order.BY_KIND else sorted(queue, key=lambda one: one.stretch.start_ms))


def _together(raw: Iterable[FoundDoubt]) -> Iterator[list[FoundDoubt]]:
    """Doubts of one kind, those together that overlap or are about the same and near. No two lots overlap."""
    lot: list[FoundDoubt] = []
    for one in sorted(raw, key=lambda one: (one.stretch.start_ms, one.stretch.end_ms)):
        pause_ms = one.stretch.start_ms - max((other.stretch.end_ms for other in lot), default=0)
        if lot and (pause_ms < 0 or (pause_ms <= NEAR_MS and one.subject == lot[-1].subject)):
            lot.append(one)
            continue
        if lot:
            yield lot
        lot = [one]
    if lot:
        yield lot


def _queued(lot: Sequence[FoundDoubt], spans: Iterable[Stretch], settled: Sequence[Settled]) -> QueuedDoubt:
    stretch = Stretch(lot[0].stretch.start_ms, max(one.stretch.end_ms for one in lot))
    sentences: dict[object, str] = {}
    for one in lot:
        sentences.setdefault(one.subject, one.sentence)
    fixes = {one.fix for one in lot} | {Fix.SETTLE}
    return QueuedDoubt(
        kind=lot[0].kind,
        stretch=stretch,
        sentence=" ".join(sentences.values()),
        fixes=tuple(fix for fix in Fix if fix in fixes),
        heard=_heard(stretch, spans),
        turns=tuple(sorted({turn for one in lot for turn in one.turns})),
        notes=tuple(dict.fromkeys(note for one in lot for note in one.notes)),
        places=tuple(dict.fromkeys(place for one in lot for place in one.places)),
        settled=all(_is_settled(one, settled) for one in lot),
    )


def _is_settled(doubt: FoundDoubt, settled: Iterable[Settled]) -> bool:
    """Whether at least half of it was looked into: transcribed anew, it may begin and end a little elsewhere."""
    stretch = doubt.stretch
    looked_ms, reached_ms = 0, stretch.start_ms
    since = [one for one in settled if one.wall_ms >= doubt.since_wall_ms]
    for one in sorted(since, key=attrgetter("start_ms")):
        start_ms, end_ms = max(one.start_ms, reached_ms), min(one.end_ms, stretch.end_ms)
        looked_ms += max(0, end_ms - start_ms)
        reached_ms = max(reached_ms, end_ms)
    return looked_ms * 2 >= stretch.end_ms - stretch.start_ms


def _heard(stretch: Stretch, spans: Iterable[Stretch]) -> Stretch | None:
    """What to play: with a little before and after, from the first of it that was recorded to the last."""
    wide = Stretch(stretch.start_ms - BEFORE_MS, stretch.end_ms + AFTER_MS)
    parts = [span for span in spans if meet(span, wide)]
    if not parts:
        return None
    first_ms, last_ms = min(span.start_ms for span in parts), max(span.end_ms for span in parts)
    return Stretch(max(wide.start_ms, first_ms), min(wide.end_ms, last_ms))
