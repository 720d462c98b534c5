"""What of a line is spoken and what is said to the interviewer: sentences, parentheses, and what they ask for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_SPOKEN_ASIDE = re.compile(
    r"(?:e\.?\s?g\b|i\.?\s?e\b|for example|for instance|such as|or |and |including|self\b|that is)", re.IGNORECASE
)
_INSTRUCTION = re.compile(
    r"(?:probes?|prompts?|if|when|where|unless|remember|note|n\.?b\b|ask|she|he|they|interviewer|record|only|skip|"
    r"go to|repeat|do not|don[’']t|allow|show|read|check|optional|pause|listen|look|follow|use|leave|wait|move|"
    r"give|take|explain|introduce|thank|encourage|explore|make sure|remind|mention|brief|start|turn|switch|"
    r"to interviewer)\b",
    re.IGNORECASE,
)
_TO_THE_INTERVIEWER = re.compile(
    r"(?:interviewers?\b|note\b|n\.?b\b|remember\b|explain\b|introduce\b|thank (?:the|him|her|them)\b|remind\b|"
    r"record\b|check\b|read (?:out|aloud)\b|skip\b|go to\b|make sure\b|do not\b|don[’']t\b|start (?:the )?record|"
    r"turn on\b|switch\b|obtain\b|confirm\b|ask (?:for|about|whether|if)\b|allow\b|encourage\b|explore\b|"
    r"instructions?\b)",
    re.IGNORECASE,
)
_REQUEST = re.compile(
    r"(?:please |can you |could you |would you )?(?:tell|describe|talk|think|walk|give|share|imagine|take me|name|list|"
    r"explain to me|say)\b",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(
    r"(?:and |but |so |or )?(?:did|do|does|was|were|is|are|have|has|had|can|could|would|will|should|may|might)\b",
    re.IGNORECASE,
)
_EITHER_OR = re.compile(
    r"(?:were|are|was|is) (?:you|it|this|that|they)\s+(?:(?:a|an|the|in|on)\s+)?([\w-]{2,20}) or "
    r"(?:(?:a|an|the|in|on)\s+)?([\w-]{2,20})\?",
    re.IGNORECASE,
)
_PROBE = re.compile(
    r"(?:probes?|prompts?|follow[- ]?up)\b\s*(?:for\b|on\b|about\b|with\b|if\b)?\s*[:–-]*\s*(.*)",
    re.IGNORECASE | re.DOTALL,
)
_BOUNDARY = re.compile(r"(?<=[.?!…])([\"”’)\]]*)\s+(?=[\"“‘]?[A-Z0-9])")
_ABBREVIATED = re.compile(r"(?:\b(?:e\.?g|i\.?e|etc|vs|cf|Mr|Mrs|Ms|Dr|Cllr|Prof|St|No|approx)|\b[A-Z])\.$")
_CONSENTING = re.compile(r"\b(?:happy|may|agree|consents?|okay|ok|mind|permission|willing|all right)\b", re.IGNORECASE)
_TAKING_PART = re.compile(r"\b(?:take part|taking part|participate|participating|to be interviewed)\b", re.IGNORECASE)
_RECORDING = re.compile(r"\b(?:tape|audio)?[- ]?record(?:ed|ing)?\b", re.IGNORECASE)


LONGEST_LINE = 5000
"""The characters of a paragraph above which nothing in it is taken for an aside: a schedule has none that long."""


class Role(StrEnum):
    """What an aside is for."""

    INSTRUCTION = "instruction"
    CUES = "cues"  # words to listen for
    MINUTES = "minutes"
    YES_NO = "yes/no"


@dataclass(frozen=True, slots=True)
class Aside:
    """What is not spoken; `is_sure` is False where it might be."""

    text: str
    role: Role
    is_sure: bool = True


@dataclass(frozen=True, slots=True)
class Consequence:
    """`If not, why not?` taken apart: on which answer (`yes`, `no`; empty: on something else), and what then."""

    answer: str
    condition: str
    then: str


def taken_apart(text: str) -> tuple[str, list[Aside]]:
    """What of a text is spoken, and its asides in their order."""
    spoken, asides, rest = "", [], text
    while len(text) <= LONGEST_LINE and (found := _bracketed(rest)):
        start, end = found
        before, inner, after = spoken + rest[:start], rest[start + 1 : end - 1].strip(), rest[end:]
        aside = _judged(inner, before.rstrip(), after.strip(), is_square=rest[start] == "[")
        if aside is None:
            spoken = before + rest[start:end]
        else:
            spoken = before.rstrip() + (" " if after[:1].isalnum() else "")
            asides.append(aside)
        rest = after
    return _trimmed(spoken + rest), asides


def sentences(text: str) -> list[str]:
    """The sentences of a text."""
    found: list[str] = []
    start = 0
    for boundary in _BOUNDARY.finditer(text):
        piece = text[start : boundary.start()]
        if _ABBREVIATED.search(piece):
            continue
        found.append((piece + boundary[1]).strip())
        start = boundary.end()
    return [sentence for sentence in (*found, text[start:].strip()) if sentence]


def consequence(text: str) -> Consequence | None:
    """What follows `if`, in a sentence that begins with it; None if it does not."""
    found = re.match(r"(?:and |also |but )?if\s+(.*)", text, re.IGNORECASE | re.DOTALL)
    if not found:
        return None
    rest = found[1].strip()
    plain = re.match(r"(yes|so|not|no)\b\s*[,:;–-]*\s*(.*)", rest, re.IGNORECASE | re.DOTALL)
    if plain and (plain[1].lower() != "not" or re.match(r"(?:why|what|how|who|where|when|$)", plain[2], re.IGNORECASE)):
        is_some = re.match(r"(?:for|to|on)\b", plain[2], re.IGNORECASE)
        if not is_some:
            return Consequence("no" if plain[1].lower() in ("no", "not") else "yes", plain[1], plain[2].strip())
    condition, comma, then = rest.partition(",")
    return Consequence("", condition.strip() if comma else "", (then if comma else rest).strip())


def probe_of(text: str) -> str | None:
    """What is to be asked where a text says `probe …`; None if it does not."""
    found = _PROBE.match(text)
    return found[1].strip() if found else None


def as_question(text: str) -> str:
    """A text as it is asked: a capital first, and a question mark after a word that asks."""
    said = text.strip(" .;,") or text.strip() or "Why?"
    said = said[:1].upper() + said[1:]
    asks = re.match(r"(?:why|what|how|who|whom|where|when|which)\b", said, re.IGNORECASE) or _AUXILIARY.match(said)
    return f"{said}?" if asks and not said.endswith("?") else said


def either_or(question: str) -> str:
    """The answers of a question that offers two (`one of [a, b]`); empty if it offers none."""
    found = _EITHER_OR.fullmatch(question)
    if not found or found[1].lower() == found[2].lower() or found[1].isdigit() or found[2].isdigit():
        return ""
    return f"one of [{found[1].lower()}, {found[2].lower()}]"


def consent_of(question: str) -> str:
    """The consent that a question asks for: `recording`, `take part`, or none."""
    if not _CONSENTING.search(question) or not question.endswith("?"):
        return ""
    if _RECORDING.search(question):
        return "recording"
    return "take part" if _TAKING_PART.search(question) else ""


def is_yes_no(question: str) -> bool:
    """Whether a question can be answered by yes or no."""
    return bool(_AUXILIARY.match(question))


def is_to_the_interviewer(text: str) -> bool:
    """Whether a sentence that asks nothing tells the interviewer what to do."""
    return bool(_TO_THE_INTERVIEWER.match(text))


def is_request(text: str) -> bool:
    """Whether a sentence asks without a question mark: `Tell me about it.`"""
    return bool(_REQUEST.match(text))


def minutes_in(text: str) -> int:
    """The minutes that an aside gives a section; 0 if it gives none."""
    found = re.fullmatch(
        r"(?:about |approx\.? |ca\.? )?([0-9]{1,3})(?:\s*[-–]\s*([0-9]{1,3}))?\s*(?:min|mins|minutes|’|')\.?",
        text.strip(), re.IGNORECASE,
    )  # fmt: skip
    return min(int(found[2] or found[1]), 999) if found else 0


def _bracketed(text: str) -> tuple[int, int] | None:
    """Where the first parenthesis or bracket that is closed begins, and where it ends."""
    opened: list[int] = []
    found: tuple[int, int] | None = None
    for sign in re.finditer(r"[()\[\]]", text):
        if sign[0] in "([":
            opened.append(sign.start())
        elif opened:
            start = opened.pop()
            found = (start, sign.end()) if found is None or start < found[0] else found
            if not opened:
                return found
    return found


def _judged(inner: str, before: str, after: str, *, is_square: bool) -> Aside | None:
    """What an aside is for; None if it is spoken with the rest."""
    if not re.search(r"\w", inner):
        return None
    if minutes_in(inner):
        return Aside(inner, Role.MINUTES)
    if re.fullmatch(r"y(?:es)?\s*/\s*n(?:o)?", inner, re.IGNORECASE):
        return Aside(inner, Role.YES_NO)
    if is_square:
        return Aside(inner, Role.INSTRUCTION)
    if _SPOKEN_ASIDE.match(inner):
        return None
    at_end = not after or bool(re.match(r"[.;:]|[A-Z(\[]", after))
    ends_sentence = not before or before[-1] in ".?!…:;)]"
    if _INSTRUCTION.match(inner) and (at_end or ends_sentence):
        return Aside(inner, Role.INSTRUCTION)
    if not (at_end and ends_sentence):
        return None
    words = [word.strip() for word in re.split(r"[/,;]", inner)]
    if all(word and len(word.split()) <= 3 for word in words) and not inner.endswith("?"):
        return Aside(inner, Role.CUES, is_sure=len(words) > 1)
    return Aside(inner, Role.INSTRUCTION, is_sure=False)


def _trimmed(text: str) -> str:
    tidied = re.sub(r"\s+([?.!,;:])", r"\1", " ".join(text.split()))
    return re.sub(r"([?!])\s*[.;]$", r"\1", tidied).strip()
