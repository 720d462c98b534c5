"""A call told step by step, with every event of it, and everything that any view shows of an interview."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from interview_tui.export import html, json_record, text
from interview_tui.export.document import build
from interview_tui.export.options import Options
from interview_tui.interview import route, withholding
from interview_tui.interview.events import Event, Place
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.session import Session
from interview_tui.interview.sound import AudioPart, SpanEnd
from interview_tui.interview.state import Interview, fold
from interview_tui.interview.withholding import Proposal
from interview_tui.record.merge import merge
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Provenance, Transcript, Turn, Word
from interview_tui.schedule.model import Schedule
from interview_tui.tui.overview import overview
from tests.examples import at, handover

CONSENTED_MS = 10_000


class Telling:
    """A session and the events of all that was done in it. Both consents are given in the first ten seconds."""

    def __init__(self, schedule: Schedule | None = None) -> None:
        self.schedule = schedule or handover()
        self.session, opening = Session.open(self.schedule, "P01", "AB", at(0))
        self.events: list[Event] = list(opening)
        for number, item in enumerate(self._consent_items(), 1):
            self.go(item, number * 2000)
            self.line("y", number * 2000 + 1000)

    def _consent_items(self) -> list[str]:
        return [name for name, located in self.schedule.items().items() if located.item.consent is not None]

    @property
    def interview(self) -> Interview:
        """The interview as it stands."""
        return self.session.interview

    def give(self, events: Iterable[Event]) -> list[Event]:
        """Take note of what a command gave off."""
        given = list(events)
        self.events.extend(given)
        return given

    def go(self, item: str, ms: int, round_id: str = "") -> None:
        """Go to an item."""
        self.give(self.session.go(Place(item, round_id), at(ms)))

    def line(self, text: str, first_key_ms: int, ms: int | None = None) -> None:
        """Type a line and press Enter; at once if no time is given."""
        self.give(self.session.enter(text, first_key_ms, at(first_key_ms if ms is None else ms)))

    def begin(self, ms: int) -> None:
        """The recorder begins."""
        number = self.session.next_span
        status = RecorderStatus(RecorderState.RECORDING, number, 0, 1000, 1, "mic")
        self.give(self.session.span_opened(status, at(ms)))

    def pause(self, ms: int, reason: SpanEnd = SpanEnd.PAUSE) -> None:
        """The recorder closes its span."""
        span = next(span for span in self.interview.spans.values() if not span.closed)
        frames = ms - span.start_ms
        part = AudioPart(f"{span.number}.wav", 0, frames)
        closed = RecordedSpan(span.number, 1000, 1, frames, 0, (part,), "mic", reason)
        self.give(self.session.span_closed(closed, span.start_ms, at(ms)))

    def off(self, ms: int) -> None:
        """Off the record; the recorder closes its span."""
        self.give(self.session.go_off_record(at(ms)))
        if self.interview.recording:
            self.pause(ms, SpanEnd.OFF_RECORD)

    def take_back(self, proposal: Proposal, ms: int, *, keep_notes: bool = False) -> str:
        """Withhold a proposal; gives the id."""
        self.give(self.session.withhold(proposal, at(ms), keep_notes=keep_notes))
        return list(self.interview.soundtrack.withholdings)[-1]

    def remaining(self, withheld: str) -> Interview:
        """The interview that the journal adds up to once this is destroyed."""
        found = self.interview.soundtrack.withholdings[withheld]
        left = withholding.remains(self.events, found)
        self.events = [left.get(number, event) for number, event in enumerate(self.events)]
        return fold(self.schedule, self.events)


def told() -> Telling:
    """An incident told in three notes, one answer and a flag: recorded from 20 s, off the record at 60 s."""
    call = Telling()
    call.begin(20_000)
    call.go("paper", 20_000)
    call.line("a printed list", 24_000, 25_000)
    call.give(call.session.open_round("incident", "rough", "S1", at(28_000)))
    call.go("happened", 28_500, "S1-rough")
    call.line("the chart was wrong", 32_000, 34_000)
    call.give(call.session.flag(at(35_000)))
    call.go("did", 40_000, "S1-rough")
    call.line("@Derek Lamb shouted", 45_000, 47_000)
    call.go("post", 50_000, "S1")
    call.line("2", 52_000)
    call.line("it was at the Infirmary", 56_000, 58_000)
    call.off(60_000)
    return call


def state_of(interview: Interview) -> dict[str, Any]:
    """What is known of an interview, in the order in which it is shown; without its counters."""
    steps = route.steps(interview)
    return {
        "notes": list(interview.notes.values()),
        "answers": list(interview.answers.items()),
        "answered": list(interview.answered()),
        "coverage": {step.place: interview.covered(step.place) for step in steps},
        "flags": interview.flags,
        "route": steps,
        "suggested": route.suggested(interview),
        "place": (interview.place, interview.trail, interview.moves),
        "rounds": list(interview.rounds.values()),
        "consents": interview.consents,
        "spans": interview.spans,
        "off the record": (interview.soundtrack.off_record, interview.off_record_since_ms),
        "taken back": [found.stretches for found in interview.soundtrack.withholdings.values()],
        "course": interview.course,
        "corrections": interview.corrections,
    }


def transcript_of(interview: Interview) -> Transcript:
    """Talk in all that was recorded: every second a word that names it, `heard34`."""
    turns = []
    for span in interview.spans.values():
        seconds = range(span.start_ms // 1000, span.end_ms // 1000)
        words = [Word(f"heard{second}", second * 1000, second * 1000 + 900) for second in seconds]
        for start in range(0, len(words), 4):
            speaker = RESPONDENT if start % 8 else INTERVIEWER
            turns.append(Turn(len(turns) + 1, speaker, tuple(words[start : start + 4])))
    return Transcript(tuple(turns), Provenance("an engine", "a model", "", "en"))


def shown(interview: Interview) -> str:
    """Everything that the screens, the record and the exports show of an interview, transcribed as it was recorded."""
    steps = route.steps(interview)
    record = merge(interview, transcript_of(interview))
    document = build(record)
    rendered = [render(document, Options()) for render in (text.render, json_record.render, html.render)]
    seen = [
        *interview.notes.values(),
        *interview.answers.items(),
        *interview.flags,
        *(interview.notes_at(step.place) for step in steps),
        *(interview.covered(step.place) for step in steps),
        *(route.wording(interview, step.place) for step in steps),
        *(note.names for note in interview.notes.values()),
        interview.timeline().clips(0, interview.at_ms + 60_000),
        overview(interview, 99),
        record,
        *(text if isinstance(text, str) else text.decode() for text in rendered),
    ]
    return "\n".join(str(one) for one in seen)
