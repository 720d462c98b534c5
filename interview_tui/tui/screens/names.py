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
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from interview_tui.errors import InterviewTuiError
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.release import released
from interview_tui.tui import naming, palette, review_commands
from interview_tui.tui.choosers.chooser import Choice
from interview_tui.tui.desk import Desk
from interview_tui.tui.destinations import Go, ToTranscript
from interview_tui.tui.naming import GLYPHS, Name, Standing
from interview_tui.tui.ports import Adapters
from interview_tui.tui.screens.dialogs import Picker, Prompt
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.name_places import NamePlaces, Places
from interview_tui.tui.widgets.status_row import Status, StatusRow

BEFORE_MS, AFTER_MS = 3_000, 2_000
"""How much is played before and after a name."""
ARROW_CELLS, BESIDE_FORMS = 18, 36
"""How wide what stands for a name is, and all that stands beside its forms."""
BUSY = "◐"
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


class NameList(OptionList, inherit_bindings=False):
    """A list in which Enter is the screen's, so that it comes in its turn among other keys; a click only goes there."""

    BINDINGS = [  # noqa: RUF012 - Textual's
        binding for binding in OptionList.BINDINGS if isinstance(binding, Binding) and binding.key != "enter"
    ]


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
        self._list = NameList(id="names", markup=False)
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
        self._go_on()
        self._log(name, lambda: self._given(self._wanted(name)))

    def _wanted(self, name: Name) -> Pseudonym:
        """What is proposed for a name by now: what was logged meanwhile may have taken the replacement."""
        now = next((one for one in self._names if one.key == name.key), name)
        if now.standing is Standing.PROPOSED and now.name in self._wide and not now.spelling_of:
            return replace(now.given, case="", replacement="")
        return now.given

    @work(group="ask")
    async def _word(self, name: Name) -> None:
        own = name.own
        line = await self.app.push_screen_wait(
            Prompt(f"What is to stand for {name.name}?", own.replacement, "[Councillor A]")
        )
        if not line:
            return
        wanted = replace(own, replacement=line, case=self._home(name))
        if name.standing is not Standing.REPLACED:
            self._go_on()
        self._log(name, lambda: self._given(wanted))

    @work(group="ask")
    async def _alias(self, name: Name) -> None:
        held = [one for one in self._held if one != name.given]
        choices = [Choice(str(number), each.name, each.replacement, "●") for number, each in enumerate(held)]
        if not choices:
            self._tell(NOBODY)
            return
        key = await self.app.push_screen_wait(Picker(f"{name.name} is another form of …", choices))
        if key is None:
            return
        whole = held[int(key)]
        if name.standing is not Standing.REPLACED:
            self._go_on()

        def join() -> str:
            told = self._given(naming.also_known(whole, name))
            if name.standing is Standing.REPLACED:
                self._adapters.pseudonyms.take_off(name.given)
            return told

        self._log(name, join)

    @work(group="ask")
    async def _add(self) -> None:
        line = await self.app.push_screen_wait(Prompt("Which name?", placeholder="NAME or NAME=[Replacement]"))
        wanted = naming.typed(line or "", self._case)
        if wanted is not None:
            self._log(None, lambda: self._given(wanted))

    def _widen(self, name: Name) -> None:
        """The whole study instead of the case, or the other way round."""
        if name.standing is Standing.REPLACED:
            old = name.given

            def move() -> str:
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
                self._adapters.pseudonyms.take_off(name.given)
                return f"{name.name} is replaced no more."
            self._adapters.pseudonyms.say_it_is_none(name.name, self._home(name))
            return f"{name.name} is no name; it stands at the end of the list."

        self._go_on()
        self._log(name, drop)

    def _home(self, name: Name) -> str:
        """The case for which something is decided of a name; empty: the whole study."""
        if name.standing is Standing.REPLACED:
            return name.given.case
        return "" if name.name in self._wide else self._case

    def _given(self, wanted: Pseudonym) -> str:
        given = self._adapters.pseudonyms.give(self._case, wanted)
        where = "" if given.case else " in the whole study"
        return f"{given.replacement} stands for {' · '.join(given.forms)}{where}."

    @work(group="log")
    async def _log(self, name: Name | None, logging: Logging) -> None:
        """Log what was decided, one after the other in their order, and read what comes of it."""
        self._mark(name, busy=True)
        async with self._turn:
            try:
                told = await asyncio.to_thread(logging)
                self._wide -= {name.name} if name is not None else set()
                self._read = await asyncio.to_thread(self._look)
            except InterviewTuiError as error:
                told = str(error)
        self._mark(name, busy=False)
        self._tell(told)

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
            self._list.highlighted = self._list.get_option_index(first.key)
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
        number = self._list.highlighted
        key = self._list.get_option_at_index(number).id if number is not None else None
        return next((one for one in self._names if one.key == key), None)

    def _go_on(self) -> None:
        """To the next that may be a name and is not decided yet; before it where there is none behind."""
        at = self._list.highlighted or 0
        open_ones = [
            self._list.get_option_index(one.key)
            for one in self._names
            if one.standing is Standing.PROPOSED and one.key not in self._busy
        ]
        behind = [number for number in open_ones if number > at]
        before = [number for number in open_ones if number < at]
        if behind or before:
            self._list.highlighted = behind[0] if behind else before[-1]

    def _lay_out(self) -> None:
        """Paint the list anew; the cursor stays at its name, or where it was if that is gone."""
        if self._read is None:
            return
        rows = self._list
        at = rows.highlighted
        key = rows.get_option_at_index(at).id if at is not None else None
        width = max(40, rows.scrollable_content_region.width)
        room = min(max((len(_forms(one)) for one in self._names), default=0), width - BESIDE_FORMS)
        options: list[Option] = []
        for standing in Standing:
            those = [one for one in self._names if one.standing is standing]
            if those:
                options.append(
                    Option(Content.styled(f"{standing.value} ({len(those)})", "bold $accent"), disabled=True)
                )
            options += [Option(self._row(one, room, width), id=one.key) for one in those]
        with self.prevent(OptionList.OptionHighlighted):
            top = rows.scroll_offset.y
            rows.clear_options()
            rows.add_options(options)
            there = {option.id: number for number, option in enumerate(options)}
            if at is not None and options:
                rows.highlighted = there[key] if key in there else min(max(at, 1), len(options) - 1)
            rows.scroll_to(y=top, animate=False)
        facts = [naming.tally(self._names), self._read.verdict]
        quiet = " · ".join(part for part in facts if part)
        self._title.update(
            Content.assemble(Content.styled(self._case, "bold"), Content.styled(f"   {quiet}", "$quiet"))
        )
        self._show_places()

    def _row(self, name: Name, room: int, width: int) -> Content:
        """Glyph, forms, what stands for them, how often, and what else is to be known of it."""
        glyph = BUSY if name.key in self._busy else GLYPHS[name.standing]
        wide = name.standing is not Standing.REPLACED and name.name in self._wide
        stands = "[…]" if wide else name.given.replacement
        arrow = f"→ {stands}" if stands else "no name"
        remarks = " · ".join(part for part in (name.remarks, "whole study" if wide else "") if part)
        return Content.assemble(
            f"{glyph} ",
            Content(_forms(name)).truncate(room, ellipsis=True, pad=True),
            f" {len(name.places):>3} × ",
            Content.styled(f"{arrow:<{ARROW_CELLS}}", "bold" if name.standing is Standing.REPLACED else ""),
            Content.styled(f" {remarks}", "$quiet"),
        ).truncate(width, ellipsis=True)

    def _show_places(self) -> None:
        name, lying = self._at_cursor, self._desk.lying
        if name is None or lying is None:
            self._places.show(Places())
            return
        self._chosen = min(self._chosen, max(0, len(name.places) - 1))
        self._places.show(Places(name.name, name.places, self._chosen, lying.found.record.origin_ms))

    def _tell(self, message: str) -> None:
        self._status.show(Status(message))


def _forms(name: Name) -> str:
    """`Philip Fennimore · Phil`; of another spelling, `Phenymor, as Fennimore?`."""
    return " · ".join(name.forms) + (f", as {name.spelling_of}?" if name.spelling_of else "")
