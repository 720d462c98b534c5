"""What must not be overlooked: press Record, off the record, notes only."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size

from interview_tui.tui.widgets.pane import NARROWEST, Pane


@dataclass(frozen=True, slots=True)
class Notice:
    """A headline, the sentences under it, and whether it has waited too long."""

    headline: str
    sentences: tuple[str, ...] = ()
    urgent: bool = False


class CallBanner(Pane[Notice | None]):
    """As high as what it says, each sentence to its end; gone when there is nothing to say."""

    def show(self, value: Notice | None) -> None:
        """Show a notice, or none."""
        self.set_class(value is not None, "-shown")
        self.set_class(value is not None and value.urgent, "-urgent")
        width = self.content_size.width
        grows = width >= NARROWEST and len(self.rows(value, width, 0)) != len(self.rows(self.value, width, 0))
        super().show(value)
        if grows:
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """The rows that it takes in `width` cells."""
        return max(1, len(self.rows(self.value, max(width, NARROWEST), 0)))

    def rows(self, value: Notice | None, width: int, height: int) -> list[Content]:  # noqa: ARG002 - cut by the pane
        if value is None:
            return []
        first, *rest = value.sentences or ("",)
        headline = Content.assemble(Content.styled(f"█ {value.headline} █", "bold"), f"  {first}")
        sentences = (headline, *(Content(f"  {sentence}") for sentence in rest))
        return [row for sentence in sentences for row in _wrapped(sentence, width)]


def _wrapped(sentence: Content, width: int) -> list[Content]:
    """What follows stands under what comes first."""
    first, *rest = sentence.wrap(width - 2)
    return [first, *(Content.assemble("  ", row) for row in rest)]
