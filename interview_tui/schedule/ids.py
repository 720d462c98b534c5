"""Ids: the author's, and those derived from the words of a question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from interview_tui.schedule.conditions import KEYWORDS

MAX_LENGTH = 60
_ID = re.compile(r"[a-z][a-z0-9_]*")
_WORDS_OF_AN_ID = 5
_CHARACTERS_OF_A_WORD = 16
_PASSED_OVER = frozenset(
    {"a", "an", "and", "as", "at", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"}
)
"""Words that tell two questions apart so seldom that an id does without them."""


def is_id(text: str) -> bool:
    """Whether a text can be an id: small letters, digits and `_`, a letter first, no word of the conditions."""
    return bool(_ID.fullmatch(text)) and len(text) <= MAX_LENGTH and text not in KEYWORDS


def derived(text: str, otherwise: str) -> str:
    """An id from the first words of a text (`where_was_this_held`); `otherwise` if no letter of it can stand in one."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    words = re.findall(r"[a-z0-9]+", re.sub(r"['’]", "", plain))
    telling = [word for word in words if word not in _PASSED_OVER] or words
    name = "_".join(word[:_CHARACTERS_OF_A_WORD] for word in telling[:_WORDS_OF_AN_ID])
    name = name if name[:1].isalpha() else f"{otherwise}_{name}".strip("_")
    return f"{name}_{otherwise}" if name in KEYWORDS else name


class Ids:
    """The ids given out in one schedule. Those in `reserved` go only to who asks for them by name."""

    def __init__(self, reserved: Iterable[str]) -> None:
        self._reserved = frozenset(reserved)
        self._holders: dict[str, int] = {}
        self._namesakes: dict[str, int] = {}

    def claim(self, name: str, line: int) -> int | None:
        """Give out `name` to line `line`; the line that has it already, if it is taken."""
        holder = self._holders.get(name)
        if holder is None:
            self._holders[name] = line
        return holder

    def derive(self, text: str, otherwise: str, line: int) -> str:
        """Give out an id derived from a text, told apart by `_2`, `_3` … where the plain one is taken."""
        plain = name = derived(text, otherwise)
        while name in self._reserved or name in self._holders:
            self._namesakes[plain] = self._namesakes.get(plain, 1) + 1
            name = f"{plain}_{self._namesakes[plain]}"
        self._holders[name] = line
        return name
