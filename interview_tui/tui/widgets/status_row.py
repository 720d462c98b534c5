"""The row above the line: what the last command had to say, and what is wrong. It stays until that changes."""

from __future__ import annotations

from dataclasses import dataclass

from textual.content import Content

from interview_tui.tui.widgets.pane import Pane


@dataclass(frozen=True, slots=True)
class Status:
    """What the last command had to say; what is grave, and what is to be seen to, the gravest first."""

    message: str = ""
    warnings: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


class StatusRow(Pane[Status]):
    """One row; a warning stands before a message."""

    def rows(self, value: Status, width: int, height: int) -> list[Content]:  # noqa: ARG002 - one row
        parts = [Content.styled(f" ✗ {warning} ", "bold $text-error on $error-muted") for warning in value.warnings]
        parts += [Content.styled(f"! {hint}", "bold $text-warning") for hint in value.hints]
        if value.message:
            parts.append(Content(value.message))
        return [Content("  ").join(parts).truncate(width, ellipsis=True)]
