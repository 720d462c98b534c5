"""Interviews that are made up, for studies of any size: what a large study is like, without anybody's words.

Each is conducted by the real session and written through the real store, with a transcript beside it. Which words are
drawn follows Zipf's law over 12,000 of them, so that some are in nearly every turn and most are rare, as in talk.
"""

from __future__ import annotations

import json
import random
from itertools import accumulate

from interview_tui.interview import route
from interview_tui.interview.ports import Moment
from interview_tui.interview.session import Session
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Provenance, Transcript, Turn, Word, to_json
from interview_tui.schedule.model import AnswerKind, Schedule
from interview_tui.store.study import StudyFolder

OPENED_WALL_MS, DAY_MS = 1_767_268_800_000, 86_400_000
WORD_MS, PAUSE_MS = 350, 700
VOCABULARY, LONGEST_TURN, NOTE_EVERY = 12_000, 40, 6
SYLLABLES = ("ba", "ce", "di", "fo", "gu", "ha", "ke", "li", "mo", "nu", "pa", "re", "si", "to", "vu", "wa")


class Talk:
    """Words as they are drawn: the common ones first."""

    def __init__(self, seed: int = 1) -> None:
        self.random = random.Random(seed)
        self.words = list(dict.fromkeys(self._word(number) for number in range(VOCABULARY)))
        self._weights = list(accumulate(1 / (rank + 2) for rank in range(len(self.words))))

    def says(self, words: int) -> list[str]:
        """So many words."""
        return self.random.choices(self.words, cum_weights=self._weights, k=words)

    def _word(self, number: int) -> str:
        """A word of two syllables or more: the number in base 16, so that there are as many as are wanted."""
        found = [SYLLABLES[number % 16], SYLLABLES[number // 16 % 16]]
        if number >= 256:
            found.append(SYLLABLES[number // 256 % 16])
        if number >= 4096:
            found.append(SYLLABLES[number // 4096 % 16] + "n")
        return "".join(found)


def made_up(study: StudyFolder, schedule: Schedule, case: str, number: int, words: int, talk: Talk) -> None:
    """Conduct an interview in which the participant says so many words, and write it down."""
    opened_wall_ms = OPENED_WALL_MS + number * DAY_MS // 4
    session, told = Session.open(schedule, case, "AB", Moment(0, opened_wall_ms))
    events, left, ms = list(told), words, 1_000
    turns: list[Turn] = []
    first = session.interview.place
    while left > 0 and first is not None and (place := session.interview.place) is not None:
        interview = session.interview
        asked = route.wording(interview, place).split()[:LONGEST_TURN] or ["yes"]
        for speaker, said in ((INTERVIEWER, asked), (RESPONDENT, talk.says(talk.random.randint(3, LONGEST_TURN)))):
            turns.append(_turn(len(turns) + 1, speaker, said, ms))
            ms = turns[-1].end_ms + PAUSE_MS
            left -= len(said)
        now = Moment(ms, opened_wall_ms + ms)
        if len(turns) % NOTE_EVERY == 0:
            events += session.enter(" " + " ".join(talk.says(6)), ms - 500, now)
        if (code := _code(interview.items[place.item].item.answer.kind, talk)) is not None:
            events += session.enter(code, ms, now)
        if session.interview.place == place:
            more = route.suggested(session.interview) is not None
            events += session.next(now) if more else session.go(first, now)
    events += session.end("complete", Moment(ms, opened_wall_ms + ms))
    journal = study.journal(case)
    journal.append(events)
    assert journal.close(60.0)
    transcript = Transcript(tuple(turns), Provenance("none", "none", "0" * 64, "en"))
    file = study.audio_folder(case) / "transcript.json"
    file.write_text(json.dumps(to_json(transcript)), encoding="utf-8")


def _code(kind: AnswerKind, talk: Talk) -> str | None:
    if kind is AnswerKind.NOTES:
        return None
    return str(talk.random.randint(1, 2)) if kind is AnswerKind.ONE_OF else talk.random.choice("yyn")


def _turn(number: int, speaker: str, said: list[str], ms: int) -> Turn:
    return Turn(
        number,
        speaker,
        tuple(Word(word, ms + at * WORD_MS, ms + (at + 1) * WORD_MS - 20, 0.9) for at, word in enumerate(said)),
    )
