"""The question what is to be exported and how, the writing, and what came of it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static

from interview_tui.errors import InterviewTuiError, Refused
from interview_tui.record.export_ports import Choice, Exports, Written
from interview_tui.tui import signs
from interview_tui.tui.export_choice import SETTINGS, LastChoice
from interview_tui.tui.review_commands import EXPORT
from interview_tui.tui.widgets.command_footer import CommandFooter

LEFT_TO_DO = tuple(command for command in EXPORT if command.id == "leave")
"""What can be done once it is written."""
MARKED, UNMARKED, POINTER = "●", "○", "›"
TITLE = 9
"""So many cells a setting's title has."""
STOPPED = "The export was stopped: nothing was written."
STOPPING = "Stopping before the next interview; the last one is written to its end."
IN_THE_STUDY = "the study's own folder of exports"


class _Rows(OptionList):
    """Rows to be marked or turned; Enter is not theirs."""

    BINDINGS = [  # noqa: RUF012 - Textual's
        Binding(key, f"screen.give('{command.id}')", show=False)
        for command in EXPORT
        if command.id in ("mark", "turn", "turn_back", "write")  # Enter would select
        for key in command.keys
    ]


class ExportDialog(ModalScreen[Written | None]):
    """Export interviews: which formats, how, and where to. Gives what was written; None if nothing was.

    It can be stopped while many are written: the export is given up as a whole then. `left_out` says what is not
    exported although it might be expected.
    """

    CSS_PATH = "export_dialog.tcss"
    AUTO_FOCUS = "#formats"
    BINDINGS = [  # noqa: RUF012 - Textual's
        Binding(key, f"give('{command.id}')", show=False)
        for command in EXPORT
        if command.id in ("write", "leave")
        for key in command.keys
    ]

    class Reading(Message, bubble=False):
        """An interview is being read; so many of so many are done."""

        def __init__(self, case: str, done: int, count: int) -> None:
            super().__init__()
            self.case, self.done, self.count = case, done, count

        def can_replace(self, message: Message) -> bool:
            """The newest is enough."""
            return isinstance(message, ExportDialog.Reading)

    def __init__(self, exports: Exports, cases: Sequence[str], last: LastChoice, left_out: str = "") -> None:
        super().__init__()
        self._exports, self._cases, self._last = exports, list(cases), last
        self._known = exports.formats
        self._choice = last.choice
        self._written: Written | None = None
        self._is_writing = self._is_stopped = False
        what = self._cases[0] if len(self._cases) == 1 else signs.counted(len(self._cases), "interview")
        heading = Content.assemble(Content.styled(f"Export {what}", "bold"), Content.styled(f"  {left_out}", "$quiet"))
        self._heading = Static(heading, id="heading")
        self._formats = _Rows(*("" for _ in self._known), id="formats", markup=False)
        self._settings = _Rows(*("" for _ in SETTINGS), id="settings", markup=False)
        self._folder = Input(str(last.choice.folder or ""), IN_THE_STUDY, id="folder", compact=True)
        self._told = Static("", id="told", markup=False)
        self._room = VerticalScroll(self._told, id="room")
        self._status = Static("", id="status", markup=False)
        self._footer = CommandFooter(EXPORT, id="footer")

    def compose(self) -> ComposeResult:
        """Formats, settings, folder; what came of it; what Enter does, and the keys."""
        with Vertical(id="dialog"):
            yield self._heading
            yield self._formats
            yield self._settings
            with Horizontal(id="where"):
                yield Static(f"  {'folder':<{TITLE}}", id="title-of-folder", markup=False)
                yield self._folder
            yield self._room
            yield self._status
            yield self._footer

    def on_mount(self) -> None:
        """The pointer stands at the first format that is marked."""
        marked = [number for number, name in enumerate(self._known) if name in self._choice.formats]
        self._formats.highlighted = marked[0] if marked else 0
        self._settings.highlighted = 0
        self._draw()

    async def on_unmount(self) -> None:
        """Nobody waits for it any more."""
        self._is_stopped = True

    def on_descendant_focus(self) -> None:
        """The pointer is where the keys are."""
        self._draw()

    def on_option_list_option_highlighted(self) -> None:
        """The pointer has moved."""
        self._draw()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click marks a format, or turns a setting."""
        self.action_give("mark" if event.option_list is self._formats else "turn")

    def on_input_submitted(self) -> None:
        """Enter writes, in the line for the folder too."""
        self.action_give("write")

    def on_export_dialog_reading(self, event: Reading) -> None:
        """Another interview is being read."""
        if self._is_writing and not self._is_stopped and event.count > 1:
            self._status.update(f"{event.done + 1} of {event.count}: {event.case} … Esc stops: nothing is written")

    def action_give(self, command: str) -> None:
        """Do a command of the dialog; while it is written, it can only be stopped."""
        if command == "leave":
            self._leave()
        elif not self._is_writing and self._written is None:
            match command:
                case "mark" if self.focused is self._formats:
                    self._mark()
                case "mark" | "turn" if self.focused is self._settings:
                    self._turn(1)
                case "turn_back" if self.focused is self._settings:
                    self._turn(-1)
                case "write":
                    self._begin()

    @property
    def _wanted(self) -> tuple[str, ...]:
        """The formats that Enter writes: those that are marked, or else the one under the pointer."""
        return self._choice.formats or tuple(self._known)[self._formats.highlighted or 0 :][:1]

    def _mark(self) -> None:
        name = tuple(self._known)[self._formats.highlighted or 0]
        marked = {*self._choice.formats} ^ {name}
        self._choice = replace(self._choice, formats=tuple(each for each in self._known if each in marked))
        self._draw()

    def _turn(self, by: int) -> None:
        setting = SETTINGS[self._settings.highlighted or 0]
        if setting.concerns(self._wanted):
            self._choice = setting.turned(self._choice, by)
            self._draw()

    def _begin(self) -> None:
        """Write what is chosen, and remember it."""
        self._choice = replace(self._choice, folder=_folder(self._folder.value))
        self._last.keep(self._choice)
        self._is_writing, self._is_stopped = True, False
        self.remove_class("-told")
        self._status.update("Writing …")
        self._write(replace(self._choice, formats=self._wanted))

    @work(group="export", exclusive=True)
    async def _write(self, choice: Choice) -> None:
        try:
            self._written = await asyncio.to_thread(self._exports.write, self._cases, choice, self._on_case)
        except InterviewTuiError as error:
            self._is_writing = False
            self._tell(Content.styled(f"✗ {error}", "$text-error"))
            self._draw()
        else:
            self._is_writing = False
            self.add_class("-written")
            self._tell(_account(self._written))
            self._status.update("")
            self._footer.show(LEFT_TO_DO)
            self._room.focus()

    def _on_case(self, case: str, done: int, count: int) -> None:
        """In the thread that writes: how far it is, and whether it is to go on."""
        if self._is_stopped:
            raise Refused(STOPPED)
        self.post_message(self.Reading(case, done, count))

    def _tell(self, told: Content) -> None:
        self.add_class("-told")
        self._told.update(told)
        self._room.scroll_home(animate=False)

    def _leave(self) -> None:
        """Back; out of what is being written, only once that is given up."""
        if self._is_writing:
            self._is_stopped = True
            self._status.update(STOPPING)
        elif self.is_current:
            self.dismiss(self._written)

    def _draw(self) -> None:
        wide = max(map(len, self._known), default=0)
        for number, (name, description) in enumerate(self._known.items()):
            glyph = MARKED if name in self._choice.formats else UNMARKED
            row = Content.assemble(f"{glyph} {name:<{wide}}  ", Content.styled(description, "$quiet"))
            self._put(self._formats, number, row)
        for number, setting in enumerate(SETTINGS):
            value, detail = setting.shown(self._choice)
            if not setting.concerns(self._wanted):
                value, detail = "", f"only for {' and '.join(setting.of)}"
            shown = Content.assemble(f"{setting.title:<{TITLE}}", f"‹ {value} ›" if value else "")
            self._put(self._settings, number, shown.append(Content.styled(f"  {detail}", _manner(detail))))
        if not self._is_writing and self._written is None:
            self._status.update(f"Enter writes {_listed(self._wanted)}")

    def _put(self, rows: OptionList, number: int, row: Content) -> None:
        """Draw a row of a list; the pointer is in the list that has the keys."""
        pointed = rows is self.focused and rows.highlighted == number
        rows.replace_option_prompt_at_index(number, Content.assemble(f"{POINTER if pointed else ' '} ", row))


def _manner(detail: str) -> str:
    """How it is drawn: a warning begins with its mark."""
    return "$text-warning" if detail.startswith("!") else "$quiet"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} formats: {', '.join(names)}"


def _folder(typed: str) -> Path | None:
    """The folder that was typed; None if none was."""
    if not typed.strip():
        return None
    folder = Path(typed.strip())
    try:
        return folder.expanduser().absolute()
    except RuntimeError:  # nobody is called so
        return folder.absolute()


def in_brief(written: Written) -> str:
    """What was written, for a line of a screen: `Written: 3 files in …/exports.`"""
    if len(written.files) == 1:
        return f"{opening(written)}: {written.files[0]}"
    return f"{opening(written)}: {signs.counted(len(written.files), 'file')} in {_home(written)}."


def opening(written: Written) -> str:
    """That something was written, and whether everybody can read it though the study is encrypted."""
    return "Written, readable by whoever has it" if written.lie_open else "Written"


def _account(written: Written) -> Content:
    """What was written: first what is to be known about it, then every file."""
    home = _home(written)
    files = [str(file.relative_to(home)) for file in written.files]
    heading = Content.styled(f"Written: {signs.counted(len(files), 'file')} in {home}", "bold")
    remarks = [Content.styled(f"! {remark}", "$text-warning") for remark in written.remarks]
    return Content("\n").join([heading, *remarks, *(Content(f"  {file}") for file in files)])


def _home(written: Written) -> Path:
    """The folder in which all files lie."""
    return min((file.parent for file in written.files), key=lambda folder: len(folder.parts), default=Path())
