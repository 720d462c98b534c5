"""Every turn, and every part of one, to the question that it answers, with a reason and how sure it is.

Two passes. The first finds the question before the two of them (`floor`), the second what they speak of beside it
(`asides`). Nothing is learnt from other interviews and nothing is left to chance: the same input gives the same places.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from interview_tui.interview.events import Place
from interview_tui.interview.facts import Note
from interview_tui.interview.state import Interview
from interview_tui.record.attribution import asides, floor
from interview_tui.record.attribution.asides import Utterance
from interview_tui.record.attribution.candidates import Candidate, candidates, possible
from interview_tui.record.attribution.detours import is_detour
from interview_tui.record.attribution.floor import Floor
from interview_tui.record.attribution.naming import Names
from interview_tui.record.attribution.passages import Moved, Passage, passages, utterances
from interview_tui.record.attribution.prompting import Prompt, prompts
from interview_tui.record.attribution.recall import Talk
from interview_tui.record.attribution.weights import AsideWeights, FloorWeights
from interview_tui.record.attribution.wording import Lexicon, Phrasebook, sentences
from interview_tui.record.fidelity import WORDED
from interview_tui.record.transcript import Turn

FILED = 1.0
"""How surely a note names a place that she filed it at herself, away from where she was."""
NOT_EVENT = 0.9
"""What of a recalled round goes to its other questions than what happened."""
PARAPHRASED = 0.35
FLOOR, ASIDES = FloorWeights(), AsideWeights()


@dataclass(frozen=True, slots=True)
class Part:
    """Words `first` to `last` (exclusive) of a turn (its place in the list), where they belong, why, and how sure."""

    turn: int
    first: int
    last: int
    place: Place | None
    why: str
    sure: float


@dataclass(frozen=True, slots=True)
class Attribution:
    """The parts of all turns in order, what prompted each note, and the interview with the rounds that were found.

    `asked` holds for each place that she asked how like its wording that was, 0 to 1.
    """

    parts: tuple[Part, ...]
    prompts: dict[str, Prompt]
    interview: Interview
    asked: dict[Place, float]


def attribute(
    interview: Interview,
    turns: Sequence[Turn],
    language: str,
    floor_weights: FloorWeights = FLOOR,
    aside_weights: AsideWeights = ASIDES,
) -> Attribution:
    """Place the talk of an interview. `language` is that of the transcript, ISO 639-1."""
    laid = possible(interview)
    found = candidates(laid, interview)
    lexicon = Lexicon([each.phrasings[0] for each in found], [turn.text for turn in turns], language)
    prompted = prompts(interview.notes.values(), turns, lexicon)
    if not found or not turns:
        whole = (Part(n, 0, len(turn.words), None, "there is no question", 1.0) for n, turn in enumerate(turns))
        return Attribution(tuple(whole), prompted, interview, {})
    comparing = _Comparing(found, lexicon, language)
    heard, moved = passages(turns, interview.moves)
    alike = comparing.passages(heard, turns)
    named = _named(interview, found, list(enumerate(heard)), prompted, comparing.names)
    before = floor.decode(found, heard, moved, alike, named, floor_weights)
    spoken = _spoken(interview, found, turns, heard, before, prompted, comparing)
    states, through = asides.places(spoken, len(found), aside_weights)
    placed = _placed(found, spoken, states, through, heard, moved, before, alike)
    parts = tuple(_whole_turns(turns, placed))
    asked = _asked(found, heard, before, alike)
    return Attribution(parts, prompted, _with_rounds(interview, laid, parts), asked)


class _Comparing:
    """What is said, compared with the candidates."""

    def __init__(self, found: Sequence[Candidate], lexicon: Lexicon, language: str) -> None:
        self.lexicon = lexicon
        self.language = language
        self._book = Phrasebook(lexicon, [each.phrasings for each in found])
        self.names = Names(found, lexicon, self._book)

    def passages(self, heard: Sequence[Passage], turns: Sequence[Turn]) -> list[list[float]]:
        """How like each passage is to each candidate: its best sentence, or two in a row."""
        return [
            [max(column) for column in zip(*map(self.sentence, _pieces(passage, turns[passage.turn])), strict=True)]
            for passage in heard
        ]

    def sentence(self, text: str) -> list[float]:
        """How like a sentence is to each candidate."""
        return self._book.likeness(self.lexicon.stems(text))


def _pieces(passage: Passage, turn: Turn) -> list[str]:
    """The sentences of a passage, and each with the one after it."""
    words = [word.text for word in turn.words[passage.first : passage.last]]
    ends = sentences(words)
    single = [" ".join(words[first:last]) for first, last in ends]
    double = [" ".join(words[one[0] : two[1]]) for one, two in pairwise(ends)]
    return single + double


def _spoken(
    interview: Interview,
    found: Sequence[Candidate],
    turns: Sequence[Turn],
    heard: Sequence[Passage],
    before: Floor,
    prompted: dict[str, Prompt],
    comparing: _Comparing,
) -> list[Utterance]:
    cut = list(utterances(heard, turns))
    states = [before.states[number] for number, _ in cut]
    named = asides.named_beyond(_named(interview, found, cut, prompted, comparing.names), states)
    alike = [comparing.sentence(passage.text) for _, passage in cut]
    recalled = _recalled(found, [passage for _, passage in cut], states, comparing)
    return [
        Utterance(passage, state, passage.first == heard[number].first, alike[k], named.get(k), recalled[k])
        for k, ((number, passage), state) in enumerate(zip(cut, states, strict=True))
    ]


def _recalled(
    found: Sequence[Candidate], cut: Sequence[Passage], states: Sequence[int], comparing: _Comparing
) -> list[list[float] | None]:
    """For each sentence in which somebody leaves the question: the log-odds that it is about each candidate's round.

    What happened before anything else; nothing for candidates outside the named rounds.
    """
    stems = [comparing.lexicon.stems(passage.text) for passage in cut]
    rounds = [each.place.round if each.round_name else "" for each in found]
    turns: dict[int, Counter[str]] = defaultdict(Counter)
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for passage, state, words in zip(cut, states, stems, strict=True):
        turns[passage.turn].update(words)
        said[rounds[state]].update(words)
    talk = Talk(said)
    recalled: list[list[float] | None] = []
    for passage, state, words in zip(cut, states, stems, strict=True):
        if passage.is_asked or not is_detour(passage.text, comparing.language):
            recalled.append(None)
            continue
        odds = talk.odds(words, turns[passage.turn], rounds[state])
        recalled.append([odds.get(each.place.round, 0.0) * (1 if each.event else NOT_EVENT) for each in found])
    return recalled


def _named(
    interview: Interview,
    found: Sequence[Candidate],
    cut: Sequence[tuple[int, Passage]],
    prompted: dict[str, Prompt],
    names: Names,
) -> dict[int, list[float]]:
    """By the utterance that prompted a note: how surely the notes about it name each candidate."""
    by_note: dict[int, list[list[float]]] = defaultdict(list)
    for note in (note for note in interview.notes.values() if not note.before_consent):
        at_ms = prompted[note.id].at_ms if note.id in prompted else note.about_ms
        begun = [k for k, (_, passage) in enumerate(cut) if passage.start_ms <= at_ms and not passage.is_asked]
        if begun:
            nearest = max(begun, key=lambda k: cut[k][1].start_ms)
            by_note[nearest].append(_with_filing(interview, note, found, names.likeness(note.text)))
    return {k: [sum(column) for column in zip(*rows, strict=True)] for k, rows in by_note.items()}


def _with_filing(
    interview: Interview, note: Note, found: Sequence[Candidate], likeness: Sequence[float]
) -> list[float]:
    """What a note names by its words, and by where she filed it herself."""
    stood = {interview.place_at(at_ms) for at_ms in (note.first_key_ms, note.entered_ms)}
    homes = {home.whole for home in note.places} - stood
    if not interview.moves or not homes:
        return list(likeness)
    return [like + FILED * (each.place.whole in homes) for like, each in zip(likeness, found, strict=True)]


def _placed(
    found: Sequence[Candidate],
    spoken: Sequence[Utterance],
    states: Sequence[int],
    through: Sequence[Sequence[float]],
    heard: Sequence[Passage],
    moved: Sequence[Moved],
    before: Floor,
    alike: Sequence[Sequence[float]],
) -> list[Part]:
    numbers = {(passage.turn, passage.first): number for number, passage in enumerate(heard)}
    number = 0
    placed = []
    for k, (utterance, state) in enumerate(zip(spoken, states, strict=True)):
        passage = utterance.passage
        number = numbers.get((passage.turn, passage.first), number)
        if state == utterance.floor:
            why = _why(number, before, heard, moved, alike, found)
            sure = before.sure[number]
        else:
            why = "a note names it" if utterance.named is not None else "spoken of beside the question before them"
            sure = floor.sureness(through[k])
        placed.append(Part(passage.turn, passage.first, passage.last, found[state].place, why, round(sure, 3)))
    return placed


def _why(
    number: int,
    before: Floor,
    heard: Sequence[Passage],
    moved: Sequence[Moved],
    alike: Sequence[Sequence[float]],
    found: Sequence[Candidate],
) -> str:
    """Why a passage is where it is: what spoke for its question where that began."""
    state = before.states[number]
    begun = number
    while begun and before.states[begun - 1] == state:
        begun -= 1
    to = moved[begun].to
    like = alike[begun][state]
    reasons = []
    if to is not None and to.item == found[state].place.item:
        reasons.append("she moved here")
    if heard[begun].is_asked and like >= PARAPHRASED:
        reasons.append("asked as worded" if like >= WORDED else "asked in other words")
    if not reasons:
        reasons.append("the order of the schedule")
    return ", ".join(reasons)


def _asked(
    found: Sequence[Candidate], heard: Sequence[Passage], before: Floor, alike: Sequence[Sequence[float]]
) -> dict[Place, float]:
    """The places that she asked: where a question of hers began one, or is like its wording."""
    asked: dict[Place, float] = {}
    for number, (passage, state) in enumerate(zip(heard, before.states, strict=True)):
        begins = number == 0 or before.states[number - 1] != state
        like = alike[number][state]
        if passage.is_asked and (like >= PARAPHRASED or (begins and "?" in passage.text)):
            place = found[state].place.whole
            asked[place] = max(asked.get(place, 0.0), like)
    return asked


def _whole_turns(turns: Sequence[Turn], placed: Sequence[Part]) -> Iterator[Part]:
    """The parts turn by turn, what belongs together joined; a murmur stays with what is being said around it."""
    by_turn: dict[int, list[Part]] = defaultdict(list)
    for part in placed:
        by_turn[part.turn].append(part)
    last: Part | None = None
    for number, turn in enumerate(turns):
        if number not in by_turn:
            yield Part(
                number, 0, len(turn.words), last.place if last else None, "she listens", last.sure if last else 1
            )
            continue
        joined: list[Part] = []
        for part in by_turn[number]:
            if joined and joined[-1].place == part.place:
                joined[-1] = replace(joined[-1], last=part.last, sure=min(joined[-1].sure, part.sure))
            else:
                joined.append(part)
        yield from joined
        last = joined[-1]


def _with_rounds(interview: Interview, laid: Interview, parts: Sequence[Part]) -> Interview:
    """The interview with those rounds opened in which something was said, as if she had opened them."""
    used = {found.id for part in parts if part.place for found in laid.round_chain(part.place.round)}
    new = {name: one for name, one in {**laid.rounds, **laid.expected}.items() if name in used - set(interview.rounds)}
    return interview.with_rounds({**interview.rounds, **new}) if new else interview
