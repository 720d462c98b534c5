"""Which round to open, and where it belongs."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from interview_tui.interview import rounds, route
from interview_tui.interview.call import Call
from interview_tui.interview.events import Place
from interview_tui.interview.line import codes
from interview_tui.interview.ports import Moment
from interview_tui.interview.state import Interview
from interview_tui.schedule.model import Loop
from interview_tui.tui.choosers.chooser import Choice, OneOf


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

    def take(self, choice: Choice | None) -> WhereTo | str:
        """Open it and go there; if it could belong elsewhere, ask."""
        if choice is None:
            return ""
        loop, key, parent = self._rounds[choice.key]
        known = set(self._call.interview.rounds)
        self._call.keep(self._call.session.open_round(loop, key, parent, self._now(), is_being_told=True))
        opened = choice.key in self._call.interview.rounds and choice.key not in known
        if opened and parent in known and can_move(self._call.interview, choice.key):
            return WhereTo(self._call, choice.key, self._now)
        return f"{choice.key} opened" if opened else ""


class WhereTo(OneOf):
    """Which of the rounds around it a round belongs to: the present one, another, or a new one."""

    ready = True
    gives_way = True

    def __init__(self, call: Call, round_id: str, now: Callable[[], Moment]) -> None:
        self._call = call
        self._round = round_id
        self._now = now
        interview = call.interview
        self._around = interview.schedule.parent_loop(interview.rounds[round_id].loop)

    @property
    def prompt(self) -> str:
        """What is asked."""
        return f"same {self._around}?"

    @property
    def heading(self) -> str:
        """What can be answered."""
        return (
            f"{route.label(self._call.interview, self._round)} · Enter or y: the same · n: another, new · Esc: the same"
        )

    def choices(self, query: str) -> list[Choice]:
        """The present one, the others, a new one."""
        interview = self._call.interview
        now_in = interview.rounds[self._round].parent
        others = [found.id for found in interview.rounds.values() if found.loop == self._around and found.id != now_in]
        laid = [
            Choice("y", f"y  {route.label(interview, now_in)}, the same"),
            *(Choice(other, f"{route.label(interview, other)}") for other in others),
            Choice("n", f"n  another {self._around}, new"),
        ]
        typed = query.strip().casefold()
        return [choice for choice in laid if choice.key.casefold().startswith(typed)]

    def says(self, choice: Choice | None) -> str:
        """Where it will belong."""
        return choice.label.removeprefix("y  ").removeprefix("n  ") if choice is not None else "y or n"

    def take(self, choice: Choice | None) -> Judge | str:
        """Leave it, or attach it; of a new round around it the least that must be known is asked."""
        session = self._call.session
        if choice is None or choice.key == "y":
            return ""
        if choice.key != "n":
            self._call.keep(session.attach_round(self._round, choice.key, self._now()))
            return f"Belongs to {choice.label} now; notes and answers went with it."
        self._call.keep(session.attach_to_new_round(self._round, self._now()))
        return judging(self._call, self._call.interview.rounds[self._round].parent, self._now)


class Judge(OneOf):
    """The least that must be known of a new round, one item after the other; each can be left for later."""

    gives_way = True

    def __init__(self, call: Call, places: tuple[Place, ...], now: Callable[[], Moment]) -> None:
        self._call = call
        self._places = places
        self._now = now

    @property
    def prompt(self) -> str:
        """The round that is asked about."""
        return route.label(self._call.interview, self._places[0].round)

    @property
    def heading(self) -> str:
        """The question."""
        return f"{route.wording(self._call.interview, self._places[0])} · Esc: later"

    def choices(self, query: str) -> list[Choice]:
        """Its codes."""
        typed = query.strip().casefold()
        laid = codes(self._call.interview, self._places[0])
        return [Choice(code, f"{code}  {word}") for code, word in laid if code == typed or word.startswith(typed)]

    def says(self, choice: Choice | None) -> str:
        """The answer."""
        return f"answer: {choice.label[3:]}" if choice is not None else "none of its answers"

    def take(self, choice: Choice | None) -> Judge | str:
        """Answer it; the next one follows."""
        if choice is None:
            return ""
        self._call.keep(self._call.session.answer_at(self._places[0], choice.key, self._now()))
        return judging(self._call, self._places[0].round, self._now)


def judging(call: Call, round_id: str, now: Callable[[], Moment]) -> Judge | str:
    """Asks for what is not known yet of the least that must be known of a round."""
    interview = call.interview
    open_ones = [
        place
        for place in route.deciding(interview, round_id)
        if place not in interview.answers and codes(interview, place)
    ]
    return Judge(call, tuple(open_ones), now) if open_ones else f"{route.label(interview, round_id)} opened"


def can_move(interview: Interview, round_id: str) -> bool:
    """Whether a round could belong to another round of the loop around it."""
    around = interview.schedule.parent_loop(interview.rounds[round_id].loop)
    if not around:
        return False
    loop, _ = interview.schedule.loops()[around]
    return not loop.named and loop.at_most > 1


def _openable(interview: Interview) -> Iterator[tuple[Choice, tuple[str, str, str], tuple[str, ...]]]:
    """Every round that can be opened from here: the choice, what to open, the names it goes by."""
    schedule = interview.schedule
    for loop_id, (loop, section) in schedule.loops().items():
        parent = _parent(interview, loop_id)
        for key in [named.key for named in loop.named] or [""]:
            new = _laid_out_or_new(interview, loop, key, parent)
            name = f"{key}  {section.title}" if loop.named else f"{loop_id}  another"
            yield (
                Choice(new.id, name, new.id),
                (loop_id, key, parent),
                (new.id, key, rounds.own_name(loop, new.key), loop_id),
            )


def _laid_out_or_new(interview: Interview, loop: Loop, key: str, parent: str) -> rounds.Round:
    waiting = route.untold(interview, loop, key, parent)
    if waiting is not None:
        return waiting
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
