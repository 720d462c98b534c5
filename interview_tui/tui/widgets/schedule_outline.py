"""The schedule at a glance: which sections are covered, where the interviewer is, how much must still be asked."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from interview_tui.tui import signs
from interview_tui.tui.overview import Chapter
from interview_tui.tui.widgets.pane import Pane, beside


@dataclass(frozen=True, slots=True)
class Outline:
    """The sections, how many must-asks are left, and the minutes that they take at her pace."""

    chapters: tuple[Chapter, ...]
    musts_left: int
    minutes: int = 0


class ScheduleOutline(Pane[Outline]):
    """A row a section. Where they do not all fit, those around the present one are shown."""

    def rows(self, value: Outline, width: int, height: int) -> list[Content]:
        left = f"must-asks left {value.musts_left} · ≈ {value.minutes} min" if value.musts_left else "no must-asks left"
        title = Content.styled(left, "$quiet")
        if width >= len("schedule  ") + len(left):
            title = beside(Content.styled("schedule", "$quiet"), title, width)
        here = next((number for number, chapter in enumerate(value.chapters) if chapter.here), 0)
        room = height - 1
        first = max(0, min(here - room // 2, len(value.chapters) - room))
        return [title, *(_row(chapter, width) for chapter in value.chapters[first : first + room])]


def _row(chapter: Chapter, width: int) -> Content:
    glyph = "▸" if chapter.here else signs.COVERAGE[chapter.level] if chapter.on_route else "–"
    style = "bold $text-primary" if chapter.here else "" if chapter.on_route else "$faint"
    title = f"{glyph} {chapter.round + ' ' if chapter.round else ''}{chapter.title}"
    return beside(
        Content.styled(title, style),
        Content.styled(signs.COVERAGE[chapter.level] if chapter.here else "", style),
        width,
    )
