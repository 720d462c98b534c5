"""What every reader of our YAML does: takes nodes for what they ought to be, and notes all that they are not."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import yaml

from interview_tui.schedule.ids import MAX_LENGTH, is_id
from interview_tui.schedule.nodes import lines_of
from interview_tui.schedule.problems import Problem, nearest, shown

MAX_NUMBER = 1000
_QUOTES = 'Put quotes (") round the text: a colon and a space in it (`: `) make it a keyword.'
_FOLD = re.compile(r" *\n[ \n]*")


@dataclass(frozen=True, slots=True)
class Entry:
    """A keyword (or another key) of a mapping, its line, and what stands behind it."""

    key: str
    line: int
    node: yaml.Node


def line_of(node: yaml.Node) -> int:
    """The line in which a node begins, from 1."""
    return 0 if node.start_mark is None else node.start_mark.line + 1


class Reading:
    """One file being read: its source, its lines, and the problems found so far."""

    def __init__(self, text: str, source: str) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self._lines = lines_of(text)

    def object(self, line: int, found: str, write: str) -> None:
        """Note a problem."""
        self.problems.append(Problem(self.source, line, found, write))

    def entries(self, node: yaml.Node, what: str, write: str = "Write `keyword: text`.") -> dict[str, Entry]:
        """The entries of a mapping; `what` names it in problems (`an item`), where `write` says how it looks."""
        if not isinstance(node, yaml.MappingNode):
            self.object(line_of(node), f"{_form_of(node)} stands where {what} is expected", write)
            return {}
        found: dict[str, Entry] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.object(
                    line_of(key), f"{_form_of(key)} stands where a keyword is expected", "Write `keyword: text`."
                )
            elif key.value in found:
                self.object(
                    line_of(key),
                    f"`{shown(key.value)}:` stands twice in {what} (first in line {found[key.value].line})",
                    "Keep one of them.",
                )
            else:
                found[key.value] = Entry(key.value, line_of(key), value)
        return found

    def refuse_unknown(self, entries: dict[str, Entry], known: Sequence[str], what: str, homes: dict[str, str]) -> None:
        """Note every keyword of `entries` that is none of `known`; `homes` tells where the others belong."""
        for entry in entries.values():
            if entry.key in known:
                continue
            found = f"`{shown(entry.key)}:` is no keyword of {what}"
            meant = nearest(entry.key, known)
            if entry.key in homes:
                self.object(entry.line, found, f"It belongs to {homes[entry.key]}.")
            elif meant and (len(entry.key) < 2 * len(meant)):
                self.object(entry.line, found, f"Write `{meant}:`.")
            elif " " in entry.key.strip() or len(entries) == 1:
                self.object(entry.line, found, _QUOTES)
            else:
                self.object(entry.line, found, f"Known are {', '.join(f'`{word}:`' for word in known)}.")

    def listed(self, node: yaml.Node, what: str) -> list[yaml.Node]:
        """The nodes of a list; `what` names it in problems (`items:`)."""
        if isinstance(node, yaml.SequenceNode):
            if not node.value:
                self.object(line_of(node), f"The list of `{what}:` is empty", "Add a line, or leave it out.")
            return list(node.value)
        self.object(line_of(node), f"{_form_of(node)} stands where `{what}:` has a list", "Begin each line with `- `.")
        return []

    def scalar(self, node: yaml.Node, what: str) -> str:
        """A text on one line, as written; empty, with a problem, if it is none."""
        if not isinstance(node, yaml.ScalarNode):
            write = _QUOTES if isinstance(node, yaml.MappingNode) else "Write text."
            self.object(line_of(node), f"{_form_of(node)} stands where {what} is expected", write)
            return ""
        text = _FOLD.sub(" ", node.value).strip()
        if not text:
            self.object(line_of(node), f"Nothing stands where {what} is expected", "Write it, or leave the line out.")
        return text

    def words(self, node: yaml.Node, what: str) -> str:
        """A text to be read by people: as `scalar`, and nothing of it lost to a comment or an open `${`."""
        text = self.scalar(node, what)
        if "${" in re.sub(r"\$\{[^{}]*\}", "", text):
            self.object(line_of(node), f"`${{` is not closed in `{shown(text)}`", "Write `${word}`.")
        if isinstance(node, yaml.ScalarNode) and not node.style and node.end_mark is not None:
            rest = self._lines[node.end_mark.line][node.end_mark.column :] if self._lines else ""
            if re.match(r"\s*#\S", rest):
                found = f"The text ends before `{shown(rest)}`, which YAML takes for a comment"
                write = 'Put quotes (") round the text; or a space after `#` if it is a comment.'
                self.object(node.end_mark.line + 1, found, write)
        return text

    def number(self, entry: Entry, least: int) -> int:
        """A whole number from `least` to `MAX_NUMBER`; `least`, with a problem, if it is none."""
        text = self.scalar(entry.node, "a number")
        if re.fullmatch(r"[0-9]{1,4}", text) and least <= int(text) <= MAX_NUMBER:
            return int(text)
        if text:
            found = f"`{entry.key}: {shown(text)}` is no whole number from {least} to {MAX_NUMBER}"
            self.object(entry.line, found, f"Write `{entry.key}: {max(least, 1)}`, say.")
        return least

    def choice(self, entry: Entry, options: Iterable[str]) -> str:
        """One of `options`; empty, with a problem, if it is none of them."""
        text = self.scalar(entry.node, f"a value of `{entry.key}:`")
        known = list(options)
        if text in known or not text:
            return text
        meant = nearest(text, known)
        listing = ", ".join(f"`{entry.key}: {option}`" for option in known)
        write = f"Write `{entry.key}: {meant}`." if meant else f"Write one of {listing}."
        self.object(entry.line, f"`{entry.key}: {shown(text)}` is unknown", write)
        return ""

    def identifier(self, text: str, line: int, what: str) -> str:
        """An id, as written; empty, with a problem, if it can be none."""
        if is_id(text) or not text:
            return text
        better = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")[:MAX_LENGTH]
        rule = "small letters, digits and `_`, a letter first"
        write = f"Write `{better}`: {rule}." if is_id(better) else f"Write another: {rule}, no word of the conditions."
        self.object(line, f"`{shown(text)}` cannot be {what}", write)
        return ""


def _form_of(node: yaml.Node) -> str:
    if isinstance(node, yaml.MappingNode):
        return "A line with a keyword"
    if isinstance(node, yaml.SequenceNode):
        return "A list"
    return f"`{shown(node.value)}`" if node.value else "Nothing"
