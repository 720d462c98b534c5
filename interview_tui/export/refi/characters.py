"""Characters and names that every program which reads REFI-QDA can carry."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable

from interview_tui.export.legible import legible

LONGEST_NAME = 60  # of MAXQDA's 63, less what keeps two names apart
_BYTE_ORDER_MARK = "\ufeff"
_BEYOND_THE_BMP = re.compile("[\U00010000-\U0010ffff]")
_SPACES = re.compile(r"\s+")
_DASHED = str.maketrans({"/": "-", "\\": "-", ":": "-", "|": "-", "<": "(", ">": ")", '"': "'", "?": "", "*": ""})


def plain(text: str) -> str:
    """`text` on one line, in NFC, with a character beyond the BMP as its name in brackets: `[party popper]`.

    Positions are code points. Some programs count UTF-16 units; without such characters the two are the same.
    """
    text = legible(text).replace(_BYTE_ORDER_MARK, "")
    return unicodedata.normalize("NFC", _BEYOND_THE_BMP.sub(_named, text))


def named(text: str, otherwise: str = "unnamed") -> str:
    """`text` as a name: without `/`, `\\` and `:`, cut at a word where it is long."""
    name = _SPACES.sub(" ", plain(text)).replace(": ", " – ").translate(str.maketrans("/\\:", "---")).strip()
    if len(name) > LONGEST_NAME:
        name = (name[:LONGEST_NAME].rpartition(" ")[0] or name[: LONGEST_NAME - 1]).rstrip(" ,.;–-") + "…"
    return name or otherwise


def filed(text: str) -> str:
    """`text` as a name under which programs also write a file, on any system.

    Where it had to be changed, a short hash of the whole keeps two different names apart.
    """
    name = named(text).translate(_DASHED).strip(" .")
    if name == text:
        return name
    digest = hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:6]
    return f"{name} {digest}".strip()


class Distinct:
    """Names that are each given out once; upper and lower case are the same."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = {name.casefold() for name in taken}

    def __call__(self, name: str, hint: str = "") -> str:
        """`name`; where it is taken, with the hint in brackets, else with a number."""
        number, distinct = 2, name
        if hint and distinct.casefold() in self._taken:
            distinct = f"{name} ({hint})"
        while distinct.casefold() in self._taken:
            distinct, number = f"{name} ({number})", number + 1
        self._taken.add(distinct.casefold())
        return distinct


def _named(character: re.Match[str]) -> str:
    code = ord(character.group())
    return f"[{unicodedata.name(character.group(), f'U+{code:X}').lower()}]"
