"""A pseudonym: a name, the forms in which it is said, and what stands for it in square brackets.

Replacements stand in brackets so that a reader sees that something was replaced, and by what kind of thing (UK Data
Service; Timescapes, "Anonymisation").
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from interview_tui.errors import ConfigError

_PART = re.compile(r"[^\W_]+")
_ACCENTED = range(0xC0, 0x180)  # Latin-1 Supplement and Latin Extended-A: the languages of these islands and more


class NameKind(StrEnum):
    """What a name is the name of."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Pseudonym:
    """What stands for a name: `[Councillor A]`.

    `case` is the interview it is for; empty, it is for every interview of the study. `aliases` are other forms of the
    name: a part of it alone, a nickname, a misspelling. `ordinary` are those forms, the name among them, that are
    words as well (Bell): they are names only where they begin with a capital.
    """

    name: str
    replacement: str
    kind: NameKind = NameKind.PERSON
    case: str = ""
    aliases: tuple[str, ...] = ()
    ordinary: tuple[str, ...] = ()

    @property
    def forms(self) -> tuple[str, ...]:
        """The name and its aliases, each once."""
        return tuple(dict.fromkeys((self.name, *self.aliases)))

    def is_ordinary(self, form: str) -> bool:
        """Whether a form is an ordinary word as well."""
        return folded(form) in {folded(each) for each in self.ordinary}


def name_parts(name: str) -> list[str]:
    """The runs of letters and digits in a name: `Anwar-Holt` has two."""
    return _PART.findall(name)


def folded(text: str) -> str:
    """`text` by its letters and digits alone, without accents and capitals."""
    return "".join(base_of(letter) for letter in text if letter.isalnum())


def base_of(letter: str) -> str:
    """A letter without accent, in lower case; one that has no such form is itself."""
    if letter.isascii():
        return letter.lower()
    base = unicodedata.normalize("NFKD", letter)[0].casefold()
    return base if len(base) == 1 else letter


def letters_like() -> dict[str, str]:
    """Each base letter → every letter that is it with an accent, in both cases."""
    found: dict[str, str] = {}
    for letter in map(chr, _ACCENTED):
        base = base_of(letter)
        if base.isascii():
            found[base] = found.get(base, "") + letter
    return found


def checked(pseudonym: Pseudonym) -> Pseudonym:
    """The pseudonym, its replacement in brackets.

    Raises:
        ConfigError: a form of its name has fewer than two letters, or its replacement gives one away.
    """
    inside = pseudonym.replacement.strip().strip("[]").strip()
    if not name_parts(inside):
        raise ConfigError(f"Nothing stands for {pseudonym.name!r}.", "Write what does: [Councillor A].")
    for form in pseudonym.forms:
        if len(folded(form)) < 2:
            raise ConfigError(f"{form!r} is too short to be looked for as a name.", "Write more of the name.")
    given_away = {part for form in pseudonym.forms for part in map(folded, name_parts(form)) if len(part) > 1}
    if not given_away.isdisjoint(map(folded, name_parts(inside))):
        raise ConfigError(f"[{inside}] would give away {pseudonym.name!r}.", "Let something else stand for it.")
    return Pseudonym(
        pseudonym.name.strip(), f"[{inside}]", pseudonym.kind, pseudonym.case, pseudonym.aliases, pseudonym.ordinary
    )
