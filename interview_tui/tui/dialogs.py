"""Questions over a screen for review: a line to be typed, or one of several things to be chosen by a word."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz, utils
from textual import events
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

MOVES = {"up": "cursor_up", "down": "cursor_down", "pageup": "page_up", "pagedown": "page_down"}
"""Keys of the line, and what they do in the list."""
NOTHING_FITS = "Nothing fits this word: type another, or fewer letters of it."


class _Dialog(ModalScreen[str | None]):
    """A question at the foot of the screen; left once, however many keys that leave it come in a burst."""

    CSS_PATH = "dialogs.tcss"
    BINDINGS = [Binding("escape", "leave", show=False)]  # noqa: RUF012 - Textual's

    def action_leave(self) -> None:
        """Give nothing."""
        self.give(None)

    def give(self, answer: str | None) -> None:
        """Leave with an answer."""
        if self.is_current:
            self.dismiss(answer)


class Prompt(_Dialog):
    """A line to be typed under a heading; gives it on Enter, None on Esc. It may begin with a `value`."""

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
        self.give(self._line.value.strip())


class Picker(_Dialog):
    """One of several things, narrowed down by a word; gives the key of the choice, None on Esc."""

    BINDINGS = [  # noqa: RUF012 - Textual's
        *(Binding(key, f"choose('{move}')", show=False) for key, move in MOVES.items()),
    ]

    def __init__(self, heading: str, choices: Sequence[Choice], chosen: str = "") -> None:
        """`chosen` is the key of the choice that Enter takes at first."""
        super().__init__()
        self._heading = heading
        self._choices = list(choices)
        self._chosen = chosen
        self._offered: list[Choice] = []
        self._typed: str | None = None  # what the offered ones fit
        self._pointed: int | None = None
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
        self._narrow()

    def on_resize(self, event: events.Resize) -> None:
        """The list takes half of the screen at most; told in cells, for Textual passes a part of it over here."""
        self._list.styles.max_height = event.size.height // 2
        self.call_after_refresh(self._list.scroll_to_highlight)

    def on_input_changed(self) -> None:
        """Fewer choices, or more."""
        self._narrow()

    def on_input_submitted(self) -> None:
        """Enter takes the choice."""
        self._narrow()
        number = self._list.highlighted
        if number is not None:
            self.give(self._offered[number].key)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click takes the choice."""
        self.give(event.option.id)

    def on_option_list_option_highlighted(self) -> None:
        """The pointer stands at the choice that Enter takes."""
        self._point()

    async def action_choose(self, move: str) -> None:
        """Up and down the list, while the line has the cursor."""
        self._narrow()
        await self._list.run_action(move)
        self._point()

    def _narrow(self) -> None:
        """Offer what fits what is typed by now: of keys in a burst, an arrow may come before the news of a letter."""
        typed = self._line.value.strip()
        if typed == self._typed:
            return
        self._typed = typed
        self._offered = fitting(self._choices, typed)
        self._pointed = None
        self._list.clear_options()
        if not self._offered:
            self._list.add_option(Option(NOTHING_FITS, disabled=True))
            return
        self._list.add_options(Option(self._row(number), id=choice.key) for number, choice in enumerate(self._offered))
        keys = [choice.key for choice in self._offered]
        self._list.highlighted = keys.index(self._chosen) if self._chosen in keys and not typed else 0
        self._point()

    def _point(self) -> None:
        """Move the pointer to the choice that is highlighted."""
        was, self._pointed = self._pointed, self._list.highlighted if self._offered else None
        for number in {was, self._pointed}:
            if number is not None:
                self._list.replace_option_prompt_at_index(number, self._row(number))

    def _row(self, number: int) -> Content:
        choice = self._offered[number]
        pointer = "› " if number == self._pointed else "  "
        glyph = f"{choice.glyph or ' '} " if any(each.glyph for each in self._choices) else ""
        detail = f"  {choice.detail}" if choice.detail else ""
        return Content.assemble(pointer, glyph, choice.label, Content.styled(detail, "$quiet"))


def fitting(choices: Sequence[Choice], words: str) -> list[Choice]:
    """The choices that fit what is typed, the best first; all of them in their order while nothing is."""
    typed = utils.default_process(words)
    if not typed:
        return list(choices)
    scored = [(_likeness(typed, choice), choice) for choice in choices]
    least = max(FITS, max((score for score, _ in scored), default=0) - DISTRACTS)
    return [choice for score, choice in sorted(scored, key=lambda found: -found[0]) if score >= least]


def _likeness(typed: str, choice: Choice) -> float:
    """How well what is typed fits: as a part of the choice, or word by word in any order."""
    name = utils.default_process(f"{choice.label} {choice.detail}")
    return max(fuzz.partial_ratio(typed, name), fuzz.token_set_ratio(typed, name))
