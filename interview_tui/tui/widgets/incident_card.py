"""The incident that is being told: its parts fill up as they are told, and the gaps can be seen."""

from __future__ import annotations

from textual.content import Content

from interview_tui.interview.events import Level
from interview_tui.tui import signs
from interview_tui.tui.overview import Card, Part
from interview_tui.tui.widgets.pane import Pane, packed


class IncidentCard(Pane[Card | None]):
    """A row for each of the needs, with the last note's words; the wishes share what is left."""

    def rows(self, value: Card | None, width: int, height: int) -> list[Content]:  # noqa: ARG002 - cut by the pane
        if value is None:
            return [
                Content.styled("incident", "$quiet"),
                Content.styled("none yet: ^N opens one", "$faint"),
            ]
        needs = [part for part in value.parts if part.needed]
        wishes = [part for part in value.parts if not part.needed]
        longest = max((len(part.key) for part in needs), default=0)
        rows = [Content.styled(value.label, "bold"), *(_need(part, longest) for part in needs)]
        return [*rows, *packed([_wish(part) for part in wishes], width)]


def _need(part: Part, longest: int) -> Content:
    glyph = Content.styled(
        f"{signs.COVERAGE[part.level]} ", "$text-success" if part.level is Level.DONE else "$text-warning"
    )
    name = Content.styled(f"{part.key.ljust(longest)}  ", "" if part.words else "$quiet")
    words = part.words or ("asked, no note" if part.level is Level.DONE else "")
    return Content.assemble(glyph, name, Content.styled(words, "$quiet"))


def _wish(part: Part) -> Content:
    done = part.level is Level.DONE
    return Content.styled(f"{'●' if done else '·'} {part.key}", "$text-success" if done else "$quiet")
