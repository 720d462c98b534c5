"""Sorting incidents into the categories of the codebook: a coder's, or a second judge's, who does it blind."""

from __future__ import annotations

import asyncio

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.screen import Screen
from textual.widgets import OptionList, Static

from interview_tui.credibility.changes import CategoryGiven, Task
from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.ports import ToSort
from interview_tui.errors import InterviewTuiError
from interview_tui.tui import categories, credibility_commands, palette, sorting_rows
from interview_tui.tui.categories import Numbered
from interview_tui.tui.commands import by_key
from interview_tui.tui.desk import Desk, Lying
from interview_tui.tui.destinations import Go, ToRecord
from interview_tui.tui.figure_pages import NO_CODEBOOK
from interview_tui.tui.lines import one_line
from interview_tui.tui.ports import Adapters
from interview_tui.tui.sorting_list import Key, SortingList, key_of
from interview_tui.tui.widgets.category_line import CategoryLine
from interview_tui.tui.widgets.category_tree import CategoryTree
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.drawn import Drawn
from interview_tui.tui.widgets.status_row import Status, StatusRow

AT_THE_FOOT = ("give", "next", "none", "unsorted", "record", "hear", "palette", "leave")
NO_CATEGORY = "The codebook has no category yet: edit its file, and keep it with `interview-tui codebook keep`."
NO_INCIDENT = "No incident was told yet: there is nothing to sort."
NO_SAMPLE = "No sample is drawn for a judge yet. On the figures, under agreement (4), d draws one."
READING = "Reading the incidents …"
NOTHING_FITS = "No category fits that: other letters, or its number."
THE_LAST, THE_FIRST = "There is none behind it.", "There is none before it."
NO_DEVICE = "No sound device: nothing can be played here."
NOT_RECORDED = "None of it was recorded."
CHOOSE = "Type letters of a category, or its number; or choose one with ↑ ↓."


class SortingScreen(Screen[None]):
    """An incident as it was told, and beside it the codebook; with `judging`, of the sample for a second judge.

    What is decided is noted in its order, while the next incident shows already.
    """

    CSS_PATH = "sorting.tcss"
    AUTO_FOCUS = "#category"
    COMMANDS = {palette.finds(credibility_commands.SORTING)}  # noqa: RUF012 - Textual's
    BINDINGS = [  # noqa: RUF012 - Textual's
        *(
            Binding(",".join(command.keys), f"give('{command.id}')", command.title, show=False)
            for command in credibility_commands.SORTING
        ),
    ]

    def __init__(self, adapters: Adapters, *, judging: bool) -> None:
        super().__init__()
        self._adapters = adapters
        self._desk = adapters.coding
        self._whose = Task.JUDGING if judging else Task.CODING
        self._list = SortingList()
        self._numbered: tuple[Numbered, ...] = ()
        self._decided: dict[Key, str] = {}
        self._lying: Lying | None = None
        self._is_read = False
        self._is_left = True
        self._turn = asyncio.Lock()
        self._message = READING
        self._trouble = ""
        self._head = Static("", id="head", markup=False)
        self._incident = Drawn(id="incident")
        self._pane = VerticalScroll(self._incident, id="told", can_focus=False)
        self._tree = CategoryTree(id="categories")
        self._definition = Static("", id="definition", markup=False)
        keys = by_key(credibility_commands.SORTING)
        self._line = CategoryLine(keys, self.action_give, self._typed, id="category")
        self._status = StatusRow(Status(self._message), id="status")

    def compose(self) -> ComposeResult:
        """How far it is; the incident, the categories beside it; the line, status, footer."""
        yield self._head
        with Horizontal(id="panes"):
            yield self._pane
            with Vertical(id="book"):
                yield self._tree
                yield self._definition
        with Horizontal(id="asked"):
            yield Static("category ›", id="prompt", markup=False)
            yield self._line
        yield self._status
        yield CommandFooter(tuple(one for one in credibility_commands.SORTING if one.id in AT_THE_FOOT), id="footer")

    def on_screen_resume(self) -> None:
        """Whatever was corrected elsewhere shows; under a question nothing was."""
        if self._is_left:
            self._is_left = False
            self._load()

    def on_screen_suspend(self) -> None:
        """Nothing is heard of what is not seen."""
        self._is_left = not self.app.screen.is_modal
        if self._is_left:
            self._hush()

    def on_option_list_option_highlighted(self) -> None:
        """Another category is pointed at: what it is."""
        self._define()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click on a category points at it; Enter sorts."""
        event.stop()
        self._define()

    def action_give(self, command: str) -> None:
        """Do a command of the sorting."""
        self._message = ""
        chosen = self._list.chosen
        match command:
            case "palette":
                self.app.push_screen(palette.Palette(self))
            case "leave" if self._line.take():
                pass
            case "leave":
                self._leave()
            case "above" | "below":
                self._tree.move(-1 if command == "above" else 1)
                self._define()
            case "further" | "up":
                step = self._pane.size.height - 1
                self._pane.scroll_relative(y=step if command == "further" else -step, animate=False, immediate=True)
            case _ if chosen is None or self._lacking:
                pass
            case "give":
                self._sort(chosen)
            case "none":
                self._unsort(chosen)
            case "next":
                self._go(self._list.next(), THE_LAST)
            case "previous":
                self._go(self._list.previous(), THE_FIRST)
            case "unsorted":
                self._turn_over()
            case "record":
                self.post_message(Go(ToRecord(chosen.case, incident=chosen.incident)))
            case "hear":
                self._hear(chosen)
        self._show_status()

    @work(group="load", exclusive=True)
    async def _load(self) -> None:
        """Read codebook and incidents; what was decided here meanwhile holds."""
        try:
            book, incidents = await asyncio.to_thread(self._read)
        except InterviewTuiError as error:
            self._trouble = str(error)
        else:
            found = self._list.renewed(incidents, book)
            for key, category in self._decided.items():
                found = found.with_category(key, category)
            self._list = found if self._is_read else found.begun()
            self._is_read, self._numbered = True, categories.numbered(book)
        if self._message == READING:
            self._message = ""
        self._show()

    def _read(self) -> tuple[Codebook | None, list[ToSort]]:
        """In a thread."""
        book = self._desk.codebook()
        return book, self._desk.incidents(self._whose) if book is not None else []

    def _sort(self, chosen: ToSort) -> None:
        """Sort into the category that is pointed at, and go on to the next that is not sorted."""
        pointed = self._tree.pointed
        if pointed is None:
            self._message = NOTHING_FITS if self._line.value else CHOOSE
            return
        self._line.take()
        self._decide(chosen, pointed.category.key)
        self._go(self._list.on(), "")
        if self._list.done == len(self._list.incidents):
            self._message = f"{_named(chosen)}: {pointed.path}. All {self._list.done} are sorted."
        else:
            self._message = f"{_named(chosen)}: {pointed.path}."

    def _unsort(self, chosen: ToSort) -> None:
        if chosen.category:
            self._decide(chosen, "")
            self._message = f"{_named(chosen)} is in no category any more."
            self._show()
        else:
            self._message = f"{_named(chosen)} is in no category."

    def _decide(self, one: ToSort, category: str) -> None:
        """What is decided shows at once, and is noted after what was decided before."""
        book = self._list.book
        if one.category == category or book is None:
            return
        self._decided[key_of(one)] = category
        self._list = self._list.with_category(key_of(one), category)
        given = CategoryGiven(
            wall_ms=self._desk.now_ms(),
            case=one.case,
            incident=one.incident,
            category=category,
            codebook=book.version,
            task=self._whose,
        )
        self._noted(one, given)

    @work(group="note")
    async def _noted(self, one: ToSort, given: CategoryGiven) -> None:
        """Note what was decided; where that cannot be, what holds is shown again."""
        async with self._turn:
            try:
                await asyncio.to_thread(self._desk.note, given)
            except InterviewTuiError as error:
                self._trouble = f"{_named(one)} is NOT noted. {error}"
                if self._decided.get(key_of(one)) == given.category:
                    del self._decided[key_of(one)]
                self._load()
            else:
                self._trouble = ""
        self._show_incident()
        self._show_status()

    def _go(self, found: SortingList | None, otherwise: str) -> None:
        """Look at another incident, from its beginning."""
        if found is None:
            self._message = otherwise
            return
        if found.at != self._list.at:
            self._hush()
            self._pane.scroll_home(animate=False)
        self._list = found
        self._line.take()
        self._show()

    def _turn_over(self) -> None:
        """Only the unsorted ones, or all of them."""
        self._go(self._list.turned(), "")
        self._message = "Only those that are not sorted." if self._list.only_unsorted else "All incidents."

    @work(group="sound", exclusive=True)
    async def _hear(self, one: ToSort) -> None:
        """Play an incident; while something plays, stop it."""
        player = self._adapters.player
        try:
            if player.at_ms() is not None:
                await asyncio.to_thread(player.stop)
            elif not player.available:
                self._message = NO_DEVICE
            else:
                self._message = await self._played(one)
        except InterviewTuiError as error:
            self._message = str(error)
        self._show_status()

    async def _played(self, one: ToSort) -> str:
        lying = self._lying
        if lying is None or lying.found.record.case != one.case:
            lying = self._lying = await Desk(self._adapters, one.case).read()
        audio = [each.evidence.audio for each in lying.found.record.incidents if each.id == one.incident]
        if not audio or audio[0] is None or not lying.timeline.clips(audio[0].start_ms, audio[0].end_ms):
            return NOT_RECORDED
        start_ms, end_ms = audio[0].start_ms, audio[0].end_ms
        await asyncio.to_thread(self._adapters.player.play, lying.timeline, lying.folder, start_ms, end_ms)
        return f"▶ {_named(one)}: ^L stops."

    @work(group="sound", exclusive=True)
    async def _hush(self) -> None:
        if self._adapters.player.at_ms() is not None:
            await asyncio.to_thread(self._adapters.player.stop)

    @work(group="leave", exclusive=True)
    async def _leave(self) -> None:
        """Back, in silence, once everything that was decided is noted."""
        self.workers.cancel_group(self, "sound")
        await asyncio.to_thread(self._adapters.player.stop)
        async with self._turn:
            if self.is_current:
                self.app.pop_screen()

    def _typed(self, text: str) -> None:
        """Fewer categories, or all of them; of those that fit it is pointed at the first."""
        self._message = ""
        self._list_categories(text)
        self._show_status()

    def _list_categories(self, text: str) -> None:
        chosen = self._list.chosen
        here = categories.standing(self._list.book, chosen.category) if chosen is not None else None
        fitting = categories.fitting(self._numbered, text)
        is_tree = not text.strip()
        first = fitting[0].category.key if fitting and not is_tree else None
        here_key = here.key if here is not None else ""
        self._tree.show(fitting, here_key, as_tree=is_tree, at=(here_key or None) if is_tree else first)
        self._define()

    def _define(self) -> None:
        """What the category is that is pointed at."""
        pointed = self._tree.pointed
        definition = one_line(pointed.category.definition) if pointed is not None else ""
        self._definition.update(definition)
        self._definition.display = bool(definition)

    def _show(self) -> None:
        """The incident that is looked at, and the categories."""
        shown, task, lacking = self._list, self._whose, self._lacking
        self._head.update(sorting_rows.headline(shown, task) if not lacking else sorting_rows.title(task))
        self._show_incident()
        self.set_class(bool(lacking), "-nothing")
        self._list_categories(self._line.value)
        self._show_status()

    def _show_incident(self) -> None:
        shown, task, lacking, trouble = self._list, self._whose, self._lacking, self._trouble
        self._incident.show(lambda width: sorting_rows.told(shown, task, width, lacking, trouble))

    @property
    def _lacking(self) -> str:
        """Why there is nothing to be sorted; empty if there is."""
        if not self._is_read:
            return " "
        if self._list.book is None:
            return NO_CODEBOOK
        if not self._list.book.categories:
            return NO_CATEGORY
        if not self._list.incidents:
            return NO_SAMPLE if self._whose is Task.JUDGING else NO_INCIDENT
        return ""

    def _show_status(self) -> None:
        self._status.show(Status(self._message, (self._trouble,) if self._trouble else ()))


def _named(one: ToSort) -> str:
    return one_line(f"{one.case} {one.label or one.incident}")
