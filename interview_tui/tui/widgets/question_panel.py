"""The question that is being asked, large, and what helps to ask it."""

from __future__ import annotations

from collections.abc import Iterator

from textual.content import Content

from interview_tui.interview.events import Level
from interview_tui.schedule.model import Kind
from interview_tui.tui import signs
from interview_tui.tui.overview import Asked, Code, Line
from interview_tui.tui.widgets.pane import NARROWEST, Pane, beside

COLOURS = {
    Kind.SAY: "$text-success",
    Kind.ASK: "$text-primary",
    Kind.PROBE: "$text-secondary",
    Kind.RECORD: "$text-warning",
    Kind.INTERVIEWER: "$text-warning",
}


class QuestionPanel(Pane[Asked | None]):
    """The words to be said first, then codes, checklist, what was said before, probes, instructions.

    What matters less stands lower, and is what a small screen cuts off. The lines of a checklist that are not being
    asked take a row each, so that the one that is asked can be read in full.
    """

    @property
    def least_rows(self) -> int:
        """The rows that it needs to be read to its end, with nothing between its parts."""
        return len(self.rows(self.value, max(self.content_size.width, NARROWEST), 0))

    @property
    def taken_rows(self) -> int:
        """The rows that it takes as it stands."""
        width, height = self.content_size
        return len(self.rows(self.value, max(width, NARROWEST), height))

    def rows(self, value: Asked | None, width: int, height: int) -> list[Content]:
        if value is None:
            return [Content.styled("The schedule has nothing to ask.", "$quiet")]
        spread = self._laid(value, width, roomy=True)
        return spread if len(spread) <= height else self._laid(value, width, roomy=False)

    def _laid(self, value: Asked, width: int, *, roomy: bool) -> list[Content]:
        bar = Content.styled("▌ ", COLOURS[value.kind])
        said = [Content.assemble(bar, row).truncate(width, pad=True) for row in _said(value, width - 2, roomy)]
        said = [row.stylize_before("on $surface") for row in said]
        help_rows: list[Content] = []
        for block in _blocks(value, width - 2):
            if roomy and block:
                help_rows.append(Content())
            help_rows.extend(Content.assemble("  ", row) for row in block)
        return [*said, *help_rows]


def _said(asked: Asked, width: int, roomy: bool) -> Iterator[Content]:
    if roomy:
        yield Content()
    yield from _caption(asked).wrap(width)
    if asked.after and roomy:
        yield Content.styled(f"after: {asked.after}", "$quiet").truncate(width, ellipsis=True)
    style = "bold" if asked.kind is not Kind.RECORD else f"italic {COLOURS[Kind.RECORD]}"
    if asked.unmet or asked.left_out:
        style = "$faint"
    yield from Content.styled(asked.words, style).wrap(width)
    if roomy:
        yield Content()


def _caption(asked: Asked) -> Content:
    facts = [
        "consent" if asked.consent else "",
        "must" if asked.must else "",
        f"{signs.COVERAGE[asked.coverage]} {asked.how}" if asked.coverage is not Level.OPEN else "",
        f"not suggested: only if {asked.unmet}" if asked.unmet else "",
        "left out for want of time" if asked.left_out else "",
    ]
    kind = Content.styled(f"{signs.CAPTIONS[asked.kind]} ", COLOURS[asked.kind])
    return Content.assemble(kind, Content.styled("".join(f"· {fact} " for fact in facts if fact), "$quiet"))


def _blocks(asked: Asked, width: int) -> Iterator[list[Content]]:
    yield [row for line in asked.lines for row in _line(line, width)]
    yield [_codes(asked)] if asked.codes or asked.answer else []
    yield [row for text, at_ms in _earlier(asked) for row in _said_before(text, at_ms, width)]
    yield [row for probe in asked.probes for row in _hint("▸", probe.words, width, dim=not probe.suggested)]
    if asked.listen_for:
        yield [Content.styled(f"listen for: {' · '.join(asked.listen_for)}", "$quiet")]
    yield [
        row
        for words in asked.instructions
        for row in Content.styled(f"▹ {words}", COLOURS[Kind.INTERVIEWER]).wrap(width)
    ]


def _line(line: Line, width: int) -> list[Content]:
    if line.asked:
        first, *rest = Content.styled(line.words, "bold").wrap(width - 2)
        pointer = Content.styled("▸ ", COLOURS[Kind.ASK])
        return [Content.assemble(pointer, first), *(Content.assemble("  ", row) for row in rest)]
    glyph = "●" if line.answer else "○"
    answer = Content.styled(f"  {line.answer}", "$text-success") if line.answer else Content()
    return [beside(Content.styled(f"{glyph} {line.words}", "$quiet"), answer, width)]


def _codes(asked: Asked) -> Content:
    parts: list[Content] = [_code(code) for code in asked.codes]
    if asked.answer and not any(code.given for code in asked.codes):
        parts.append(Content.styled(f"✓ {asked.answer}", "bold $text-success"))
    return Content("   ").join([*parts, Content.styled("dk rf na nt", "$faint")])


def _code(code: Code) -> Content:
    if code.given:
        return Content.styled(f"✓ {code.code} {code.stands_for}", "bold $text-success")
    return Content.assemble(Content.styled(code.code, "bold"), f" {code.stands_for}")


def _earlier(asked: Asked) -> Iterator[tuple[str, int]]:
    for note in asked.said_before[-3:]:
        yield note.text, note.about_ms


def _said_before(text: str, at_ms: int, width: int) -> list[Content]:
    """To its end: with these words a repeated question becomes a probe."""
    when = Content.styled(f"◐ said @{signs.clock(at_ms)}  ", "$text-secondary")
    return Content.assemble(when, Content.styled(text, "italic")).wrap(width)


def _hint(glyph: str, words: str, width: int, *, dim: bool) -> list[Content]:
    return Content.styled(f"{glyph} {words}", "$faint" if dim else COLOURS[Kind.PROBE]).wrap(width)
