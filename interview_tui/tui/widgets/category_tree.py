"""The categories of a codebook as a list with numbers, one of them pointed at."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from interview_tui.tui.categories import Numbered

HERE, POINTED = "●", "›"


class CategoryTree(OptionList, can_focus=False):
    """All categories as a tree, or those that fit what is typed with what they stand under. A click points at one."""

    def __init__(self, *, id: str) -> None:
        super().__init__(id=id, markup=False)
        self._shown: tuple[Numbered, ...] = ()
        self._here = ""
        self._as_tree = True
        self._pointed: int | None = None
        self._digits = 1

    @property
    def pointed(self) -> Numbered | None:
        """The category that is pointed at."""
        at = self.highlighted
        return self._shown[at] if at is not None and at < len(self._shown) else None

    def show(self, shown: Sequence[Numbered], here: str, *, as_tree: bool, at: str | None = None) -> None:
        """Show categories; `here` is the key of the one that the incident is in, `at` of the one to be pointed at.

        Without `at` none is, until it is moved.
        """
        self._shown, self._here, self._as_tree = tuple(shown), here, as_tree
        self._digits = len(str(max((one.number for one in shown), default=0)))
        keys = [one.category.key for one in shown]
        self._pointed = keys.index(at) if at in keys else None
        with self.prevent(OptionList.OptionHighlighted):
            self.clear_options()
            self.add_options(Option(self._row(number)) for number in range(len(shown)))
            self.highlighted = self._pointed

    def move(self, step: int) -> None:
        """Point at the category so many further down; where none was pointed at, at the first, or the last."""
        last = len(self._shown) - 1
        if last >= 0:
            at = self.highlighted
            self.highlighted = (0 if step > 0 else last) if at is None else max(0, min(last, at + step))
            self._point()

    def on_resize(self) -> None:
        """Rows are laid out for the width."""
        for number in range(len(self._shown)):
            self.replace_option_prompt_at_index(number, self._row(number))

    def on_option_list_option_highlighted(self) -> None:
        """The pointer stands at what is chosen by a click as well."""
        self._point()

    def _point(self) -> None:
        """Move the pointer to the category that is highlighted."""
        was, self._pointed = self._pointed, self.highlighted
        for number in {was, self._pointed}:
            if number is not None and number < len(self._shown):
                self.replace_option_prompt_at_index(number, self._row(number))

    def _row(self, number: int) -> Content:
        one = self._shown[number]
        width = max(10, self.scrollable_content_region.width)
        is_here = one.category.key == self._here
        indent = "  " * one.category.depth if self._as_tree else ""
        above = "" if self._as_tree or not one.above else f"  {' › '.join(one.above)}"
        return Content.assemble(
            f"{POINTED if number == self._pointed else ' '}{one.number:>{self._digits}} ",
            Content.styled(f"{HERE if is_here else ' '} ", "bold $text-success"),
            Content.styled(f"{indent}{one.name}", "bold" if is_here else ""),
            Content.styled(above, "$quiet"),
        ).truncate(width, ellipsis=True)
