"""The names of an interview as a reviewer goes through them: what is replaced, what may be a name, what is none."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from interview_tui.record.model import Record
from interview_tui.record.pseudonyms.candidates import Candidate
from interview_tui.record.pseudonyms.occurrences import Occurrence, occurrences
from interview_tui.record.pseudonyms.proposals import with_forms
from interview_tui.record.pseudonyms.pseudonym import Pseudonym, folded, name_parts
from interview_tui.record.pseudonyms.replaced_record import left_in

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
        kinds = {Standing.REPLACED: self.given.kind.value, Standing.PROPOSED: f"{self.given.kind.value}?"}
        kind = kinds.get(self.standing, "")
        return " · ".join(part for part in (kind, where, capital) if part)


def names_of(record: Record, held: Sequence[Pseudonym], proposed: Proposals, none: Sequence[str]) -> list[Name]:
    """The names of a record (what of it may leave the study): those replaced, those that may be, those that are none.

    Of what may be a name, another spelling of one stands right behind it, or first if that one is replaced.
    """
    found = [Name(Standing.REPLACED, each.forms, each) for each in held]
    for each, given in proposed:
        other = given.name if given.name != each.name else ""
        found.append(Name(Standing.PROPOSED, (each.name, *each.parts), given, spelling_of=other))
    replaced = {folded(form) for each in held for form in each.forms}
    nothing = [name for name in none if folded(name) not in replaced]
    found += [Name(Standing.NONE, (name,), Pseudonym(name, "", case=record.case)) for name in nothing]
    places = occurrences(record, [_looked_for(one) for one in found])
    placed = [replace(one, places=tuple(its)) for one, its in zip(found, places, strict=True)]
    return _spellings_together(placed)


def _looked_for(name: Name) -> Pseudonym:
    """A name as it is looked for in the record: what is not replaced yet, only as it is written with capitals."""
    if name.standing is Standing.REPLACED:
        return name.given
    with_capitals = tuple(form for form in name.forms if all(part[0].isupper() for part in name_parts(form)))
    return Pseudonym(name.name, "[]", aliases=name.forms[1:], ordinary=with_capitals)


def _spellings_together(names: Sequence[Name]) -> list[Name]:
    """The names in their order, but for other spellings of one, which stand right behind it."""
    at = {one.name: number for number, one in enumerate(names) if one.standing is Standing.PROPOSED}

    def place(number: int) -> tuple[int, int, int]:
        one = names[number]
        behind = at.get(one.spelling_of, -1) if one.spelling_of else number
        return list(Standing).index(one.standing), behind, number

    return [names[number] for number in sorted(range(len(names)), key=place)]


def also_known(given: Pseudonym, name: Name) -> Pseudonym:
    """What stands for a name, made to stand for another one as well."""
    return with_forms(given, name.forms)


def typed(line: str, case: str) -> Pseudonym | None:
    """What somebody types as `NAME` or `NAME=[Replacement]`; None if there is no name in it."""
    name, _, replacement = (part.strip() for part in line.partition("="))
    return Pseudonym(name, replacement, case=case) if name else None


def tally(names: Sequence[Name]) -> str:
    """How many names there are, and in how many places: `3 replaced (14 ×) · 12 may be names (29 ×)`."""
    parts = []
    for standing, words in ((Standing.REPLACED, "replaced"), (Standing.PROPOSED, "may be names")):
        those = [one for one in names if one.standing is standing]
        parts.append(f"{len(those)} {words} ({sum(len(one.places) for one in those)} ×)")
    return " · ".join(parts)


def verdict(record: Record, held: Collection[Pseudonym]) -> str:
    """Whether any of the replaced names is left in a record with its names replaced, as exports ask it."""
    if not held:
        return ""
    left = left_in(record, held)
    if not left:
        return "✓ no replaced name is left"
    forms = ", ".join(f"“{form}”" for form in dict.fromkeys(each.form for each in left))
    return f"✗ left {len(left)} × all the same: {forms}"
