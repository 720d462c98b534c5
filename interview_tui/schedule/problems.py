"""What can be wrong with a file of ours, said so that its author can put it right."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from rapidfuzz import fuzz, process

from interview_tui.errors import ScheduleError

SHOWN_CHARACTERS = 60
"""How much of a text a message quotes."""


class Severity(StrEnum):
    """Whether a problem keeps a schedule from being used."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong in line `line` (from 1; 0 where none can be named): what was `found`, what to `write` instead."""

    source: str
    line: int
    found: str
    write: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        place = f"{self.source}:{self.line}" if self.line else self.source
        return f"{place}: {self.found}. {self.write}".rstrip()


def refusal(source: str, problems: Iterable[Problem]) -> ScheduleError:
    """The error that carries these problems, in file order; its message tells the first one."""
    ordered = tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.line))
    errors = [problem for problem in ordered if problem.severity is Severity.ERROR]
    if len(errors) == 1:
        return ScheduleError(str(errors[0]), problems=ordered)
    message = f"{source} has {len(errors)} errors, the first: {errors[0]}"
    return ScheduleError(message, f"`interview-tui check {source}` lists them all.", problems=ordered)


def nearest(word: str, known: Iterable[str]) -> str:
    """The one of `known` that `word` was most likely meant to be; empty if none is near."""
    found = process.extractOne(word[:SHOWN_CHARACTERS], list(known), scorer=fuzz.ratio, score_cutoff=60)
    return "" if found is None else found[0]


def shown(text: str) -> str:
    """A text as a message quotes it: on one line, and cut if it is long."""
    line = " ".join(text.split())
    return line if len(line) <= SHOWN_CHARACTERS else f"{line[: SHOWN_CHARACTERS - 1]}…"
