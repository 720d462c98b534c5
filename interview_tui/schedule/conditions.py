"""Conditions in plain words (`expectations_met is not yes`) and their three-valued evaluation.

An answer that is not yet known makes a condition unknown, not false (Kleene's strong three-valued logic).
`not` binds tighter than `and`, `and` tighter than `or`; parentheses group.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from interview_tui.schedule.problems import nearest, shown

Value = str | tuple[str, ...] | Mapping[str, str] | None
"""An answer: a value (`yes`, an option), several (`up to 2 of`), a checklist's line → yes/no, or None: not known."""

Lookup = Callable[[str], Value]
"""Gives the answer of an item id; of a checklist, every line's (`""` while a line is unanswered)."""

NON_ANSWERS = ("dk", "rf", "na", "nt")
"""Don't know, refused, not applicable, not asked: any item takes them, and no ordinary value is known by them."""

KEYWORDS = frozenset({"and", "or", "not", "is", "any", "all", "none", "count", "of"})
"""The words of the condition language; no id may be one of them."""

MAX_DEPTH = 40
"""How many parentheses and `not` may stand inside one another."""


class ConditionError(ValueError):
    """A condition that cannot be read: what was `found`, and what to `write` instead."""

    def __init__(self, found: str, write: str) -> None:
        super().__init__(f"{found}. {write}")
        self.found = found
        self.write = write


@dataclass(frozen=True, slots=True)
class Is:
    """`name is value`; with a value of `yes` also a bare `name`. `name` is an item, or `checklist.line`."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """`not X`, `name is not value`."""

    inner: Condition


@dataclass(frozen=True, slots=True)
class And:
    """`A and B`."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """`A or B`."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """`count of name OP number` over the yeses of a checklist; `any of`, `all of` and `none of` are counts too.

    `op` is one of `is`, `is not`, `>`, `<`, `>=`, `<=`; `number` None stands for all lines of the checklist.
    """

    name: str
    op: str
    number: int | None


Condition = Is | Not | And | Or | Count


def leaves(condition: Condition) -> Iterator[Is | Count]:
    """The comparisons and counts that a condition is made of, from left to right."""
    waiting = [condition]
    while waiting:
        part = waiting.pop()
        if isinstance(part, Is | Count):
            yield part
        elif isinstance(part, Not):
            waiting.append(part.inner)
        else:
            waiting.extend(reversed(part.parts))


def names(condition: Condition) -> frozenset[str]:
    """The ids of the items that a condition depends on; for `checklist.line`, the checklist's."""
    return frozenset(leaf.name.partition(".")[0] for leaf in leaves(condition))


def comparisons(condition: Condition) -> tuple[tuple[str, str], ...]:
    """Every name (`item` or `checklist.line`) with the value it is compared with, from left to right."""
    return tuple((leaf.name, leaf.value) for leaf in leaves(condition) if isinstance(leaf, Is))


def evaluate(condition: Condition, lookup: Lookup) -> bool | None:
    """Whether a condition holds; None while that is not yet known.

    An item answered by one of `NON_ANSWERS` leaves every comparison with an ordinary value unknown for good.
    """
    match condition:
        case Is(name, value):
            return _is(name, value, lookup)
        case Count():
            return _counts(condition, lookup)
        case Not(inner):
            held = evaluate(inner, lookup)
            return None if held is None else not held
        case And(parts):
            results = [evaluate(part, lookup) for part in parts]
            return False if False in results else None if None in results else True
        case Or(parts):
            results = [evaluate(part, lookup) for part in parts]
            return True if True in results else None if None in results else False


def _is(name: str, value: str, lookup: Lookup) -> bool | None:
    item, _, line = name.partition(".")
    answer = lookup(item)
    if line:
        answer = answer.get(line) if isinstance(answer, Mapping) else None
    if not answer or isinstance(answer, Mapping):
        return None
    given = (answer,) if isinstance(answer, str) else answer
    if value in given:
        return True
    if value not in NON_ANSWERS and any(one in NON_ANSWERS for one in given):
        return None
    return False


def _counts(count: Count, lookup: Lookup) -> bool | None:
    """Decided as soon as every number of yeses that is still possible gives the same result."""
    answers = lookup(count.name)
    if not isinstance(answers, Mapping) or not answers:
        return None
    least = sum(answer == "yes" for answer in answers.values())
    unanswered = any(answer == "" for answer in answers.values())
    most = sum(answer != "no" for answer in answers.values()) if unanswered else least
    number = len(answers) if count.number is None else count.number
    results = {_compare(yeses, count.op, number) for yeses in range(least, most + 1)}
    return results.pop() if len(results) == 1 else None


def _compare(yeses: int, op: str, number: int) -> bool:
    match op:
        case "is":
            return yeses == number
        case "is not":
            return yeses != number
        case ">":
            return yeses > number
        case "<":
            return yeses < number
        case ">=":
            return yeses >= number
        case _:
            return yeses <= number


def describe(condition: Condition) -> str:
    """A condition in the words of the language: `parse(describe(condition)) == condition`."""
    match condition:
        case Is(name, "yes"):
            return name
        case Is(name, value):
            return f"{name} is {_written(value)}"
        case Not(Is(name, value)):
            return f"{name} is not {_written(value)}"
        case Not(inner):
            return f"not {_enclosed(inner, And, Or)}"
        case And(parts):
            return " and ".join(_enclosed(part, And, Or) for part in parts)
        case Or(parts):
            return " or ".join(_enclosed(part, Or) for part in parts)
        case Count(name, "is", None):
            return f"all of {name}"
        case Count(name, "is", 0):
            return f"none of {name}"
        case Count(name, ">", 0):
            return f"any of {name}"
        case Count(name, op, number):
            return f"count of {name} {op} {number}"


def _enclosed(condition: Condition, *kinds: type[And] | type[Or]) -> str:
    words = describe(condition)
    return f"({words})" if isinstance(condition, kinds) else words


def _written(value: str) -> str:
    """A value as it may stand in a condition: in quotation marks where it would be taken for something else."""
    words = value.split(" ")
    plain = all(_BARE.fullmatch(word) and word.lower() not in KEYWORDS for word in words)
    return value if plain else f'"{value}"'


_BARE = re.compile(r"[^\s()<>=!\"“”]+")
_TOKEN = re.compile(r"\"[^\"]*\"|“[^”]*”|[<>=!]=|[()<>=!]|[^\s()<>=!\"“”]+|\S")
_NAME = re.compile(r"[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?")
_NUMBER = re.compile(r"[0-9]{1,3}")
_QUANTIFIED = {"any": (">", 0), "all": ("is", None), "none": ("is", 0)}
_SIGNS = frozenset({"<", ">", "<=", ">="})
_OURS = {
    "=": "is", "==": "is", "equals": "is", "are": "is", "was": "is", "!=": "is not", "isn't": "is not",
    "isn’t": "is not", "isnt": "is not", "&": "and", "&&": "and", "|": "or", "||": "or", "!": "not",
}  # fmt: skip
"""What other languages write, and what it is called in ours."""


def parse(text: str) -> Condition:
    """Read a condition.

    Raises:
        ConditionError: (a ValueError) it is none, with what was found and what to write instead.
    """
    return _Parser(_TOKEN.findall(text)).whole()


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self._tokens = tokens
        self._at = 0
        self._depth = 0

    def whole(self) -> Condition:
        if not self._tokens:
            raise ConditionError("The condition is empty", "Write one, or leave the line out.")
        condition = self._either()
        if self._at < len(self._tokens):
            raise self._surprise()
        return condition

    @property
    def _next(self) -> str:
        """The token ahead; a keyword in small letters; empty at the end."""
        token = self._tokens[self._at] if self._at < len(self._tokens) else ""
        return token.lower() if token.lower() in KEYWORDS else token

    def _take(self) -> str:
        token = self._next
        self._at += 1
        return token

    def _took(self, keyword: str) -> bool:
        if self._next != keyword:
            return False
        self._at += 1
        return True

    def _either(self) -> Condition:
        parts = [self._both()]
        while self._took("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _both(self) -> Condition:
        parts = [self._denial()]
        while self._took("and"):
            parts.append(self._denial())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _denial(self) -> Condition:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ConditionError(
                f"The condition nests more than {MAX_DEPTH} deep", "Write it with fewer parentheses and `not`."
            )
        condition = Not(self._denial()) if self._took("not") else self._simple()
        self._depth -= 1
        return condition

    def _simple(self) -> Condition:
        if self._took("("):
            inner = self._either()
            if not self._took(")"):
                raise self._surprise() if self._next else ConditionError("A parenthesis is not closed", "Write `)`.")
            return inner
        if self._next in (*_QUANTIFIED, "count"):
            return self._count()
        name = self._name()
        if not self._took("is"):
            return Is(name, "yes")
        if self._took("not"):
            return Not(Is(name, self._value(f"{name} is not")))
        return Is(name, self._value(f"{name} is"))

    def _count(self) -> Condition:
        quantifier = self._take()
        if not self._took("of"):
            raise ConditionError(f"`{quantifier}` stands without `of`", f"Write `{quantifier} of` and a checklist.")
        name = self._name()
        if "." in name:
            raise ConditionError(
                f"`{quantifier} of {shown(name)}` counts a single line",
                f"Write `{quantifier} of {shown(name.partition('.')[0])}`.",
            )
        if quantifier != "count":
            op, number = _QUANTIFIED[quantifier]
            return Count(name, op, number)
        comparison = self._comparison(name)
        if not _NUMBER.fullmatch(self._next):
            raise ConditionError(
                f"`count of {shown(name)} {comparison}` is followed by {self._seen()}",
                f"Write a number in digits, as in `count of {shown(name)} {comparison} 1`.",
            )
        return Count(name, comparison, int(self._take()))

    def _comparison(self, name: str) -> str:
        if self._took("is"):
            return "is not" if self._took("not") else "is"
        if self._next in _SIGNS:
            return self._take()
        raise ConditionError(
            f"`count of {shown(name)}` is followed by {self._seen()}",
            f"Write `{_OURS.get(self._next, 'is')}` and a number; `is`, `is not`, `>`, `<`, `>=` and `<=` compare.",
        )

    def _name(self) -> str:
        token = self._next
        if token in KEYWORDS or not _NAME.fullmatch(token):
            known = _OURS.get(token.lower())
            raise ConditionError(
                f"{self._seen()[0].upper()}{self._seen()[1:]} stands where the id of an item is expected",
                f"Write `{known}`." if known else self._better_name(token),
            )
        return self._take()

    def _better_name(self, token: str) -> str:
        if _NAME.fullmatch(token.lower()) and token.lower() not in KEYWORDS:
            return f"Write `{shown(token.lower())}`: ids are in small letters."
        return "Write the `id:` of a question: small letters, digits and `_`."

    def _value(self, before: str) -> str:
        quoted = " ".join(self._next[1:-1].split()) if self._next[:1] in ('"', "“") else ""
        if quoted:
            self._at += 1
            return quoted
        words: list[str] = []
        while _BARE.fullmatch(self._next) and self._next not in ("and", "or"):
            if self._next == "is":
                raise ConditionError(
                    f"A second `is` follows `{shown(before)} {shown(' '.join(words))}`",
                    "Write `and` or `or` between two comparisons.",
                )
            if not words and self._next in KEYWORDS:
                break
            words.append(self._tokens[self._at])
            self._at += 1
        if not words:
            raise ConditionError(
                f"`{shown(before)}` is followed by {self._seen()}", "Write a value that the item can take."
            )
        return " ".join(words)

    def _seen(self) -> str:
        return f"`{shown(self._next)}`" if self._next else "nothing"

    def _surprise(self) -> ConditionError:
        token = self._next.lower()
        if token == ")":
            return ConditionError("A parenthesis is closed that was never opened", "Leave `)` out, or write `(`.")
        before = f"after `{shown(' '.join(self._tokens[: self._at]))}`"
        meant = _OURS.get(token) or nearest(token, ("and", "or", "is"))
        return ConditionError(
            f"`{shown(self._next)}` stands {before}",
            f"Write `{meant}`." if meant else "Write `and`, `or` or `is` there.",
        )
