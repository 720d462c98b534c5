"""The review of an interview as a list of edits, each by somebody, on some machine, after those that they had seen.

Edits are only ever added. So two people's lists of the same interview, from two machines, are put together by taking
all edits of both: every order in which they arrive gives the same review (a grow-only set; Shapiro, Preguiça, Baquero
and Zawirski, "Conflict-free replicated data types", 2011). Where two people changed the same without having seen each
other's change, the later holds and both are shown as a conflict.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import combinations

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
class Edit:
    """A change: its id, by whom (and on which machine), and the newest edits that were known there then (`seen`)."""

    id: str
    by: str
    machine: str
    seen: tuple[str, ...]
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
        known = {edit.id: edit for edit in edits}
        self._before: dict[str, frozenset[str]] = {}
        self.edits: tuple[Edit, ...] = tuple(self._ordered(known))
        self._undone = _undone(self.edits)

    @property
    def heads(self) -> tuple[str, ...]:
        """The newest edits: those that no other one has seen. What is changed now is changed after these."""
        seen = {name for edit in self.edits for name in edit.seen}
        return tuple(sorted(edit.id for edit in self.edits if edit.id not in seen))

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

    def _ordered(self, known: Mapping[str, Edit]) -> Iterator[Edit]:
        """Every edit after those that it had seen; of those that are free, the one of the earliest wall clock first."""
        waits_for = {name: {one for one in edit.seen if one in known and one != name} for name, edit in known.items()}
        wanted_by: dict[str, list[str]] = defaultdict(list)
        for name, seen in waits_for.items():
            for one in seen:
                wanted_by[one].append(name)
        free = [(known[name].change.wall_ms, name) for name, seen in waits_for.items() if not seen]
        heapify(free)
        while free:
            _, name = heappop(free)
            before = [one for one in known[name].seen if one in self._before]
            self._before[name] = frozenset(before).union(*(self._before[one] for one in before))
            yield known[name]
            for other in wanted_by[name]:
                waits_for[other].discard(name)
                if not waits_for[other]:
                    heappush(free, (known[other].change.wall_ms, other))
        damaged = [edit for name, edit in known.items() if name not in self._before]  # they wait for one another
        for edit in sorted(damaged, key=lambda edit: (edit.change.wall_ms, edit.id)):
            self._before[edit.id] = frozenset(one for one in edit.seen if one in self._before)
            yield edit


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
