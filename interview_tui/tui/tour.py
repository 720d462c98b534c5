"""A tour of the live screen, in steps that tick themselves off: each is done when what it asks for has happened.

The tour never waits for a step and never holds anything up. It is told of every key before the key is obeyed, looks at
the interview afterwards, and compares the two looks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from interview_tui.interview.events import Place
from interview_tui.interview.state import Interview
from interview_tui.tui import commands
from interview_tui.tui.commands import spoken
from interview_tui.tui.talk import Caption, Heard, Talk

_ASKERS = ("go_to", "tick", "open_round", "call_menu", "off_record", "record")
"""The commands after which the line may ask for something."""

_OWN = commands.by_key(commands.TOUR)
_LIVE = commands.by_key(commands.LIVE)


@dataclass(frozen=True, slots=True)
class Press:
    """A command that was given: `asking` is the command whose list was open then, `line` what the line read."""

    command: str
    asking: str = ""
    line: str = ""


@dataclass(frozen=True, slots=True)
class Sight:
    """What can be seen of an interview at one look, as far as steps are judged by it."""

    moves: int
    trail: int
    answers: dict[Place, tuple[str, ...]]
    notes: int
    flags: int
    coverage: dict[Place, object]
    rounds: int
    spans: int
    is_off_record: bool
    ended: bool

    @classmethod
    def of(cls, interview: Interview) -> Sight:
        """An interview as it stands."""
        return cls(
            moves=len(interview.moves),
            trail=len(interview.trail),
            answers=dict(interview.answers),
            notes=len(interview.notes),
            flags=len(interview.flags),
            coverage=dict(interview.coverage),
            rounds=len(interview.rounds),
            spans=len(interview.spans),
            is_off_record=interview.is_off_record,
            ended=interview.ended,
        )


Judge = Callable[[Sight, Sight, tuple[Press, ...]], bool]
"""Whether a step was done between two looks, by these commands."""


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to try: `command` is the command it is about, `does` what to do, `done` how that is seen."""

    id: str
    command: str
    title: str
    does: str
    done: Judge

    @property
    def key(self) -> str:
        """The key of its command, as it is written in a sentence."""
        key = next(each.keys[0] for each in commands.LIVE if each.id == self.command)
        return spoken(key).replace("^", "Ctrl+")


def _taken(presses: tuple[Press, ...], asking: str = "", *, blank: bool = False) -> bool:
    """Whether Enter was pressed in a list (or in none), on an empty line or on any."""
    return any(
        press.command == "take" and press.asking == asking and not (blank and press.line.strip()) for press in presses
    )


def _gave(presses: tuple[Press, ...], command: str) -> bool:
    return any(press.command == command for press in presses)


def _moved_on(before: Sight, after: Sight, presses: tuple[Press, ...]) -> bool:
    return after.moves > before.moves and _taken(presses, blank=True)


def _answered(before: Sight, after: Sight, presses: tuple[Press, ...]) -> bool:
    return after.answers != before.answers and _taken(presses)


def _recorded(before: Sight, after: Sight, _presses: tuple[Press, ...]) -> bool:
    return after.spans > before.spans and not before.is_off_record


def _noted(before: Sight, after: Sight, presses: tuple[Press, ...]) -> bool:
    return after.notes > before.notes and _taken(presses)


def _flagged(before: Sight, after: Sight, _presses: tuple[Press, ...]) -> bool:
    return after.flags > before.flags


def _ticked(before: Sight, after: Sight, presses: tuple[Press, ...]) -> bool:
    return after.coverage != before.coverage and _taken(presses, "tick")


def _round_opened(before: Sight, after: Sight, presses: tuple[Press, ...]) -> bool:
    return after.rounds > before.rounds and _taken(presses, "open_round")


def _went_off_record(before: Sight, after: Sight, _presses: tuple[Press, ...]) -> bool:
    return after.is_off_record and not before.is_off_record


def _came_back_on_record(before: Sight, after: Sight, _presses: tuple[Press, ...]) -> bool:
    return before.is_off_record and not after.is_off_record and not after.ended


def _went_back(before: Sight, after: Sight, presses: tuple[Press, ...]) -> bool:
    return after.trail < before.trail and _gave(presses, "back")


def _cleared(_before: Sight, _after: Sight, presses: tuple[Press, ...]) -> bool:
    return any(press.command == "clear" and not press.asking and press.line.strip() for press in presses)


def _jumped(before: Sight, after: Sight, presses: tuple[Press, ...]) -> bool:
    return after.moves > before.moves and _taken(presses, "go_to")


def _call_menu_opened(_before: Sight, _after: Sight, presses: tuple[Press, ...]) -> bool:
    return _gave(presses, "call_menu")


STEPS = (
    Step(
        "answer", "take", "Answer by a code",
        "Where the question shows codes, type one (y or n) and press Enter. What Enter will do stands at the end of"
        " the line.", _answered,
    ),
    Step(
        "next", "take", "On to the next question",
        "Nothing to answer here? Enter on the empty line goes on. Keep up with the voice that asks.", _moved_on,
    ),
    Step(
        "record", "record", "Start recording",
        "Once every consent is answered with y, Ctrl+R starts the recorder. Before that it refuses.", _recorded,
    ),
    Step(
        "note", "take", "Take a note",
        "Type what matters while they talk, and press Enter. Its time is that of the first key: no need to hurry.",
        _noted,
    ),
    Step(
        "flag", "flag", "Flag a moment",
        "Something is said that you will want to find again: Ctrl+F. Nothing else changes, and you can go on typing.",
        _flagged,
    ),
    Step(
        "tick", "tick", "Tick another question",
        "They answer what you have not asked yet: Ctrl+T, a word of that question, Enter. It is marked as touched.",
        _ticked,
    ),
    Step(
        "open_round", "open_round", "Open a story early",
        "They begin a story before you have asked for it: Ctrl+N, its first letter, Enter. Note it part by part.",
        _round_opened,
    ),
    Step(
        "off_record", "off_record", "Off the record",
        "They ask for it: Ctrl+O, at once: nothing is recorded, no note is kept. Then a letter or number takes back"
        " what was said before; Enter: only from now.",
        _went_off_record,
    ),
    Step(
        "on_record", "record", "Back on the record",
        "They say that you may: Ctrl+R, and the recorder runs again. Say aloud that it does.", _came_back_on_record,
    ),
    Step(
        "back", "back", "Back to where you were",
        "After a jump, Ctrl+B returns to the question that you left. In tmux, F6: each command has an F key as well.",
        _went_back,
    ),
    Step(
        "clear", "clear", "Clear the line",
        "What you are typing turns out to be wrong: Esc clears the line. Esc again would bring it back.", _cleared,
    ),
    Step(
        "go_to", "go_to", "Go to any question",
        "Questions need no order: Ctrl+G, a word of the one you want, Enter.", _jumped,
    ),
    Step(
        "call_menu", "call_menu", "The call menu",
        "It is over: Ctrl+L opens the call menu, and there you end the interview. No single key ends it.",
        _call_menu_opened,
    ),
)  # fmt: skip


WELCOME = (
    "Look around first. Then press Tab, and the call begins: one voice asks the questions for you, another answers,"
    " and you keep up with the keys."
)
FAREWELL = "Nothing more is asked of you. Go on as long as you like; the call menu (Ctrl+L) ends the rehearsal."


@dataclass(frozen=True, slots=True)
class TourView:
    """What is shown of a tour: what to do next, with its key; which of the `steps` that is (0: none of them), and how
    many of them are done; whether this is the moment for it; the step that was done last; and what is being said.
    """

    title: str
    key: str
    does: str
    number: int
    steps: int
    done: int
    is_now: bool = False
    praised: str = ""
    caption: Caption | None = None


class Tour:
    """A tour through `steps`, along recorded `talk`. If the talk has an opening, the tour waits for a key to begin."""

    def __init__(self, talk: Talk = Talk(), steps: tuple[Step, ...] = STEPS) -> None:  # noqa: B008 - immutable
        self._talk = talk
        self._steps = steps
        self._done: set[str] = set()
        self._skipped: set[str] = set()
        self._praised = ""
        self._is_hidden = False
        self._has_begun = talk.opening is None
        self._begun_ms: int | None = None
        self._asked = ""
        self._presses: list[Press] = []
        self._seen: Sight | None = None
        self._shown: Step | None = None

    def pressed(self, key: str, *, asking: bool, line: str) -> bool:
        """A key is about to be obeyed, while a list is open (`asking`) and the line reads `line`; whether it is the
        tour's own.
        """
        match _OWN.get(key):
            case "skip_step":
                self._skip()
                return True
            case "hide_tour":
                self._is_hidden = not self._is_hidden
                return True
        command = _LIVE.get(key, "")
        if command:
            self._presses.append(Press(command, self._asked if asking else "", line))
        if command in _ASKERS:
            self._asked = command
        self._has_begun = self._has_begun or command == "take"
        return False

    def look(self, interview: Interview, now_ms: int) -> TourView | None:
        """Judge what has been done since the last look; what is to be shown at `now_ms`, None while it is hidden."""
        self._judge(Sight.of(interview))
        if self._has_begun and self._begun_ms is None:
            self._begun_ms = now_ms
        heard = self.heard(interview, now_ms)
        called_for = heard.called_for if heard is not None else ()
        left = self._left
        now = [step for step in left if step.id in called_for]
        self._shown = next(iter(now or left), None)
        view = self._view(self._shown)
        if self._is_hidden:
            return None
        return replace(view, is_now=bool(now), caption=heard.caption if heard is not None else None)

    @property
    def _left(self) -> list[Step]:
        """What is neither done nor skipped."""
        return [step for step in self._steps if step.id not in self._done | self._skipped]

    def _skip(self) -> None:
        """The first time, begin; then skip the step that is shown."""
        if self._has_begun and self._shown is not None:
            self._skipped.add(self._shown.id)
        self._has_begun = True
        self._shown = next(iter(self._left), None)

    def _view(self, step: Step | None) -> TourView:
        """What to do next, be it a step or the tour's own beginning and end."""
        steps, done = len(self._steps), len(self._done)
        if not self._has_begun:
            return TourView("Welcome to a rehearsal", spoken("tab").title(), WELCOME, 0, steps, done)
        if step is None:
            return TourView("The tour is over", "", FAREWELL, 0, steps, done, praised=self._praised)
        number = self._steps.index(step) + 1
        return TourView(step.title, step.key, step.does, number, steps, done, praised=self._praised)

    def heard(self, interview: Interview, now_ms: int) -> Heard | None:
        """What is heard at `now_ms` of the call clock; None before anything is."""
        if interview.spans:
            began_ms = min(span.start_ms for span in interview.spans.values())
            part = self._talk.call
        else:
            began_ms = self._begun_ms if self._begun_ms is not None else now_ms
            part = self._talk.opening if self._begun_ms is not None else None
        return None if part is None else Heard(part, max(0, now_ms - began_ms))

    def outcome(self) -> tuple[tuple[Step, bool], ...]:
        """Every step, and whether it was done."""
        return tuple((step, step.id in self._done) for step in self._steps)

    def _judge(self, sight: Sight) -> None:
        before, self._seen = self._seen or sight, sight
        presses, self._presses = tuple(self._presses), []
        for step in self._steps:
            if step.id not in self._done and step.done(before, sight, presses):
                self._done.add(step.id)
                self._praised = step.title
