"""Where the interviewer is in the schedule, and where the call stands in time."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from interview_tui.tui.widgets.pane import Pane, beside

LEAST_TRAIL = 40
"""The cells that the breadcrumb is left before the time is said in fewer words."""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The breadcrumb; where the call stands in time, in words and in fewer, and whether that is pressing."""

    breadcrumb: tuple[str, ...] = ()
    time: str = ""
    pressing: bool = False
    brief: str = ""


class Crumbs(Pane[Whereabouts]):
    """One row; the time is said in fewer words where it would leave no room for the place."""

    def rows(self, value: Whereabouts, width: int, height: int) -> list[Content]:  # noqa: ARG002 - one row
        trail = Content(" › ").join(
            Content.styled(crumb, "bold" if number == len(value.breadcrumb) else "")
            for number, crumb in enumerate(value.breadcrumb, 1)
        )
        time = value.time if not value.brief or len(value.time) + LEAST_TRAIL <= width else value.brief
        return [beside(trail, Content.styled(time, "$text-warning" if value.pressing else "$quiet"), width)]
