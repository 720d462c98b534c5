"""The cases of the study: whom to ring next on top; and the card of each. What the keys do is `Casework`'s."""

from __future__ import annotations

from textual import events
from textual.app import ComposeResult
from textual.containers import Container, Horizontal
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import DataTable, Static

from interview_tui.tui import case_commands, case_sheet, palette, review_commands, signs
from interview_tui.tui.casework import Casework
from interview_tui.tui.ports import Adapters
from interview_tui.tui.widgets.case_card import CaseCard, Sheet
from interview_tui.tui.widgets.case_table import CaseTableView
from interview_tui.tui.widgets.choice_list import Choices
from interview_tui.tui.widgets.command_footer import CommandFooter
from interview_tui.tui.widgets.note_line import NoteLine
from interview_tui.tui.widgets.offered_choices import OfferedChoices
from interview_tui.tui.widgets.status_row import Status, StatusRow

WIDE = 110
"""From so many cells on the attempts stand beside the card; else below it."""
LOOK_S = 5.0
"""How often it is looked whether who they are is to be locked."""
REFRESH_S = 60.0
MOST_CHOICES, BESIDE_CHOICES = 13, 8
"""How many rows choices take at most, and how many all else takes at least."""
EMPTY = (
    "No case is listed yet.\n\n"
    "n adds one. A file with one case a row is taken in by\n"
    "    interview-tui cases import FILE\n"
    "with a report of every row that is not taken, and why."
)
NONE_FOUND = "No case has that. f and Enter show all of them again."

FIND_IN_LIST, FIND_ON_CARD = palette.finds(case_commands.CASES), palette.finds(case_commands.CARD)


class CasesScreen(Screen[None]):
    """The cases of the study; with a `case`, its card."""

    CSS_PATH = "cases.tcss"
    ALLOW_SELECT = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]  # noqa: RUF012 - Textual's

    def __init__(self, adapters: Adapters, case: str = "") -> None:
        super().__init__()
        self._adapters = adapters
        self.casework = Casework(
            adapters,
            case,
            run=lambda work: self.run_worker(work, group="cases"),
            changed=self.show_changes,
            send=self.post_message,
            left=self._leave,
            find_command=self._find_command,
        )
        self._paint_waits = False
        self._title = Static("", id="title", markup=False)
        self._table = CaseTableView(id="cases")
        self._empty = Static(EMPTY, id="empty", markup=False)
        self._facts = CaseCard(Sheet(), id="facts")
        self._tried = CaseCard(Sheet(), id="tried")
        self._asked = Static("", id="asked", markup=False)
        self._choices = OfferedChoices(Choices("", ()), id="choices")
        self._status = StatusRow(Status(), id="status")
        self._prompt = Static("", id="prompt", markup=False)
        self._footer = CommandFooter(case_commands.CASES, id="footer")

    @property
    def line(self) -> NoteLine:
        """The one line."""
        return self.casework.line

    def compose(self) -> ComposeResult:
        """Title; the list, or the card and its attempts; what is asked for, status, the line, footer."""
        yield self._title
        yield self._table
        yield self._empty
        with Container(id="card"):
            yield self._facts
            yield self._tried
        yield self._asked
        yield self._choices
        yield self._status
        with Horizontal(id="entry"):
            yield self._prompt
            yield self.line
        yield self._footer

    def on_mount(self) -> None:
        """Who they are is locked when nobody is there, on whichever screen that is."""
        watch = self._adapters.idle_lock
        watch.tell = self.casework.forget
        if not watch.is_watched:
            watch.is_watched = True
            self.app.set_interval(LOOK_S, watch.look)
        self.set_interval(REFRESH_S, self._keep_up)

    def on_unmount(self) -> None:
        """Nobody is to be told here any more, and nothing half typed stays."""
        self._adapters.idle_lock.tell = lambda: None
        self.casework.enquiry.close()

    def on_screen_resume(self) -> None:
        """Whatever was done elsewhere shows."""
        self.casework.refresh()

    def on_resize(self, event: events.Resize) -> None:
        """Columns are laid out for the width; the line is always seen."""
        self._choices.styles.max_height = max(2, min(MOST_CHOICES, event.size.height - BESIDE_CHOICES))
        self.show_changes()

    def set_focus(self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False) -> None:
        """The line has the focus, whatever is clicked and whichever window is in front."""
        line = self.line if self.line.is_mounted else widget
        super().set_focus(line, scroll_visible=scroll_visible, from_app_focus=from_app_focus)

    def on_data_table_row_selected(self, event: DataTable.RowSelected) -> None:
        """A click goes to a case."""
        if not self.casework.asks:
            self.casework.list.go(event.row_key.value or "")
            self.show_changes()

    def on_data_table_header_selected(self, event: DataTable.HeaderSelected) -> None:
        """A click on the head of a column orders by it."""
        if not self.casework.asks:
            self.casework.list.go(self.casework.list.at, event.column_key.value or "")
            self.casework.give("sort")

    def tell(self, message: str) -> None:
        """Say what has happened elsewhere."""
        self.casework.tell(message)

    def action_give(self, command: str) -> None:
        """Do a command of the list or the card, as the palette has it."""
        self.casework.give(command)

    def show_changes(self) -> None:
        """Paint soon; in a burst of keys, once."""
        if not self._paint_waits:
            self._paint_waits = True
            self.call_later(self._paint)

    def _keep_up(self) -> None:
        """Who is due changes with the time."""
        if self.is_current and not self.casework.asks:
            self.casework.refresh()

    def _find_command(self) -> None:
        self.app.push_screen(palette.Palette(self, FIND_ON_CARD if self.casework.card_of else FIND_IN_LIST))

    def _leave(self) -> None:
        if self.is_current:
            self.app.pop_screen()

    def _paint(self) -> None:
        self._paint_waits = False
        work = self.casework
        self.set_class(bool(work.card_of), "-card")
        self.set_class(work.asks, "-asking")
        if work.card_of:
            self._paint_card()
        else:
            self._paint_list()
        self._paint_question()
        self._status.show(Status(work.message))
        self._footer.show(tuple(command for command in work.declared if command is not review_commands.FIND))

    def _paint_list(self) -> None:
        work, listed = self.casework, self.casework.list
        shown = len(listed.cases)
        whole = len(work.known.cards)
        self.set_class(work.is_read and not shown, "-empty")
        self._empty.update(NONE_FOUND if whole else EMPTY)
        room = self.size.width - 2
        self._table.show(listed.table, listed.order, listed.column, descending=listed.descending, room=room)
        self._table.point(listed.at)
        listed.seen, listed.page = self._table.keys, max(1, self._table.size.height - 2)
        many = "" if shown == whole else f"{shown} of "
        only = f" · only {listed.filter}" if listed.filter else ""
        facts = f"{many}{signs.counted(whole, 'case')}{only}"
        self._title.update(_titled(f"{self._adapters.study.name} · cases", facts))

    def _paint_question(self) -> None:
        """What is asked for, and why an answer is not taken, as long as that is."""
        work, asked = self.casework, self.casework.enquiry.question
        self.set_class(asked is not None and bool(work.enquiry.choices.choices), "-choosing")
        if asked is None:
            return
        refused = Content.styled(f"\n{work.refusal}", "bold $text-warning") if work.refusal else Content()
        self._asked.update(Content.assemble(Content.styled(asked.heading, "$quiet"), refused))
        self._prompt.update(f"{asked.prompt} ›")
        self._choices.show(work.enquiry.choices)

    def _paint_card(self) -> None:
        work, card = self.casework, self.casework.card
        if card is None:
            self._title.update(_titled(work.card_of, "not on the list" if work.is_read else ""))
            return
        self._title.update(_titled(card.case, case_sheet.headline(card, work.known.now_ms)))
        spot = work.spot
        self._facts.show(Sheet(work.facts, spot.key if spot is not None else ""))
        self._tried.show(Sheet(case_sheet.tried(card, work.known.now_ms)))


def _titled(name: str, facts: str) -> Content:
    return Content.assemble(Content.styled(name, "bold"), Content.styled(f"   {facts}", "$quiet"))
