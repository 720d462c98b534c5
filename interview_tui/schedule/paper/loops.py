"""`Repeat for …` made into a loop with named rounds, and the parts of an incident found among its questions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import takewhile

from interview_tui.schedule.paper.draft import Draft, DraftItem, DraftSection
from interview_tui.schedule.paper.speech import as_question

REPEAT = "repeat"
"""The keyword of an item that stands for `Repeat for …` until its section is whole."""
ROUNDS = ("first", "second", "third", "fourth", "fifth", "sixth")
LEAST_PARTS = 3
"""So many parts of an incident have to be asked for before a loop is taken for that of the incidents."""

_OPENER = re.compile(
    r"(?:(?:can|could|would) you )?(?:please )?(?:think of|tell me about|describe|recall|remember|give me)\b",
    re.IGNORECASE,
)
_REPEATED = re.compile(r"(?:please )?repeat\b(?:.*?\b(?:for|with|about|of)\b)?\s*(.*)", re.IGNORECASE | re.DOTALL)
_PARTS = (
    ("event", re.compile(r"what happened|what took place", re.IGNORECASE)),
    ("action", re.compile(r"what did you (?:do|say)|how did you (?:react|respond|deal)", re.IGNORECASE)),
    ("feeling", re.compile(r"\bfeel(?:ing)?s?\b|\bfelt\b", re.IGNORECASE)),
    ("outcome", re.compile(r"\boutcomes?\b|\bresults?\b|came of|\bconsequences?\b|how did it end", re.IGNORECASE)),
)


def says_repeat(text: str) -> bool:
    """Whether a text tells the interviewer to ask the same once more."""
    return bool(re.match(r"(?:please )?repeat\b", text, re.IGNORECASE))


def with_loops(draft: Draft) -> None:
    """Make loops of what is to be repeated, and say which of their questions fill the parts of an incident."""
    count = 0
    for top in draft.sections:
        for section in list(top.sections()):
            count = _looped(section, count)
    for top in draft.sections:
        for section in top.sections():
            if section.rounds and not draft.needs:
                _filled(draft, section)


def _looped(section: DraftSection, count: int) -> int:
    """Make the loop of one section; gives how many loops there are then."""
    places = [n for n, part in enumerate(section.parts) if isinstance(part, DraftItem) and part.kind == REPEAT]
    if not places:
        return count
    before, after = section.parts[: places[0]], section.parts[places[0] :]
    questions = list(reversed([*takewhile(lambda part: isinstance(part, DraftItem), reversed(before))]))
    items = [part for part in questions if isinstance(part, DraftItem)]
    size = _same(items, [part for part in after[1:] if isinstance(part, DraftItem)])
    beside = len(items)
    if not size and items and items[-1].kind == "ask" and len(items[-1].then) > 1:  # what is repeated stands below it
        size = len(items[-1].then)
        below, items[-1].then = items[-1].then, []
        items += below
    opener = len(items) - size - 1 if size else _last_opener(items)
    if opener < 0 or items[opener].kind != "ask" or opener == len(items) - 1:
        for place in places:
            part = section.parts[place]
            if isinstance(part, DraftItem):
                part.kind = "interviewer"
                part.unsure.append("a loop? If so write `repeat:`, `for:` and `each:` (see the page on the language)")
        return count
    block = items[opener + 1 :]
    loop = DraftSection(section.title, list(block), repeat="incident" if not count else f"incident_{count + 1}")
    loop.rounds.append((ROUNDS[0], items[opener].text))
    rest = _rounds(loop, block, items[opener].text, after)
    loop.unsure.append("a loop with a round for each opening question. Give the rounds names of your own")
    head = before[: len(before) - beside + opener]
    head += _left(items[opener])
    if head or rest:
        loop.title = f"{section.title} (repeated)"
        section.parts = [*head, loop, *rest]
    else:
        section.parts, section.repeat, section.rounds = loop.parts, loop.repeat, loop.rounds
        section.unsure += loop.unsure
    return count + 1


def _rounds(
    loop: DraftSection, block: Sequence[DraftItem], opening: str, after: Sequence[DraftItem | DraftSection]
) -> list[DraftItem | DraftSection]:
    """Give the loop a round for every `Repeat for …`; what stands below them and is no part of the loop is left."""
    rest = list(after)
    while rest and isinstance(rest[0], DraftItem) and rest[0].kind == REPEAT and len(loop.rounds) < len(ROUNDS):
        repeated = rest.pop(0)
        assert isinstance(repeated, DraftItem)
        same = _same(block, [part for part in rest[: len(block)] if isinstance(part, DraftItem)], whole=True)
        loop.rounds.append((ROUNDS[len(loop.rounds)], _opening(opening, repeated.text)))
        loop.unsure.append(f"opened by: {repeated.text}")
        loop.parts += _left(repeated)
        if same:
            loop.parts += [child for part in rest[:same] if isinstance(part, DraftItem) for child in _left(part)]
            rest = rest[same:]
    for part in rest:
        if isinstance(part, DraftItem) and part.kind == REPEAT:
            part.kind = "interviewer"
    return rest


def _left(item: DraftItem) -> list[DraftItem | DraftSection]:
    """What stood under an item that gives its place to a loop."""
    cues = [DraftItem("interviewer", f"Listen for: {', '.join(item.listen_for)}")] if item.listen_for else []
    lines = [DraftItem("ask", text) for text in item.checklist.values()]
    for child in (*item.for_each_yes, *item.then):
        child.condition = ""
    return [*cues, *lines, *item.for_each_yes, *item.then]


def _same(before: Sequence[DraftItem], after: Sequence[DraftItem], *, whole: bool = False) -> int:
    """How many of the last items are asked again, in the same words, right at the beginning of `after`."""
    sizes = [len(before)] if whole else range(min(len(before), len(after)), 0, -1)
    for size in sizes:
        if (
            size
            and len(after) >= size
            and [_plain(item) for item in before[-size:]] == [_plain(item) for item in after[:size]]
        ):
            return size
    return 0


def _plain(item: DraftItem) -> list[str]:
    return re.findall(r"\w+", item.text.lower())


def _last_opener(items: Sequence[DraftItem]) -> int:
    return max((n for n, item in enumerate(items) if item.kind == "ask" and _OPENER.match(item.text)), default=-1)


def _opening(first: str, repeated: str) -> str:
    """The question that opens another round, worded like that of the first."""
    found = _REPEATED.match(repeated)
    rest = found[1].strip(" .:") if found else ""
    stem = _OPENER.match(first)
    if not rest:
        return f"{first} (once more)"
    if stem or re.match(r"(?:an?|one|another|the|some|any)\b", rest, re.IGNORECASE):
        return f"{stem[0] if stem else 'Can you think of'} {rest.rstrip('?')}?"
    return as_question(rest)


def _filled(draft: Draft, loop: DraftSection) -> None:
    """Say which questions of a loop fill the parts of an incident, if it asks for enough of them."""
    found: dict[str, DraftItem] = {}
    for part in loop.parts:
        if isinstance(part, DraftItem) and part.kind == "ask":
            key = next((key for key, pattern in _PARTS if key not in found and pattern.search(part.text)), "")
            if key:
                found[key] = part
    if len(found) < LEAST_PARTS:
        return
    for key, item in found.items():
        item.fills, item.priority = key, "must"
    draft.needs = {key: item.text for key, item in found.items()}
    draft.unsure.append("the incident record below was made of the questions that are asked in every round")
