"""Any codebook and any figures: names in any script, any numbers, any number of categories and interviews."""

from __future__ import annotations

from itertools import accumulate

from hypothesis import strategies as st

from interview_tui.credibility.codebook import Category, Codebook
from interview_tui.credibility.figures import (
    Agreement,
    Exhausted,
    Extraction,
    Fidelity,
    Figures,
    Participation,
    Share,
    ToDoAgain,
)
from interview_tui.tui.figure_pages import Known, View

NAMES = st.text(max_size=30) | st.sampled_from(
    ["Trust", "界" * 30, "e\u0301" * 20, "a\nb\tc\x1b[31m", "👩‍👩‍👧", "שלום"]
)
COUNTS = st.integers(0, 70) | st.integers(0, 10**7)
WALLS = st.integers(946_684_800_000, 4_102_444_800_000)
RATES = st.floats(0, 1)


@st.composite
def codebooks(draw, most: int = 12) -> Codebook:
    """A tree of categories; every one but the first may stand below one before it."""
    categories: list[Category] = []
    for number in range(draw(st.integers(0, most))):
        above = draw(st.none() | st.sampled_from(categories)) if categories else None
        parent, depth = (above.key, above.depth + 1) if above is not None else ("", 0)
        categories.append(Category(f"k{number}", draw(NAMES), draw(NAMES), parent, depth))
    return Codebook(draw(st.integers(1, 99)), tuple(categories))


@st.composite
def fidelities(draw) -> Fidelity:
    pairs = st.lists(st.tuples(NAMES, COUNTS), max_size=4)
    names = ("opened_wall_ms", "on_route", "covered", "skipped", "heard", "worded", "out_of_order")
    more = ("length_ms", "recorded_ms", "gaps", "incidents_ms", "musts", "musts_covered")
    numbers = {name: draw(COUNTS) for name in (*names, *more)}
    return Fidelity(case=draw(NAMES), schedule_version=draw(NAMES), sections_ms=tuple(draw(pairs)), **numbers)


@st.composite
def exhaustions(draw, keys: list[str]) -> tuple[Exhausted, ...]:
    new = draw(st.lists(st.lists(st.sampled_from(keys), max_size=4), max_size=30)) if keys else []
    told = [draw(st.integers(1 if one else 0, 40)) for one in new]
    so_far, incidents = accumulate(len(one) for one in new), accumulate(told)
    return tuple(
        Exhausted(draw(NAMES), draw(WALLS), count, many, tuple(one), categories)
        for one, count, many, categories in zip(new, told, incidents, so_far, strict=True)
    )


@st.composite
def participations(draw, keys: list[str]) -> tuple[Participation, ...]:
    kinds = draw(st.lists(st.tuples(NAMES, NAMES), max_size=4))
    shares = st.builds(lambda a, b: Share(min(a, b), max(a, b)), COUNTS, COUNTS)
    return tuple(
        Participation(key, draw(COUNTS), draw(shares), tuple((*pair, draw(shares)) for pair in kinds)) for key in keys
    )


@st.composite
def agreements(draw, keys: list[str]) -> Agreement:
    among = draw(st.lists(st.sampled_from(keys), unique=True)) if keys else []
    table = tuple(tuple(draw(COUNTS) for _ in among) for _ in among)
    agreed = sum(row[at] for at, row in enumerate(table))
    kappa = draw(st.none() | st.floats(-1, 1))
    low, high = sorted((draw(st.floats(-1.5, 1.5)), draw(st.floats(-1.5, 1.5))))
    bounds = (low, high) if draw(st.booleans()) and kappa is not None else (None, None)
    return Agreement(
        draw(NAMES), draw(NAMES), tuple(among), table, agreed, sum(map(sum, table)), draw(RATES), kappa, None, *bounds
    )


@st.composite
def anything_known(draw) -> Known:
    book = draw(codebooks())
    keys = [*(one.key for one in book.categories), "gone"]
    counts = (draw(COUNTS) for _ in range(5))
    figures = Figures(
        codebook=draw(st.sampled_from([0, book.version])),
        incidents=draw(COUNTS),
        coded=draw(COUNTS),
        fidelity=tuple(draw(st.lists(fidelities(), max_size=6))),
        exhausted=draw(exhaustions(keys)),
        participation=draw(participations(keys)),
        agreement=tuple(draw(st.lists(agreements(keys), max_size=2))),
        extraction=tuple([Extraction(draw(NAMES), *counts)] if draw(st.booleans()) else []),
        coder=draw(NAMES),
        again=tuple([ToDoAgain("P01", "S1", "gone", 1)] if draw(st.booleans()) else []),
    )
    coder = draw(st.sampled_from(["", figures.coder, *(one.second for one in figures.agreement)]))
    return Known(figures, draw(st.sampled_from([None, book])), coder, draw(COUNTS), draw(COUNTS))


VIEWS = st.builds(View, by=NAMES, by_incidents=st.booleans(), case=NAMES)
