"""XML, one element a line: so that a text is found by its line, and fragments can be laid one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

HEAD = '<?xml version="1.0" encoding="UTF-8"?>'
Lines = list[str]


def opening(tag: str, **attributes: str | int) -> str:
    """The opening tag; empty attributes are left out."""
    given = "".join(f" {name}={quoteattr(str(value))}" for name, value in attributes.items() if value != "")
    return f"<{tag}{given}>"


def element(tag: str, children: Iterable[str] = (), **attributes: str | int) -> Lines:
    """An element with children, which are lines themselves; without any, it closes itself."""
    inside = list(children)
    first = opening(tag, **attributes)
    return [first, *inside, f"</{tag}>"] if inside else [f"{first[:-1]}/>"]


def text(tag: str, content: str) -> Lines:
    """An element with text; none at all where there is no text."""
    return [f"<{tag}>{escape(content)}</{tag}>"] if content else []


def joined(lines: Iterable[str]) -> str:
    """Lines as text, each ended."""
    return "".join(f"{line}\n" for line in lines)
