"""What may stand for a name: `[Person A]`, the next letter that is free."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from itertools import count
from string import ascii_uppercase

from interview_tui.record.pseudonyms.candidates import Candidate
from interview_tui.record.pseudonyms.neighbours import neighbours
from interview_tui.record.pseudonyms.pseudonym import NameKind, Pseudonym, folded, name_parts
from interview_tui.record.pseudonyms.replacing import Replacer
from interview_tui.record.pseudonyms.spellings import other_spelling_of


def proposed(
    found: Iterable[Candidate],
    taken: Collection[str],
    case: str = "",
    language: str = "en",
    held: Iterable[Pseudonym] = (),
) -> list[Pseudonym]:
    """A pseudonym for every candidate; none stands for two names, or for what it is `taken` for.

    What may be another spelling of a name that is `held`, or of a candidate before it, is proposed as a form of that.
    """
    used, known = set(taken), list(held)
    pseudonyms = []
    for each in found:
        other = other_spelling_of(each.name, known)
        if other is not None:
            pseudonyms.append(with_forms(other, (each.name, *each.parts), each.ordinary))
            continue
        forms = (each.name, *each.parts)
        replacement = next_replacement(each.label, forms, used, language)
        used.add(replacement)
        known.append(Pseudonym(each.name, replacement, each.kind, case, each.parts, each.ordinary))
        pseudonyms.append(known[-1])
    return pseudonyms


def with_forms(given: Pseudonym, forms: Iterable[str], ordinary: Iterable[str] = ()) -> Pseudonym:
    """A pseudonym that stands for more forms of its name; `ordinary` are those of them that are words as well."""
    aliases = dict.fromkeys((*given.aliases, *forms))
    return replace(
        given,
        aliases=tuple(form for form in aliases if form != given.name),
        ordinary=tuple(dict.fromkeys((*given.ordinary, *ordinary))),
    )


def unreplaced(found: Iterable[Candidate], held: Collection[Pseudonym]) -> list[Candidate]:
    """The candidates of which something would be left: `Lib Dems` is covered by what stands for `Lib Dem`."""
    replacer = Replacer(held)
    done = {f"{each.replacement}{tail}" for each in held for tail in ("", "s")}
    return [each for each in found if replacer.text(each.name) not in done]


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
