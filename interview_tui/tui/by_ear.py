"""Lining up the file of another recorder by ear: move it against the moments of a call, and listen to both."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import Protocol

from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.widgets import Static

from interview_tui.errors import InterviewTuiError
from interview_tui.tui import themes
from interview_tui.tui.commands import BY_EAR
from interview_tui.tui.leaving import leaving_on_signals
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.pane import Pane, beside
from interview_tui.tui.widgets.status_row import Status, StatusRow

MOVES_MS = {
    "earlier_fine": -10, "later_fine": 10, "earlier_step": -100, "later_step": 100,
    "earlier_second": -1000, "later_second": 1000, "earlier_far": -10_000, "later_far": 10_000,
}  # fmt: skip
CHOICES = {"above": -1, "below": 1}
PLAYING = "Left ear: recorded here. Right ear: the file. If that is late: ← ."


@dataclass(frozen=True, slots=True)
class HeardMoment:
    """A moment of the call to listen at: its time on the call clock, and what was noted there."""

    at_ms: int
    words: str


class Listener(Protocol):
    """Plays a few seconds of the call and of the file beside each other."""

    def listen(self, at_ms: int, start_ms: int) -> None:
        """Play around `at_ms` of the call, the file as if it began at `start_ms`. Returns when it has begun.

        Raises:
            AudioError: there is nothing to play, or nothing to play to.
        """
        ...

    def close(self) -> None:
        """Fall silent, and forget what was played."""
        ...


@dataclass(frozen=True, slots=True)
class Laid:
    """Where a file lies while it is moved: it begins at `start_ms` of the call and lasts `length_ms`."""

    name: str
    length_ms: int
    start_ms: int
    moments: tuple[HeardMoment, ...]
    chosen: int = 0

    def moved(self, by_ms: int) -> Laid:
        """The file that begins so much later."""
        return replace(self, start_ms=self.start_ms + by_ms)

    def at(self, step: int) -> Laid:
        """Another moment chosen, so many further on."""
        return replace(self, chosen=max(0, min(len(self.moments) - 1, self.chosen + step)))

    @property
    def moment(self) -> HeardMoment:
        """The moment that is chosen."""
        return self.moments[self.chosen]


class Moments(Pane[Laid]):
    """Where the file begins and ends, then the moments of the call, each with its time in the file."""

    def rows(self, value: Laid, width: int, height: int) -> list[Content]:
        """The chosen moment stays in sight."""
        begins = f"{value.name} begins at {exact(value.start_ms)} of the call, ends at {exact(_end_ms(value))}"
        shown = max(1, height - 2)
        first = max(0, min(value.chosen - shown // 2, len(value.moments) - shown))
        column = max(len(exact(moment.at_ms)) for moment in value.moments)
        rows = [Content.styled(begins, "bold").truncate(width, ellipsis=True), Content()]
        for number, moment in enumerate(value.moments[first : first + shown], first):
            inside = value.start_ms <= moment.at_ms < _end_ms(value)
            there = f"{exact(moment.at_ms - value.start_ms)} of the file" if inside else "not in the file"
            pointer = "› " if number == value.chosen else "  "
            style = "bold" if number == value.chosen else "$quiet"
            left = Content.styled(f"{pointer}{exact(moment.at_ms):>{column}}  {moment.words}", style)
            rows.append(beside(left, Content.styled(there, "$quiet"), width))
        return rows


class LineUpApp(App[int], inherit_bindings=False):
    """Ends with the call clock of the file's beginning, or with None."""

    CSS_PATH = "styles/by_ear.tcss"
    ENABLE_COMMAND_PALETTE = False
    BINDINGS = [  # noqa: RUF012 - Textual's
        Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False) for command in BY_EAR
    ]

    def __init__(
        self, case: str, laid: Laid, listener: Listener, theme: str = themes.CHOICES[0], found: str = ""
    ) -> None:
        """`found` says where the first place of the file comes from."""
        super().__init__()
        for known in themes.THEMES:
            self.register_theme(known)
        self.theme = theme
        self._laid, self._listener = laid, listener
        self._title = Static(f"{case} · lining up by ear", id="title", markup=False)
        self._moments = Moments(laid, id="moments")
        self._status = StatusRow(Status(found), id="status")

    @property
    def laid(self) -> Laid:
        """Where the file lies now."""
        return self._laid

    def run_until_left(self) -> int | None:
        """Run in the terminal until the user leaves, or is made to by a signal; nothing is left of what was played."""
        try:
            with leaving_on_signals(self._ask_to_leave, self._forget):
                return self.run()
        finally:
            self._listener.close()

    def compose(self) -> ComposeResult:
        """Title, moments, status, footer."""
        yield self._title
        yield self._moments
        yield self._status
        yield CommandFooter(BY_EAR, id="footer")

    async def on_unmount(self) -> None:
        """Fall silent."""
        await asyncio.to_thread(self._listener.close)

    def action_give(self, command: str) -> None:
        """Do a command of this screen."""
        if command in MOVES_MS:
            self._show(self._laid.moved(MOVES_MS[command]))
        elif command in CHOICES:
            self._show(self._laid.at(CHOICES[command]))
        elif command == "listen":
            self._listen()
        else:
            self.exit(self._laid.start_ms if command == "accept" else None)

    def _ask_to_leave(self) -> None:
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self.exit)

    def _forget(self, within_s: float) -> bool:  # noqa: ARG002 - a terminal that is gone waits for nothing
        self._listener.close()
        return True

    def _show(self, laid: Laid) -> None:
        self._laid = laid
        self._moments.show(laid)
        self._status.show(Status())

    @work(group="listen", exclusive=True)
    async def _listen(self) -> None:
        laid = self._laid
        try:
            await asyncio.to_thread(self._listener.listen, laid.moment.at_ms, laid.start_ms)
        except InterviewTuiError as error:
            self._status.show(Status(hints=(str(error),)))
        else:
            self._status.show(Status(PLAYING))


def exact(at_ms: int) -> str:
    """A time to the hundredth of a second: `12:37.25`, before the beginning `-0:07.00`."""
    hundredths = round(abs(at_ms) / 10)
    sign = "-" if at_ms < 0 < hundredths else ""
    return f"{sign}{hundredths // 6000}:{hundredths // 100 % 60:02}.{hundredths % 100:02}"


def _end_ms(laid: Laid) -> int:
    return laid.start_ms + laid.length_ms
