"""The review of an interview as a list of edits, each by somebody, on some machine, after those that they had seen.

Edits are only ever added, and two people's lists are put together by taking all edits of both (`grow_only`). Where two
people changed the same without having seen each other's change, the later holds and both are shown as a conflict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations

from interview_tui.grow_only import GrowOnly, Signed
from interview_tui.interview.corrections import (
    NotePlaced,
    NoteTied,
    SpeakersSwapped,
    TalkPlaced,
    TalkReleased,
    TurnGiven,
)
from interview_tui.interview.events import Stretch
from interview_tui.record.review.changes import Change, StateReached, Undone, WordsCorrected


@dataclass(frozen=True, slots=True)
class Edit(Signed[Change]):
    """A change of a review, signed."""

    change: Change


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two edits of the same by people who had not seen each other's; `later` holds."""

    earlier: Edit
    later: Edit


class Log:
    """All edits of an interview, in the order in which they hold."""

    def __init__(self, edits: Iterable[Edit]) -> None:
        """The edits may come in any order and more than once.

        One that was made after an edit that is not here (the rest of a list is still on its way) holds all the same.
        """
        self._list = GrowOnly(edits)
        self.edits: tuple[Edit, ...] = self._list.entries
        self._before = self._list.before
        self._undone = _undone(self.edits)

    @property
    def heads(self) -> tuple[str, ...]:
        """The newest edits: those that no other one has seen. What is changed now is changed after these."""
        return self._list.heads

    @property
    def holding(self) -> tuple[Edit, ...]:
        """The edits that hold: those that were not undone, without the undoing itself."""
        return tuple(one for one in self.edits if one.id not in self._undone and not isinstance(one.change, Undone))

    def holds(self, edit: str) -> bool:
        """Whether an edit was not undone."""
        return edit not in self._undone

    def last_of(self, by: str) -> Edit | None:
        """What somebody would undo next: their newest edit that holds and is no undoing."""
        return next((one for one in reversed(self.holding) if one.by == by), None)

    def conflicts(self) -> list[Conflict]:
        """Pairs of edits of the same that were made unseen by each other and hold both."""
        claims = [(edit, claim) for edit in self.holding if (claim := _claim(edit.change)) is not None]
        by_subject: dict[str, list[tuple[Edit, _Claim]]] = defaultdict(list)
        for edit, claim in claims:
            by_subject[claim.of].append((edit, claim))
        return [
            Conflict(one, other)
            for found in by_subject.values()
            for (one, claim), (other, denial) in combinations(found, 2)
            if one.id not in self._before[other.id] and claim.clashes(denial)
            if not any(self._settles(third, of, one, other) for third, of in found)
        ]

    def _settles(self, third: Edit, of: _Claim, one: Edit, other: Edit) -> bool:
        """Whether somebody who had seen both of two edits said what holds."""
        return {one.id, other.id} <= self._before[third.id] and any(
            claim is not None and of.meets(claim) for claim in map(_claim, (one.change, other.change))
        )


def _undone(edits: Sequence[Edit]) -> frozenset[str]:
    """The edits that do not hold: the last word about each counts."""
    undone: set[str] = set()
    for edit in reversed(edits):
        if isinstance(edit.change, Undone) and edit.id not in undone:
            undone.add(edit.change.edit)
    return frozenset(undone)


@dataclass(frozen=True, slots=True)
class _Claim:
    """What a change says, and of what: something of the whole interview, or of the talk in a stretch."""

    of: str
    says: object
    stretch: Stretch | None = None

    def clashes(self, other: _Claim) -> bool:
        """Whether they say different things of the same."""
        return self.says != other.says and self.meets(other)

    def meets(self, other: _Claim) -> bool:
        """Whether they are of the same."""
        if self.of != other.of:
            return False
        if self.stretch is None or other.stretch is None:
            return True
        return self.stretch.start_ms < other.stretch.end_ms and other.stretch.start_ms < self.stretch.end_ms


def _claim(change: Change) -> _Claim | None:
    """What a change claims that another may deny; nothing of one that goes with any other."""
    match change:
        case WordsCorrected():
            return _Claim(f"words of {change.heard}", change.after, Stretch(change.start_ms, change.end_ms))
        case TurnGiven():
            return _Claim("speaker", change.speaker, Stretch(change.start_ms, change.end_ms))
        case TalkPlaced():
            return _Claim("place", change.place, Stretch(change.start_ms, change.end_ms))
        case TalkReleased():
            return _Claim("place", "as found", Stretch(change.start_ms, change.end_ms))
        case NoteTied():
            return _Claim(f"moment of {change.note}", change.about_ms)
        case NotePlaced():
            return _Claim(f"place of {change.note}", change.places)
        case SpeakersSwapped():
            return _Claim("speakers", change.landmarks)
        case StateReached():
            return _Claim("state", change.state)
    return None
