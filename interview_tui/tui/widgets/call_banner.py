"""What must not be overlooked: press Record, off the record, notes only."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from interview_tui.tui.widgets.pane import Pane


@dataclass(frozen=True, slots=True)
class Notice:
    """A headline, the sentences under it, and whether it has waited too long."""

    headline: str
    sentences: tuple[str, ...] = ()
    urgent: bool = False


class CallBanner(Pane[Notice | None]):
    """As high as what it says; gone when there is nothing to say."""

    _height = 0

    def show(self, value: Notice | None) -> None:
        """Show a notice, or none."""
        self.set_class(value is not None, "-shown")
        if value is not None and self._height != len(value.sentences):
            self._height = len(value.sentences)
            self.styles.height = max(1, self._height)
        self.set_class(value is not None and value.urgent, "-urgent")
        super().show(value)

    def rows(self, value: Notice | None, width: int, height: int) -> list[Content]:  # noqa: ARG002 - cut by the pane
        if value is None:
            return []
        first, *rest = value.sentences or ("",)
        headline = Content.assemble(Content.styled(f"█ {value.headline} █", "bold"), f"  {first}")
        return [headline, *(Content(f"  {sentence}") for sentence in rest)]
