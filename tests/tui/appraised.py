"""Studies with a codebook, incidents to be sorted and figures, laid on the stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import accumulate

from interview_tui.credibility.codebook import Category, Codebook
from interview_tui.credibility.figures import (
    Agreement,
    Exhausted,
    Extraction,
    Fidelity,
    Figures,
    Participation,
    Share,
)
from interview_tui.credibility.ports import ToSort
from interview_tui.tui.ports import Home
from interview_tui.tui.screens.figures import FiguresScreen
from interview_tui.tui.screens.sorting import SortingScreen
from tests.examples import handover
from tests.fake_coding import FakeCodingDesk
from tests.fake_study import FakeStudy
from tests.tui.staging import Stage, staged

MINUTE_MS = 60_000
FIRST_DAY = datetime(2026, 10, 5, 12, tzinfo=UTC)

BOOK = Codebook(
    3,
    (
        Category("support", "Support", "Somebody is helped."),
        Category("advice", "Advice", "What to do is said, asked for or not.", "support", 1),
        Category("backing", "Backing", "Somebody is stood up for.", "support", 1),
        Category("time", "Time", "Too little of it, or a wrong moment."),
        Category("lists", "Lists and handover", "", "time", 1),
        Category("trust", "Trust", "What was told goes no further, or does."),
    ),
)


def to_sort(case: str, incident: str, category: str = "", event: str = "the list was there before us") -> ToSort:
    return ToSort(
        case, incident, f"{incident} of the shift", (("event", event), ("outcome", "home at seven")), category
    )


TO_SORT = (
    to_sort("P07", "S1-smooth", "advice"),
    to_sort("P07", "S1-rough", event="the lift was out, nobody was there and the theatre rang twice"),
    to_sort("P08", "S1-smooth"),
    to_sort("P09", "S1-rough", "haste"),  # gone from the codebook
    to_sort("P10", "S1-smooth", "trust"),
)


class LaidDesk(FakeCodingDesk):
    """A desk with incidents, of which somebody else (`cd`) has sorted some; it tells of the interviews as it goes."""

    def __init__(self, codebook: Codebook | None = BOOK, incidents: Sequence[ToSort] = TO_SORT) -> None:
        super().__init__(codebook, incidents)
        self.told: list[str] = []

    def figures(self, on_case: Callable[[str, int, int], None], stop: Callable[[], bool]) -> Figures:
        for number, one in enumerate(self.lies.fidelity):
            if stop():
                break
            on_case(one.case, number, len(self.lies.fidelity))
            self.told.append(one.case)
        return super().figures(on_case, stop)


def stage_with_coding(desk: FakeCodingDesk | None = None) -> Stage:
    stage = Stage(handover(), FakeStudy("Night shifts"))
    stage.coding = desk or LaidDesk()
    return stage


def fidelity(number: int, case: str = "") -> Fidelity:
    return Fidelity(
        case=case or f"P{number:02}",
        opened_wall_ms=wall_ms(number),
        schedule_version="1.2" if number < 9 else "1.3",
        on_route=52,
        covered=40 + number,
        skipped=number % 4,
        heard=36,
        worded=25 + number % 9,
        out_of_order=number % 3,
        length_ms=(30 + number) * MINUTE_MS,
        recorded_ms=(30 + number) * MINUTE_MS - (45_000 if number % 5 == 0 else 0),
        gaps=1 if number % 5 == 0 else 0,
        incidents_ms=(10 + number % 3) * MINUTE_MS,
        sections_ms=(("Opening", 3 * MINUTE_MS), ("The shift", 18 * MINUTE_MS + number * 20_000), ("End", 90_000)),
        musts=12,
        musts_covered=12 - number % 2,
    )


def wall_ms(number: int) -> int:
    return int((FIRST_DAY + timedelta(days=3 * number)).timestamp() * 1000)


BROUGHT = (("advice", "time"), ("backing",), (), ("trust", "lists"), (), (), ("support",), (), (), (), (), ())


def exhausted(brought: Sequence[Sequence[str]] = BROUGHT, incidents: int = 3) -> tuple[Exhausted, ...]:
    so_far = accumulate(len(new) for new in brought)
    return tuple(
        Exhausted(f"P{number:02}", wall_ms(number), incidents, incidents * number, tuple(new), many)
        for number, (new, many) in enumerate(zip(brought, so_far, strict=True), 1)
    )


def taking_part(category: str, incidents: int, participants: int, *first: int) -> Participation:
    split = (
        ("role", "nurse", Share(first[0], 7)),
        ("role", "porter", Share(participants - first[0], 5)),
        ("incident", "smooth", Share(first[1], 12)),
        ("incident", "rough", Share(participants - first[1], 12)),
    )
    return Participation(category, incidents, Share(participants, 12), split)


AGREEMENT = Agreement(
    first="kb",
    second="mr",
    categories=("advice", "backing", "time", "trust"),
    table=((9, 1, 0, 0), (2, 7, 1, 0), (0, 0, 6, 0), (0, 0, 1, 5)),
    agreed=27,
    of=32,
    expected=0.2637,
    kappa=0.7878,
    error=0.086,
    low=0.6192,
    high=0.9564,
)
FIGURES = Figures(
    codebook=3,
    incidents=40,
    coded=36,
    fidelity=tuple(fidelity(number) for number in range(1, 13)),
    exhausted=exhausted(),
    participation=(
        taking_part("support", 19, 9, 5, 6),
        taking_part("advice", 12, 8, 5, 4),
        taking_part("backing", 7, 4, 2, 2),
        taking_part("time", 11, 7, 4, 1),
        taking_part("lists", 4, 2, 0, 0),
        taking_part("trust", 6, 3, 3, 2),
    ),
    agreement=(AGREEMENT,),
    extraction=(Extraction("mr", 2, 3, 7, 1, 2),),
    coder="kb",
)


@asynccontextmanager
async def looking_at_figures(stage: Stage, size: tuple[int, int] = (80, 24)):
    async with staged(Home(), size, stage):
        await stage.app.push_screen(FiguresScreen(stage.adapters))
        await stage.until(lambda: "codebook" in stage.screen)
        await idle(stage)
        yield stage


@asynccontextmanager
async def sorting(stage: Stage, size: tuple[int, int] = (80, 24), *, judging: bool = False):
    async with staged(Home(), size, stage):
        await stage.app.push_screen(SortingScreen(stage.adapters, judging=judging))
        await stage.until(lambda: stage.screen.lstrip().startswith(("Sorting", "Judging")))  # that is what is read
        await idle(stage)
        yield stage


async def idle(stage: Stage) -> None:
    """Nothing goes on in the background, and the screen shows what came of it."""
    await stage.until(lambda: all(worker.is_finished for worker in stage.app.workers))
    await stage.settled()


async def left(stage: Stage, *keys: str) -> None:
    """Keys of which the last leaves the screen, which then is waited for: a screen that is gone settles no more."""
    before = stage.app.screen
    stage.burst(*keys)
    await stage.until(lambda: stage.app.screen is not before)
    await stage.settled()
