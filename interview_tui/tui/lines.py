"""Texts that somebody wrote, as rows of so many cells."""

from __future__ import annotations

from textual.content import Content


def one_line(text: str) -> str:
    """A text without line breaks and other characters that move the cursor of a terminal."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def wrapped(said: Content, width: int) -> list[Content]:
    """A text in rows of at most `width` cells; none of an empty one."""
    return [line.rstrip() for line in said.wrap(max(1, width))] if said else []


def fitted(text: str, width: int) -> Content:
    """A text in exactly so many cells; what is left out is an ellipsis."""
    return Content(text).truncate(width, ellipsis=True, pad=True)


def width_of(text: str) -> int:
    """How wide a text is."""
    return Content(text).cell_length
