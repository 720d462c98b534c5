"""What was looked at before a call, a row each: how it stands by a glyph, and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from textual.content import Content
from textual.geometry import Size

from interview_tui.tui import signs
from interview_tui.tui.readiness import Finding, Verdict
from interview_tui.tui.widgets.pane import Pane

NAME_CELLS = 13
BAR_CELLS = 20
STYLES = {
    Verdict.RIGHT: "$text-success",
    Verdict.DOUBTFUL: "$text-warning",
    Verdict.WRONG: "bold $text-error",
    Verdict.OPEN: "$quiet",
}


@dataclass(frozen=True, slots=True)
class Meter:
    """A channel: its level in whole dB, and what was heard there."""

    number: int
    level_db: int
    verdict: Verdict
    words: str


class Findings(Pane[tuple[Finding, ...]]):
    """As high as what it says: a way out must be read to its end."""

    def show(self, value: tuple[Finding, ...]) -> None:
        """Show other findings."""
        if value != self.value:
            super().show(value)
            self.refresh(layout=True)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:  # noqa: ARG002 - Textual's
        """The rows that it takes in `width` cells."""
        return len(self.rows(self.value, width, 0))

    def rows(self, value: tuple[Finding, ...], width: int, height: int) -> list[Content]:  # noqa: ARG002 - its own
        """What is wrong or doubtful is coloured, and wrapped where it is long."""
        rows: list[Content] = []
        for finding in value:
            room = max(1, width - NAME_CELLS - 2)
            words = Content.styled(finding.found, _style_of_words(finding.verdict))
            rows += _named(finding.what, finding.verdict, words.wrap(room))
        return rows


class Meters(Pane[tuple[Meter, ...]]):
    """A row a channel: how loud it is now, and what was heard."""

    def rows(self, value: tuple[Meter, ...], width: int, height: int) -> list[Content]:  # noqa: ARG002 - a row each
        """The bars, as wide as there is room."""
        cells = max(4, min(BAR_CELLS, width // 5))
        rows: list[Content] = []
        for meter in value:
            bar = Content.styled(signs.level_bar(meter.level_db, cells), "$success on $surface")
            words = Content.styled(meter.words, STYLES[meter.verdict])
            rows += _named(f"input {meter.number}", meter.verdict, [Content.assemble(bar, "  ", words)])
        return rows


def _style_of_words(verdict: Verdict) -> str:
    return STYLES[verdict] if verdict in (Verdict.DOUBTFUL, Verdict.WRONG) else "$foreground"


def _named(what: str, verdict: Verdict, rows: Iterable[Content]) -> list[Content]:
    """`disk         ✓ 41 GB free`, what follows under the words."""
    first, *rest = rows
    head = Content.assemble(
        Content.styled(what.ljust(NAME_CELLS), "$quiet"), Content.styled(verdict.value, STYLES[verdict]), " ", first
    )
    return [head, *(Content.assemble(" " * (NAME_CELLS + 2), row) for row in rest)]
