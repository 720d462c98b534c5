"""The names of an interview, what stands for them, and what else may be a name, each where it is said."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.content import Content
from textual.screen import Screen
from textual.widgets import Static

from interview_tui.errors import InterviewTuiError
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.release import released
from interview_tui.tui import naming, palette, review_commands
from interview_tui.tui.choosers.chooser import Choice
from interview_tui.tui.desk import Desk
from interview_tui.tui.destinations import Go, ToTranscript
from interview_tui.tui.dialogs import Picker, Prompt
from interview_tui.tui.naming import Name, Standing
from interview_tui.tui.ports import Adapters
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.name_list import NameList
from interview_tui.tui.widgets.name_places import NamePlaces, Places
from interview_tui.tui.widgets.status_row import Status, StatusRow

BEFORE_MS, AFTER_MS = 3_000, 2_000
"""How much is played before and after a name."""
NO_NAME = "Choose a name."
NO_DEVICE = "No sound device: nothing can be played here."
NOBODY = "No name is replaced yet that this could be another form of."
NOT_ON_ITS_OWN = "It goes where the name goes of which it is another spelling; e gives it a replacement of its own."

Logging = Callable[[], str]
"""Logs something (in a thread), and says what."""


@dataclass(frozen=True, slots=True)
class _Read:
    """What was read: the list, the replaced ones alone, and whether any of them is left once they are replaced."""

    names: list[Name]
    held: tuple[Pseudonym, ...]
    verdict: str


class NamesScreen(Screen[None]):
    """The names of `case`. What is decided is logged in its order, while the cursor is at the next name already."""

    CSS_PATH = "names.tcss"
    AUTO_FOCUS = "#names"
    COMMANDS = {palette.finds(review_commands.NAMES)}  # noqa: RUF012 - Textual's
    BINDINGS = [  # noqa: RUF012 - Textual's
        *(
            Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False)
            for command in review_commands.NAMES
        ),
    ]

    def __init__(self, adapters: Adapters, case: str) -> None:
        super().__init__()
        self._adapters = adapters
        self._case = case
        self._desk = Desk(adapters, case)
        self._read: _Read | None = None
        self._wide: set[str] = set()
        self._busy: set[str] = set()
        self._chosen = 0
        self._played: tuple[str, int] | None = None
        self._turn = asyncio.Lock()
        self._title = Static(case, id="title", markup=False)
        self._list = NameList(id="names")
        self._places = NamePlaces(Places(), id="places")
        self._status = StatusRow(Status("Looking for names …"), id="status")

    def compose(self) -> ComposeResult:
        """What is left to be done, the names, where the one is said that the cursor is at, status, footer."""
        yield self._title
        yield self._list
        yield self._places
        yield self._status
        yield CommandFooter(
            tuple(each for each in review_commands.NAMES if each is not review_commands.FIND), id="footer"
        )

    def on_mount(self) -> None:
        """Read the interview and look for names in it."""
        self._load()

    def on_resize(self) -> None:
        """Rows are laid out for the width."""
        self._lay_out()

    def on_option_list_option_highlighted(self) -> None:
        """Another name is looked at: where it is said."""
        self._chosen, self._played = 0, None
        self._show_places()

    def action_give(self, command: str) -> None:
        """Do a command of the list."""
        name = self._at_cursor
        match command:
            case "palette":
                self.app.push_screen(palette.Palette(self))
            case "leave":
                self._leave()
            case "add":
                self._add()
            case _ if name is None:
                self._tell(NO_NAME)
            case _ if name.key in self._busy and command not in ("hear", "show"):
                self._tell(f"What you decided of {name.name} is being logged.")
            case "give":
                self._replace(name)
            case "word":
                self._word(name)
            case "alias":
                self._alias(name)
            case "wide":
                self._widen(name)
            case "drop":
                self._drop(name)
            case "hear":
                self._hear(name)
            case "show":
                at_ms = name.places[self._chosen].at_ms if name.places else None
                self.post_message(Go(ToTranscript(self._case, at_ms)))

    def _replace(self, name: Name) -> None:
        """Let what is proposed stand for a name, and go on to the next that may be one."""
        if name.standing is Standing.REPLACED:
            self._tell(f"{name.given.replacement} stands for it already; e gives it another wording.")
            return
        self._log(name, lambda: self._given(self._wanted(name)))
        self._go_on_from(name)

    def _wanted(self, name: Name) -> Pseudonym:
        """What is proposed for a name by now: what was logged meanwhile may have taken the replacement."""
        now = next((one for one in self._names if one.key == name.key), name)
        if now.standing is Standing.PROPOSED and now.name in self._wide and not now.spelling_of:
            return replace(now.given, case="", replacement="")
        return now.given

    def _word(self, name: Name) -> None:
        own = replace(name.own, case=self._home(name))

        def take(line: str | None) -> None:
            if line:
                self._log(name, lambda: self._given(replace(self._now(own), replacement=line)))
                self._go_on_from(name)

        heading = f"What is to stand for {name.name}?"
        self.app.push_screen(Prompt(heading, own.replacement, "[Councillor A]"), take)

    def _alias(self, name: Name) -> None:
        held = [one for one in self._held if one != name.given]
        choices = [Choice(str(number), each.name, each.replacement, "●") for number, each in enumerate(held)]
        if not choices:
            self._tell(NOBODY)
            return

        def join(whole: Pseudonym) -> str:
            told = self._given(naming.also_known(self._now(whole), name))
            if name.standing is Standing.REPLACED:
                self._adapters.pseudonyms.take_off(self._now(name.given))
            return told

        def take(key: str | None) -> None:
            if key is not None:
                self._log(name, lambda: join(held[int(key)]))
                self._go_on_from(name)

        self.app.push_screen(Picker(f"{name.name} is another form of …", choices), take)

    def _add(self) -> None:
        def take(line: str | None) -> None:
            wanted = naming.typed(line or "", self._case)
            if wanted is not None:
                self._log(None, lambda: self._given(wanted))

        self.app.push_screen(Prompt("Which name?", placeholder="NAME or NAME=[Replacement]"), take)

    def _widen(self, name: Name) -> None:
        """The whole study instead of the case, or the other way round."""
        if name.standing is Standing.REPLACED:

            def move() -> str:
                old = self._now(name.given)
                told = self._given(replace(old, case="" if old.case else self._case))
                self._adapters.pseudonyms.take_off(old)
                return told

            self._log(name, move)
        elif name.spelling_of:
            self._tell(NOT_ON_ITS_OWN)
        else:
            self._wide ^= {name.name}
            self._lay_out()
            where = "in the whole study" if name.name in self._wide else f"in {self._case} only"
            self._tell(f"{name.name}: what you decide of it holds {where}.")

    def _drop(self, name: Name) -> None:
        """Let nothing stand for a name; what only may be one is none."""
        if name.standing is Standing.NONE:
            self._tell(f"{name.name} is no name already; Enter replaces it after all.")
            return

        def drop() -> str:
            if name.standing is Standing.REPLACED:
                self._adapters.pseudonyms.take_off(self._now(name.given))
                return f"{name.name} is replaced no more."
            self._adapters.pseudonyms.say_it_is_none(name.name, self._home(name))
            return f"{name.name} is no name; it stands at the end of the list."

        self._log(name, drop)
        self._go_on_from(name)

    def _home(self, name: Name) -> str:
        """The case for which something is decided of a name; empty: the whole study."""
        if name.standing is Standing.REPLACED:
            return name.given.case
        return "" if name.name in self._wide else self._case

    def _now(self, known: Pseudonym) -> Pseudonym:
        """What stands for a name by now: it may have got another form since it was looked at."""
        held = self._adapters.pseudonyms.held(self._case)
        return next((each for each in held if (each.case, each.name) == (known.case, known.name)), known)

    def _given(self, wanted: Pseudonym) -> str:
        given = self._adapters.pseudonyms.give(self._case, wanted)
        where = "" if given.case else " in the whole study"
        told = f"{given.replacement} stands for {' · '.join(given.forms)}{where}."
        held = self._adapters.pseudonyms.held(self._case)
        others = [each.name for each in held if each.replacement == given.replacement and each.name != given.name]
        return f"{told} So it does for {', '.join(others)}." if others else told

    def _log(self, name: Name | None, logging: Logging) -> None:
        """Log what was decided, one after the other in their order, and read what comes of it."""
        self._mark(name, busy=True)
        self._logged(name, logging)

    @work(group="log")
    async def _logged(self, name: Name | None, logging: Logging) -> None:
        async with self._turn:
            try:
                told = await asyncio.to_thread(logging)
                self._wide -= {name.name} if name is not None else set()
                self._read = await asyncio.to_thread(self._look)
            except InterviewTuiError as error:
                told = str(error)
        stayed = name is not None and self._list.key == name.key
        self._mark(name, busy=False)
        if stayed and name is not None and name.standing is Standing.REPLACED:
            self._follow(name)
        self._tell(told)

    def _follow(self, name: Name) -> None:
        """Stay with a replaced name that goes elsewhere in the list."""
        held = [one for one in self._names if one.standing is Standing.REPLACED and one.name == name.name]
        if held:
            self._list.go_to(held[0].key)

    def _mark(self, name: Name | None, *, busy: bool) -> None:
        if name is not None:
            (self._busy.add if busy else self._busy.discard)(name.key)
        self._lay_out()

    @work(group="load", exclusive=True)
    async def _load(self) -> None:
        try:
            await self._desk.read()
            self._read = await asyncio.to_thread(self._look)
        except InterviewTuiError as error:
            self._tell(str(error))
            return
        self._lay_out()
        first = next((one for one in self._names if one.standing is Standing.PROPOSED), None)
        if first is not None:
            self._list.go_to(first.key)
        self._tell("" if self._names else "No name is found, and none is replaced; n takes one that you type.")

    def _look(self) -> _Read:
        lying, book = self._desk.lying, self._adapters.pseudonyms
        assert lying is not None
        record = released(lying.found.record)
        held = book.held(self._case)
        names = naming.names_of(record, held, book.proposed(self._case), book.no_names(self._case))
        return _Read(names, held, naming.verdict(record, held))

    def _hear(self, name: Name) -> None:
        """Play where a name is said; again, the next place."""
        lying = self._desk.lying
        if lying is None or not name.places:
            self._tell("It is said nowhere.")
        elif not lying.playable:
            self._tell(NO_DEVICE)
        else:
            if self._played == (name.key, self._chosen):
                self._chosen = (self._chosen + 1) % len(name.places)
            self._played = (name.key, self._chosen)
            self._show_places()
            self._play(name.places[self._chosen].at_ms, name.places[self._chosen].end_ms)

    @work(group="play", exclusive=True)
    async def _play(self, start_ms: int, end_ms: int) -> None:
        lying = self._desk.lying
        assert lying is not None
        begin_ms = max(0, start_ms - BEFORE_MS)
        play = self._adapters.player.play
        try:
            await asyncio.to_thread(play, lying.timeline, lying.folder, begin_ms, end_ms + AFTER_MS)
        except InterviewTuiError as error:
            self._tell(str(error))

    @work(group="play", exclusive=True)
    async def _leave(self) -> None:
        """Back, in silence, once everything that was decided is logged."""
        await asyncio.to_thread(self._adapters.player.stop)
        async with self._turn:
            if self.is_current:
                self.app.pop_screen()

    @property
    def _names(self) -> list[Name]:
        return self._read.names if self._read is not None else []

    @property
    def _held(self) -> tuple[Pseudonym, ...]:
        return self._read.held if self._read is not None else ()

    @property
    def _at_cursor(self) -> Name | None:
        return next((one for one in self._names if one.key == self._list.key), None)

    def _go_on_from(self, name: Name) -> None:
        """To the next that may be a name and is not decided yet; before it where there is none behind."""
        if name.standing is Standing.REPLACED:
            return
        at = self._list.highlighted or 0
        open_ones = [
            self._list.get_option_index(one.key)
            for one in self._names
            if one.standing is Standing.PROPOSED and one.key not in self._busy and one.key != name.key
        ]
        behind = [number for number in open_ones if number > at]
        before = [number for number in open_ones if number < at]
        if behind or before:
            self._list.highlighted = behind[0] if behind else before[-1]

    def _lay_out(self) -> None:
        """Paint the list anew, how many there are, and where the one is said that the cursor is at."""
        if self._read is None:
            return
        self._list.show(self._names, self._wide, self._busy)
        facts = " · ".join(part for part in (naming.tally(self._names), self._read.verdict) if part)
        self._title.update(
            Content.assemble(Content.styled(self._case, "bold"), Content.styled(f"   {facts}", "$quiet"))
        )
        self._show_places()

    def _show_places(self) -> None:
        name, lying = self._at_cursor, self._desk.lying
        if name is None or lying is None:
            self._places.show(Places())
            return
        self._chosen = min(self._chosen, max(0, len(name.places) - 1))
        self._places.show(Places(name.name, name.places, self._chosen, lying.found.record.origin_ms))

    def _tell(self, message: str) -> None:
        self._status.show(Status(message))
