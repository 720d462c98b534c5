"""What must not be overlooked during a call, as the banner says it: one thing at a time, the gravest."""

from __future__ import annotations

from collections.abc import Iterator

from interview_tui.interview import route
from interview_tui.interview.call import Call
from interview_tui.interview.facts import Drop
from interview_tui.interview.state import Interview
from interview_tui.schedule.model import Consent
from interview_tui.tui import signs
from interview_tui.tui.widgets.call_banner import Notice
from interview_tui.tui.widgets.call_header import Tape

PATIENCE_MS = 15_000
"""How long consent may be given and nothing recorded before the screen becomes insistent."""


def notice(call: Call, tape: Tape, *, distress: bool, unlocked_ms: int | None) -> Notice | None:
    """What the banner says; `distress` while that card is shown, `unlocked_ms` since when recording may begin."""
    interview, now_ms = call.interview, call.clock.now().at_ms
    if tape is Tape.ENDED:
        return None
    if distress:
        return _distress(interview)
    if interview.course.dropped is not None:
        return _dropped(interview, interview.course.dropped, now_ms)
    match tape:
        case Tape.OFF_RECORD:
            return _off_record(interview, now_ms)
        case Tape.NOTES_ONLY if interview.consents.get(Consent.TAKE_PART) is False:
            return Notice("NO CONSENT", ("Thank them. To end: Ctrl+L x, then r",))
        case Tape.NOTES_ONLY:
            return Notice("NOTES ONLY", ("Recording was refused; times are on the call clock.",))
        case Tape.READY:
            waited_ms = now_ms - (now_ms if unlocked_ms is None else unlocked_ms)
            return Notice(
                "PRESS Ctrl+R", ("There is consent, but nothing is being recorded.",), urgent=waited_ms > PATIENCE_MS
            )
    return None


def _distress(interview: Interview) -> Notice:
    goes_on = "Esc puts this away"
    if interview.consents.get(Consent.RECORDING):
        goes_on = f"Recording is paused: Ctrl+R goes on · {goes_on}"
    return Notice("DISTRESS", (goes_on, *interview.schedule.distress, "To end: Ctrl+L x, then s"))


def _dropped(interview: Interview, drop: Drop, now_ms: int) -> Notice:
    """Where we were: what to say when they are back."""
    wall_ms = interview.opened_wall_ms + drop.at_ms
    lines = [f"since {signs.clock(now_ms - drop.at_ms)} · rung again {signs.counted(drop.redials, 'time')}"]
    if drop.place.item:
        lines.append(f"We were at:  {route.wording(interview, drop.place)}")
    last = next(reversed(interview.notes.values()), None)
    if last is not None:
        lines.append(f"Last note:   {signs.clock(last.about_ms)}  {last.text}")
    lines.append("Ctrl+R: they are back (asks for consent again) · ^L r rang again · ^L b call back · ^L x end")
    return Notice(f"CALL DROPPED {signs.time_of_day(wall_ms)}", tuple(lines))


def _off_record(interview: Interview, now_ms: int) -> Notice:
    since = signs.clock(now_ms - (interview.off_record_since_ms or 0))
    records = interview.consents.get(Consent.RECORDING)
    back = "Back on: Ctrl+R, then say “we are recording again”." if records else "Back on, with notes only: Ctrl+R."
    return Notice(
        f"OFF THE RECORD {since}",
        (
            "nothing is being recorded · notes are not kept (only // notes, about the procedure)",
            *_taken_back(interview),
            back,
        ),
    )


def _taken_back(interview: Interview) -> Iterator[str]:
    found = list(interview.soundtrack.withholdings.values())
    if found:
        times = ", ".join(signs.stretches(one.stretches) for one in found)
        notes = signs.counted(sum(len(one.notes) for one in found), "note")
        yield f"Taken back so far: {times}, {notes} (destroyed at the end unless you undo: ^L u)"
