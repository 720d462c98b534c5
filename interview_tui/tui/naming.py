"""The names of an interview as a reviewer goes through them: what is replaced, what may be a name, what is none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import groupby

from interview_tui.record.model import Record
from interview_tui.record.pseudonyms.candidates import Candidate
from interview_tui.record.pseudonyms.occurrences import Occurrence, occurrences
from interview_tui.record.pseudonyms.proposals import with_forms
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.pseudonyms.replaced_record import left_in
from interview_tui.tui import signs

Proposals = Sequence[tuple[Candidate, Pseudonym]]


class Standing(StrEnum):
    """How a name stands; the value heads such names."""

    REPLACED = "Replaced"
    PROPOSED = "May be names"
    NONE = "No names"


GLYPHS = {Standing.REPLACED: "●", Standing.PROPOSED: "○", Standing.NONE: "–"}


@dataclass(frozen=True, slots=True)
class Name:
    """A name in the list. `given` is what stands for it, or would: of another spelling that of the name `spelling_of`.

    `forms` are its own. `places` are where it is said and noted.
    """

    standing: Standing
    forms: tuple[str, ...]
    given: Pseudonym
    places: tuple[Occurrence, ...] = ()
    spelling_of: str = ""

    @property
    def key(self) -> str:
        """Tells it from the others."""
        return f"{self.standing.name} {self.given.case if self.standing is not Standing.PROPOSED else ''} {self.name}"

    @property
    def name(self) -> str:
        """Its first form."""
        return self.forms[0]

    @property
    def own(self) -> Pseudonym:
        """A pseudonym of its own, with the next replacement that is free, where another's was proposed."""
        if not self.spelling_of:
            return self.given
        return replace(self.given, name=self.name, aliases=self.forms[1:], replacement="", ordinary=())

    @property
    def remarks(self) -> str:
        """What kind of name it is, where it is replaced, and what of it only with a capital."""
        capital = f"{', '.join(self.given.ordinary)} only with a capital" if self.given.ordinary else ""
        where = "" if self.given.case else "whole study"
        kind = "" if self.standing is Standing.NONE else self.given.kind.value
        return " · ".join(part for part in (kind, where, capital) if part)


def names_of(record: Record, held: Sequence[Pseudonym], proposed: Proposals, none: Sequence[str]) -> list[Name]:
    """The names of a record (what of it may leave the study): those replaced, those that may be, those that are none.

    Other spellings of a name come right after what else may be names as likely as they are.
    """
    may_be = [
        Pseudonym(each.name, each.name, each.kind, aliases=each.parts, ordinary=(each.name, *each.parts))
        for each, _ in proposed
    ]
    nothing = [Pseudonym(name, "", case=record.case, ordinary=(name,)) for name in none]
    places = [tuple(each) for each in occurrences(record, [*held, *may_be, *nothing])]
    found = [Name(Standing.REPLACED, each.forms, each) for each in held]
    for each, given in proposed:
        other = given.name if given.name != each.name else ""
        found.append(Name(Standing.PROPOSED, (each.name, *each.parts), given, spelling_of=other))
    found += [Name(Standing.NONE, each.forms, each) for each in nothing]
    placed = [replace(one, places=its) for one, its in zip(found, places, strict=True)]
    return list(_spellings_together(placed, {each.name for each in held}))


def _spellings_together(names: Sequence[Name], held: Collection[str]) -> Iterator[Name]:
    """Other spellings right behind their name; those of a name that is replaced before all that may be names."""
    others = [one for one in names if one.spelling_of]
    for standing, run in groupby((one for one in names if not one.spelling_of), lambda one: one.standing):
        if standing is Standing.PROPOSED:
            yield from (one for one in others if one.spelling_of in held)
        for one in run:
            yield one
            if standing is Standing.PROPOSED:
                yield from (other for other in others if other.spelling_of == one.name)
    if all(one.spelling_of or one.standing is not Standing.PROPOSED for one in names):
        yield from others


def also_known(given: Pseudonym, name: Name) -> Pseudonym:
    """What stands for a name, made to stand for another one as well."""
    return with_forms(given, name.forms)


def typed(line: str, case: str) -> Pseudonym | None:
    """What somebody types as `NAME` or `NAME=[Replacement]`; None if there is no name in it."""
    name, _, replacement = (part.strip() for part in line.partition("="))
    return Pseudonym(name, replacement, case=case) if name else None


def tally(names: Sequence[Name]) -> str:
    """`3 replaced in 14 places · 12 may be names, in 29`."""
    parts = []
    for standing, words in ((Standing.REPLACED, "replaced"), (Standing.PROPOSED, "may be names")):
        those = [one for one in names if one.standing is standing]
        places = sum(len(one.places) for one in those)
        parts.append(f"{len(those)} {words} in {signs.counted(places, 'place')}")
    return " · ".join(parts)


def verdict(record: Record, held: Collection[Pseudonym]) -> str:
    """Whether any of the replaced names is left in a record with its names replaced, as exports ask it."""
    if not held:
        return ""
    left = left_in(record, held)
    if not left:
        return "✓ none that is replaced is left"
    forms = ", ".join(f"“{form}”" for form in dict.fromkeys(each.form for each in left))
    return f"✗ left all the same, {len(left)} ×: {forms}"
