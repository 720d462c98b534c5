"""Where the interviewer is in the schedule, and how much of the section's time is used."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from interview_tui.tui import signs
from interview_tui.tui.widgets.pane import Pane, beside


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The breadcrumb, and the seconds spent of the minutes planned for the section (0: no plan)."""

    breadcrumb: tuple[str, ...] = ()
    spent_s: int = 0
    planned_minutes: int = 0


class Crumbs(Pane[Whereabouts]):
    """One row."""

    def rows(self, value: Whereabouts, width: int, height: int) -> list[Content]:  # noqa: ARG002 - one row
        trail = Content(" › ").join(
            Content.styled(crumb, "bold" if number == len(value.breadcrumb) else "")
            for number, crumb in enumerate(value.breadcrumb, 1)
        )
        plan = (
            f"section {signs.clock(value.spent_s * 1000)} of {value.planned_minutes} min"
            if value.planned_minutes
            else ""
        )
        over = value.spent_s > value.planned_minutes * 60
        return [beside(trail, Content.styled(plan, "$warning" if over else "$foreground 60%"), width)]
