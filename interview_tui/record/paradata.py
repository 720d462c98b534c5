"""Paradata of an interview: what was done when, without a word of what was said, typed or answered.

Paradata are data about how data were collected (Couper 1998, "Measuring survey quality in a CASIC environment").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from interview_tui.interview.corrections import (
    NotePlaced,
    NoteTied,
    SpeakersSwapped,
    TalkPlaced,
    TalkReleased,
    TurnGiven,
)
from interview_tui.interview.events import (
    Answered,
    AudioRepacked,
    CallBackBooked,
    CallDropped,
    CallRestored,
    CameBackOnRecord,
    Consented,
    Covered,
    DeadlineSet,
    Debriefed,
    DebriefWritten,
    Destroyed,
    DistressNoted,
    Erased,
    Event,
    Flagged,
    InterviewEnded,
    InterviewOpened,
    InterviewResumed,
    NoteFiled,
    NoteTaken,
    Place,
    RecordingAttached,
    RecordingDetached,
    Redialled,
    Restored,
    RoundAttached,
    RoundOpened,
    SpanClosed,
    SpanOpened,
    Stretch,
    ThirdPartyNoted,
    Trimmed,
    Untrimmed,
    Visited,
    WentOffRecord,
    Withheld,
)
from interview_tui.interview.outcomes import BY_CODE

WITHHELD = "withheld from here"
"""What is told of a withheld stretch: where it begins, and how long it is."""

DEEDS: dict[type[Event], str] = {
    InterviewOpened: "opened",
    InterviewResumed: "resumed",
    Visited: "visit",
    Answered: "answer",
    Consented: "consent asked for",
    NoteTaken: "note",
    NoteFiled: "note filed",
    Flagged: "flag",
    Covered: "coverage",
    RoundOpened: "round opened",
    RoundAttached: "round attached",
    SpanOpened: "recording began",
    SpanClosed: "recording ended",
    AudioRepacked: "recording packed",
    RecordingAttached: "recording attached",
    RecordingDetached: "recording detached",
    WentOffRecord: "off the record",
    CameBackOnRecord: "on the record",
    Withheld: "talk taken back",
    Restored: "talk restored",
    Destroyed: "talk destroyed",
    CallDropped: "line dropped",
    Redialled: "redialled",
    CallRestored: "line restored",
    CallBackBooked: "call-back booked",
    ThirdPartyNoted: "third party",
    DistressNoted: "distress",
    DeadlineSet: "deadline",
    Trimmed: "items trimmed",
    Untrimmed: "items not trimmed",
    InterviewEnded: "ended",
    DebriefWritten: "debrief",
    Debriefed: "debrief finished",
    SpeakersSwapped: "speakers swapped",
    TurnGiven: "turn given",
    TalkPlaced: "talk placed",
    TalkReleased: "talk released",
    NoteTied: "note tied",
    NotePlaced: "note placed",
}
"""What each event is called: all there are but `Erased`, of which nothing is told."""

_OF_THE_CALL = (
    InterviewOpened, InterviewResumed, SpanOpened, SpanClosed, AudioRepacked, RecordingAttached, RecordingDetached,
    WentOffRecord, CameBackOnRecord, Withheld, Restored, Destroyed, CallDropped, Redialled, CallRestored,
    InterviewEnded, Debriefed,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that was done.

    `at_ms` is on the call clock and `wall_ms` on the wall clock. `did` is what was done in words (`note`, `visit`,
    `answer` …), `item`, `round` and `line` where, and `more` what else is known of it that is nobody's words: a level,
    how many characters, a duration.
    """

    at_ms: int
    wall_ms: int
    did: str
    item: str = ""
    round: str = ""
    line: str = ""
    more: str = ""


def paradata(events: Iterable[Event]) -> tuple[Step, ...]:
    """What was done in an interview, by the call clock.

    What she did while talk was withheld or off the record is left out, for where she went then and how much she noted
    tell what it was about; so is whatever concerns a note or talk that is withheld, whenever it was done. The call and
    its recording go on, and each stretch that was taken back is a step of its own, with how long it is.
    """
    happened = tuple(events)
    hidden = _hidden(happened)
    steps = [_step(event) for event in happened if _may_be_told(event, hidden)]
    return tuple(sorted([*steps, *_holes(hidden)], key=lambda step: step.at_ms))


@dataclass(frozen=True, slots=True)
class _Hidden:
    """What is withheld in the end: by whom it was taken back, and when nobody was on the record."""

    taken_back: tuple[Withheld, ...]
    stretches: tuple[Stretch, ...]
    notes: frozenset[str]


def _hidden(events: Sequence[Event]) -> _Hidden:
    taken_back: dict[str, Withheld] = {}
    stretches: list[Stretch] = []
    left_ms: int | None = None
    for event in events:
        match event:
            case Withheld():
                taken_back[event.withheld] = event
            case Restored():
                taken_back.pop(event.withheld, None)
            case WentOffRecord():
                left_ms = event.at_ms
            case CameBackOnRecord() if left_ms is not None:
                stretches.append(Stretch(left_ms, event.at_ms))
                left_ms = None
    if left_ms is not None:
        stretches.append(Stretch(left_ms, max(event.at_ms for event in events) + 1))
    stretches += [stretch for withheld in taken_back.values() for stretch in withheld.stretches]
    about_it = _notes_about(events, stretches)
    notes = frozenset(about_it).union(*(withheld.notes for withheld in taken_back.values()))
    return _Hidden(tuple(taken_back.values()), tuple(stretches), notes)


def _notes_about(events: Iterable[Event], stretches: Iterable[Stretch]) -> Iterator[str]:
    """The notes that are about withheld talk, or were typed meanwhile."""
    inside = tuple(stretches)
    for event in events:
        if isinstance(event, NoteTaken) and any(
            stretch.holds(at_ms) for stretch in inside for at_ms in (event.at_ms, event.first_key_ms, event.about_ms)
        ):
            yield event.note


def _may_be_told(event: Event, hidden: _Hidden) -> bool:
    match event:
        case Erased():
            return False
        case NoteTaken() | NoteFiled() | NoteTied() | NotePlaced() if event.note in hidden.notes:
            return False
        case TurnGiven() | TalkPlaced() | TalkReleased() if _meets(event, hidden.stretches):
            return False
    return isinstance(event, _OF_THE_CALL) or not any(stretch.holds(event.at_ms) for stretch in hidden.stretches)


def _meets(talk: TurnGiven | TalkPlaced | TalkReleased, stretches: Iterable[Stretch]) -> bool:
    return any(talk.start_ms < stretch.end_ms and stretch.start_ms < talk.end_ms for stretch in stretches)


def _holes(hidden: _Hidden) -> Iterator[Step]:
    for withheld in hidden.taken_back:
        wall_at_0_ms = withheld.wall_ms - withheld.at_ms
        for stretch in withheld.stretches:
            yield Step(stretch.start_ms, wall_at_0_ms + stretch.start_ms, WITHHELD, more=_length([stretch]))


def _step(event: Event) -> Step:
    place = _where(event)
    line = event.line if isinstance(event, Answered) and event.line else place.line
    more = ", ".join(part for part in _more(event) if part)
    return Step(event.at_ms, event.wall_ms, DEEDS[type(event)], place.item, place.round, line, more)


def _where(event: Event) -> Place:
    match event:
        case Visited() | Answered() | Consented() | Flagged() | Covered() | CallDropped() | DistressNoted():
            return event.place
        case TalkPlaced(place=Place() as place):
            return place
        case NoteTaken(places=(first, *_)) | NoteFiled(places=(first, *_)) | NotePlaced(places=(first, *_)):
            return first
        case RoundOpened() | RoundAttached():
            return Place("", event.round)
    return Place("")


def _more(event: Event) -> tuple[str, ...]:
    match event:
        case Visited():
            return (event.by.value,)
        case Covered():
            return event.level.value, event.how.value
        case Consented(occasion=occasion):
            return ("again",) if occasion else ()
        case NoteTaken():
            return event.note, _counted(len(event.text), "character"), "before consent" if event.before_consent else ""
        case NoteFiled() | NoteTied() | NotePlaced():
            return (event.note,)
        case RoundOpened():
            return (event.loop,)
        case RoundAttached():
            return (f"to {event.parent}" if event.parent else "",)
        case Trimmed():
            return (_counted(len(event.places), "item"),)
        case ThirdPartyNoted():
            return ("present" if event.present else "gone",)
        case DeadlineSet():
            return ("none" if event.deadline_ms is None else f"in {_seconds(event.deadline_ms - event.at_ms)}",)
        case DebriefWritten():
            return (_counted(len(event.text), "character"),)
        case InterviewEnded():
            return event.outcome if event.outcome in BY_CODE else "", event.kept.value
    return _more_of_talk(event)


def _more_of_talk(event: Event) -> tuple[str, ...]:
    match event:
        case SpanOpened():
            return f"{event.rate} Hz", _counted(event.channels, "channel")
        case SpanClosed():
            return event.reason.value, _counted(event.frames, "frame")
        case AudioRepacked():
            return (_counted(len(event.parts), "file"),)
        case RecordingAttached():
            return (_counted(len(event.pieces), "piece"),)
        case Withheld():
            return _counted(len(event.stretches), "stretch", "stretches"), _length(event.stretches)
        case Destroyed():
            return (f"{_seconds(event.recorded_ms)} recorded",)
        case TurnGiven() | TalkPlaced() | TalkReleased():
            return (_length([Stretch(event.start_ms, event.end_ms)]),)
    return ()


def _counted(number: int, one: str, many: str = "") -> str:
    return f"{number} {one if number == 1 else many or f'{one}s'}"


def _length(stretches: Iterable[Stretch]) -> str:
    return _seconds(sum(stretch.end_ms - stretch.start_ms for stretch in stretches))


def _seconds(ms: int) -> str:
    return f"{ms / 1000:.1f} s"
