"""Performs a call that was conducted before, in real time: the same moves, notes and marks at the same times."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from typing import Protocol

from interview_tui.errors import Refused
from interview_tui.interview.call import Call
from interview_tui.interview.elsewhere import Entered, ForeignCall, Marked, Replay, Tape, Typed
from interview_tui.interview.events import Place
from interview_tui.interview.sound import SpanEnd
from interview_tui.schedule.model import Consent

LEAD_S = 1.0  # between one thing and the next before the recording runs
TAIL_S = 0.5  # after the last thing she does


class Hands(Protocol):
    """What performs: on the screen with its keys, or without a screen."""

    async def key(self, character: str) -> None:
        """Type a character."""
        ...

    async def enter(self) -> None:
        """Press Enter."""
        ...

    async def record(self) -> None:
        """Start the recorder and wait until it runs."""
        ...

    async def off_record(self) -> None:
        """Go off the record and close the source; what is half typed is kept as a note."""
        ...

    def moved(self) -> None:
        """Something was done past the keys: show it."""
        ...


class Quietly:
    """Performs without a screen."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._text = ""
        self._first_key_ms = 0

    async def key(self, character: str) -> None:
        """Type a character."""
        if not self._text:
            self._first_key_ms = self._call.clock.now().at_ms
        self._text += character
        self._call.draft(self._text, self._first_key_ms)

    async def enter(self) -> None:
        """Press Enter; what is typed off the record is not taken."""
        text, self._text = self._text, ""
        with contextlib.suppress(Refused):
            self._call.enter(text, self._first_key_ms)

    async def record(self) -> None:
        """Start the recorder and wait until it runs."""
        self._call.source_opened(await asyncio.to_thread(self._call.open_source))

    async def off_record(self) -> None:
        """Go off the record and close the source; what is half typed is kept as a note."""
        text, self._text = self._text, ""
        self._call.go_off_record(text, self._first_key_ms)
        self._call.source_closed(await asyncio.to_thread(self._call.close_source, SpanEnd.OFF_RECORD))

    def moved(self) -> None:
        """There is nothing to show."""


@dataclass(frozen=True, slots=True)
class _Due:
    """What is to be done, and when: milliseconds from the first sample of the recording."""

    at_ms: int
    do: Callable[[], Awaitable[None]]


async def perform(call: Call, script: ForeignCall, hands: Hands) -> None:
    """Ask for the consents, start the recorder, and do what was done in `script` at the times it was done.

    Ends when everything has been done; the recorder then still runs.
    """
    await _ask_for_consent(call, hands)
    await hands.record()
    began_ms = max(span.start_ms for span in call.interview.spans.values())
    for due in sorted(_timetable(call, script, hands), key=lambda due: due.at_ms):
        await asyncio.sleep(max(0.0, (began_ms + due.at_ms - call.clock.now().at_ms) / 1000))
        await due.do()
    await asyncio.sleep(TAIL_S)


async def _ask_for_consent(call: Call, hands: Hands) -> None:
    asked = [found.item for found in call.interview.items.values() if found.item.consent in tuple(Consent)]
    for item in asked:
        call.keep(call.session.go(Place(item.id), call.clock.now()))
        hands.moved()
        await asyncio.sleep(LEAD_S)
        await hands.key("y")
        await hands.enter()
        await asyncio.sleep(LEAD_S)


def _timetable(call: Call, script: ForeignCall, hands: Hands) -> Iterator[_Due]:
    replay = Replay(call.session)

    def move(action: Entered | Marked) -> Callable[[], Awaitable[None]]:
        async def do() -> None:
            call.keep(replay.apply(action, call.clock.now()))
            hands.moved()

        return do

    def press(character: str) -> Callable[[], Awaitable[None]]:
        return lambda: hands.key(character)

    for action in script.actions:
        match action:
            case Entered() | Marked():
                yield _Due(action.at_ms, move(action))
            case Typed():
                pace = (action.at_ms - action.first_key_ms) / max(1, len(action.text))
                for place, character in enumerate(action.text):
                    yield _Due(action.first_key_ms + round(place * pace), press(character))
                yield _Due(action.at_ms, hands.enter)
            case Tape(pause=True):
                yield _Due(action.at_ms, hands.off_record)
            case Tape(runs=True) if action.at_ms > 0:
                yield _Due(action.at_ms, hands.record)
            case Tape():
                yield _Due(action.at_ms, _nothing)


async def _nothing() -> None:
    """The recorder runs from the beginning to the end of the script."""


class Screen(Protocol):
    """The app, as far as a performance needs it."""

    def press(self, key: str, character: str | None) -> None:
        """Put a key into the app's own queue, as the terminal does."""
        ...

    def show_changes(self) -> None:
        """Paint what has happened past the keys."""
        ...

    async def recording(self) -> None:
        """Wait until the recorder runs."""
        ...


class OnScreen:
    """Performs on the live screen, with its keys."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    async def key(self, character: str) -> None:
        """Type a character."""
        self._screen.press("space" if character == " " else character, character)

    async def enter(self) -> None:
        """Press Enter."""
        self._screen.press("enter", "\r")

    async def record(self) -> None:
        """Start the recorder and wait until it runs."""
        self._screen.press("ctrl+r", None)
        await self._screen.recording()

    async def off_record(self) -> None:
        """Go off the record and close the source; what is half typed is kept as a note."""
        self._screen.press("ctrl+o", None)

    def moved(self) -> None:
        """Show what was done past the keys."""
        self._screen.show_changes()
