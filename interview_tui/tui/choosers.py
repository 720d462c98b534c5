"""What the line can be made to ask for: where to go, what to tick, which round to open, what to do with the call.

A chooser offers choices for what has been typed so far and takes one of them. It knows nothing of the screen; the
moment at which something is done (`now`) is that of the key that does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

from interview_tui.errors import Refused
from interview_tui.interview import rounds, route
from interview_tui.interview.call import Call
from interview_tui.interview.events import Level, Place
from interview_tui.interview.ports import Moment
from interview_tui.interview.state import Interview
from interview_tui.schedule.model import Loop
from interview_tui.tui import signs
from interview_tui.tui.overview import chapters

FRESH_MS = 60_000
"""A note typed so recently is what a tick is about."""

DISTRACTS = 15.0
"""How much worse than the best (of 100) a find may fit to be offered."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose; `key` tells it from the others."""

    key: str
    label: str
    detail: str = ""
    glyph: str = ""


class Chooser(Protocol):
    """What the line asks for."""

    @property
    def prompt(self) -> str:
        """What stands before the line, as in `go to`."""
        ...

    @property
    def heading(self) -> str:
        """What stands over the choices."""
        ...

    def choices(self, query: str) -> list[Choice]:
        """What can be chosen, given what has been typed; the first is what Enter takes."""
        ...

    def says(self, choice: Choice | None) -> str:
        """What Enter will do."""
        ...

    @property
    def marks(self) -> bool:
        """Whether choices can be marked, so that Enter takes several."""
        ...

    @property
    def picks(self) -> bool:
        """Whether Enter takes one of the choices; else they are only there to be read."""
        ...

    @property
    def ready(self) -> bool:
        """Whether Enter takes something although nothing is typed or chosen."""
        ...

    def mark(self, choice: Choice) -> None:
        """Mark a choice, differently each time."""
        ...

    def take(self, choice: Choice | None) -> Chooser | str:
        """Take the marked choices, or this one: what is asked next, or what has happened.

        Raises:
            Refused: the interview cannot take it; nothing has changed.
        """
        ...


class OneOf:
    """A chooser of one thing, which must be named."""

    marks = False
    picks = True
    ready = False

    def mark(self, choice: Choice) -> None:
        """Nothing is marked."""


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
    """

    prompt = "tick"
    heading = "a word of it · ↓ Space or ^T marks ◐, twice ● · Enter ticks"
    marks = True
    picks = True

    def __init__(self, call: Call, now: Callable[[], Moment]) -> None:
        self._call = call
        self._now = now
        self._places: dict[str, Place] = {}
        self._marks: dict[Place, Level] = {}
        self._note = _fresh_note(call.interview, now().at_ms)

    def choices(self, query: str) -> list[Choice]:
        """The questions that fit best; before a word is typed, those that are marked."""
        interview = self._call.interview
        found = _found(interview, query) if query.strip() else [(at, _choice(interview, at)) for at in self._marks]
        self._places = {choice.key: place for place, choice in found}
        return [self._marked(place, choice) for place, choice in found]

    def says(self, choice: Choice | None) -> str:
        """How many are ticked, how, and with which note."""
        about = f" + note @{signs.clock(self._note[1])}" if self._note else ""
        if self._marks:
            return f"tick {signs.counted(len(self._marks), 'question')}{about}"
        if choice is None:
            return "no question fits"
        level = self._first_level(self._places[choice.key])
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
        """Tick what is marked, or this one."""
        if choice is not None and not self._marks:
            self.mark(choice)
        now = self._now()
        for level in (Level.TOUCHED, Level.DONE):
            places = [place for place, marked in self._marks.items() if marked is level]
            if places:
                note = self._note[0] if self._note else ""
                self._call.keep(self._call.session.tick(places, level, now, note))
        ticked = len(self._marks)
        return f"{signs.counted(ticked, 'question')} ticked" if ticked else ""

    def _first_level(self, place: Place) -> Level:
        """What is touched already can only become done."""
        return Level.TOUCHED if self._call.interview.covered(place).level is Level.OPEN else Level.DONE

    def _marked(self, place: Place, choice: Choice) -> Choice:
        level = self._marks.get(place)
        return choice if level is None else replace(choice, glyph=f"✓{signs.COVERAGE[level]}")


class OpenRound(OneOf):
    """One more round of a loop: a named one by the first letter of its name, a numbered one by that of its loop."""

    prompt = "new round"
    heading = "its first letter · Enter opens it · Esc returns"

    def __init__(self, call: Call, now: Callable[[], Moment]) -> None:
        self._call = call
        self._now = now
        self._rounds: dict[str, tuple[str, str, str]] = {}

    def choices(self, query: str) -> list[Choice]:
        """The rounds whose name, label or loop begins with what is typed."""
        typed = query.strip().casefold()
        laid = list(_openable(self._call.interview))
        self._rounds = {choice.key: asked for choice, asked, _ in laid}
        return [choice for choice, _, names in laid if any(name.casefold().startswith(typed) for name in names)]

    def says(self, choice: Choice | None) -> str:
        """Which round Enter opens."""
        return f"open {choice.key}" if choice is not None else "no round begins like that"

    def take(self, choice: Choice | None) -> str:
        """Open it and go there."""
        if choice is None:
            return ""
        loop, key, parent = self._rounds[choice.key]
        self._call.keep(self._call.session.open_round(loop, key, parent, self._now()))
        return f"{choice.key} opened"


@dataclass(frozen=True, slots=True)
class Errand:
    """Something to do with the call: what it is called, and what does it."""

    key: str
    label: str
    do: Callable[[], Chooser | str]


class CallMenu(OneOf):
    """What can be done with the call, each by its letter."""

    prompt = "call"
    heading = "its letter · Enter does it · Esc returns"

    def __init__(self, errands: tuple[Errand, ...]) -> None:
        self._errands = errands

    def choices(self, query: str) -> list[Choice]:
        """The errands that begin with the letter typed."""
        typed = query.strip().casefold()
        return [
            Choice(errand.key, f"{errand.key}  {errand.label}")
            for errand in self._errands
            if errand.key.startswith(typed) or errand.label.casefold().startswith(typed)
        ]

    def says(self, choice: Choice | None) -> str:
        """What Enter does."""
        return choice.label[3:] if choice is not None else "there is nothing by that letter"

    def take(self, choice: Choice | None) -> Chooser | str:
        """Do it."""
        found = next((errand for errand in self._errands if choice is not None and errand.key == choice.key), None)
        return "" if found is None else found.do()


class EndInterview(OneOf):
    """Whether to end the interview; the must-asks that are still open are listed, in asking order."""

    prompt = "end interview?"
    picks = False
    ready = True

    def __init__(self, call: Call, end: Callable[[], None]) -> None:
        self._call = call
        self._end = end
        self._typed = ""

    @property
    def heading(self) -> str:
        """What ending means, and what was not asked."""
        left = len(route.must_left(self._call.interview))
        open_ones = f" · {signs.counted(left, 'must-ask')} still open" if left else ""
        return f"Enter ends it · Esc returns{open_ones}"

    def choices(self, query: str) -> list[Choice]:
        """The must-asks that are left, whatever is typed."""
        self._typed = query.strip()
        interview = self._call.interview
        return [_choice(interview, step.place) for step in route.must_left(interview)]

    def says(self, choice: Choice | None) -> str:  # noqa: ARG002 - whatever is listed
        """That it ends, unless something is typed: that was meant for a note."""
        return "Esc, to type a note" if self._typed else "end the interview"

    def take(self, choice: Choice | None) -> str:  # noqa: ARG002 - whatever is listed
        """End it."""
        if self._typed:
            raise Refused("Not ended: something is typed here.", "Esc returns to the note; nothing typed ends it.")
        self._end()
        return ""


def _key(place: Place) -> str:
    return f"{place.round}/{place.item}"


def _choice(interview: Interview, place: Place) -> Choice:
    crumbs = " › ".join(route.breadcrumb(interview, place)[-2:])
    return Choice(_key(place), route.wording(interview, place), crumbs, signs.COVERAGE[interview.covered(place).level])


def _found(interview: Interview, query: str) -> list[tuple[Place, Choice]]:
    """The places that fit a query; those that fit much worse than the best only distract."""
    fitting = route.find(interview, query)
    return [
        (found.place, _choice(interview, found.place))
        for found in fitting
        if found.score >= fitting[0].score - DISTRACTS
    ]


def _fresh_note(interview: Interview, now_ms: int) -> tuple[str, int] | None:
    """The id and time of the last note, if it belongs to what is being talked about."""
    last = next(reversed(interview.notes.values()), None)
    if last is None:
        return None
    visited_ms = interview.moves[-1][0] if interview.moves else 0
    if last.entered_ms >= visited_ms or now_ms - last.entered_ms <= FRESH_MS:
        return last.id, last.about_ms
    return None


def _openable(interview: Interview) -> Iterator[tuple[Choice, tuple[str, str, str], tuple[str, ...]]]:
    """Every round that can be opened from here: the choice, what to open, the names it goes by."""
    schedule = interview.schedule
    for loop_id, (loop, section) in schedule.loops().items():
        parent = _parent(interview, loop_id)
        for key in [named.key for named in loop.named] or [""]:
            new = _laid_out_or_new(interview, loop, key, parent)
            detail = f"{section.title}: {rounds.own_name(loop, new.key)}" if loop.named else f"another {loop_id}"
            yield (
                Choice(new.id, new.id, detail),
                (loop_id, key, parent),
                (new.id, key, rounds.own_name(loop, new.key), loop_id),
            )


def _laid_out_or_new(interview: Interview, loop: Loop, key: str, parent: str) -> rounds.Round:
    number = key or rounds.next_key(loop, parent, interview.rounds)
    return rounds.new_round(loop, number, parent, interview.rounds)


def _parent(interview: Interview, loop: str) -> str:
    """The round in which another round of a loop would be opened: the present one, else the last, else the first."""
    around = interview.schedule.parent_loop(loop)
    if not around:
        return ""
    chain = interview.round_chain(interview.place.round) if interview.place is not None else []
    here = [found.id for found in chain if found.loop == around]
    opened = [found.id for found in interview.rounds.values() if found.loop == around]
    laid = [found.id for found in interview.expected.values() if found.loop == around]
    return next(iter([*here, *reversed(opened), *laid]), "")
