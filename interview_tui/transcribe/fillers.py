"""Fillers: the sounds that hold a speaker's place. A study that wants them left out has them dropped here."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, ClassVar, Protocol, TypeVar

_HUMS = "hm+|mm+"
FILLERS = {
    "cy": f"ym+|yy+m*|er+m|er|{_HUMS}",
    "da": f"øh+m*|æh+m*|{_HUMS}",
    "de": f"äh+m*|öh+m*|eh+m|{_HUMS}",
    "en": f"u+h+m*|u+m+|er+m+|er|er{{3,}}|a+h+m+|{_HUMS}",
    "es": f"e+h+m*|e+m+|{_HUMS}",
    "fi": f"ö+h*m*|{_HUMS}",
    "fr": f"eu+h+|heu+|{_HUMS}",
    "it": f"e+h+m+|u+h+m+|{_HUMS}",
    "nl": f"u+h+m*|e+h+m*|{_HUMS}",
    "no": f"ø+h+m*|e+h+m+|{_HUMS}",
    "pl": f"y{{2,}}|e{{2,}}|{_HUMS}",
    "pt": f"ã+h*|h+ã+|{_HUMS}",
    "sv": f"ö+h+m*|e+h+m+|{_HUMS}",
}
"""What fillers look like, by language; none of them is a word of it. `mm-hm` and `uh-huh` are answers."""

_HUM = re.compile(_HUMS)
_WORD = re.compile(r"([^\w]*)(.*?)([^\w]*)", re.DOTALL)
ENDS = ".?!…"


class Said(Protocol):
    """A word with its punctuation, as any stage of a transcription has it: a dataclass."""

    __dataclass_fields__: ClassVar[dict[str, Any]]

    @property
    def text(self) -> str:
        """The word."""
        ...


W = TypeVar("W", bound=Said)


def drop(words: Sequence[W], language: str) -> list[W]:
    """The words of one speaker, in order, without fillers.

    The mark that ended a sentence after a filler goes to the word before it, its capital letter to the word after it.
    A hum that is a sentence of its own is an answer and stays, and so does `mm` after a number.
    """
    kept: list[W] = []
    opening, capital = "", False
    for place, word in enumerate(words):
        begins = place == 0 or _ends_a_sentence(words[place - 1].text)
        before, core, after = _parts(word.text)
        if is_filler(core, language) and not (_answers(word.text, begins) or _measures(core, words[:place])):
            opening += before
            capital = capital or (begins and core[0].isupper())
            if kept and not begins:
                kept[-1] = replace(kept[-1], text=_ended(kept[-1].text, after))
            if _ends_a_sentence(word.text):
                opening, capital = "", False
            continue
        text = opening + (_capitalised(word.text) if capital else word.text)
        kept.append(word if text == word.text else replace(word, text=text))
        opening, capital = "", False
    return kept


def is_filler(word: str, language: str) -> bool:
    """Whether a word without punctuation only holds the speaker's place; an abbreviation in capitals does not."""
    known = FILLERS.get(language)
    shouted = len(word) > 1 and word.isupper()
    return known is not None and not shouted and re.fullmatch(known, word.casefold()) is not None


def _answers(text: str, begins: bool) -> bool:
    """Whether a filler is a hum that nothing else is said with."""
    return begins and _ends_a_sentence(text) and _HUM.fullmatch(_parts(text)[1].casefold()) is not None


def _measures(core: str, before: Sequence[Said]) -> bool:
    return core == "mm" and bool(before) and before[-1].text[-1:].isdigit()


def _parts(text: str) -> tuple[str, str, str]:
    """A word's punctuation before it, itself, and that after it."""
    found = _WORD.fullmatch(text)
    return (found[1], found[2], found[3]) if found else ("", text, "")


def _ended(text: str, after: str) -> str:
    """A word with the marks that end a sentence, if there are any in `after` and it has none."""
    marks = "".join(mark for mark in after if mark in ENDS)
    return text.rstrip(",;:–—- ") + marks if marks and not _ends_a_sentence(text) else text


def _ends_a_sentence(text: str) -> bool:
    return any(mark in ENDS for mark in _parts(text)[2])


def _capitalised(text: str) -> str:
    before, core, after = _parts(text)
    return before + core[:1].upper() + core[1:] + after
