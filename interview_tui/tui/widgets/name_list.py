"""The list of an interview's names, under headings that say how they stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from textual.binding import Binding
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from interview_tui.tui.naming import GLYPHS, Name, Standing

BUSY = "◐"
ARROW_CELLS, BESIDE_FORMS = 18, 36
"""How wide what stands for a name is, and all that stands beside its forms."""
NARROWEST = 40


class NameList(OptionList, inherit_bindings=False):
    """Names, one highlighted. Enter is the screen's, so that it comes in its turn among other keys; a click chooses."""

    BINDINGS = [  # noqa: RUF012 - Textual's
        binding for binding in OptionList.BINDINGS if isinstance(binding, Binding) and binding.key != "enter"
    ]

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id, markup=False)

    @property
    def key(self) -> str | None:
        """Of the name that is highlighted."""
        return self.get_option_at_index(self.highlighted).id if self.highlighted is not None else None

    def go_to(self, key: str) -> None:
        """Highlight a name."""
        self.highlighted = self.get_option_index(key)

    def show(self, names: Sequence[Name], wide: Collection[str], busy: Collection[str]) -> None:
        """Lay the names out; what is highlighted stays so, or what comes in its place if that is gone.

        `wide` are the names that may be decided on for the whole study, `busy` the keys of those being logged.
        """
        at, key, top = self.highlighted, self.key, self.scroll_offset.y
        width = max(NARROWEST, self.scrollable_content_region.width)
        room = min(max((len(_forms(one)) for one in names), default=0), width - BESIDE_FORMS)
        options: list[Option] = []
        for standing in Standing:
            those = [one for one in names if one.standing is standing]
            if those:
                heading = Content.styled(f"{standing.value} ({len(those)})", "bold $accent")
                options.append(Option(heading, disabled=True))
            for one in those:
                row = _row(one, room, wide=one.name in wide, busy=one.key in busy)
                options.append(Option(row.truncate(width, ellipsis=True), id=one.key))
        with self.prevent(OptionList.OptionHighlighted):
            self.clear_options()
            self.add_options(options)
            if at is not None and options:
                there = {option.id: number for number, option in enumerate(options)}
                self.highlighted = there[key] if key in there else min(max(at, 1), len(options) - 1)
            self.scroll_to(y=top, animate=False)


def _row(name: Name, room: int, *, wide: bool, busy: bool) -> Content:
    """Glyph, forms, how often it is said, what stands for it, and what else is to be known of it."""
    undecided = name.standing is not Standing.REPLACED
    stands = "[…]" if undecided and wide else name.given.replacement
    arrow = f"→ {stands}" if stands else "no name"
    remarks = " · ".join(part for part in (name.remarks, "whole study" if undecided and wide else "") if part)
    return Content.assemble(
        f"{BUSY if busy else GLYPHS[name.standing]} ",
        Content(_forms(name)).truncate(room, ellipsis=True, pad=True),
        f" {len(name.places):>3} × ",
        Content.styled(f"{arrow:<{ARROW_CELLS}}", "" if undecided else "bold"),
        Content.styled(f" {remarks}", "$quiet"),
    )


def _forms(name: Name) -> str:
    """`Philip Fennimore · Phil`; of another spelling, `Phenymor, as Fennimore?`."""
    return " · ".join(name.forms) + (f", as {name.spelling_of}?" if name.spelling_of else "")
