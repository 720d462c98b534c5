"""Which lines of a schedule on paper are headings, and of what level; which line is its title."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from interview_tui.schedule.paper.lines import Mark, PaperLine, looks_like_title

DEEPEST = 3
"""The level of headings below which all are alike."""
WORDS_OF_A_MARKED_HEADING = 4


@dataclass(frozen=True, slots=True)
class Placed:
    """A line, and the level of the heading that it is (0: it is none); `is_guessed` where nothing but its look says
    so."""

    line: PaperLine
    heading: int = 0
    is_guessed: bool = False


@dataclass(frozen=True, slots=True)
class Structure:
    """A schedule on paper: its title (empty: it has none) and its other lines."""

    title: str
    lines: tuple[Placed, ...]


def structure_of(lines: Sequence[PaperLine]) -> Structure:
    """The title and the headings of a schedule on paper."""
    has_styles = any(line.heading for line in lines)
    placed = [_placed(number, lines, has_styles=has_styles) for number in range(len(lines))]
    if not placed:
        return Structure("", ())
    first = placed[0]
    others = sum(bool(one.heading) for one in placed[1:])
    heads_a_list = len(lines) > 1 and (lines[1].mark is not Mark.NONE or "?" in lines[1].text) and not lines[1].heading
    if first.line.is_title or (first.heading and others and looks_like_title(first.line) and not heads_a_list):
        return Structure(first.line.text, tuple(placed[1:]))
    return Structure("", tuple(placed))


def following(placed: Sequence[Placed], number: int) -> list[PaperLine]:
    """The marked lines right below a line, none of them less deep than the first of them."""
    found: list[PaperLine] = []
    for one in placed[number + 1 :]:
        if one.heading or one.line.mark is Mark.NONE or (found and one.line.level < found[0].level):
            break
        found.append(one.line)
    return found


def _placed(number: int, lines: Sequence[PaperLine], *, has_styles: bool) -> Placed:
    line = lines[number]
    if line.heading:
        return Placed(line, min(line.heading, DEEPEST))
    if line.in_table or line.is_title or not looks_like_title(line):
        return Placed(line)
    after = lines[number + 1] if number + 1 < len(lines) else None
    if line.mark is Mark.NONE and has_styles:
        heads = after is not None and not after.heading and (after.mark is not Mark.NONE or "?" in after.text)
        return Placed(line, 2, is_guessed=True) if heads else Placed(line)
    if line.mark is Mark.NONE:
        return Placed(line, 1, is_guessed=not _stands_out(line, after))
    if after is None or after.heading:
        return Placed(line)
    before = lines[number - 1] if number else None
    belongs_to_a_list = line.text.endswith(":") or (before is not None and before.text.endswith((":", "…", "...")))
    if line.mark is Mark.NUMBER and not line.level:
        heads = "?" in after.text or (after.mark is not Mark.NONE and after.level > line.level)
        level = 1
    else:
        is_short = len(line.text.split()) <= WORDS_OF_A_MARKED_HEADING
        heads = is_short and "?" in after.text and after.mark is not Mark.NONE and after.level >= line.level
        level = 2
    return Placed(line, level, is_guessed=True) if heads and not belongs_to_a_list else Placed(line)


def _stands_out(line: PaperLine, after: PaperLine | None) -> bool:
    """Whether what follows an unmarked short line makes a heading of it."""
    return after is not None and (after.mark is not Mark.NONE or not looks_like_title(after) or line.text.isupper())
