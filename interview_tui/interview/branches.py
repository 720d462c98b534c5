"""Two journals of one interview, kept on two machines, put together into the one that both come to.

The call itself is conducted once. So two journals that begin alike differ only in what was done after its end: boxes of
the debrief, audio packed, a recording attached, talk taken back and destroyed. Each of these says in itself when it was
done; put in that order, both sides come to the same journal, whoever looks first. What was destroyed on one side wins
over what the other still has.
"""

from __future__ import annotations

import json
import typing
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from interview_tui.errors import Refused
from interview_tui.interview import debriefing, withholding
from interview_tui.interview.corrections import Correction
from interview_tui.interview.event_json import to_json
from interview_tui.interview.events import (
    Answered,
    AudioRepacked,
    Covered,
    Debriefed,
    DebriefWritten,
    Destroyed,
    Erased,
    Event,
    Flagged,
    InterviewEnded,
    NoteFiled,
    NoteTaken,
    Place,
    RecordingAttached,
    RecordingDetached,
    Withheld,
)
from interview_tui.interview.facts import Withholding

AFTER_THE_CALL = (
    Covered, DebriefWritten, Debriefed, AudioRepacked, RecordingAttached, RecordingDetached, Withheld, Destroyed,
    Erased, *typing.get_args(Correction),
)  # fmt: skip
_MAY_BE_ERASED = (NoteTaken, NoteFiled, Answered, Flagged, *typing.get_args(Correction))
"""What is erased in the midst of a call. What was written later about it is known by its name (`remains`)."""
_MAY_BE_EMPTIED = ("notes", "answers", "scope")  # of `Withheld`
_LATER = {AudioRepacked: 1, Destroyed: 1, RecordingDetached: 2}  # at the same moment: after what they speak of


class Apart(Refused):
    """Two journals that cannot be put together: they are not of the same interview."""


class Outcome(StrEnum):
    """How two journals stand to one another."""

    SAME = "the same"
    OURS = "ours goes on"
    THEIRS = "theirs goes on"
    BOTH = "both go on"


@dataclass(frozen=True, slots=True)
class Joined:
    """What two journals add up to. `boxes` are those of the debrief that both wrote, differently, after they parted."""

    events: tuple[Event, ...]
    outcome: Outcome
    boxes: tuple[str, ...] = ()


def join(ours: Sequence[Event], theirs: Sequence[Event]) -> Joined:
    """The journal that both come to; nothing that was destroyed in either is left in it.

    Raises:
        Apart: they are two interviews, or both went on with the call after they had parted.
    """
    gone = (*destroyed_in(theirs, ours), *destroyed_in(ours, theirs))
    ours, theirs = without(ours, gone), without(theirs, gone)
    shared = tuple(_shared(ours, theirs))
    our_end, their_end = ours[len(shared) :], theirs[len(shared) :]
    if not our_end or not their_end:
        more = our_end or their_end
        outcome = Outcome.SAME if not more else Outcome.OURS if our_end else Outcome.THEIRS
        return Joined((*shared, *more), outcome)
    _check_after_the_call(shared, (*our_end, *their_end))
    ends = tuple(sorted(_union(our_end, their_end), key=_order))
    _check_names(ends)
    return Joined((*shared, *ends), Outcome.BOTH, tuple(_boxes_of_both(our_end, their_end)))


def destroyed_in(theirs: Sequence[Event], ours: Sequence[Event]) -> tuple[Withholding, ...]:
    """What is destroyed in `theirs`, with all that `ours` still has of it: which notes and answers they were.

    Destroying leaves of these only the moments, so they are found again by what stands at the same moments in `ours`.
    """
    gone = {event.withheld for event in theirs if isinstance(event, Destroyed)}
    withheld = {event.withheld: event for event in theirs if isinstance(event, Withheld) and event.withheld in gone}
    return tuple(_known_of(event, theirs, ours) for event in withheld.values())


def without(events: Sequence[Event], gone: Iterable[Withholding]) -> tuple[Event, ...]:
    """What is left of a journal once this is destroyed: as many events, at the same moments."""
    left = tuple(events)
    for found in gone:
        changed = remains(left, found)
        left = tuple(changed.get(number, event) for number, event in enumerate(left))
    return left


def remains(events: Sequence[Event], found: Withholding) -> Mapping[int, Event]:
    """What stands in the journal once this is destroyed: by position, for every event that changes."""
    return {**withholding.remains(events, found), **debriefing.remains(events, found)}


def _known_of(event: Withheld, theirs: Sequence[Event], ours: Sequence[Event]) -> Withholding:
    notes, answers = set(event.notes), set(event.answers)
    for own in ours:
        if isinstance(own, Withheld) and own.withheld == event.withheld and own.stretches == event.stretches:
            notes, answers = notes | set(own.notes), answers | set(own.answers)
    for their, our in zip(theirs, ours, strict=False):
        if _stamp(their) != _stamp(our):
            break
        if isinstance(their, Erased) and their.withheld == event.withheld:
            notes |= {our.note} if isinstance(our, NoteTaken) else set()
            answers |= {replace(our.place, line=our.line)} if isinstance(our, Answered) else set()
    return Withholding(
        event.withheld,
        event.at_ms,
        event.stretches,
        tuple(sorted(notes)),
        tuple(sorted(answers, key=_place_order)),
        event.scope,
        destroyed=True,
        rounds=event.rounds,
    )


def _place_order(place: Place) -> tuple[str, str, str]:
    return place.item, place.round, place.line


def _shared(ours: Sequence[Event], theirs: Sequence[Event]) -> Iterator[Event]:
    """The beginning that both have."""
    for our, their in zip(ours, theirs, strict=False):
        less = _less(our, their)
        if less is None:
            return
        yield less


def _less(one: Event, other: Event) -> Event | None:
    """The same event as two journals have it: of two that were destroyed to a different extent the one that says less.

    None: they are two events.
    """
    if one == other:
        return one
    if _stamp(one) != _stamp(other):
        return None
    erased = [event for event in (one, other) if isinstance(event, Erased)]
    if erased:
        fits = all(isinstance(event, (Erased, *_MAY_BE_ERASED)) for event in (one, other))
        return min(erased, key=lambda event: event.withheld) if fits else None
    if not isinstance(one, Withheld) or not isinstance(other, Withheld):
        return None
    changed = {field.name for field in fields(one) if getattr(one, field.name) != getattr(other, field.name)}
    if any(name not in _MAY_BE_EMPTIED or (getattr(one, name) and getattr(other, name)) for name in changed):
        return None
    return replace(one, **{name: getattr(one, name) and getattr(other, name) for name in changed})


def _union(ours: Sequence[Event], theirs: Sequence[Event]) -> Iterator[Event]:
    """The events of both, what both have only once."""
    common = Counter(ours) & Counter(theirs)
    own, other = list((Counter(ours) - common).elements()), list((Counter(theirs) - common).elements())
    yield from common.elements()
    for event in own:
        pairs = ((one, less) for one in other if (less := _less(event, one)) is not None)
        twin, less = next(pairs, (None, event))
        if twin is not None:
            other.remove(twin)
        yield less
    yield from other


def _check_after_the_call(shared: Sequence[Event], ends: Iterable[Event]) -> None:
    if not shared:
        raise Apart("They are two interviews: their first events differ.")
    in_the_call = [event for event in ends if not isinstance(event, AFTER_THE_CALL)]
    if in_the_call or not any(isinstance(event, InterviewEnded) for event in shared):
        raise Apart(f"Both went on with the call after event {len(shared)}, each in another way.")


def _check_names(ends: Iterable[Event]) -> None:
    """Two things of one name: what speaks of it later would speak of either."""
    known: dict[str, Event] = {}
    for event in ends:
        match event:
            case Withheld():
                names, what = [event.withheld], "took talk back"
            case RecordingAttached():
                spans = [f"span {piece.span}" for piece in event.pieces]
                names, what = [event.attached, *spans], "attached a recording"
            case _:
                continue
        for name in names:
            if known.setdefault(name, event) != event:
                raise Apart(f"Both {what} after the end, each under the name {name}.")


def _boxes_of_both(ours: Sequence[Event], theirs: Sequence[Event]) -> Iterator[str]:
    last: list[dict[str, str]] = [
        {event.box: event.text for event in events if isinstance(event, DebriefWritten)} for events in (ours, theirs)
    ]
    for box in sorted(last[0].keys() & last[1].keys()):
        if last[0][box] != last[1][box]:
            yield box


def _stamp(event: Event) -> tuple[int, int]:
    return event.at_ms, event.wall_ms


def _order(event: Event) -> tuple[int, int, int, str, str]:
    """Where an event stands among those after the end, in whatever journal it is found."""
    kind = type(event)
    return event.at_ms, _LATER.get(kind, 0), event.wall_ms, kind.__name__, json.dumps(to_json(event))
