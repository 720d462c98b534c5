"""A schedule on paper, line by line: what a line says, how deep it stands, how it is marked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

TAB_WIDTH = 4
LONGEST_TITLE = 70
MOST_WORDS_OF_A_TITLE = 9

_BULLETS = "•·●○▪■□◦‣⁃∙❖➢➤►▶✓✔☐–—*-"
_BULLET = re.compile(rf"[ ]*(?:[{re.escape(_BULLETS)}\uf000-\uf0ff][ ]+|o[ ]{{2,}})+")
_NUMBER = re.compile(
    r"[ ]*(?:(?P<question>[Qq][0-9]{1,3}[a-z]?[.):]?)|(?P<dotted>[0-9]{1,3}(?:\.[0-9]{1,3})+[.):]?)"
    r"|(?P<plain>\(?[0-9]{1,3}[.)])|(?P<letter>\(?[a-hA-H][.)])|(?P<roman>\(?[ivx]{1,5}[.)]))[ ]+"
)
_NEVER_A_TITLE = re.compile(r"(?:if|probes?|prompts?|repeat|note|interviewers?|yes|no)\b", re.IGNORECASE)
_A_QUESTION_THAT_GOES_ON = re.compile(
    r"(?:have|has|did|do|does|are|is|was|were|can|could|would|will|which)\b.*(?::|\.\.\.|…)$", re.IGNORECASE
)
_GAP = re.compile(r"[\s\u200b\u2060\ufeff]+")
_UNSAYABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]")


class Mark(StrEnum):
    """What stands before the words of a line."""

    NONE = ""
    BULLET = "bullet"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class PaperLine:
    """One paragraph of a schedule on paper.

    `text` is without its bullet or number; `level` how deep it is indented, from 0; `heading` the level of a heading
    style, from 1 (0: it has none); `is_title` whether it has the style of the document's title; `is_aside` whether it
    is set apart from what is spoken, in italics throughout; `in_table` whether it stood in a cell.
    """

    text: str
    level: int = 0
    mark: Mark = Mark.NONE
    heading: int = 0
    is_title: bool = False
    is_aside: bool = False
    in_table: bool = False


def tidy(text: str) -> str:
    """A text on one line, without what is invisible; `${`, which means something in the language, taken apart."""
    plain = _UNSAYABLE.sub(" ", unicodedata.normalize("NFC", text))
    return _GAP.sub(" ", plain).replace("${", "$ {").strip()


def lines_of_text(text: str) -> tuple[PaperLine, ...]:
    """The lines of a schedule in plain text; a sentence that was broken into several lines is one again."""
    return ranked(_paragraphs(text))


def marked(text: str) -> tuple[str, Mark, int]:
    """A typed line without its bullet or number, what that was, and how deep a number of several parts stands."""
    spaced = text.replace("\t", " " * TAB_WIDTH).replace("\xa0", " ")
    bullet = _BULLET.match(spaced)
    if bullet and spaced[bullet.end() :].strip():
        return tidy(spaced[bullet.end() :]), Mark.BULLET, 0
    number = _NUMBER.match(spaced)
    if number and spaced[number.end() :].strip():
        dotted = number["dotted"] or ""
        depth = dotted.rstrip(".):").count(".") or int(bool(number["letter"] or number["roman"]))
        return tidy(spaced[number.end() :]), Mark.NUMBER, depth
    return tidy(spaced), Mark.NONE, 0


def ranked(lines: Iterator[tuple[int, PaperLine]]) -> tuple[PaperLine, ...]:
    """Lines with their indentation (in any unit) → with the level that it amounts to among their neighbours."""
    found = []
    open_indents: list[int] = []
    for indent, line in lines:
        if line.mark is Mark.NONE and not indent:
            open_indents = []
        while open_indents and open_indents[-1] > indent:
            open_indents.pop()
        if not open_indents or open_indents[-1] < indent:
            open_indents.append(indent)
        found.append(replace(line, level=len(open_indents) - 1))
    return tuple(found)


def looks_like_title(line: PaperLine) -> bool:
    """Whether a line without any style could be a heading: short, no sentence, and a capital or a number first."""
    text = re.sub(r"\s*[(\[][^()\[\]]*[)\]]\s*$", "", line.text).rstrip(":").strip()
    if not text or line.is_aside or line.text[0] in "([" or len(text) > LONGEST_TITLE:
        return False
    if _NEVER_A_TITLE.match(text) or _A_QUESTION_THAT_GOES_ON.match(line.text):
        return False
    if re.search(r"[?!.,;…]$", text) or re.search(r"[.?!]\s", text) or not text[0].isupper():
        return False
    return len(text.split()) <= MOST_WORDS_OF_A_TITLE


def _paragraphs(text: str) -> Iterator[tuple[int, PaperLine]]:
    held: tuple[int, PaperLine] | None = None
    for raw in re.split(r"\r\n|\r|\n|\f|\v", text):
        said, mark, depth = marked(raw)
        if not said:
            if held:
                yield held
            held = None
            continue
        if held and mark is Mark.NONE and _goes_on(held[1].text, said):
            held = held[0], replace(held[1], text=f"{held[1].text} {said}")
            continue
        if held:
            yield held
        spaced = raw.replace("\t", " " * TAB_WIDTH)
        held = len(spaced) - len(spaced.lstrip()) + depth, PaperLine(said, mark=mark)
    if held:
        yield held


def _goes_on(before: str, said: str) -> bool:
    """Whether a line without a mark goes on with the sentence of the line above it."""
    if before.count("(") > before.count(")") or before.count("[") > before.count("]"):
        return True
    return said[:1].islower() and not re.search(r"[.?!:…][\"”’)\]]*$", before)
