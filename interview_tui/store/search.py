"""Full-text search over the records of a study, and what somebody types in words that SQLite's FTS5 understands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlite_utils import Database

from interview_tui.errors import ConfigError
from interview_tui.interview.events import Place
from interview_tui.record.attribution.wording import stemmer
from interview_tui.record.findable import Findable, Found, Hit, Source
from interview_tui.store.derived import BEGINS, DERIVED_FILE, ENDS, mark, moments, opened_derived, words_of
from interview_tui.store.study import StudyFolder

MOST_TERMS, MOST_FORMS = 40, 40
RANKED_MOST = 5_000
"""Of more hits the best are not picked out: words that are in so many rows tell none of them from the others."""
PASSAGE_WORDS = 24

Forms = Callable[[str], Iterable[str]]

_TERM = re.compile(r'(?P<less>-?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))(?P<begins>\*?)')
_SAME_STEM = """
    SELECT DISTINCT word FROM words
    WHERE stem = ? OR stem IN (SELECT stem FROM words WHERE word = ?)
    ORDER BY word LIMIT ?
"""
_HITS = """
    SELECT passages.*, passages.start_ms - digests.origin_ms AS since_ms,
        snippet(passages_fts, 0, :begins, :ends, '…', :words) AS passage
    FROM passages_fts
    JOIN passages ON passages.id = passages_fts.rowid
    JOIN digests ON digests."case" = passages."case"
    WHERE passages_fts MATCH :match
    ORDER BY {order} LIMIT :limit
"""


@dataclass(frozen=True, slots=True)
class _Term:
    """A word (`whole`) or a phrase; one that must not be there, one of which only the beginning is given."""

    text: str
    unwanted: bool
    begins: bool
    whole: bool

    def in_forms(self, forms: Forms) -> str:
        """For FTS5; a single word in all its forms."""
        if self.begins:
            return f'"{self.text}" *'
        found = [self.text, *(forms(self.text) if self.whole else ())]
        return " OR ".join(f'"{form}"' for form in dict.fromkeys(found))


def search(
    study: StudyFolder,
    query: str,
    *,
    source: Source | None = None,
    case: str = "",
    speaker: str = "",
    incident: str = "",
    limit: int = 50,
) -> Found:
    """What is found, the best first (BM25), in the rows that there are; an `incident` is given by its label.

    Raises:
        ConfigError: nothing is said that could be found.
        StorageError: what is searched cannot be read.
    """
    matched(query)  # what cannot be searched for is said even where there is nothing to search
    path = study.path / DERIVED_FILE
    if not path.is_file():
        return Found((), 0)
    chosen = {"source": source.value if source else "", "case": case, "speaker": speaker, "incident": incident}
    with opened_derived(path) as db:
        wanted = [f"(text : ({matched(query, partial(_forms, db, stemmer(study.settings.language)))}))"]
        wanted += [f'(marks : "{mark(name, value)}")' for name, value in chosen.items() if value]
        match = " AND ".join(wanted)
        (total,) = db.execute("SELECT count(*) FROM passages_fts WHERE passages_fts MATCH ?", [match]).fetchone()
        order = "rank" if total <= RANKED_MOST else "passages_fts.rowid"
        given = {"match": match, "limit": limit, "begins": BEGINS, "ends": ENDS, "words": PASSAGE_WORDS}
        return Found(tuple(_hit(row) for row in db.query(_HITS.format(order=order), given)), total)


def _forms(db: Database, stem: Callable[[str], str], typed: str) -> list[str]:
    """The words of the study that have a stem with a word in common: asked, asks, asking."""
    match words_of(typed):
        case [word]:
            return [row[0] for row in db.execute(_SAME_STEM, [stem(word), word, MOST_FORMS])]
    return []


def matched(query: str, forms: Forms = lambda _: ()) -> str:
    """What somebody typed, for FTS5: `"in a row"`, `begin*`, `-without`, `one OR another`, all others together.

    Every word is quoted, so that whatever is typed is something to look for and nothing is syntax. `forms` gives the
    other forms of a word that is typed by itself.

    Raises:
        ConfigError: there is no word in it, or one only to be left out, or more than anybody types.
    """
    groups: list[list[_Term]] = [[]]
    unwanted_next = False
    for found in _TERM.finditer(query):
        word = found["word"]
        if word == "OR":
            groups.append([])
        elif word == "NOT":
            unwanted_next = True
        elif word != "AND":
            term = _term(found, unwanted=unwanted_next)
            unwanted_next = False
            if term is not None:
                groups[-1].append(term)
    groups = [group for group in groups if group]
    if not groups:
        raise ConfigError("There is no word to search for.", 'Type words, or a phrase in quotes: "the first budget".')
    if sum(map(len, groups)) > MOST_TERMS:
        raise ConfigError(f"More than {MOST_TERMS} words cannot be searched for at once.", "Leave some out.")
    return " OR ".join(f"({_together(group, forms)})" for group in groups)


def _term(found: re.Match[str], *, unwanted: bool) -> _Term | None:
    """A term; None where no letter and no digit is typed."""
    typed = found["phrase"] if found["phrase"] is not None else found["word"]
    begins = bool(found["begins"]) or (found["word"] or "").endswith("*")
    if not any(letter.isalnum() for letter in typed):
        return None
    text = typed.replace("\0", " ").encode("utf-8", "replace").decode()
    return _Term(text, unwanted or bool(found["less"]), begins, found["word"] is not None)


def _together(terms: list[_Term], forms: Forms) -> str:
    wanted = [f"({term.in_forms(forms)})" for term in terms if not term.unwanted]
    unwanted = [f"({term.in_forms(forms)})" for term in terms if term.unwanted]
    if not wanted:
        raise ConfigError(
            f"It is only said what is not to be found: {', '.join(term.text for term in terms)}.",
            "Type a word that is to be found as well.",
        )
    found = " AND ".join(wanted)
    return f"({found}) NOT ({' OR '.join(unwanted)})" if unwanted else found


def _hit(row: dict[str, Any]) -> Hit:
    place = Place(row["item"], row["round"]) if row["item"] else None
    found = Findable(
        Source(row["source"]),
        row["origin"],
        row["text"],
        row["start_ms"],
        row["speaker"],
        place,
        row["question"],
        row["incident"],
        moments(row["start_ms"], row["words_ms"]),
    )
    return Hit(row["case"], found, tuple(_pieces(row["passage"])), row["since_ms"])


def _pieces(passage: str) -> Iterator[tuple[str, bool]]:
    """A passage cut at the marks around its matches."""
    for number, piece in enumerate(re.split(f"[{BEGINS}{ENDS}]", passage)):
        if piece:
            yield piece, bool(number % 2)
