"""The question that is being asked, large, and what helps to ask it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from textual.content import Content

from interview_tui.fieldwork.plan import BETWEEN
from interview_tui.fieldwork.quotas import Quota
from interview_tui.interview.events import Level
from interview_tui.schedule.model import Kind
from interview_tui.tui import signs
from interview_tui.tui.overview import Asked, Code, Line
from interview_tui.tui.widgets.pane import NARROWEST, Pane, beside, packed

COLOURS = {
    Kind.SAY: "$text-success",
    Kind.ASK: "$text-primary",
    Kind.PROBE: "$text-secondary",
    Kind.RECORD: "$text-warning",
    Kind.INTERVIEWER: "$text-warning",
}


class QuestionPanel(Pane[Asked | None]):
    """The words to be said first, then codes, checklist, what was said before, probes, instructions.

    What matters less stands lower, and is what a small screen cuts off: at last, how many there are of each answer so
    far, unless that fits beside the codes. The lines of a checklist that are not being
    asked take a row each, so that the one that is asked can be read in full.
    """

    @property
    def least_rows(self) -> int:
        """The rows that it needs to be read to its end, nothing between its parts. Quotas have what room is left."""
        needed = self.value and replace(self.value, quotas=None)
        return len(self.rows(needed, max(self.content_size.width, NARROWEST), 0))

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
    codes, quotas = _with_quotas(asked, width)
    yield [codes] if asked.codes or asked.answer else []
    yield [row for text, at_ms in _earlier(asked) for row in _said_before(text, at_ms, width)]
    yield [row for probe in asked.probes for row in _hint("▸", probe.words, width, dim=not probe.suggested)]
    if asked.listen_for:
        yield [Content.styled(f"listen for: {' · '.join(asked.listen_for)}", "$quiet")]
    yield [
        row
        for words in asked.instructions
        for row in Content.styled(f"▹ {words}", COLOURS[Kind.INTERVIEWER]).wrap(width)
    ]
    yield quotas


def _line(line: Line, width: int) -> list[Content]:
    if line.asked:
        first, *rest = Content.styled(line.words, "bold").wrap(width - 2)
        pointer = Content.styled("▸ ", COLOURS[Kind.ASK])
        return [Content.assemble(pointer, first), *(Content.assemble("  ", row) for row in rest)]
    glyph = "●" if line.answer else "○"
    answer = Content.styled(f"  {line.answer}", "$text-success") if line.answer else Content()
    return [beside(Content.styled(f"{glyph} {line.words}", "$quiet"), answer, width)]


def _with_quotas(asked: Asked, width: int) -> tuple[Content, list[Content]]:
    """The codes with how many there are of each, in few words if there is no room for more; else rows of their own."""
    plain, quotas = _codes(asked, {}), asked.quotas
    if quotas is None:
        return plain, []
    coded = [code for code in asked.codes if quotas.of(code.stands_for) is not None]
    if len(coded) == len(quotas.values):
        for in_words in (_in_full, _in_short, _in_brief):
            row = _codes(asked, {one.value: in_words(one) for one in quotas.values}, quotas.among)
            if row.cell_length <= width:
                return row, []
    counted = [Content.assemble(f"{one.value} ", _in_full(one)) for one in quotas.values]
    among = f"{BETWEEN.join(quotas.among)}:" if quotas.among else "so far:"
    return plain, packed([Content.styled(among, "$quiet"), *counted], width)


def _in_full(quota: Quota, of: str = " of ") -> Content:
    """`18 of 20`, `6 of 20 · 14 short`."""
    if quota.target is None:
        return Content.styled(str(quota.count), "$quiet")
    short = (f" · {quota.short} short", "$text-warning") if quota.short else ("", "")
    return Content.assemble((f"{quota.count}{of}{quota.target}", "$quiet"), short)


def _in_short(quota: Quota) -> Content:
    """`6/20 · 14 short`."""
    return _in_full(quota, "/")


def _in_brief(quota: Quota) -> Content:
    """`18/20`, in the colour of what is short."""
    if quota.target is None:
        return _in_full(quota)
    return Content.styled(f"{quota.count}/{quota.target}", "$text-warning" if quota.short else "$quiet")


def _codes(asked: Asked, told: Mapping[str, Content], among: tuple[str, ...] = ()) -> Content:
    """The codes side by side; `told` is what else is said of a value, `among` those that have these values."""
    parts: list[Content] = [_code(code, told.get(code.stands_for, Content())) for code in asked.codes]
    if among:
        parts.append(Content.styled(f"({BETWEEN.join(among)})", "$quiet"))
    if asked.answer and not any(code.given for code in asked.codes):
        parts.append(Content.styled(f"✓ {asked.answer}", "bold $text-success"))
    return Content("   ").join([*parts, Content.styled("dk rf na nt", "$faint")])


def _code(code: Code, told: Content) -> Content:
    gap = " " if told else ""
    if code.given:
        return Content.assemble((f"✓ {code.code} {code.stands_for}", "bold $text-success"), gap, told)
    return Content.assemble(Content.styled(code.code, "bold"), f" {code.stands_for}", gap, told)


def _earlier(asked: Asked) -> Iterator[tuple[str, int]]:
    for note in asked.said_before[-3:]:
        yield note.text, note.about_ms


def _said_before(text: str, at_ms: int, width: int) -> list[Content]:
    """To its end: with these words a repeated question becomes a probe."""
    when = Content.styled(f"◐ said @{signs.clock(at_ms)}  ", "$text-secondary")
    return Content.assemble(when, Content.styled(text, "italic")).wrap(width)


def _hint(glyph: str, words: str, width: int, *, dim: bool) -> list[Content]:
    return Content.styled(f"{glyph} {words}", "$faint" if dim else COLOURS[Kind.PROBE]).wrap(width)
