"""A call in words, as the plain line mode says it: one thing a line, no glyph, nothing that stands in a column."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

from interview_tui.interview import line, pacing, route
from interview_tui.interview.call import Call
from interview_tui.interview.events import Level, Place
from interview_tui.interview.facts import Note
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.state import Interview
from interview_tui.interview.withholding import Proposal
from interview_tui.schedule.model import Consent, Kind

LEADS = {
    Kind.SAY: "Say",
    Kind.ASK: "Ask",
    Kind.PROBE: "Probe",
    Kind.RECORD: "For you to judge, not read out",
    Kind.INTERVIEWER: "Instruction",
}
LISTED = 6
"""So many things are listed before it says how many more there are."""
BRIEF = 90
"""So many characters of a question are said where it is one of several."""
ALONE_MS = 5000
"""A shorter absence of the app is not worth a word."""


def clock(ms: int) -> str:
    """A time on the call clock: `1:28`, and `1:02:03` from an hour on."""
    seconds = max(0, ms) // 1000
    hours, rest = divmod(seconds, 3600)
    return f"{hours}:{rest // 60:02}:{rest % 60:02}" if hours else f"{rest // 60}:{rest % 60:02}"


def counted(number: int, one: str) -> str:
    """`1 note`, `2 notes`."""
    return f"{number} {one if number == 1 else one + 's'}"


def place_in_words(interview: Interview, place: Place) -> str:
    """A question in brief with its section: `How did you feel?, in Outcome, good`."""
    crumbs = ", ".join(route.breadcrumb(interview, place)[-2:])
    return f"{brief(interview, place)}, in {crumbs}"


def brief(interview: Interview, place: Place) -> str:
    """The beginning of a question."""
    return textwrap.shorten(route.wording(interview, place), BRIEF, placeholder=" …")


def note_in_words(note: Note) -> str:
    """A note with the moment that it is about."""
    return f"at {clock(note.about_ms)}, {note.mark}{note.text}"


def taken(reading: line.Reading, about_ms: int) -> str:
    """What a line has become: `Answer: yes.`, `Note at 12:37, event.`"""
    if reading.meaning is line.Meaning.ANSWER:
        return f"Answer: {line.in_words(reading.value)}."
    kind, _, home = reading.says.partition(" → ")
    return f"{kind.capitalize()} at {clock(about_ms)}{', ' if home else ''}{home}."


def question(interview: Interview, before: Place | None = None) -> Iterator[str]:
    """The item where she is: what leads up to it, its words, what answers it. The section only if it is a new one."""
    place = interview.place
    if place is None:
        return
    crumbs = route.breadcrumb(interview, place)
    if before is None or route.breadcrumb(interview, before) != crumbs:
        yield f"{', '.join(crumbs)}."
    yield from (f"Instruction: {words}" for words in _instructions(interview, place))
    yield from (f"Noted already {note_in_words(note)}" for note in interview.notes_at(place))
    item = interview.items[place.item].item
    yield f"{LEADS[item.kind]}: {route.wording(interview, place.whole)}"
    given = interview.answers.get(place.whole)
    if given:
        yield f"Answered already: {line.in_words(given)}."
    yield from checklist_line(interview)
    codes = line.codes(interview, place)
    if codes and not item.checklist:
        yield f"Answers: {', '.join(f'{code} {word}' for code, word in codes)}."


def checklist_line(interview: Interview) -> Iterator[str]:
    """The line of the checklist that is asked next; when all are answered, the answers."""
    place = interview.place
    checklist = interview.items[place.item].item.checklist if place is not None else ()
    if place is None or not checklist:
        return
    given = [interview.answers.get(Place(place.item, place.round, one.key)) for one in checklist]
    if all(given):
        answered = zip(checklist, given, strict=True)
        yield f"All answered: {', '.join(f'{one.key} {line.in_words(value or ())}' for one, value in answered)}."
        return
    at = route.current_line(interview, place)
    number = [one.key for one in checklist].index(at.line) + 1
    yield f"{number} of {len(checklist)}: {route.wording(interview, at)} y or n."


def where(interview: Interview, now_ms: int) -> Iterator[str]:
    """Where she is, what else could be asked there, what must still be asked, and the time."""
    yield from question(interview)
    if interview.place is not None:
        item = interview.items[interview.place.item].item
        for child in (*item.for_each_yes, *item.children):
            if child.kind is Kind.PROBE:
                yield f"Probe: {route.wording(interview, Place(child.id, interview.place.round))}"
        if item.listen_for:
            yield f"Listen for: {', '.join(item.listen_for)}."
    yield from must_asks(interview)
    yield time(interview, now_ms)


def must_asks(interview: Interview) -> Iterator[str]:
    """How many must-asks are left, and the next of them."""
    left = route.must_left(interview)
    yield f"{counted(len(left), 'must-ask')} left{':' if left else '.'}"
    yield from (brief(interview, step.place) for step in left[:LISTED])
    if len(left) > LISTED:
        yield f"And {len(left) - LISTED} more."


def time(interview: Interview, now_ms: int) -> str:
    """How long the call is, what is left of it, and whether what is left to ask fits."""
    pace = pacing.pace(interview, now_ms)
    until = "until they must leave" if pace.has_deadline else "of the plan"
    left = f"{minutes(pace.left_ms)} left {until}" if pace.left_ms >= 0 else f"{minutes(-pace.left_ms)} over the plan"
    over = f"too much by {minutes(pace.over_ms)}" if pace.over_ms > 0 else "it fits"
    ask_ms = pace.must.takes_ms + pace.should.takes_ms + pace.could.takes_ms
    return f"Call {clock(now_ms)}; {left}; to ask {minutes(ask_ms)}, {over}."


def minutes(ms: int) -> str:
    """A length in whole minutes, at least one."""
    return counted(max(1, round(ms / 60_000)), "minute")


def incident(interview: Interview) -> Iterator[str]:
    """What is known of the incident that is being told, or was told last: its parts, the open ones by name only."""
    found = incident_round(interview)
    if not found:
        yield "No incident has been opened."
        return
    yield f"Incident {route.label(interview, found)}."
    needed = [part.key for part in interview.schedule.needs]
    told: dict[str, str] = {}
    for step in route.steps(interview):
        part = step.located.item.fills
        if part and step.place.round == found:
            notes = interview.notes_at(step.place)
            level = interview.covered(step.place).level
            if notes or level is not Level.OPEN:
                told[part] = notes[-1].text if notes else level.value
    yield from (f"{part}: {words}" for part, words in told.items())
    yield f"Still needed: {', '.join(part for part in needed if part not in told) or 'nothing'}."
    others = [part.key for part in interview.schedule.incident_parts() if part.key not in (*told, *needed)]
    yield f"Could be asked: {', '.join(others) or 'nothing'}."


def incident_round(interview: Interview) -> str:
    """The round of the incident that is being told, or was told last; empty if none was opened."""
    loop = interview.schedule.incident_loop()
    chain = interview.round_chain(interview.place.round) if interview.place is not None else []
    told = [found.id for found in interview.rounds.values() if found.loop == loop]
    return next((found.id for found in chain if found.loop == loop), told[-1] if told else "")


def notes(interview: Interview, most: int) -> Iterator[str]:
    """The last notes, newest first, each with its number from the end."""
    newest = list(interview.notes.values())[::-1]
    yield counted(len(newest), "note") + "."
    for number, note in enumerate(newest[:most], 1):
        homes = "; ".join(", ".join(route.breadcrumb(interview, home)[-2:]) for home in note.places)
        yield f"{number}: {note_in_words(note)}, filed under {homes or 'nothing'}"


def status(call: Call) -> Iterator[str]:
    """Whether it is recorded and saved, and what time it is."""
    now_ms = call.clock.now().at_ms
    yield recording(call)
    failure = call.journal.failure
    yield f"Not saved: {failure}" if failure is not None else "Every line is saved."
    yield time(call.interview, now_ms)


def recording(call: Call) -> str:
    """What the recorder does, or why it does nothing."""
    interview, status = call.interview, call.recorder.status()
    length = f"{clock(recorded_ms(call))} so far"
    if interview.is_off_record:
        return f"Off the record: nothing is recorded, notes are not kept. Recorded {length}."
    if interview.recording and status.state is RecorderState.RECORDING:
        return f"Recording from {status.source}, {length}."
    if call.should_record and status.state is RecorderState.SEEKING:
        return f"Not recording now: {status.message or 'no sound comes; it goes on by itself.'} Recorded {length}."
    if call.should_record:
        return f"Recording has stopped by itself, {length}. /record starts it again."
    if interview.course.dropped is not None:
        return f"The line is dead; not recording, {length}."
    if False in (interview.consents.get(Consent.TAKE_PART), interview.consents.get(Consent.RECORDING)):
        return f"Notes only: recording was refused. Recorded {length}."
    return f"Not recording, {length}."


def recorded_ms(call: Call) -> int:
    """How much has been recorded, the span that is open included."""
    status = call.recorder.status()
    is_open = call.interview.recording and status.state is RecorderState.RECORDING and status.rate > 0
    return call.interview.timeline().recorded_ms() + (status.frames * 1000 // status.rate if is_open else 0)


def inside(proposal: Proposal) -> str:
    """What is taken back: how much of the call, with which notes and answers."""
    fallen = [note_in_words(note) for note in proposal.notes]
    listed = f": {'; '.join(fallen)}" if fallen else ""
    answers = f", {counted(len(proposal.answers), 'answer')}" if proposal.answers else ""
    return f"Taken back: {clock(proposal.length_ms)} of the call{answers}, {counted(len(fallen), 'note')}{listed}."


def where_we_were(interview: Interview) -> Iterator[str]:
    """What to go on with when they are back: the question, and the last note."""
    if interview.place is not None:
        yield f"We were at: {route.wording(interview, interview.place)}"
    last = next(reversed(interview.notes.values()), None)
    if last is not None:
        yield f"Last note {note_in_words(last)}"


def resumed(call: Call) -> Iterator[str]:
    """What an interview that is gone on with holds, and where it was left."""
    interview = call.interview
    yield (
        f"Going on with {interview.case}: {counted(len(interview.notes), 'note')}, {clock(recorded_ms(call))} of audio."
    )
    meanwhile = call.meanwhile
    if meanwhile is not None and meanwhile.alone_ms >= ALONE_MS:
        alone = f"The recorder went on alone for {minutes(meanwhile.alone_ms)}"
        is_on = meanwhile.ended_ms is None
        yield f"{alone}; it is still recording." if is_on else f"{alone}, then ended by itself; all of it is kept."
    if interview.course.dropped is not None:
        yield "The line had dropped. /record when they are back."
    else:
        yield recording(call)
    yield from where_we_were(interview)


def _instructions(interview: Interview, place: Place) -> Iterator[str]:
    """The instructions that stand between the stop before an item and the item, and those under it."""
    steps = route.steps(interview)
    here = next((number for number, step in enumerate(steps) if step.place == place.whole), 0)
    first = next((number + 1 for number in range(here - 1, -1, -1) if steps[number].is_stop), 0)
    under = {child.id for child in interview.items[place.item].item.children}
    around = (*steps[first:here], *(step for step in steps[here:] if step.place.item in under))
    for step in around:
        if step.kind is Kind.INTERVIEWER and step.standing is True and step.place.round in ("", place.round):
            yield route.wording(interview, step.place)
