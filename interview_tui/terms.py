"""What a transcription may be told beforehand: the names and terms that may be said, and the questions that are asked.

Everything here comes from the study, its schedule and what the journal holds of the interview. What is withheld is not
known to it, so that a name taken back is no longer given to any engine.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from interview_tui.interview import route
from interview_tui.interview.state import Interview
from interview_tui.schedule.model import Kind, Schedule
from interview_tui.schedule.wording import WORD
from interview_tui.store.settings import StudySettings
from interview_tui.transcribe.vocabulary import Term

READ_ALOUD = frozenset({Kind.SAY, Kind.ASK, Kind.PROBE})
SHORTEST_UNMARKED = 4  # letters of a name in a note without an `@`
NOUNS_ARE_CAPITAL = frozenset({"de", "lb"})  # a capital letter says nothing about a word there

_WORD = re.compile(r"[^\W_](?:[\w.'’&-]*[\w])?")
_BEGINS_A_SENTENCE = re.compile(r"(?:^|[.?!…:])[^\w@]*$")
_OF_EVERYBODY = frozenset({"i", "ok"})


def terms_of(schedule: Schedule, interview: Interview, settings: StudySettings) -> tuple[Term, ...]:
    """The names and terms that may be said in an interview, what she noted with the time that the note is about.

    From her notes those with an `@` come first, then what else is written with a capital letter in them; notes from
    before consent are left out. Then what the study declares, then the proper nouns in the schedule's wordings.
    """
    notes = sorted((note for note in interview.notes.values() if not note.before_consent), key=lambda n: n.about_ms)
    named = [Term(name, note.about_ms) for note in notes for name in note.names]
    declared = [Term(text, None) for text in settings.vocabulary]
    if settings.language not in NOUNS_ARE_CAPITAL:
        written = (*wordings(schedule), *(note.text for note in notes))
        ordinary = _in_small_letters(written)
        hers = ordinary | _shorthand(note.text for note in notes)
        unmarked = ((note, name) for note in notes for name in proper_nouns(note.text, hers))
        named += [Term(name, note.about_ms) for note, name in unmarked if len(name) >= SHORTEST_UNMARKED]
        declared += [Term(name, None) for text in wordings(schedule) for name in proper_nouns(text, ordinary)]
    return tuple(dict.fromkeys((*named, *declared)))


def questions_of(schedule: Schedule, interview: Interview) -> tuple[str, ...]:
    """All that the schedule has her say, each wording once: as it is put in every round, answers piped in.

    Of a checklist every line is a wording of its own; what she only reads to herself is none.
    """
    said: list[str] = []
    items = schedule.items()
    for step in route.steps(interview):
        item = items[step.place.item].item
        if item.kind in READ_ALOUD:
            lines = (replace(step.place, line=line.key) for line in item.checklist)
            said += [route.wording(interview, place) for place in (step.place, *lines)]
    return tuple(dict.fromkeys(said))


def wordings(schedule: Schedule) -> tuple[str, ...]:
    """Every text of a schedule that may be read aloud, as it is written; what stands for another word is left out."""
    texts: list[str] = []
    for located in schedule.walk():
        if located.item.kind in READ_ALOUD:
            texts += [located.item.text, *(line.text for line in located.item.checklist)]
    texts += [choice.text for choices in schedule.words.values() for choice in choices]
    return tuple(dict.fromkeys(WORD.sub(" ", text) for text in texts))


def proper_nouns(text: str, ordinary: Iterable[str] = ()) -> list[str]:
    """The names and abbreviations in a text, each once: runs of words with a capital letter.

    The first word of a sentence is one only with another after it. A word is none that is among the `ordinary` (small
    letters), and a run of several words all in capitals is none.
    """
    common = frozenset(ordinary) | _OF_EVERYBODY
    found: list[str] = []
    run: list[re.Match[str]] = []
    for word in _WORD.finditer(text):
        if run and (not _is_capital(word[0], common) or text[run[-1].end() : word.start()] != " "):
            found += _name(text, run)
            run = []
        if _is_capital(word[0], common):
            run.append(word)
    return list(dict.fromkeys((*found, *_name(text, run))))


def _name(text: str, run: list[re.Match[str]]) -> Iterator[str]:
    """The name that a run of words is, if it is one."""
    words = [re.sub(r"['’]s$", "", word[0]) for word in run]
    several = len(words) > 1
    begins = bool(run) and _BEGINS_A_SENTENCE.search(text[: run[0].start()])
    if words and (several or not begins) and not (several and all(word.isupper() for word in words)):
        yield " ".join(words)


def _is_capital(word: str, common: frozenset[str]) -> bool:
    return word[0].isupper() and re.split(r"['’]", word)[0].casefold() not in common


def _in_small_letters(texts: Iterable[str]) -> frozenset[str]:
    """Every word that stands somewhere without a capital letter."""
    return frozenset(word for text in texts for word in _WORD.findall(text) if word.islower())


def _shorthand(notes: Iterable[str]) -> frozenset[str]:
    """What she writes all in capitals in notes, in small letters: signs of her own, hardly said like that."""
    return frozenset(word.casefold() for text in notes for word in _WORD.findall(text) if word.isupper())
