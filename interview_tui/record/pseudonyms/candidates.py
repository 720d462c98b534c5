"""What may be a name in an interview: proposals, of which a reviewer ticks those that are.

A word is proposed that is written with a capital within a sentence, or with an `@` in a note, and that nobody in the
study says as an ordinary word. Speech recognisers write names and the beginnings of sentences with capitals, so one at
the beginning of a sentence counts only beside others within. Runs of capitals are one name: Hollin Bank.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from interview_tui.record.model import PlacedNote
from interview_tui.record.pseudonyms.neighbours import Neighbours, neighbours
from interview_tui.record.pseudonyms.pseudonym import NameKind
from interview_tui.record.transcript import Turn

_ENDS = re.compile(r"[.?!…:][\"'”’)]*$")
_EDGES = re.compile(r"^[^\w]+|[^\w]+$")
_TAIL = re.compile(r"(?:['’](?:s|d|ll|ve|re|m|t)?|-[^\W\dA-Z].*)$")
_ABBREVIATED = re.compile(r"[A-Z][b-df-hj-np-tv-z]*")  # `Mr.`, `Cllr.`, `J.`: no sentence ends there
_SHORTHAND = re.compile(r"/|\b[A-Z]{2,4}\b")  # of notes: either of two, and what is written short
_FIRST_PERSON = frozenset({"i", "ok", "okay"})
_MOSTLY = 3  # a word that is this much oftener a name than a word may be one
_LONGEST_INITIALS = 4


@dataclass(frozen=True, slots=True)
class Candidate:
    """What may be a name: how often it is said or noted, in which turns and notes, and what it may be the name of.

    `parts` are words of it that are said alone too and are part of no other. `label` says what a replacement may call
    it. `ordinary` are those of its forms that are ordinary words as well. `is_called` if a note says `@` of it,
    `is_doubtful` if it is never seen within a sentence, or may be initials that everybody has.
    """

    name: str
    kind: NameKind
    label: str
    count: int
    turns: tuple[int, ...]
    notes: tuple[str, ...]
    parts: tuple[str, ...] = ()
    ordinary: tuple[str, ...] = ()
    is_called: bool = False
    is_doubtful: bool = False


@dataclass(frozen=True, slots=True)
class _Said:
    """A word of a turn: how it is spelt without what hangs on it, whether a sentence or something in brackets begins
    with it, whether anything ends.
    """

    spelt: str
    begins: bool
    opens: bool
    ends: bool

    @property
    def small(self) -> str:
        return self.spelt.casefold()

    @property
    def is_capital(self) -> bool:
        return self.spelt[:1].isupper() and self.small not in _FIRST_PERSON and not any(map(str.isdigit, self.spelt))


@dataclass(slots=True)
class _Seen:
    """How a run of words was seen: within sentences, at their beginning, where one goes, with an `@`, after titles."""

    within: int = 0
    first: int = 0
    arrived_at: int = 0
    called: int = 0
    titles: Counter[str] = field(default_factory=Counter)
    spelt: Counter[str] = field(default_factory=Counter)
    turns: dict[int, None] = field(default_factory=dict)
    notes: dict[str, None] = field(default_factory=dict)


def small_words(texts: Iterable[str]) -> Counter[str]:
    """The words that stand in texts in small letters, and how often."""
    return Counter(word.spelt for text in texts for word in _said(text.split()) if word.spelt.islower())


def candidates(
    turns: Iterable[Turn], notes: Iterable[PlacedNote], ordinary: Counter[str], language: str = "en"
) -> list[Candidate]:
    """What may be names in an interview, the likeliest first.

    `ordinary` are the `small_words` of all the study's talk and of its schedule.
    """
    beside = neighbours(language)
    seen: dict[tuple[str, ...], _Seen] = defaultdict(_Seen)
    for turn in turns:
        said = list(_said(word.text for word in turn.words))
        for start, run in _runs(said, beside):
            before = said[start - 1].small if start else ""
            _take_in(seen, run, before, beside, ordinary, turn=turn.number)
    for note in notes:
        for _, run in _runs(list(_said(_SHORTHAND.sub(", ", note.text).split())), beside):
            _take_in(seen, run, "", beside, ordinary, note=note.note)
        for name in note.names:
            called = [replace(word, begins=False) for word in _said(name.split())]
            _take_in(seen, called, "", beside, ordinary, note=note.note, called=True)
    within: Counter[str] = Counter()
    for words, one in seen.items():
        within.update(dict.fromkeys(words, one.within))
    likely = {words: one for words, one in seen.items() if _is_likely(words, one, ordinary, within)}
    found = [_candidate(words, one, likely, ordinary, beside) for words, one in likely.items()]
    parts = {part.casefold() for each in found for part in each.parts}
    kept = [each for each in found if each.name.casefold() not in parts]
    return sorted(kept, key=lambda each: (not each.is_called, each.is_doubtful, -each.count, (*each.turns, 0)[0]))


def _said(words: Iterable[str]) -> Iterator[_Said]:
    begins = True
    for word in words:
        whole = _EDGES.sub("", word)
        bare = _TAIL.sub("", whole)
        short = word == f"{whole}." and bool(_ABBREVIATED.fullmatch(whole))
        if bare:
            yield _Said(
                bare, begins, not word.startswith(whole), not short and (bare != whole or not word.endswith(whole))
            )
            begins = False
        begins = begins or (not short and bool(_ENDS.search(word)))


def _runs(said: Sequence[_Said], beside: Neighbours) -> Iterator[tuple[int, list[_Said]]]:
    """Every run of words with capitals that nothing breaks, what joins them included, and where it begins."""
    run: list[_Said] = []
    for number, word in enumerate(said):
        after = said[number + 1] if number + 1 < len(said) else None
        joins = bool(run) and word.small in beside.joins and after is not None and after.is_capital and not word.ends
        if not word.begins and not word.opens and (word.is_capital or joins):
            run.append(word)
        else:
            if run:
                yield number - len(run), run
            run = [word] if word.is_capital else []
        if run and word.ends:
            yield number + 1 - len(run), run
            run = []
    if run:
        yield len(said) - len(run), run


def _take_in(
    seen: dict[tuple[str, ...], _Seen],
    run: Sequence[_Said],
    before: str,
    beside: Neighbours,
    ordinary: Counter[str],
    *,
    turn: int = 0,
    note: str = "",
    called: bool = False,
) -> None:
    """Count a run of words for what is left of it without titles and days."""
    words, title = list(run), ""
    if len(words) > 1 and words[0].begins and words[0].small in ordinary and words[0].small not in beside.titles:
        before = words.pop(0).small  # `In Portugal`
    while len(words) > 1 and (words[0].small in beside.titles or words[0].small in beside.calendar):
        title = words.pop(0).small
    while words and len(words[0].spelt) < 2:  # `M Lyle`: it is Lyle who is to be found
        words.pop(0)
    while words and (len(words[-1].spelt) < 2 or (words[-1].small in beside.calendar and title not in beside.titles)):
        words.pop()
    if not words or (len(words) == 1 and words[0].small in beside.titles):
        return
    one = seen[tuple(word.small for word in words)]
    one.spelt[" ".join(word.spelt for word in words)] += 1
    one.titles.update({title} & beside.titles.keys())
    one.called += called
    one.first += words[0].begins
    one.within += not words[0].begins
    one.arrived_at += before in beside.towards
    if note:
        one.notes[note] = None
    else:
        one.turns[turn] = None


def _is_likely(words: tuple[str, ...], one: _Seen, ordinary: Counter[str], within: Counter[str]) -> bool:
    """Whether a run of words may be a name, by how often it was not one."""
    if one.called or one.titles or (len(words) > 1 and one.within):
        return True
    said_small = sum(ordinary[word] for word in words)
    if len(words) > 1 or not one.within:
        return not said_small
    return within[words[0]] >= _MOSTLY * said_small


def _candidate(
    words: tuple[str, ...],
    one: _Seen,
    likely: dict[tuple[str, ...], _Seen],
    ordinary: Counter[str],
    beside: Neighbours,
) -> Candidate:
    name = one.spelt.most_common(1)[0][0]
    everywhere = one.within + one.first
    initials = len(words) == 1 and name.isupper() and len(name) <= _LONGEST_INITIALS
    kind = beside.kind_of(words, bool(one.titles), one.arrived_at / everywhere if everywhere else 0.0)
    if initials and not one.titles:
        kind = NameKind.ORGANISATION
    alone = _alone(words, likely) if kind is NameKind.PERSON else []
    parts = tuple(likely[(word,)].spelt.most_common(1)[0][0] for word in alone)
    of_it = [one, *(likely[(word,)] for word in alone)]
    titles = sum((each.titles for each in of_it), Counter[str]())
    forms = ((name, words), *zip(parts, ((word,) for word in alone), strict=True))
    return Candidate(
        name,
        kind,
        beside.titles[titles.most_common(1)[0][0]] if titles and kind is NameKind.PERSON else beside.labels[kind],
        sum(each.within + each.first for each in of_it),
        tuple(sorted({turn for each in of_it for turn in each.turns})),
        tuple(dict.fromkeys(note for each in of_it for note in each.notes)),
        parts,
        tuple(form for form, its in forms if len(its) == 1 and ordinary[its[0]]),
        any(each.called for each in of_it),
        initials or not (any(each.within or each.called or each.titles for each in of_it)),
    )


def _alone(words: tuple[str, ...], likely: dict[tuple[str, ...], _Seen]) -> list[str]:
    """Those words of a name that are said alone too, and of no other name of several words."""
    if len(words) == 1:
        return []
    return [
        word for word in words if (word,) in likely and sum(word in other for other in likely if len(other) > 1) == 1
    ]
