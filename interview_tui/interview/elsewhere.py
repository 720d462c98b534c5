"""A call that was conducted elsewhere: what its interviewer did, as commands to a session.

The format is that of simulated calls: a JSON object with `participant` and `events`, each event with a time `t` in
seconds from the first sample of the first recording, and a `type`: start_recording, stop_recording {part},
pause_recording, resume_recording, enter_question, leave_question {question_id}, start_incident {incident_id, valence,
relationship_id}, end_incident, note {text, t_commit}, mark. A crosswalk says which item a `question_id` is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from interview_tui.errors import ConfigError
from interview_tui.interview import rounds, route
from interview_tui.interview.events import Event, Move, Place
from interview_tui.interview.ports import Moment, RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.interview.state import Interview
from interview_tui.schedule.crosswalk import Crosswalk
from interview_tui.schedule.model import Consent

TOGETHER_MS = 100  # an incident that starts within this of the question that opens it


@dataclass(frozen=True, slots=True)
class Entered:
    """She moved to a question; `incident` and `relationship` are the foreign ids of the rounds it opens, if it does."""

    at_ms: int
    item: str
    key: str
    line: str
    incident: str = ""
    relationship: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """She typed a note: first keystroke at `first_key_ms`, Enter at `at_ms`; `note` is its id there, if it has one."""

    at_ms: int
    first_key_ms: int
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Marked:
    """She flagged the moment."""

    at_ms: int


@dataclass(frozen=True, slots=True)
class Tape:
    """The recorder was started, paused, resumed or stopped; `part` counts the files."""

    at_ms: int
    runs: bool
    part: int
    pause: bool = False


Action = Entered | Typed | Marked | Tape


@dataclass(frozen=True, slots=True)
class ForeignCall:
    """What the interviewer did, in the order in which it took effect."""

    participant: str
    actions: tuple[Action, ...]


def read_call(data: object, source: str, crosswalk: Crosswalk) -> ForeignCall:
    """Read the events of a call conducted elsewhere.

    Raises:
        ConfigError: it is not in the format, or names a question that the crosswalk does not know.
    """
    if not isinstance(data, Mapping) or not isinstance(data.get("events"), list):
        raise ConfigError(f"{source} holds no list of events.", "It should be a JSON object with `events`.")
    actions: list[Action] = []
    events = list(data["events"])
    for number, event in enumerate(events, 1):
        try:
            action = _action(event, crosswalk, events[number : number + 1], actions)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ConfigError(f"{source}, event {number}: {type(error).__name__} at {error}.") from error
        except ConfigError as error:
            raise ConfigError(f"{source}, event {number}: {error.message}", error.hint) from error
        if action is not None:
            actions.append(action)
    return ForeignCall(str(data.get("participant", "")), tuple(sorted(actions, key=lambda action: action.at_ms)))


def _action(
    event: Mapping[str, Any], crosswalk: Crosswalk, following: Sequence[Mapping[str, Any]], before: list[Action]
) -> Action | None:
    at_ms = _ms(event["t"])
    match event["type"]:
        case "enter_question":
            return _entered(event, at_ms, crosswalk, following)
        case "start_incident":
            return _started(event, at_ms, before)
        case "note":
            entered_ms = max(at_ms, _ms(event.get("t_commit", event["t"])))
            return Typed(entered_ms, at_ms, str(event["text"]), str(event.get("note_id", "")))
        case "mark":
            return Marked(at_ms)
        case "start_recording" | "resume_recording":
            return Tape(at_ms, True, int(event.get("part", _part(before))))
        case "stop_recording" | "pause_recording":
            pause = event["type"] == "pause_recording"
            return Tape(at_ms, False, int(event.get("part", _part(before))), pause)
        case "leave_question" | "end_incident":
            return None  # a visit ends where the next begins
        case other:
            raise ConfigError(f"unknown type {other!r}.")


def _entered(
    event: Mapping[str, Any], at_ms: int, crosswalk: Crosswalk, following: Sequence[Mapping[str, Any]]
) -> Entered:
    entry = crosswalk.place_of(str(event["question_id"]))
    if entry is None:
        raise ConfigError(
            f"question {event['question_id']!r} is not in the crosswalk.", "Add a line for it to the crosswalk file."
        )
    opens = next((e for e in following if e["type"] == "start_incident" and _ms(e["t"]) - at_ms <= TOGETHER_MS), None)
    if opens is None:
        opens = {}
    return Entered(
        at_ms,
        entry.item,
        entry.round_key,
        entry.line,
        str(opens.get("incident_id", "")),
        str(opens.get("relationship_id", "")),
    )


def _started(event: Mapping[str, Any], at_ms: int, before: list[Action]) -> Entered | None:
    """An incident that starts by itself; where it starts with the question before it, that has opened it already."""
    last = next((action for action in reversed(before) if isinstance(action, Entered)), None)
    if last is not None and last.incident == event["incident_id"]:
        return None
    return Entered(
        at_ms, "", str(event.get("valence", "")), "", str(event["incident_id"]), str(event.get("relationship_id", ""))
    )


def _part(before: Sequence[Action]) -> int:
    return next((action.part for action in reversed(before) if isinstance(action, Tape)), 1)


def _ms(seconds: Any) -> int:
    return round(float(seconds) * 1000)


@dataclass(slots=True)
class Replay:
    """Conducts a session after somebody else's log; remembers which of our rounds their incidents are."""

    session: Session
    _rounds: dict[str, str] = field(default_factory=dict)

    def apply(self, action: Entered | Typed | Marked, now: Moment) -> tuple[Event, ...]:
        """Do what she did; gives the events."""
        match action:
            case Entered():
                return self._enter(action, now)
            case Typed():
                first_key_ms = now.at_ms - action.at_ms + action.first_key_ms
                return self.session.enter(f" {action.text}", first_key_ms, now, note=action.note)
            case Marked():
                return self.session.flag(now)

    @property
    def _interview(self) -> Interview:
        return self.session.interview

    def _enter(self, action: Entered, now: Moment) -> tuple[Event, ...]:
        if action.incident:
            events = self._open_incident(action, now)
            if not action.item:
                return events
        else:
            events = ()
        events += self._open_next_outer(action.item, now)
        place = self._place(action)
        if place == self._interview.place:
            return events
        return events + self.session.go(place, now, by=Move.STEP, asked=True)

    def _open_incident(self, action: Entered, now: Moment) -> tuple[Event, ...]:
        """The round of an incident: the one that has been opened for it, else a new one in its relationship."""
        if action.incident in self._rounds:
            return ()
        schedule = self._interview.schedule
        loop_id = schedule.incident_loop()
        loop, _ = schedule.loops()[loop_id]
        events, parent = self._outer_round(schedule.parent_loop(loop_id), action.relationship, now)
        laid = rounds.laid_out(loop, parent, self._interview.rounds)
        free = [found for found in laid if found.key == action.key and found.id not in self._rounds.values()]
        if free:
            self._rounds[action.incident] = free[0].id
            return events
        opened = self.session.open_round(loop_id, action.key, parent, now)
        self._rounds[action.incident] = list(self._interview.rounds)[-1]
        return events + opened

    def _outer_round(self, loop_id: str, foreign: str, now: Moment) -> tuple[tuple[Event, ...], str]:
        """Our round for their relationship: the one known by their id, else the current one, else a new one."""
        if not loop_id:
            return (), ""
        if foreign in self._rounds:
            return (), self._rounds[foreign]
        current = self._current(loop_id)
        events: tuple[Event, ...] = ()
        if current in self._rounds.values():
            events = self.session.open_round(loop_id, "", "", now)
            current = self._current(loop_id)
        self._rounds[foreign] = current
        return events, current

    def _open_next_outer(self, item: str, now: Moment) -> tuple[Event, ...]:
        """Coming back to the question that begins a round, after asking later ones of it, begins the next round."""
        located = self._interview.items[item]
        if len(located.loops) != 1 or located.loops[0].named:
            return ()
        loop = located.loops[0]
        here = self._current(loop.id)
        inside = [step.place for step in route.steps(self._interview) if here in _chain(self._interview, step.place)]
        asked = {place.whole for _, place in self._interview.moves}
        starts = [place for place in inside if self._interview.items[place.item].sections[-1] is located.sections[-1]]
        later = [place for place in inside if place not in starts]
        if Place(item, here) not in asked or not any(place in asked for place in later):
            return ()
        return self.session.open_round(loop.id, "", "", now)

    def _current(self, loop_id: str) -> str:
        """The round of a numbered loop that was opened last, or the one that will be first."""
        opened = [found.id for found in self._interview.rounds.values() if found.loop == loop_id]
        waiting = [found.id for found in self._interview.expected.values() if found.loop == loop_id]
        return [*waiting[:1], *opened][-1] if opened or waiting else ""

    def _place(self, action: Entered) -> Place:
        located = self._interview.items[action.item]
        if not located.loops:
            return Place(action.item, "", action.line)
        if action.incident:
            return Place(action.item, self._rounds[action.incident], action.line)
        loop = located.loops[-1]
        if not loop.named:
            return Place(action.item, self._current(loop.id), action.line)
        around = self._current(self._interview.schedule.parent_loop(loop.id))
        last = self._last_visited(loop.id, action.key)
        laid = rounds.laid_out(loop, around, self._interview.rounds)
        named = [found.id for found in laid if found.key == action.key]
        return Place(action.item, last or named[-1], action.line)

    def _last_visited(self, loop_id: str, key: str) -> str:
        """The round of that name in which she was last."""
        for _, place in reversed(self._interview.moves):
            found = self._interview.rounds.get(place.round)
            if found is not None and (found.loop, found.key) == (loop_id, key):
                return found.id
        return ""


def _chain(interview: Interview, place: Place) -> list[str]:
    return [found.id for found in interview.round_chain(place.round)]


@dataclass(frozen=True, slots=True)
class TapeFile:
    """One audio file of the call: where it lies in the case's folder, and what it holds."""

    file: str
    rate: int
    channels: int
    frames: int


@dataclass(frozen=True, slots=True)
class TakenIn:
    """The events of a call taken in, after the session's opening; how many notes were left out, off the record."""

    events: tuple[Event, ...]
    left_out: int


def take_in(session: Session, call: ForeignCall, tapes: Sequence[TapeFile], opened: Moment, source: str) -> TakenIn:
    """Conduct a whole call after its log, with its audio, to its end; `opened` is the moment of the first sample.

    While the recorder was paused the talk counts as off the record: a note begun then is not taken in.
    """
    left_out = 0
    events: tuple[Event, ...] = ()
    for consent in Consent:
        events += session.take_in_consent(consent, f"taken in with the recording ({source})", opened)
    replay = Replay(session)
    used = [0 for _ in tapes]
    for action in call.actions:
        now = opened.earlier(opened.at_ms + action.at_ms)
        if isinstance(action, Tape):
            events += _turn_tape(session, action, tapes, used, now)
        elif _off_record(session, action, opened):
            left_out += isinstance(action, Typed)
        else:
            events += replay.apply(action, now)
    last = opened.earlier(max([session.interview.at_ms, *(opened.at_ms + a.at_ms for a in call.actions)]))
    if session.interview.recording:
        events += _close(session, tapes, used, last, SpanEnd.STOP)
    return TakenIn(events + session.end("complete", last), left_out)


def _off_record(session: Session, action: Entered | Typed | Marked, opened: Moment) -> bool:
    """Whether what she did belongs to talk off the record; a move of hers never tells anything of it."""
    since = session.interview.off_record_since_ms
    begun_ms = opened.at_ms + (action.first_key_ms if isinstance(action, Typed) else action.at_ms)
    return since is not None and not isinstance(action, Entered) and begun_ms >= since


def _turn_tape(
    session: Session, action: Tape, tapes: Sequence[TapeFile], used: list[int], now: Moment
) -> tuple[Event, ...]:
    if not 1 <= action.part <= len(tapes):
        raise ConfigError(f"The log speaks of recording {action.part}, and there are {len(tapes)} audio files.")
    tape = tapes[action.part - 1]
    if action.runs:
        status = RecorderStatus(
            RecorderState.RECORDING, session.next_span, 0, tape.rate, tape.channels, source=f"{tape.file}"
        )
        return session.span_opened(status, now)
    if not session.interview.recording:
        return ()
    if action.pause:
        return session.go_off_record(now) + _close(session, tapes, used, now, SpanEnd.OFF_RECORD)
    return _close(session, tapes, used, now, SpanEnd.STOP)


def _close(
    session: Session, tapes: Sequence[TapeFile], used: list[int], now: Moment, reason: SpanEnd
) -> tuple[Event, ...]:
    """Close the open span: as many frames as its time holds, of those that the file has left."""
    span = next(span for span in session.interview.spans.values() if not span.closed)
    part = next(number for number, tape in enumerate(tapes) if tape.file == span.source)
    wanted = round((now.at_ms - span.start_ms) * span.rate / 1000)
    left = tapes[part].frames - used[part]
    frames = left if reason is SpanEnd.STOP and abs(left - wanted) < span.rate else min(left, wanted)
    recorded = RecordedSpan(
        number=span.number,
        rate=span.rate,
        channels=span.channels,
        frames=frames,
        started_ns=0,
        parts=(AudioPart(tapes[part].file, used[part], frames),),
        source=span.source,
        reason=reason,
    )
    used[part] += frames
    return session.span_closed(recorded, span.start_ms, now)
