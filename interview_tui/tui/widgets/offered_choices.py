"""What a question has to choose from, as high as it is; what is asked stands above it."""

from __future__ import annotations

from textual.content import Content
from textual.geometry import Size

from interview_tui.tui.widgets.choice_list import ChoiceList, Choices


class OfferedChoices(ChoiceList):
    """A row a choice, and none besides."""

    def show(self, value: Choices) -> None:
        """Show other choices."""
        if value != self.value:
            super().show(value)
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """As many rows as there are choices."""
        return len(self.value.choices)

    def rows(self, value: Choices, width: int, height: int) -> list[Content]:
        """The choices alone."""
        return super().rows(value, width, height + 1)[1:]
