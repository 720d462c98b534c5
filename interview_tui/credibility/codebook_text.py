"""The codebook as researchers write it: one category a line, what stands under another is indented.

    # a remark
    Trust (was: Confidence) - how it came about, or did not
        : the definition goes on in lines that begin with a colon
        Being discreet

A definition stands behind ` - `. Names are all different, whatever their capitals.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from interview_tui.credibility.codebook import Category, key_of
from interview_tui.errors import ConfigError
from interview_tui.schedule.model import Schedule

REMARK, MORE = "#", ":"
INDENT = "    "
_LINE = re.compile(r"(?P<indent>[ \t]*)(?P<said>.*?)\s*")
_DEFINED = re.compile(r"\s+[-–—]\s+")
_WAS = re.compile(r"\(\s*was\s*:\s*(?P<was>[^()]*)\)\s*", re.IGNORECASE)
_HEAD = """\
# The codebook: one category a line. What stands under another is indented (four spaces).
# A definition stands behind " - ", or goes on in deeper lines that begin with a colon.
# Renamed: New name (was: Old name). A line that begins with # is a remark.
# Keep it as a version when it has changed: interview-tui codebook keep -m "why"
"""


def parsed(text: str, where: str) -> tuple[Category, ...]:
    """The categories that a text says, from top to bottom; `where` names it in sentences.

    Raises:
        ConfigError: it cannot be understood; names the first line that cannot.
    """
    reading = _Reading(where)
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        reading.take(number, line)
    return reading.checked()


@dataclass(slots=True)
class _Reading:
    """The lines up to here: the categories, and the indents of the last one and of those above it."""

    where: str
    found: list[Category] = field(default_factory=list)
    above: list[tuple[str, str]] = field(default_factory=list)  # indent and key, outermost first

    def take(self, number: int, line: str) -> None:
        match = _LINE.fullmatch(line)
        assert match is not None  # every line is an indent and what is said
        said = match["said"]
        if not said or said.startswith(REMARK):
            return
        if odd := next((letter for letter in said if not letter.isprintable()), ""):
            raise self._refused(number, f"there is a character that cannot be seen ({odd!r})", "Take it out.")
        if said.startswith(MORE):
            self._go_on(number, said.removeprefix(MORE).strip())
        else:
            self._add(number, match["indent"], said)

    def checked(self) -> tuple[Category, ...]:
        """All categories; what one was called before is the name of none of them."""
        lines = {one.key: one.line for one in self.found}
        for one in self.found:
            if one.was in lines:
                raise self._refused(
                    one.line,
                    f"“{one.name}” was “{one.was}”, but that is still there in line {lines[one.was]}",
                    "Take (was: …) out if this is a category of its own or was renamed long ago; else take that line "
                    "out.",
                )
        return tuple(self.found)

    def _go_on(self, number: int, said: str) -> None:
        if not self.found:
            raise self._refused(number, "a definition goes on before there is a category", "Write the category first.")
        last = self.found[-1]
        self.found[-1] = replace(last, definition=f"{last.definition} {said}".strip())

    def _add(self, number: int, indent: str, said: str) -> None:
        head, *more = _DEFINED.split(said, maxsplit=1)
        definition = more[0] if more else ""
        name, was = self._named(number, head, definition)
        key = key_of(name)
        other = next((one for one in self.found if one.key == key), None)
        if other is not None:
            raise self._refused(number, f"“{name}” is in line {other.line} already", "Give one of them another name.")
        parent = self._parent(number, indent)
        self.above.append((indent, key))
        self.found.append(Category(key, name, definition, parent, len(self.above) - 1, was, number))

    def _named(self, number: int, head: str, definition: str) -> tuple[str, str]:
        """The name of a category, and the key that it had before."""
        renamed = _WAS.search(head)
        name = " ".join((head[: renamed.start()] if renamed else head).split())
        if not key_of(name):
            raise self._refused(number, f"“{head.strip()}” is no name", "Write a name of letters or digits.")
        if (renamed and renamed.end() < len(head)) or _WAS.search(definition):
            raise self._refused(
                number, "(was: …) stands in the wrong place", f"Write: {name} (was: old name) - definition."
            )
        was = key_of(renamed["was"]) if renamed else ""
        if renamed and not was:
            raise self._refused(number, "(was: …) says no name", f"Write: {name} (was: old name).")
        return name, "" if was == key_of(name) else was

    def _parent(self, number: int, indent: str) -> str:
        """The key of the category above one with this indent; forgets those that it does not stand under."""
        deeper = ""
        while self.above and len(indent) < len(self.above[-1][0]):
            _, deeper = self.above.pop()
        if not self.above:
            if indent:
                raise self._refused(number, "it is indented, but stands under nothing", "Begin it at the margin.")
            return ""
        last, key = self.above[-1]
        if indent == last:
            self.above.pop()
            return self.above[-1][1] if self.above else ""
        if not indent.startswith(last):
            raise self._refused(number, "its indent is of tabs, and others' of spaces", "Use one of them everywhere.")
        if deeper:
            raise self._refused(
                number, "it is indented like no line above it", "Indent what stands under the same category alike."
            )
        return key

    def _refused(self, number: int, what: str, hint: str) -> ConfigError:
        return ConfigError(f"{self.where}, line {number}: {what}.", hint)


def seeded(schedule: Schedule) -> str:
    """A first codebook: the themes of a schedule, in asking order, and the parts of its incident record."""
    lines = [_HEAD, "Themes - of the interview schedule"]
    taken = {"themes", "incident"}
    for name in _themes(schedule):
        if key_of(name) not in taken:
            lines.append(f"{INDENT}{name}")
            taken.add(key_of(name))
    lines += ["", "Incident - the parts of its record"]
    for part in schedule.incident_parts():
        name = _plain(part.key)
        while key_of(name) in taken:  # a theme is called so too
            name = f"{name} of it"
        lines.append(f"{INDENT}{name} - {_plain(part.question)}")
        taken.add(key_of(name))
    return "\n".join(lines) + "\n"


def _themes(schedule: Schedule) -> Iterator[str]:
    for located in schedule.walk():
        if key_of(located.item.theme):
            yield _plain(located.item.theme)


def _plain(name: str) -> str:
    """A name as the text can hold it: what would begin a definition, a remark or an older name is written otherwise."""
    name = _DEFINED.sub(": ", name).replace("(", "[").replace(")", "]")
    return " ".join(name.split()).lstrip(REMARK + MORE + " ")
