"""Where the interviewer is in the schedule, and where the call stands in time."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from interview_tui.tui.widgets.pane import Pane, beside

BETWEEN = " › "
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
        time = value.time if not value.brief or len(value.time) + LEAST_TRAIL <= width else value.brief
        kept = value.breadcrumb
        while len(kept) > 1 and len(BETWEEN.join(kept)) >= width - len(time):
            kept = kept[1:]  # its end says more of the place
        trail = Content(BETWEEN).join(
            Content.styled(crumb, "bold" if number == len(kept) else "") for number, crumb in enumerate(kept, 1)
        )
        return [beside(trail, Content.styled(time, "$text-warning" if value.pressing else "$quiet"), width)]
