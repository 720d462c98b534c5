"""What may stand for a name: `[Person A]`, the next letter that is free."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import count
from string import ascii_uppercase

from interview_tui.record.pseudonyms.candidates import Candidate
from interview_tui.record.pseudonyms.neighbours import neighbours
from interview_tui.record.pseudonyms.pseudonym import NameKind, Pseudonym, folded, name_parts


def proposed(
    found: Iterable[Candidate], taken: Collection[str], case: str = "", language: str = "en"
) -> list[Pseudonym]:
    """A pseudonym for every candidate; none stands for two of them, or for what it is `taken` for."""
    used = set(taken)
    pseudonyms = []
    for each in found:
        forms = (each.name, *each.parts)
        replacement = next_replacement(each.label, forms, used, language)
        used.add(replacement)
        pseudonyms.append(Pseudonym(each.name, replacement, each.kind, case, each.parts, each.ordinary))
    return pseudonyms


def next_replacement(label: str, forms: Iterable[str], taken: Collection[str], language: str = "en") -> str:
    """`[label A]` with the first letter that is not taken; it is no initial of the name, nor the label a part of it."""
    parts = {folded(part) for form in forms for part in name_parts(form)}
    if not parts.isdisjoint(map(folded, name_parts(label))):
        label = neighbours(language).labels[NameKind.OTHER]
    initials = {part[:1] for part in parts}
    used = {folded(each) for each in taken}
    return next(
        f"[{label} {letters}]"
        for letters in map(_letters, count())
        if letters[0].casefold() not in initials
        and letters.casefold() not in parts
        and folded(f"{label}{letters}") not in used
    )


def _letters(number: int) -> str:
    """A, B … Z, AA, AB …"""
    before, last = divmod(number, len(ascii_uppercase))
    return (_letters(before - 1) if before else "") + ascii_uppercase[last]
