"""The text of a file as YAML nodes that know their line; everything that could do harm is refused here.

Every scalar stays text (`yes`, `on` and `1.10` are not turned into anything else). Anchors, aliases, merge keys and
tags are refused, so no text can make objects or grow when it is read.
"""

from __future__ import annotations

import re

import yaml

from interview_tui.schedule.problems import Problem, refusal, shown

MAX_BYTES = 1_000_000
MAX_DEPTH = 40
MAX_NODES = 20_000
"""The bounds of a file: a schedule of an hour has 15 kB, 10 levels and 600 nodes."""

_FORBIDDEN = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Control characters, surrogates, line separators that no editor counts, marks that reverse the order of letters."""

_LINE_BREAK = re.compile(r"\r\n|\r|\n")
_QUOTES = 'Put quotes (") round the whole text of this line.'


def lines_of(text: str) -> list[str]:
    """The lines of a text as an editor counts them; the first is number 0."""
    return _LINE_BREAK.split(text)


def compose(text: str, source: str) -> yaml.Node:
    """The one document of a YAML text, whole and harmless.

    Raises:
        ScheduleError: it is too large, too deep, not YAML, or uses what is refused here.
    """
    text = text.removeprefix("\ufeff")
    problems = _unreadable(text, source)
    if problems:
        raise refusal(source, problems)
    loader = _Loader(text)
    try:
        return loader.only_document()
    except _Refused as refused:
        problem = Problem(source, refused.line, refused.found, refused.write)
    except yaml.MarkedYAMLError as error:
        problem = _explained(error, text, source)
    except (ValueError, OverflowError):
        problem = Problem(
            source, loader.line + 1, "A number or an escape in this line is out of bounds", "Write the text plainly."
        )
    finally:
        loader.dispose()
    raise refusal(source, [problem])


def too_large(source: str) -> Problem:
    """What is said of a file that is larger than `MAX_BYTES`."""
    return Problem(source, 0, f"The file is larger than {MAX_BYTES // 1000} kB", "Check that it is the file you mean.")


def _unreadable(text: str, source: str) -> list[Problem]:
    """What is wrong with the characters of a text, before it is read as YAML."""
    if len(text) > MAX_BYTES or len(text.encode("utf-8", "surrogatepass")) > MAX_BYTES:
        return [too_large(source)]
    if not text.strip():
        return [Problem(source, 0, "The file is empty", "Begin it with `schedule:` and its title.")]
    problems = []
    for number, line in enumerate(lines_of(text), start=1):
        stray = _FORBIDDEN.search(line)
        if stray:
            found = f"The invisible character U+{ord(stray.group()):04X} stands in this line"
            problems.append(Problem(source, number, found, "Delete it: type the line anew rather than paste it."))
        indent = line[: len(line) - len(line.lstrip())]
        if "\t" in line:
            problems.append(Problem(source, number, "A tab stands in this line", "Use spaces instead."))
        elif indent.strip(" "):
            found = "The line is indented with other spaces than those of the space bar"
            problems.append(Problem(source, number, found, "Delete them and press the space bar."))
    return problems


class _Refused(Exception):
    """Something that YAML allows and this language does not; `line` counts from 1."""

    def __init__(self, line: int, found: str, write: str) -> None:
        super().__init__(found)
        self.line = line
        self.found = found
        self.write = write


class _Loader(yaml.BaseLoader):
    """PyYAML's loader without types, which counts what it composes and stops at what is refused."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._nodes = 0

    def only_document(self) -> yaml.Node:
        """The document; refused if there is none or more than one."""
        self.get_event()  # type: ignore[no-untyped-call]  # the start of the stream
        if isinstance(self._following(), yaml.StreamEndEvent):
            raise _Refused(1, "The file holds nothing but comments", "Begin it with `schedule:` and its title.")
        document = self.compose_document()
        after = self._following()
        if document is None or not isinstance(after, yaml.StreamEndEvent):
            found = "A second document begins here (after `---` or `...`)"
            raise _Refused(_line(after), found, "Keep one schedule in one file.")
        return document

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        """Compose a node, unless it is refused."""
        event = self._following()
        self._refuse(event)
        self._depth += 1
        self._nodes += 1
        if self._depth > MAX_DEPTH:
            raise _Refused(_line(event), f"The file nests more than {MAX_DEPTH} deep", "Use fewer levels.")
        if self._nodes > MAX_NODES:
            found = f"The file has more than {MAX_NODES} parts"
            raise _Refused(_line(event), found, "Check that it is the file you mean.")
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node

    def _following(self) -> yaml.Event:
        event: yaml.Event = self.peek_event()  # type: ignore[no-untyped-call]
        return event

    @staticmethod
    def _refuse(event: yaml.Event) -> None:
        for sign, is_used, name in (
            ("*", isinstance(event, yaml.AliasEvent), "alias"),
            ("&", getattr(event, "anchor", None) is not None, "anchor"),
            ("!", getattr(event, "tag", None) is not None, "tag"),
            ("<<", getattr(event, "value", "") == "<<" and not getattr(event, "style", ""), "merge key"),
        ):
            if is_used:
                found = f"`{sign}` makes a YAML {name} here, which is not part of the language"
                raise _Refused(_line(event), found, _QUOTES)
        stray = _FORBIDDEN.search(getattr(event, "value", ""))
        if stray:
            found = f"A backslash makes the character U+{ord(stray.group()):04X} here"
            raise _Refused(_line(event), found, "Leave it out.")


def _line(event: yaml.Event) -> int:
    return 0 if event.start_mark is None else event.start_mark.line + 1


_EXPLANATIONS = (
    ("mapping values are not allowed", "A colon and a space (`: `) stand inside a text, or the indentation is wrong",
     'Put quotes (") round it if it is one text. If it is a keyword, indent it like its neighbours and begin the '
     "line above it with a keyword too (`- ask: …`)."),
    ("could not find expected ':'", "A line without keyword stands, or goes on, among lines with keywords",
     "Begin it with `- ` if it is a question, or with a keyword."),
    ("unexpected end of stream", "A quotation mark is opened and not closed", "Close it."),
    ("document separator", "A quotation mark is opened and not closed", "Close it."),
    ("that cannot start any token", "A text begins with a sign that means something else in YAML", _QUOTES),
    ("alias", "A text begins with `*`, which means something else in YAML", _QUOTES),
    ("anchor", "A text begins with `&`, which means something else in YAML", _QUOTES),
    ("tag", "A text begins with `!`, which means something else in YAML", _QUOTES),
    ("directive", "A text begins with `%`, which means something else in YAML", _QUOTES),
    ("block scalar", "A text begins with `|` or `>`, which mean something else in YAML", _QUOTES),
    ("escape", "A backslash stands in a text between double quotes", "Use single quotes (') round the text instead."),
    ("flow", "A list in brackets or braces is not closed, or is not a list", "Close it, or put quotes round the text."),
    ("<scalar>", "Text stands after a closing quotation mark, or begins too far to the left", _QUOTES),
    ("<block", "The indentation does not fit that of the lines above", "Give it the indentation of its neighbours."),
    ("sequence entries are not allowed", "A dash begins an entry where none can stand",
     "Put it in a line of its own, indented like its neighbours."),
    ("simple key", "A colon is missing, or too far from the beginning of its line", "Write `keyword: text`."),
)  # fmt: skip
"""A piece of PyYAML's message, and what it means to the author of a schedule; the first that fits is told."""


def _explained(error: yaml.MarkedYAMLError, text: str, source: str) -> Problem:
    """A syntax error in the author's terms, at the line where the mistake is rather than where YAML noticed it."""
    said = f"{error.context or ''} {error.problem or ''}"
    mark = error.problem_mark or error.context_mark
    if error.context_mark is not None and any(word in said for word in ("quoted scalar", "flow", "simple key")):
        mark = error.context_mark
    number = min(mark.line if mark else 0, len(lines_of(text)) - 1)
    for piece, found, write in _EXPLANATIONS:
        if piece in said:
            return Problem(source, number + 1, f"{found}: `{shown(lines_of(text)[number])}`", write)
    return Problem(source, number + 1, f"The line is no YAML ({shown(said)})", "Put quotes round its text.")
