"""How the interviews of a study kept to their schedules: a row an interview, and the minutes of each section."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from textual.content import Content

from interview_tui.credibility.figures import Fidelity
from interview_tui.tui import plots
from interview_tui.tui.lines import fitted, one_line, width_of
from interview_tui.tui.plots import Spread
from interview_tui.tui.study_table import MINUTE_MS

HEADS = ("case", "version", "covered", "worded", "skip", "order", "min", "incid.", "rec.", "gaps")
"""`order`: asked before or after its turn; `rec.`: the share that was recorded."""
LONG_HEADS = (
    *("case", "schedule", "covered", "as worded", "skipped", "out of order", "minutes", "in incidents"),
    *("recorded", "gaps"),
)
SEVERAL = "several"
FIRST_NUMBER = 2
"""From this column on they are numbers."""
INCIDENTS = "· incidents"


@dataclass(frozen=True, slots=True)
class FidelityRow:
    """An interview by its case; without one, all of them together."""

    case: str
    cells: tuple[str, ...]


def fidelity_rows(found: Sequence[Fidelity]) -> list[FidelityRow]:
    """All interviews together, and then each; nothing where there is none."""
    if not found:
        return []
    versions = {one.schedule_version for one in found}
    all_of_them = FidelityRow("", (f"all {len(found)}", *_cells(_together(found), versions)))
    return [
        all_of_them,
        *(FidelityRow(one.case, (one_line(one.case), *_cells(one, {one.schedule_version}))) for one in found),
    ]


def whole_study(found: Sequence[Fidelity]) -> str:
    """`85 % covered, 99 % of the must-asks, 80 % as worded, 97 % recorded`."""
    whole = _together(found)
    parts = (
        f"{percent(whole.covered, whole.on_route)} covered",
        f"{percent(whole.musts_covered, whole.musts)} of the must-asks",
        f"{percent(whole.worded, whole.heard)} as worded",
        f"{percent(whole.recorded, 1)} recorded",
    )
    return ", ".join(parts)


def section_rows(found: Sequence[Fidelity], width: int) -> list[Content]:
    """The minutes of all incidents, and of each section: of one interview a bar each, of several mean, least–most."""
    took: dict[str, list[int]] = defaultdict(list)
    incidents = [one.incidents_ms for one in found if one.incidents_ms]
    if incidents:
        took[INCIDENTS] = incidents
    for one in sorted(found, key=lambda each: -len(each.sections_ms)):
        for title, ms in one.sections_ms:
            took[one_line(title)].append(ms)
    spreads = [
        Spread(label, len(ms), fmean(ms) / MINUTE_MS, min(ms) / MINUTE_MS, max(ms) / MINUTE_MS)
        for label, ms in took.items()
    ]
    return plots.spreads(spreads, width) if len(found) > 1 else _bars(spreads, width)


def percent(part: float, of: float) -> str:
    """`85 %`; 100 only of all, `–` of nothing."""
    return f"{min(round(100 * part / of), 100 if part >= of else 99)} %" if of else "–"


def _together(found: Iterable[Fidelity]) -> Fidelity:
    interviews = list(found)

    def whole(name: str) -> int:
        return sum(int(getattr(one, name)) for one in interviews)

    counted = ("on_route", "covered", "skipped", "heard", "worded", "out_of_order", "length_ms", "recorded_ms", "gaps")
    musts = ("musts", "musts_covered")
    sums = {name: whole(name) for name in (*counted, *musts, "incidents_ms")}
    return Fidelity(case="", opened_wall_ms=0, schedule_version="", sections_ms=(), **sums)


def _cells(one: Fidelity, versions: set[str]) -> tuple[str, ...]:
    return (
        one_line(*versions) if len(versions) == 1 else SEVERAL,
        f"{one.covered}/{one.on_route}",
        f"{one.worded}/{one.heard}",
        str(one.skipped),
        str(one.out_of_order),
        f"{one.length_ms / MINUTE_MS:.1f}",
        f"{one.incidents_ms / MINUTE_MS:.1f}",
        percent(one.recorded, 1) if one.length_ms else "–",
        str(one.gaps),
    )


def _bars(found: Sequence[Spread], width: int) -> list[Content]:
    """A bar for each section, with its minutes."""
    label = min(max((width_of(one.label) for one in found), default=0), max(10, width // 2))
    numbers = max((len(f"{one.mean:.1f}") for one in found), default=0)
    longest = max((one.mean for one in found), default=0.0)
    room = max(0, min(plots.WIDEST_BAR, width - label - numbers - 2))
    rows = []
    for one in found:
        name = fitted(one.label, label).plain
        bar = plots.bar(round(one.mean * 60), round(longest * 60) or 1, room)
        rows.append(Content(f"{name} {one.mean:>{numbers}.1f} {bar}".rstrip()))
    return rows
