"""Every mistake is told with its line, what was found and what to write instead."""

from __future__ import annotations

from typing import NamedTuple

import pytest

from interview_tui.errors import ScheduleError
from interview_tui.schedule.problems import Problem
from interview_tui.schedule.reader import read_schedule
from tests.schedule.forms import around


class Mistake(NamedTuple):
    """Items of a schedule (the first in line 5), or with `whole` a schedule; where the mistake is and what is said."""

    text: str
    line: int
    found: str
    write: str
    whole: bool = False


YAML = {
    "a colon in a question": Mistake(
        "- What happened: tell me", 5, "`What happened:` is no keyword of an item", "quotes"
    ),
    "a colon in an ask": Mistake("- ask: One thing: what?", 5, "A colon and a space", "quotes"),
    "a colon below an ask": Mistake("- ask:\n    One thing: what?", 6, "A line with a keyword stands where", "quotes"),
    "a keyword below a plain line": Mistake("- What?\n  id: what", 6, "A colon and a space", "begin the line above"),
    "no space after a keyword": Mistake("- ask:What happened?", 5, "No space follows `ask:`", "`ask: What happened?`"),
    "a comment in a question": Mistake("- Your #1 worry?", 5, "The text ends before `#1 worry?`", "quotes"),
    "a quotation mark left open": Mistake('- ask: "What?\n- And?', 5, "is opened and not closed", "Close it"),
    "text after a quotation": Mistake('- ask: "Well" then?', 5, "after a closing quotation mark", "quotes"),
    "a text that begins with *": Mistake("- ask: **What**?", 5, "`*`", "quotes"),
    "an alias": Mistake("- *what", 5, "makes a YAML alias", "quotes"),
    "an anchor": Mistake("- &what is it?", 5, "makes a YAML anchor", "quotes"),
    "a tag": Mistake("- !what is it?", 5, "makes a YAML tag", "quotes"),
    "a tag of Python's": Mistake("- !!python/object/apply:os.system [x]", 5, "makes a YAML tag", "quotes"),
    "a merge key": Mistake("- ask: x\n  <<: y", 6, "makes a YAML merge key", "quotes"),
    "a text that begins with @": Mistake("- @home?", 5, "begins with a sign", "quotes"),
    "a text that begins with |": Mistake("- | what", 5, "`|` or `>`", "quotes"),
    "a bracket left open": Mistake("- ask: x\n  listen for: [a, b\n- y: z", 6, "brackets", "Close it"),
    "an unknown escape": Mistake('- ask: "a\\qb"', 5, "backslash", "single quotes"),
    "an escaped control character": Mistake('- ask: "a\\x1bb"', 5, "U+001B", "Leave it out"),
    "an escape out of bounds": Mistake('- ask: "\\UFFFFFFFF"', 5, "out of bounds", "plainly"),
    "wrong indentation": Mistake("- ask: x\n   id: y", 6, "A colon and a space", "indent it"),
    "less indentation": Mistake(
        "schedule: x\nsections:\n  - section: y\n z: 1", 4, "indentation does not fit", "neighbours", True
    ),
    "a line without keyword": Mistake("- ask: x\n  priority", 6, "A line without keyword", "Begin it"),
    "two keywords in a line": Mistake("- ask: - x", 5, "A dash begins an entry", "line of its own"),
    "a tab": Mistake("- ask:\tx", 5, "A tab", "spaces"),
    "a non-breaking space as indentation": Mistake("- ask: x\n\u00a0\u00a0id: y", 6, "other spaces", "space bar"),
    "a control character": Mistake("- ask: x\x07", 5, "U+0007", "Delete it"),
    "a lone surrogate": Mistake("- ask: x\ud800", 5, "U+D800", "Delete it"),
    "a line separator": Mistake("- ask: x\u2028y", 5, "U+2028", "Delete it"),
    "letters in reverse": Mistake("- ask: x\u202ey", 5, "U+202E", "Delete it"),
    "a byte order mark inside": Mistake("- ask: x\ufeffy", 5, "U+FEFF", "Delete it"),
    "two documents": Mistake("schedule: x\n---\na: b", 2, "A second document", "one file", True),
    "an empty file": Mistake(" \n\n", 0, "empty", "Begin it with `schedule:`", True),
    "comments only": Mistake("# nothing\n", 1, "nothing but comments", "Begin it with `schedule:`", True),
    "no mapping": Mistake("- a\n- b\n", 1, "A list stands where a schedule", "keyword: text", True),
    "a key that is a list": Mistake("? [a]\n: b\n", 1, "A list stands where a keyword", "keyword: text", True),
}

ITEMS = {
    "an unknown keyword": Mistake("- ask: x\n  awnser: yes/no", 6, "`awnser:` is no keyword", "`answer:`"),
    "a keyword spelt otherwise": Mistake("- ask: x\n  Listen_for: [y]", 6, "`Listen_for:`", "`listen for:`"),
    "a keyword of no kind": Mistake("- ask: x\n  zzzz: y", 6, "`zzzz:` is no keyword", "Known are `say:`"),
    "a keyword of a section": Mistake("- ask: x\n  minutes: 3", 6, "`minutes:` is no keyword", "belongs to a section"),
    "a keyword twice": Mistake("- ask: x\n  id: a\n  id: b", 7, "`id:` stands twice", "Keep one"),
    "nothing said": Mistake("- id: x", 5, "says and asks nothing", "`ask:`"),
    "two kinds in one": Mistake("- ask: x\n  say: y", 6, "`ask:` and `say:` stand in one item", "two items"),
    "an empty question": Mistake("- ask:", 5, "Nothing stands where", "Write it"),
    "an empty line": Mistake("-", 5, "Nothing stands where a question", "Write it"),
    "a list for a text": Mistake("- ask: [x]", 5, "A list stands where", "Write text"),
    "a list for an item": Mistake("- [x, y]", 5, "A list stands where an item", "keyword: text"),
    "an id in capitals": Mistake("- ask: x\n  id: My Id", 6, "`My Id` cannot be an id", "`my_id`"),
    "an id that is a word of conditions": Mistake("- ask: x\n  id: not", 6, "`not` cannot be an id", "another"),
    "an id twice": Mistake("- ask: x\n  id: a\n- ask: y\n  id: a", 8, "`a` is taken (line 6)", "another"),
    "a word left open": Mistake("- ask: Is ${it?", 5, "`${` is not closed", "`${word}`"),
    "a priority that is none": Mistake(
        "- ask: x\n  priority: muts", 6, "`priority: muts` is unknown", "`priority: must`"
    ),
    "a consent that is none": Mistake(
        "- ask: x\n  answer: yes/no\n  consent: zzz", 7, "`consent: zzz` is unknown", "`consent: recording`"
    ),
    "a consent by notes": Mistake("- ask: x\n  consent: recording", 6, "not answered yes or no", "`answer: yes/no`"),
    "an answer to what is said": Mistake("- say: x\n  answer: yes/no", 6, "which nobody answers", "`ask:`"),
    "then without a list": Mistake("- ask: x\n  then: Why?", 6, "`then:` has a list", "`- `"),
    "then with nothing": Mistake("- ask: x\n  then: []", 6, "The list of `then:` is empty", "Add a line"),
    "for each yes of no checklist": Mistake("- ask: x\n  for each yes:\n  - y", 6, "without a checklist", "`then:`"),
    "a checklist without names": Mistake("- ask: x\n  checklist: [y, z]", 6, "have no names", "`name: text`"),
    "an empty checklist": Mistake("- ask: x\n  checklist: {}", 6, "The checklist is empty", "Give it lines"),
    "a checklist with an answer": Mistake(
        "- ask: x\n  answer: yes/no\n  checklist:\n    a: y", 6, "beside `checklist:`", "Leave `answer:` out"
    ),
    "a checklist line without a proper name": Mistake(
        "- ask: x\n  checklist:\n    A b: y", 7, "`A b` cannot be the name of a line", "`a_b`"
    ),
    "a condition that is none": Mistake("- ask: x\n  if: a = b", 6, "`=` stands after `a`", "Write `is`"),
    "a condition that is a list": Mistake("- ask: x\n  if: [a]", 6, "A list stands where a condition", "Write text"),
}

ANSWERS = {
    "no way to answer": Mistake("- ask: x\n  answer: maybe", 6, "`answer: maybe` is no way", "`yes/no`"),
    "a list of answers": Mistake("- ask: x\n  answer: [a, b]", 6, "has a list", "`one of`"),
    "one option": Mistake("- ask: x\n  answer: one of [a]", 6, "leaves no choice", "two or more"),
    "an option twice": Mistake("- ask: x\n  answer: one of [a, b, a]", 6, "`a` stands twice", "Keep one"),
    "an empty option": Mistake("- ask: x\n  answer: one of [a, , b]", 6, "cannot be an option", "commas"),
    "an option with a bracket": Mistake("- ask: x\n  answer: one of [a, [b]]", 6, "`[b]` cannot be an option", "words"),
    "an option that is a code": Mistake(
        "- ask: x\n  answer: one of [a, dk]", 6, "is a code of its own", "Leave it out"
    ),
    "an option that is another's number": Mistake(
        "- ask: x\n  answer: one of [2, 1]", 6, "the code `1` would mean it", "in words"
    ),
    "up to none": Mistake("- ask: x\n  answer: up to 0 of y", 6, "takes no answer", "`up to 1 of`"),
}

SECTIONS = {
    "no title": Mistake("schedule: x\nsections:\n- items: [a]", 3, "no title", "`- section:`", True),
    "an item for a section": Mistake("schedule: x\nsections:\n- What?", 3, "where a section", "`- section:`", True),
    "a section that holds nothing": Mistake("schedule: x\nsections:\n- section: A", 3, "holds nothing", "items", True),
    "a section's own priority": Mistake(
        "schedule: x\nsections:\n- section: A\n  priority: must\n  items: [a]", 4, "`priority:`", "to an item", True
    ),
    "minutes that are no number": Mistake(
        "schedule: x\nminutes: soon\nsections:\n- section: A\n  items: [a]", 2, "`minutes: soon`", "`minutes: 1`", True
    ),
    "negative minutes": Mistake(
        "schedule: x\nminutes: -5\nsections:\n- section: A\n  items: [a]", 2, "`minutes: -5`", "`minutes: 1`", True
    ),
    "too many minutes": Mistake(
        "schedule: x\nminutes: 9999\nsections:\n- section: A\n  items: [a]", 2, "from 0 to 1000", "`minutes: 1`", True
    ),
    "no schedule": Mistake("sections:\n- section: A\n  items: [a]", 1, "no `schedule:`", "Write `schedule:`", True),
    "no sections": Mistake("schedule: x", 1, "no `sections:`", "Write `sections:`", True),
    "no list of sections": Mistake("schedule: x\nsections: y", 2, "`sections:` has a list", "`- `", True),
    "an unknown keyword of the head": Mistake(
        "schedule: x\nauthor: y\nsections:\n- section: A\n  items: [a]", 2, "`author:` is no keyword", "Known are", True
    ),
    "a section id taken": Mistake(
        "schedule: x\nsections:\n- section: A\n  id: b\n  items: [a]\n- section: B\n  id: b\n  items: [c]",
        7, "`b` is taken (line 4)", "another", True,
    ),
}  # fmt: skip

HEAD = "schedule: x\n"
TAIL = "\nsections:\n- section: A\n  items: [a]\n"
HEADS = {
    "a word without otherwise": Mistake(
        f"{HEAD}words:\n  w:\n    a is b: c{TAIL}", 3, "no `otherwise:`", "`otherwise:`", True
    ),
    "a wording below otherwise": Mistake(
        f"{HEAD}words:\n  w:\n    otherwise: c\n    a is b: d{TAIL}", 5, "below `otherwise:`", "last", True
    ),
    "a word that is no mapping": Mistake(
        f"{HEAD}words:\n  w: c{TAIL}", 3, "stands where the word `w`", "keyword", True
    ),
    "a wording's condition": Mistake(
        f"{HEAD}words:\n  w:\n    a = b: c\n    otherwise: d{TAIL}", 4, "`=`", "`is`", True
    ),
    "a word's name": Mistake(
        f"{HEAD}words:\n  W:\n    otherwise: d{TAIL}", 3, "cannot be the name of a word", "`w`", True
    ),
    "an unknown part of the record": Mistake(
        f"{HEAD}incident record:\n  need:\n    a: b{TAIL}", 3, "`need:` is no keyword", "`needs:`", True
    ),
    "a record without needs": Mistake(
        f"{HEAD}incident record:\n  nice to have:\n    a: b{TAIL}", 2, "no `needs:`", "which parts", True
    ),
    "distress that is no list": Mistake(
        f"{HEAD}distress: wait{TAIL}", 2, "`wait` stands where `distress:` has a list", "Begin each line", True
    ),
    "nothing to do in distress": Mistake(f"{HEAD}distress: []{TAIL}", 2, "list of `distress:` is empty", "Add", True),
    "a distress line with a keyword": Mistake(
        f"{HEAD}distress:\n- Say: wait{TAIL}", 3, "a line of `distress:` is expected", "quotes", True
    ),
    "a distress line that changes": Mistake(
        f"{HEAD}distress:\n- Ask your ${{w}}.{TAIL}", 3, "shown as it is written", "the words themselves", True
    ),
    "distress in a section": Mistake(
        "schedule: x\nsections:\n- section: A\n  distress: [a]\n  items: [a]",
        4,
        "`distress:` is no keyword of a section",
        "the head of the schedule",
        True,
    ),
    "a part twice": Mistake(
        f"{HEAD}incident record:\n  needs:\n    a: b\n  nice to have:\n    a: c{TAIL}",
        6,
        "`a` stands twice",
        "Keep one",
        True,
    ),
}

LOOP = "schedule: x\nsections:\n- section: A\n"
LOOPS = {
    "each without repeat": Mistake(
        f"{LOOP}  each: [a]", 4, "`each:` stands in a section without `repeat:`", "a name", True
    ),
    "items in a loop": Mistake(
        f"{LOOP}  repeat: r\n  items: [a]", 5, "`items:` stands in a section with", "`each:`", True
    ),
    "a loop's name": Mistake(
        f"{LOOP}  repeat: My loop\n  each: [a]", 4, "cannot be the name of a loop", "`my_loop`", True
    ),
    "a loop twice": Mistake(
        f"{LOOP}  repeat: r\n  each: [a]\n- section: B\n  repeat: r\n  each: [b]",
        7,
        "`r` stands twice",
        "another",
        True,
    ),
    "named and counted": Mistake(
        f"{LOOP}  repeat: r\n  at most: 2\n  for: {{a: b}}\n  each: [c]",
        5,
        "`at most:` stands beside `for:`",
        "Keep",
        True,
    ),
    "a round's name": Mistake(
        f"{LOOP}  repeat: r\n  for:\n    A: b\n  each: [c]", 6, "the name of a round", "`a`", True
    ),
    "no offer": Mistake(f"{LOOP}  repeat: r\n  at most: 2\n  each: [c]", 4, "Nothing offers", "`again:`", True),
    "an offer of nothing": Mistake(
        f"{LOOP}  repeat: r\n  again: More?\n  each: [c]", 5, "never more than 1", "`at most: 2`", True
    ),
    "fewer than at least": Mistake(
        f"{LOOP}  repeat: r\n  at least: 3\n  at most: 2\n  again: x\n  each: [c]",
        6,
        "less than `at least: 3`",
        "3",
        True,
    ),
    "at least none": Mistake(
        f"{LOOP}  repeat: r\n  at least: 0\n  each: [c]", 5, "`at least: 0`", "`at least: 1`", True
    ),
}

MISTAKES = {**YAML, **ITEMS, **ANSWERS, **SECTIONS, **HEADS, **LOOPS}


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_told_at_its_line(mistake: Mistake) -> None:
    text = mistake.text if mistake.whole else around(mistake.text)
    with pytest.raises(ScheduleError) as caught:
        read_schedule(text, "trial.yaml")
    problems = [problem for problem in caught.value.problems if isinstance(problem, Problem)]
    told = [problem for problem in problems if problem.line == mistake.line and mistake.found in problem.found]
    assert told, f"not among: {[str(problem) for problem in problems]}"
    assert mistake.write in told[0].write
    assert str(told[0]).startswith(f"trial.yaml:{mistake.line}: " if mistake.line else "trial.yaml: ")


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_problem_is_a_sentence_on_one_line(mistake: Mistake) -> None:
    with pytest.raises(ScheduleError) as caught:
        read_schedule(mistake.text if mistake.whole else around(mistake.text), "trial.yaml")
    for problem in caught.value.problems:
        assert isinstance(problem, Problem)
        assert problem.found[0] in "`ABCDEFGHIJKLMNOPQRSTUVWXYZ"
        assert problem.write[0].isupper()
        assert problem.write.endswith((".", "say."))
        assert "\n" not in str(problem)
        assert "\x1b" not in str(problem)
