"""How many participants have an incident in each category: the tree of the codebook, with a bar each."""

from __future__ import annotations

from collections.abc import Sequence

from textual.content import Content

from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.figures import LEAST_SHARE, Participation, Share
from interview_tui.tui import categories, plots
from interview_tui.tui.lines import fitted, one_line, width_of

THIN = "!"
LEAST_BAR, WIDEST_BAR = 4, 40
AROUND = 14
"""How many cells there are beside names, counts and bar."""
LEGEND = "incidents · participants · bar of 100 %"
_TICK = "┊"


def kinds(found: Sequence[Participation]) -> tuple[str, ...]:
    """What participants are split by."""
    return tuple(dict.fromkeys(by for one in found for by, _, _ in one.split))


def participation_rows(
    found: Sequence[Participation], book: Codebook | None, width: int, by: str = ""
) -> list[Content]:
    """A row a category, in the order of the codebook; below it one for each kind that it is split `by`."""
    lines = [line for one in _in_order(found, book) for line in _lines(one, book, by)]
    if not lines:
        return []
    label = min(max(width_of(name) for name, *_ in lines), max(8, width // 3))
    many = max(len(incidents) for _, incidents, *_ in lines)
    shares = max(len(_share(share)) for _, _, share, _ in lines)
    room = width - label - many - shares - AROUND
    cells = min(WIDEST_BAR, room) if room >= LEAST_BAR else 0
    rows = [_legend(width)]
    for name, incidents, share, is_thin in lines:
        row = Content.assemble(
            fitted(name, label),
            f"  {incidents:>{many}}  {_share(share):>{shares}}  {_percent(share):>5} ",
            Content.styled(THIN if is_thin else " ", "bold $text-warning"),
            " " + _bar(share, cells),
        )
        rows.append(row.truncate(width, ellipsis=True))
    return rows


def _legend(width: int) -> Content:
    said = Content.assemble(
        Content.styled(THIN, "bold $text-warning"),
        Content.styled(f" under {100 * LEAST_SHARE:.0f} % of them", "$text-warning"),
        Content.styled(f" · {LEGEND}", "$quiet"),
    )
    return said.truncate(width, ellipsis=True)


def _lines(one: Participation, book: Codebook | None, by: str) -> list[tuple[str, str, Share, bool]]:
    """Name, incidents, share, whether it is flagged: of the category, and of each kind."""
    category = categories.standing(book, one.category)
    depth = category.depth if category is not None else 0
    name = "  " * depth + categories.named(book, one.category)
    split = [
        (f"{'  ' * depth}· {one_line(kind)}", "", share, False) for split_by, kind, share in one.split if split_by == by
    ]
    return [(name, str(one.incidents), one.share, one.is_thin and one.share.of > 0), *split]


def _in_order(found: Sequence[Participation], book: Codebook | None) -> list[Participation]:
    """As the codebook has them; what it has no more stands at the end."""
    places = {one.key: number for number, one in enumerate(book.categories if book is not None else ())}
    return sorted(found, key=lambda one: places.get(one.category, len(places)))


def _share(share: Share) -> str:
    return f"{share.participants} of {share.of}"


def _percent(share: Share) -> str:
    return f"{100 * share.rate:.0f} %" if share.of else "–"


def _bar(share: Share, cells: int) -> str:
    """A bar of which `cells` are everybody; where it does not reach a quarter, that is marked."""
    drawn = plots.bar(share.participants, share.of, cells) if share.of else ""
    tick = round(cells * LEAST_SHARE)
    return drawn if len(drawn) > tick or not cells else f"{drawn:{tick}}{_TICK}"
