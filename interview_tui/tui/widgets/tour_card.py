"""The step of the tour that comes next, and what is being said."""

from __future__ import annotations

import textwrap

from textual.content import Content

from interview_tui.tui.talk import Caption
from interview_tui.tui.tour import TourView
from interview_tui.tui.widgets.pane import Pane, beside

ALL_DONE = "The tour is over. Go on as long as you like; Ctrl+L, then e and Enter, ends the rehearsal."


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
        said = [_said(value.caption, width)]
        does = textwrap.wrap(value.step.does if value.step is not None else ALL_DONE, width)
        room = max(0, height - 1 - len(said))
        padding = [""] * max(0, room - len(does))
        return [_title(value, width), *(Content(row) for row in (*does[:room], *padding)), *said]


def _title(value: TourView, width: int) -> Content:
    hint = Content.styled("Tab skips · Shift+Tab hides", "$foreground 60%")
    praise = Content.styled(f"✓ {value.praised}  ", "$text-success") if value.praised else Content()
    if value.step is None:
        told = Content.styled(f"TOUR {value.done} of {value.steps} done", "bold")
        return beside(told, Content.styled("Shift+Tab hides", "$foreground 60%"), width)
    left = Content.assemble(
        Content.styled(f"TOUR {value.number} of {value.steps} ", "bold"),
        Content.styled("▶ NOW ", "bold $text-warning") if value.is_now else "",
        Content.styled(f"{value.step.key} ", "bold $text-accent"),
        Content.styled(value.step.title, "bold"),
    )
    right = Content.assemble(praise, hint)
    fits = left.cell_length + 1 + right.cell_length <= width
    return beside(left, right if fits else hint, width)


def _said(caption: Caption | None, width: int) -> Content:
    """Who speaks, and the words, cut to one row."""
    if caption is None:
        return Content()
    who = Content.styled("you   " if caption.is_asking else "they  ", "$foreground 60%")
    return Content.assemble(who, Content.styled(f"“{caption.text}”", "italic")).truncate(width, ellipsis=True)
