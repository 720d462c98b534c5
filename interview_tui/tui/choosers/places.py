"""Places: where to go, what to tick, where a note belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from interview_tui.interview import route
from interview_tui.interview.call import Call
from interview_tui.interview.events import Level, Place
from interview_tui.interview.facts import Note
from interview_tui.interview.ports import Moment
from interview_tui.interview.state import Interview
from interview_tui.tui import signs
from interview_tui.tui.choosers.chooser import Choice, OneOf
from interview_tui.tui.overview import chapters

FRESH_MS = 60_000
"""A note typed so recently is what a tick is about."""

DISTRACTS = 15.0
"""How much worse than the best (of 100) a find may fit to be offered."""


class GoTo(OneOf):
    """Any question of any round, by a word; while no word is typed, the sections."""

    prompt = "go to"
    heading = "a word of the question · ↓ ↑ choose · Enter goes · Esc returns"

    def __init__(self, call: Call, now: Callable[[], Moment]) -> None:
        self._call = call
        self._now = now
        self._places: dict[str, Place] = {}

    def choices(self, query: str) -> list[Choice]:
        """The questions that fit best, or the sections."""
        interview = self._call.interview
        if query.strip():
            found = _found(interview, query)
        else:
            laid = chapters(interview, route.steps(interview))
            found = [
                (
                    chapter.first,
                    Choice(_key(chapter.first), chapter.title, chapter.round, signs.COVERAGE[chapter.level]),
                )
                for chapter in laid
                if chapter.on_route
            ]
        self._places = {choice.key: place for place, choice in found}
        return [choice for _, choice in found]

    def says(self, choice: Choice | None) -> str:
        """Where Enter goes."""
        return f"go to: {choice.label}" if choice is not None else "no question fits"

    def take(self, choice: Choice | None) -> str:
        """Go there."""
        if choice is not None:
            self._call.keep(self._call.session.go(self._places[choice.key], self._now()))
        return ""


class Tick:
    """Questions that were answered before they were asked: touched ◐, and marked twice done ●.

    The note that was typed last goes with the tick if it was typed at the present question or within the last minute.
    Ticking another part of the incident that the note is filed in moves the note there; the parts have numbers.
    """

    prompt = "tick"
    marks = True
    picks = True
    at_once = False
    gives_way = False

    def __init__(self, call: Call, now: Callable[[], Moment]) -> None:
        self._call = call
        self._now = now
        self._places: dict[str, Place] = {}
        self._marks: dict[Place, Level] = {}
        self._note = _fresh_note(call.interview, now().at_ms)
        self._parts = tuple(_parts(call.interview, self._note)) if self._note else ()

    @property
    def heading(self) -> str:
        """How it is done."""
        if self._parts:
            return f"1-{len(self._parts)} moves the note · or a word: ↓ Space ◐, twice ●"
        return "a word of it · ↓ Space or ^T marks ◐, twice ● · Enter ticks"

    def choices(self, query: str) -> list[Choice]:
        """The questions that fit best; before a word is typed, the marked ones and the parts of the incident."""
        interview = self._call.interview
        typed = query.strip()
        if not typed or typed.isdigit():
            found = [(at, choice_of(interview, at)) for at in self._marks] if not typed else []
            found += [
                (at, replace(choice_of(interview, at), label=f"{number}  {part}"))
                for number, (part, at) in enumerate(self._parts, 1)
                if str(number).startswith(typed) and at not in self._marks
            ]
        else:
            found = _found(interview, query)
        self._places = {choice.key: place for place, choice in found}
        return [self._marked(place, choice) for place, choice in found]

    def says(self, choice: Choice | None) -> str:
        """How many are ticked, how, and with which note; or where the note is moved."""
        about = f" + note @{signs.clock(self._note.about_ms)}" if self._note else ""
        if self._marks:
            return f"tick {signs.counted(len(self._marks), 'question')}{about}"
        if choice is None:
            return "no question fits"
        place = self._places[choice.key]
        if self._note is not None and self._moves(place):
            part = self._call.interview.items[place.item].item.fills
            return f"move note @{signs.clock(self._note.about_ms)} → {part}"
        level = self._first_level(place)
        return f"{signs.COVERAGE[level]} {level.value}{about}"

    @property
    def ready(self) -> bool:
        """Once something is marked."""
        return bool(self._marks)

    def mark(self, choice: Choice) -> None:
        """Touched, done, not marked, and round again."""
        place = self._places[choice.key]
        match self._marks.pop(place, None):
            case None:
                self._marks[place] = self._first_level(place)
            case Level.TOUCHED:
                self._marks[place] = Level.DONE

    def take(self, choice: Choice | None) -> str:
        """Tick what is marked, or this one; or move the note."""
        if choice is not None and not self._marks:
            place = self._places[choice.key]
            if self._note is not None and self._moves(place):
                self._call.keep(self._call.session.refile(self._note.id, [place], self._now()))
                return f"Note @{signs.clock(self._note.about_ms)} moved."
            self.mark(choice)
        now = self._now()
        for level in (Level.TOUCHED, Level.DONE):
            places = [place for place, marked in self._marks.items() if marked is level]
            if places:
                note = self._note.id if self._note else ""
                self._call.keep(self._call.session.tick(places, level, now, note))
        ticked = len(self._marks)
        return f"{signs.counted(ticked, 'question')} ticked" if ticked else ""

    def _moves(self, place: Place) -> bool:
        """Whether the note is moved there: to another part of the incident that it is filed in, and nowhere else."""
        return bool(self._parts) and any(place.round == at.round for _, at in self._parts) and self._fills(place)

    def _fills(self, place: Place) -> bool:
        return bool(self._call.interview.items[place.item].item.fills)

    def _first_level(self, place: Place) -> Level:
        """What is touched already can only become done."""
        return Level.TOUCHED if self._call.interview.covered(place).level is Level.OPEN else Level.DONE

    def _marked(self, place: Place, choice: Choice) -> Choice:
        level = self._marks.get(place)
        return choice if level is None else replace(choice, glyph=f"✓{signs.COVERAGE[level]}")


def _key(place: Place) -> str:
    return f"{place.round}/{place.item}"


def choice_of(interview: Interview, place: Place) -> Choice:
    crumbs = " › ".join(route.breadcrumb(interview, place)[-2:])
    return Choice(_key(place), route.wording(interview, place), crumbs, signs.COVERAGE[interview.covered(place).level])


def _found(interview: Interview, query: str) -> list[tuple[Place, Choice]]:
    """The places that fit a query; those that fit much worse than the best only distract."""
    fitting = route.find(interview, query)
    return [
        (found.place, choice_of(interview, found.place))
        for found in fitting
        if found.score >= fitting[0].score - DISTRACTS
    ]


def _fresh_note(interview: Interview, now_ms: int) -> Note | None:
    """The last note, if it belongs to what is being talked about."""
    last = next(reversed(interview.notes.values()), None)
    if last is None:
        return None
    visited_ms = interview.moves[-1][0] if interview.moves else 0
    return last if last.entered_ms >= visited_ms or now_ms - last.entered_ms <= FRESH_MS else None


def _parts(interview: Interview, note: Note) -> Iterator[tuple[str, Place]]:
    """The parts of the incident in which a note is filed, each with the question that asks for it."""
    incident = interview.schedule.incident_loop()
    homes = {
        home.round for home in note.places if [f.loop for f in interview.round_chain(home.round)][:1] == [incident]
    }
    if len(note.places) != 1 or not homes:
        return
    steps = [step for step in route.steps(interview) if step.place.round in homes]
    for part in interview.schedule.incident_parts():
        asking = [step.place for step in steps if step.located.item.fills == part.key]
        if asking:
            yield part.key, asking[0]
