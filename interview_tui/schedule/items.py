"""Items from YAML: a line of text, or a keyword with what is said, asked or judged and how it is answered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

import yaml

from interview_tui.schedule.conditions import NON_ANSWERS, Condition, ConditionError, parse
from interview_tui.schedule.ids import Ids
from interview_tui.schedule.model import (
    AnswerFormat,
    AnswerKind,
    ChecklistLine,
    Consent,
    Item,
    Kind,
    Priority,
)
from interview_tui.schedule.problems import shown
from interview_tui.schedule.reading import Entry, Reading, line_of

KINDS = tuple(kind.value for kind in Kind)
ITEM_KEYWORDS = (
    *KINDS, "id", "answer", "checklist", "for each yes", "listen for", "consent", "if", "then", "priority", "fills",
    "theme",
)  # fmt: skip
SECTION_KEYWORDS = (
    "section", "id", "minutes", "if", "items", "repeat", "for", "at least", "at most", "again", "each",
)  # fmt: skip
SCHEDULE_KEYWORDS = ("schedule", "study", "version", "minutes", "words", "incident record", "distress", "sections")

_ANSWERING = ("answer", "checklist", "consent", "fills")
_UNANSWERED = (Kind.SAY, Kind.INTERVIEWER)
_FORMS = "Write `yes/no`, `yes/no/partly`, `one of [..]` or `up to 2 of` a checklist; free notes need no `answer:`."


def homes_but(*at_home: str) -> dict[str, str]:
    """Every keyword with what it belongs to, but for those of the given homes."""
    belongings = (
        ("the head of the schedule", SCHEDULE_KEYWORDS),
        ("a section", SECTION_KEYWORDS),
        ("an item", ITEM_KEYWORDS),
    )
    return {keyword: home for home, keywords in belongings if home not in at_home for keyword in keywords}


@dataclass
class ItemReader:
    """Reads items into one schedule. `doubtful` gathers the ids of those of which not everything could be read."""

    reading: Reading
    ids: Ids
    doubtful: set[str] = field(default_factory=set)

    def items(self, entry: Entry) -> tuple[Item, ...]:
        """The items of a list such as that of `then:`."""
        found = [self.item(node) for node in self.reading.listed(entry.node, entry.key)]
        return tuple(item for item in found if item is not None)

    def item(self, node: yaml.Node) -> Item | None:
        """One item; None if there is nothing that could be one."""
        if isinstance(node, yaml.ScalarNode):
            return self._plain_question(node)
        problems_before = len(self.reading.problems)
        entries = self.reading.entries(node, "an item")
        if not entries:
            return None
        kind, text = self._kind_and_text(node, entries)
        name = self.id_of(entries, text, kind.value, line_of(node))
        answer, checklist = self._answer(kind, entries)
        item = Item(
            id=name,
            kind=kind,
            text=text,
            answer=answer,
            checklist=checklist,
            listen_for=self._listen_for(entries),
            consent=self._consent(entries, answer),
            condition=self.condition(entries),
            priority=Priority(self._choice(entries, "priority", [one.value for one in Priority]) or Priority.SHOULD),
            fills=self._scalar(entries, "fills"),
            theme=self._scalar(entries, "theme"),
            line=line_of(node),
            lines={entry.key: entry.line for entry in entries.values()},
        )
        if len(self.reading.problems) > problems_before:
            self.doubtful.add(name)
        return self._with_children(item, entries)

    def id_of(self, entries: dict[str, Entry], text: str, otherwise: str, line: int) -> str:
        """The author's id, or one derived from `text`."""
        if "id" in entries:
            entry = entries["id"]
            written = self.reading.scalar(entry.node, "an id")
            name = self.reading.identifier(written, entry.line, "an id")
            if name and self.claimed(name, entry.line):
                return name
        return self.ids.derive(text, otherwise, line)

    def claimed(self, name: str, line: int) -> bool:
        """Whether the id was free, and is this line's now."""
        holder = self.ids.claim(name, line)
        if holder is None:
            return True
        self.reading.object(line, f"The id `{name}` is taken (line {holder})", "Write another.")
        return False

    def condition(self, entries: dict[str, Entry]) -> Condition | None:
        """What stands behind `if:`; None if nothing does, or no condition."""
        if "if" not in entries:
            return None
        entry = entries["if"]
        return self.parsed(self.reading.scalar(entry.node, "a condition"), entry.line)

    def parsed(self, text: str, line: int) -> Condition | None:
        """The condition that a text says; None, with a problem, if it says none."""
        try:
            return parse(text) if text else None
        except ConditionError as error:
            self.reading.object(line, error.found, error.write)
            return None

    def _plain_question(self, node: yaml.ScalarNode) -> Item:
        text = self.reading.words(node, "a question")
        keyword = text.partition(":")[0]
        if keyword in KINDS and ":" in text and not node.style:
            self.reading.object(
                line_of(node),
                f"No space follows `{keyword}:`",
                f"Write `{keyword}: {shown(text[len(keyword) + 1 :])}`.",
            )
        return Item(self.ids.derive(text, "ask", line_of(node)), Kind.ASK, text, line=line_of(node))

    def _kind_and_text(self, node: yaml.Node, entries: dict[str, Entry]) -> tuple[Kind, str]:
        self.reading.refuse_unknown(entries, ITEM_KEYWORDS, "an item", homes_but("an item"))
        kinds = [keyword for keyword in entries if keyword in KINDS]
        if not kinds:
            if all(keyword in ITEM_KEYWORDS for keyword in entries):
                known = ", ".join(f"`{keyword}:`" for keyword in KINDS)
                self.reading.object(line_of(node), "The item says and asks nothing", f"Give it one of {known}.")
            return Kind.ASK, ""
        if len(kinds) > 1:
            found = f"`{kinds[0]}:` and `{kinds[1]}:` stand in one item"
            self.reading.object(entries[kinds[1]].line, found, "Make two items of it: begin each with `- `.")
        return Kind(kinds[0]), self.reading.words(entries[kinds[0]].node, f"the text of `{kinds[0]}:`")

    def _with_children(self, item: Item, entries: dict[str, Entry]) -> Item:
        """The item with the items under it, which get their ids after it."""
        for_each_yes = self.items(entries["for each yes"]) if "for each yes" in entries else ()
        if "for each yes" in entries and "checklist" not in entries:
            entry = entries["for each yes"]
            self.reading.object(
                entry.line, "`for each yes:` stands without a checklist", "Write `then:`, or a `checklist:`."
            )
        children = self.items(entries["then"]) if "then" in entries else ()
        return replace(item, for_each_yes=for_each_yes, children=children)

    def _answer(self, kind: Kind, entries: dict[str, Entry]) -> tuple[AnswerFormat, tuple[ChecklistLine, ...]]:
        if kind in _UNANSWERED:
            for keyword in _ANSWERING:
                if keyword in entries:
                    found = f"`{keyword}:` stands at `{kind}:`, which nobody answers"
                    self.reading.object(entries[keyword].line, found, "Write `ask:` or `record:`, or leave it out.")
        if "checklist" not in entries:
            return (self._answer_format(entries["answer"]) if "answer" in entries else AnswerFormat()), ()
        if "answer" in entries:
            found = "`answer:` stands beside `checklist:`, whose lines are answered yes or no"
            self.reading.object(entries["answer"].line, found, "Leave `answer:` out.")
        return AnswerFormat(AnswerKind.CHECKLIST), self._checklist(entries["checklist"])

    def _checklist(self, entry: Entry) -> tuple[ChecklistLine, ...]:
        if not isinstance(entry.node, yaml.MappingNode):
            write = "Give every line a short name: `name: text`, indented under `checklist:`."
            self.reading.object(entry.line, "The lines of the checklist have no names", write)
            return ()
        lines = []
        for line in self.reading.entries(entry.node, "a checklist").values():
            key = self.reading.identifier(line.key, line.line, "the name of a line")
            lines.append(ChecklistLine(key, self.reading.words(line.node, f"the text of `{line.key}`"), line.line))
        if not lines:
            self.reading.object(entry.line, "The checklist is empty", "Give it lines, or leave it out.")
        return tuple(line for line in lines if line.key)

    def _answer_format(self, entry: Entry) -> AnswerFormat:
        if isinstance(entry.node, yaml.SequenceNode):
            self.reading.object(entry.line, "`answer:` has a list", "Write `one of` before the brackets.")
            return AnswerFormat()
        text = re.sub(r"\s*/\s*", "/", self.reading.scalar(entry.node, "a way to answer"))
        if text in (AnswerKind.YES_NO, AnswerKind.YES_NO_PARTLY):
            return AnswerFormat(AnswerKind(text))
        if one_of := re.fullmatch(r"one of ?\[(.*)\]", text):
            return AnswerFormat(AnswerKind.ONE_OF, self._options(one_of[1], entry))
        if up_to := re.fullmatch(r"up to ([0-9]{1,3}) of (\S+)", text):
            if int(up_to[1]) < 1:
                self.reading.object(entry.line, f"`answer: {text}` takes no answer", "Write `up to 1 of` or more.")
            return AnswerFormat(AnswerKind.UP_TO, limit=max(1, int(up_to[1])), of=up_to[2])
        if text:
            self.reading.object(entry.line, f"`answer: {shown(text)}` is no way to answer", _FORMS)
        return AnswerFormat()

    def _options(self, text: str, entry: Entry) -> tuple[str, ...]:
        options = [" ".join(option.split()) for option in text.split(",")]
        seen: set[str] = set()
        for number, option in enumerate(options, start=1):
            if not option or re.search(r"[\[\]\"“”]", option):
                self.reading.object(
                    entry.line,
                    f"`{shown(option)}` cannot be an option",
                    "Write words, with commas between the options.",
                )
            elif option in NON_ANSWERS:
                write = f"Leave it out: any question takes {', '.join(f'`{code}`' for code in NON_ANSWERS)}."
                self.reading.object(entry.line, f"The option `{option}` is a code of its own", write)
            elif re.fullmatch(r"[0-9]+", option) and option != str(number):
                found = f"The option `{shown(option)}` is number {number}, so the code `{number}` would mean it"
                self.reading.object(entry.line, found, "Write the options in words, or in the order 1, 2, 3.")
            elif option in seen:
                self.reading.object(entry.line, f"The option `{shown(option)}` stands twice", "Keep one of them.")
            seen.add(option)
        if len(options) < 2:
            self.reading.object(entry.line, f"`answer: one of [{shown(text)}]` leaves no choice", "Write two or more.")
        return tuple(options)

    def _consent(self, entries: dict[str, Entry], answer: AnswerFormat) -> Consent | None:
        consent = self._choice(entries, "consent", [one.value for one in Consent])
        if consent and answer.kind is not AnswerKind.YES_NO:
            found = f"`consent: {consent}` stands at an item that is not answered yes or no"
            self.reading.object(entries["consent"].line, found, "Write `answer: yes/no` below it.")
        return Consent(consent) if consent else None

    def _listen_for(self, entries: dict[str, Entry]) -> tuple[str, ...]:
        if "listen for" not in entries:
            return ()
        node = entries["listen for"].node
        if isinstance(node, yaml.SequenceNode):
            return tuple(self.reading.words(part, "a word to listen for") for part in node.value)
        heard = self.reading.words(node, "the words to listen for")
        return tuple(word.strip() for word in heard.split(",") if word.strip())

    def _choice(self, entries: dict[str, Entry], keyword: str, options: list[str]) -> str:
        return self.reading.choice(entries[keyword], options) if keyword in entries else ""

    def _scalar(self, entries: dict[str, Entry], keyword: str) -> str:
        return self.reading.scalar(entries[keyword].node, f"the text of `{keyword}:`") if keyword in entries else ""
