"""How far two people agree: on where incidents belong, and on what is an incident."""

from __future__ import annotations

from textual.content import Content

from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.figures import LEAST_AGREEMENT, Agreement, Extraction
from interview_tui.tui import categories, plots, signs
from interview_tui.tui.lines import fitted, one_line, width_of, wrapped

WANTED_KAPPA = 0.60
"""What is usually wanted: a kappa above this."""
STRENGTHS = ((0.8, "almost perfect"), (0.6, "substantial"), (0.4, "moderate"), (0.2, "fair"))
"""What a kappa above each of these is usually called (Landis and Koch 1977)."""
SLIGHT, POOR = "slight", "poor"
LEAST_LABEL, WIDEST_LABEL = 12, 40
LEAST_LINE, LONGEST_LINE = 11, 41
ONLY_CHANCE = "Both put everything into one category, so that chance alone would agree: there is no κ."
GLYPHS = ("●", "◐", "○")
"""Found by both, by the first only, by the second only."""


def agreement_rows(found: Agreement, book: Codebook | None, width: int) -> list[Content]:
    """Kappa and percent with what is usually wanted of them, the table, and where the two differ."""
    judges = f"{one_line(found.first)} and {one_line(found.second)}"
    rows = [
        Content.styled(f"{judges} · {signs.counted(found.of, 'incident')} sorted by both", "bold $accent"),
        Content(),
        *_kappa(found, width),
        Content(
            f"{_glyph(found.rate >= LEAST_AGREEMENT)} agreed {found.agreed} of {found.of}, {percent(found.rate)}; by "
            f"chance alone {percent(found.expected)}; usually wanted: {percent(LEAST_AGREEMENT)} (Andersson and "
            "Nilsson 1964)"
        ),
        Content(),
    ]
    rows += confusion(found, book, width)
    differ = differences(found, book)
    if differ:
        rows += [Content(), Content.styled("Where they differ, the commonest first", "bold $accent"), *differ]
    return _within(rows, width)


def confusion(found: Agreement, book: Codebook | None, width: int) -> list[Content]:
    """The confusion table, the diagonal in brackets; a sentence where it is wider than there is room for."""
    names = [categories.named(book, key) for key in found.categories]
    most = max((count for row in found.table for count in row), default=0)
    cell = max(len(f"[{most}]"), len(str(len(names)))) + 1
    number = len(str(len(names)))
    widest = max((width_of(name) for name in names), default=0)
    label = min(WIDEST_LABEL, widest, width - number - 1 - cell * len(names))
    if label < min(LEAST_LABEL, widest):
        return [Content(f"The table of {len(names)} categories is wider than the screen; it is written with ^E.")]
    first, second = one_line(found.first), one_line(found.second)
    said = f"rows: {first} · columns: {second} · [both the same]"
    rows = [Content.styled(said, "$quiet").truncate(width, ellipsis=True)]
    heads = "".join(f"{number:>{cell}}" for number in range(1, len(names) + 1))
    rows.append(Content.styled(f"{'':{number + 1 + label}}{heads}", "$quiet"))
    for at, (name, counts) in enumerate(zip(names, found.table, strict=True)):
        cells = [
            Content.styled(f"{f'[{count}]' if other == at else count or '·':>{cell}}", "bold" if other == at else "")
            for other, count in enumerate(counts)
        ]
        rows.append(Content.assemble(f"{at + 1:>{number}} ", fitted(name, label), *cells))
    return rows


def differences(found: Agreement, book: Codebook | None) -> list[Content]:
    """What the first and the second put the same incidents into, where that differs: a row each, with how many."""
    pairs = [
        (count, first, second)
        for first, row in zip(found.categories, found.table, strict=True)
        for second, count in zip(found.categories, row, strict=True)
        if count and first != second
    ]
    digits = max((len(str(count)) for count, *_ in pairs), default=0)
    one, other = one_line(found.first), one_line(found.second)
    return [
        Content(
            f"{count:>{digits}} × {one}: {categories.named(book, first)} — {other}: {categories.named(book, second)}"
        )
        for count, first, second in sorted(pairs, key=lambda pair: -pair[0])
    ]


def extraction_rows(found: Extraction, width: int) -> list[Content]:
    """How far the second extractor is, and how many incidents both of them found."""
    who = one_line(found.extractor)
    whole = found.both + found.only_first + found.only_second
    counts = (found.both, found.only_first, found.only_second)
    meaning = ("both found", "only the study has", f"only {who} found")
    rows = [
        Content.styled(f"{who} · {found.cases} of {found.of_cases} transcripts of the sample done", "bold $accent"),
        Content(),
        Content(f"{found.both} of {signs.counted(whole, 'incident')} found by both, {percent(found.rate)}"),
    ]
    if whole:
        cells = max(1, min(plots.WIDEST_BAR, width))
        shares = zip(GLYPHS, plots.divided(counts, cells), strict=True)
        rows.append(Content("".join(glyph * share for glyph, share in shares)))
        rows += [Content(f"{glyph} {count} {said}") for glyph, count, said in zip(GLYPHS, counts, meaning, strict=True)]
    return _within(rows, width)


def called(kappa: float) -> str:
    """What a kappa is usually called."""
    return next((name for above, name in STRENGTHS if kappa > above), SLIGHT if kappa >= 0 else POOR)


def _kappa(found: Agreement, width: int) -> list[Content]:
    if found.kappa is None:
        return [Content(ONLY_CHANCE)]
    kappa, low, high = found.kappa, found.low, found.high
    bounded = low is not None and high is not None
    between = f" (95 %: {low:.2f} to {high:.2f})" if bounded else ""
    rows = [
        Content.assemble(
            f"{_glyph(kappa > WANTED_KAPPA)} ",
            Content.styled(f"κ {kappa:.2f}", "bold"),
            f"{between}, {called(kappa)} (Landis and Koch 1977); usually wanted: above {WANTED_KAPPA:.2f}",
        )
    ]
    if low is not None and high is not None and width >= LEAST_LINE + 4:
        rows.append(_line(kappa, low, high, min(LONGEST_LINE, width - 4)))
    return rows


def _line(kappa: float, low: float, high: float, cells: int) -> Content:
    """From 0 to 1: the interval, and a dot at kappa; what is usually wanted is marked."""

    def place(value: float) -> int:
        return round(max(0.0, min(1.0, value)) * (cells - 1))

    marks = dict.fromkeys(range(cells), "·") | {place(WANTED_KAPPA): "┊"}
    marks |= dict.fromkeys(range(place(low), place(high) + 1), "─") | {place(low): "├", place(high): "┤"}
    marks |= {place(kappa): "●"}
    return Content(f"0 {''.join(marks[number] for number in range(cells))} 1")


def next_judging(done: int, whole: int) -> str:
    """How far the judge at this machine is."""
    return f"{done} of {signs.counted(whole, 'incident')} of the sample judged"


def is_blind(found: Agreement, judge: str, done: int, whole: int) -> bool:
    """Whether a judge who is not through must not see yet how the other one sorted."""
    return judge == found.second and done < whole


def percent(rate: float) -> str:
    """`84 %`."""
    return f"{100 * rate:.0f} %"


def _glyph(is_enough: bool) -> str:
    return "●" if is_enough else "○"


def _within(rows: list[Content], width: int) -> list[Content]:
    """Rows of at most `width` cells: what is longer goes on in the next."""
    return [line for row in rows for line in (wrapped(row, width) if row.cell_length > width else [row])]
