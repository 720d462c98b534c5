"""Characters that every format can carry and every reader can open."""

from __future__ import annotations

import re
import unicodedata

_BREAKS = re.compile(r"[\t\n\v\f\r\x1c-\x1e\x85\u2028\u2029]+")
_NONCHARACTERS = re.compile(r"[\ufdd0-\ufdef\ufffe\uffff]")
_UNWRITABLE = ("Cc", "Cs")  # controls and lone surrogates


def legible(text: str) -> str:
    """`text` on one line, in NFC, without control characters, lone surrogates and noncharacters.

    These are illegal in HTML and XML or upset spreadsheets. Line breaks and tabs become a space. Directional marks,
    joiners and emoji stay: they carry meaning.
    """
    if text.isascii() and text.isprintable():
        return text
    kept = "".join(
        character
        for character in _NONCHARACTERS.sub("", _BREAKS.sub(" ", text))
        if unicodedata.category(character) not in _UNWRITABLE and ord(character) & 0xFFFE != 0xFFFE
    )
    return unicodedata.normalize("NFC", kept)
