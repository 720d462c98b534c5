"""The step of the tour that comes next, and what is being said."""

from __future__ import annotations

import textwrap

from textual.content import Content

from interview_tui.tui.talk import Caption
from interview_tui.tui.tour import TourView
from interview_tui.tui.widgets.pane import Pane, beside


class TourCard(Pane[TourView | None]):
    """As high as it needs to be, and gone while there is no tour or it is hidden."""

    DEFAULT_CSS = """
    TourCard {
        display: none;
        height: 4;
        padding: 0 1;
        background: $primary-muted;

        &.-shown {
            display: block;
        }
    }
    """

    def on_mount(self) -> None:
        """A tour may be there from the beginning."""
        self.set_class(self.value is not None, "-shown")

    def show(self, value: TourView | None) -> None:
        """Show a step, or nothing."""
        self.set_class(value is not None, "-shown")
        super().show(value)

    def rows(self, value: TourView | None, width: int, height: int) -> list[Content]:
        """The step's title, what to do (as much as there is room for), and the words of the moment."""
        if value is None:
            return []
        does = textwrap.wrap(value.does, width)[: max(0, height - 2)]
        padding = [""] * max(0, height - 2 - len(does))
        return [_title(value, width), *(Content(row) for row in (*does, *padding)), _said(value.caption, width)]


def _title(value: TourView, width: int) -> Content:
    """Which step it is; if there is room, the one that was done last, and the keys of the tour."""
    number = f"TOUR {value.number} of {value.steps} " if value.number else f"TOUR ✓ {value.done} of {value.steps} "
    left = Content.assemble(
        Content.styled(number, "bold"),
        Content.styled("▶ NOW ", "bold $text-warning") if value.is_now else "",
        Content.styled(f"{value.key} ", "bold $text-accent") if value.key else "",
        Content.styled(value.title, "bold"),
    )
    hint = Content.styled("Tab skips · Shift+Tab hides" if value.number else "Shift+Tab hides", "$quiet")
    praise = Content.styled(f"✓ {value.praised}  ", "$text-success") if value.praised else Content()
    both = Content.assemble(praise, hint)
    fitting = next((right for right in (both, hint) if left.cell_length + 1 + right.cell_length <= width), Content())
    return beside(left, fitting, width)


def _said(caption: Caption | None, width: int) -> Content:
    """Who speaks, and the words, cut to one row."""
    if caption is None:
        return Content()
    who = Content.styled("you   " if caption.is_asking else "they  ", "$quiet")
    return Content.assemble(who, Content.styled(f"“{caption.text}”", "italic")).truncate(width, ellipsis=True)
