"""Off the record: how far back, and whether the notes that fall inside stay."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from interview_tui.errors import Refused
from interview_tui.interview import withholding
from interview_tui.interview.call import Call
from interview_tui.interview.ports import Moment
from interview_tui.interview.state import Interview
from interview_tui.interview.withholding import Proposal
from interview_tui.tui import signs
from interview_tui.tui.choosers.chooser import Choice, OneOf
from interview_tui.tui.overview import incident_round

NOTES_OFFERED = 5
FROM_NOW = "n"


class HowFarBack(OneOf):
    """How much of what was said before is to be off the record as well. What is chosen is taken back at once."""

    prompt = "off the record since"
    heading = "its letter or number takes that back · Enter or Esc: only from now"
    ready = True
    at_once = True
    gives_way = True

    def __init__(self, call: Call, now: Callable[[], Moment]) -> None:
        self._call = call
        self._now = now
        self._offers = dict(_offers(call.interview, now().at_ms))

    def choices(self, query: str) -> list[Choice]:
        """What can be taken back, by letter and number."""
        only = Choice(FROM_NOW, f"{FROM_NOW}  only from now")
        offered = [Choice(key, f"{key}  {label}", _inside(found)) for key, (label, found) in self._offers.items()]
        return [choice for choice in (only, *offered) if choice.key.startswith(query.strip().casefold())]

    def says(self, choice: Choice | None) -> str:
        """What Enter takes back."""
        if choice is None:
            return "Esc: only from now"
        found = self._offers.get(choice.key)
        return "only from now" if found is None else f"take back {signs.stretches(found[1].stretches)}"

    def take(self, choice: Choice | None) -> KeepInside | str:
        """Take it back, with all that falls inside; whether the notes stay is asked after that."""
        found = self._offers.get(choice.key) if choice is not None else None
        if found is None:
            return ""
        proposal = found[1]
        self._call.keep(self._call.session.withhold(proposal, self._now()))
        if proposal.notes or proposal.answers:
            return KeepInside(self._call, proposal, self._now)
        return f"Taken back: {signs.stretches(proposal.stretches)}. ^L u undoes it."


class KeepInside(OneOf):
    """The notes and answers that fall inside are withheld as well, unless they are to stay."""

    prompt = "keep them?"
    ready = True
    at_once = True
    gives_way = True

    def __init__(self, call: Call, proposal: Proposal, now: Callable[[], Moment]) -> None:
        self._call = call
        self._proposal = proposal
        self._times = signs.stretches(proposal.stretches)
        self._now = now

    @property
    def heading(self) -> str:
        """What falls inside."""
        return f"taken back {self._times} · inside: {_inside(self._proposal)} · Enter withholds them too"

    def choices(self, query: str) -> list[Choice]:
        """No and yes, and what it is about."""
        asked = [Choice("n", "n  no: withhold them with the talk"), Choice("y", "y  yes: the notes stay in the record")]
        notes = [Choice("", f"   {signs.clock(note.about_ms)}  {note.text}") for note in self._proposal.notes]
        return [choice for choice in asked if choice.key.startswith(query.strip().casefold())] + notes

    def says(self, choice: Choice | None) -> str:
        """What Enter does."""
        return "keep them in the record" if choice is not None and choice.key == "y" else "withhold them too"

    def take(self, choice: Choice | None) -> str:
        """Leave them withheld, or put the notes back."""
        if choice is not None and choice.key == "":
            raise Refused("n withholds them all, y keeps them all.")
        if choice is not None and choice.key == "y":
            session = self._call.session
            last = list(self._call.interview.soundtrack.withholdings)[-1]
            now = self._now()
            self._call.keep((*session.restore(last, now), *session.withhold(self._proposal, now, keep_notes=True)))
            return f"Taken back: {signs.stretches(self._proposal.stretches)}; the notes stay. ^L u undoes it."
        return (
            f"Taken back: {signs.stretches(self._proposal.stretches)}, with {_inside(self._proposal)}. ^L u undoes it."
        )


def _offers(interview: Interview, now_ms: int) -> Iterator[tuple[str, tuple[str, Proposal]]]:
    """What can be taken back: this question, the last notes, the incident."""
    if interview.place is not None:
        yield "q", ("since this question", withholding.since_question(interview, now_ms))
    newest = [note for note in reversed(interview.notes.values()) if note.mark != "//"][:NOTES_OFFERED]
    for number, note in enumerate(newest, 1):
        label = f"since {signs.clock(note.about_ms)}  {note.text}"
        yield str(number), (label, withholding.since_note(interview, note.id, now_ms))
    incident = incident_round(interview)
    if incident:
        yield "i", (f"the whole of {incident}", withholding.whole_round(interview, incident, now_ms))


def _inside(proposal: Proposal) -> str:
    parts = [
        signs.counted(len(proposal.notes), "note") if proposal.notes else "",
        signs.counted(len(proposal.answers), "answer") if proposal.answers else "",
    ]
    return " and ".join(part for part in parts if part) or "nothing typed"
