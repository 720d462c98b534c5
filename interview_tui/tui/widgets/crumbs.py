"""Where the interviewer is in the schedule, and where the call stands in time."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from interview_tui.tui.widgets.pane import Pane, beside


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """The breadcrumb; where the call stands in time, in words, and whether that is pressing."""

    breadcrumb: tuple[str, ...] = ()
    time: str = ""
    pressing: bool = False


class Crumbs(Pane[Whereabouts]):
    """One row; pressing time takes what room it needs."""

    def rows(self, value: Whereabouts, width: int, height: int) -> list[Content]:  # noqa: ARG002 - one row
        trail = Content(" › ").join(
            Content.styled(crumb, "bold" if number == len(value.breadcrumb) else "")
            for number, crumb in enumerate(value.breadcrumb, 1)
        )
        return [beside(trail, Content.styled(value.time, "$text-warning" if value.pressing else "$quiet"), width)]
