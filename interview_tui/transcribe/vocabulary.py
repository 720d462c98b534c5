"""What an engine is told before it hears a stretch: names and terms that may be said in it, nearest in time first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

MOST_TOKENS = 60  # of Whisper's; what it is told costs room and time, and the farther a term, the less it helps
MOST_TERMS = 8
OPENINGS = {
    "cy": "Buom yn siarad am",
    "de": "Wir sprachen über",
    "en": "Um, we talked about, er,",
    "es": "Hablamos de",
    "fr": "Nous avons parlé de",
    "it": "Abbiamo parlato di",
    "nl": "We hadden het over",
    "pl": "Rozmawialiśmy o:",
    "pt": "Falámos de",
    "sv": "Vi pratade om",
}
"""How a sentence begins that a list of names ends, by language. Whisper goes on in the manner of what it was told.

After a sentence it writes sentences, after a glossary or a bare list of names it drops words. After fillers it writes
down the fillers that it hears, which it otherwise leaves out, all of them.
"""
ALONE = {"en": "Um, er, you know."}
"""What it is told where there are no names: that fillers are written down."""


@dataclass(frozen=True, slots=True)
class Term:
    """A name or a term that may be said; `at_ms` on the call clock is when it was noted, None: it may be anywhere."""

    text: str
    at_ms: int | None


def prompt_for(terms: Sequence[Term], start_ms: int, end_ms: int, language: str) -> str:
    """A sentence of the terms that are likeliest in this stretch of the call clock, with commas between them.

    Those noted nearest come first, each once; then those of no time, as they are given.
    """
    chosen: list[str] = []
    known: set[str] = set()
    left = MOST_TOKENS - _tokens(OPENINGS.get(language, ""))
    for term in sorted(terms, key=lambda term: _distance_ms(term, start_ms, end_ms)):
        text = " ".join(term.text.replace(",", " ").split())
        cost = _tokens(text) + 1
        if text and text.casefold() not in known and cost <= left and len(chosen) < MOST_TERMS:
            chosen.append(text)
            known.add(text.casefold())
            left -= cost
    if not chosen:
        return ALONE.get(language, "")
    return f"{OPENINGS.get(language, '')} {', '.join(chosen)}.".strip()


def _distance_ms(term: Term, start_ms: int, end_ms: int) -> float:
    """How far from a stretch a term was noted; one of no time is farther than any other."""
    if term.at_ms is None:
        return float("inf")
    return max(start_ms - term.at_ms, term.at_ms - end_ms, 0)


def _tokens(text: str) -> int:
    """At least how many of Whisper's tokens a text is: names are rare words, cut about every three letters."""
    return sum(-(-len(word.encode()) // 3) for word in text.split())
