"""Questions over a screen for review: a line to be typed, or one of several things to be chosen by a word."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, utils
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from interview_tui.tui.choosers.chooser import Choice

FITS = 60.0
"""How well (of 100) what is typed must fit a choice to leave it there."""
DISTRACTS = 15.0
"""How much worse than the best a choice may fit to be offered."""


class Prompt(ModalScreen[str | None]):
    """A line to be typed under a heading; gives it on Enter, None on Esc. It may begin with a `value`."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS = [Binding("escape", "dismiss", show=False)]  # noqa: RUF012 - Textual's

    def __init__(self, heading: str, value: str = "", placeholder: str = "") -> None:
        super().__init__()
        self._heading = heading
        self._line = Input(value, placeholder, id="line", compact=True, select_on_focus=False)

    def compose(self) -> ComposeResult:
        """The heading and the line."""
        with Vertical(id="dialog"):
            yield Static(f"{self._heading} · Enter takes · Esc leaves it", id="heading", markup=False)
            yield self._line

    def on_input_submitted(self) -> None:
        """Enter takes what is typed."""
        self.dismiss(self._line.value.strip())


class Picker(ModalScreen[str | None]):
    """One of several things, narrowed down by a word; gives the key of the choice, None on Esc."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS = [  # noqa: RUF012 - Textual's
        Binding("escape", "dismiss", show=False),
        *(Binding(key, f"choose('{key}')", show=False, priority=True) for key in ("up", "down", "pageup", "pagedown")),
    ]

    def __init__(self, heading: str, choices: Sequence[Choice], chosen: str = "") -> None:
        """`chosen` is the key of the choice that Enter takes at first."""
        super().__init__()
        self._heading = heading
        self._choices = list(choices)
        self._chosen = chosen
        self._line = Input(placeholder="a word of it", id="line", compact=True)
        self._list = OptionList(id="choices", markup=False)
        self._list.can_focus = False

    def compose(self) -> ComposeResult:
        """The heading, the choices, and the line that narrows them down."""
        with Vertical(id="dialog"):
            yield Static(
                f"{self._heading} · type a word · ↑ ↓ choose · Enter takes · Esc leaves it", id="heading", markup=False
            )
            yield self._list
            yield self._line

    def on_mount(self) -> None:
        """All choices are there at first."""
        self._offer("")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Fewer choices, or more."""
        self._offer(event.value)

    def on_input_submitted(self) -> None:
        """Enter takes the choice."""
        number = self._list.highlighted
        if number is not None:
            self.dismiss(self._list.get_option_at_index(number).id)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click takes the choice."""
        self.dismiss(event.option.id)

    def action_choose(self, key: str) -> None:
        """Up and down the list, while the line has the cursor."""
        move = {
            "up": self._list.action_cursor_up,
            "down": self._list.action_cursor_down,
            "pageup": self._list.action_page_up,
            "pagedown": self._list.action_page_down,
        }[key]
        move()

    def _offer(self, query: str) -> None:
        found = _fitting(self._choices, query)
        self._list.clear_options()
        self._list.add_options(Option(_row(choice), id=choice.key) for choice in found)
        at = next((n for n, choice in enumerate(found) if choice.key == self._chosen and not query), 0)
        self._list.highlighted = at if found else None


def _fitting(choices: Sequence[Choice], query: str) -> list[Choice]:
    """The choices that fit what is typed, the best first; all of them in their order while nothing is."""
    if not query.strip():
        return list(choices)
    typed = utils.default_process(query)
    scored = [(_likeness(typed, choice), choice) for choice in choices]
    least = max(FITS, max((score for score, _ in scored), default=0) - DISTRACTS)
    return [choice for score, choice in sorted(scored, key=lambda found: -found[0]) if score >= least]


def _likeness(typed: str, choice: Choice) -> float:
    """How well what is typed fits: as a part of the choice, or word by word in any order."""
    name = utils.default_process(f"{choice.label} {choice.detail}")
    return max(fuzz.partial_ratio(typed, name), fuzz.token_set_ratio(typed, name))


def _row(choice: Choice) -> Content:
    glyph = f"{choice.glyph} " if choice.glyph else ""
    detail = f"  {choice.detail}" if choice.detail else ""
    return Content.assemble(glyph, choice.label, Content.styled(detail, "$quiet"))
