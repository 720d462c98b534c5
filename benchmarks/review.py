"""A large study at hand: `python benchmarks/review.py [--interviews 1000] [--words 2000] [--folder FOLDER]`.

A study is made up and written through the real store: interviews with the bundled schedule, each with a journal and a
transcript of so many words. Which words are drawn follows Zipf's law over 12,000 of them, so that some are in nearly
every turn and most are rare, as in talk. Then it is measured how long it takes to make what the table and the search
stand on, to read all digests, to find that nothing is stale, to search, and to forget a case.

The queries are single words of every frequency, two words, phrases, beginnings, alternatives and exclusions, half of
them within a kind, a speaker or a case. Beside them stands the same word looked for in all talk with `str.find`.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import accumulate
from pathlib import Path
from typing import Any

import click

from interview_tui.bootstrap import ready_study, study_schedule
from interview_tui.interview import route
from interview_tui.interview.ports import Moment
from interview_tui.interview.session import Session
from interview_tui.record.findable import Source
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, Provenance, Transcript, Turn, Word, to_json
from interview_tui.schedule.model import AnswerKind, Schedule
from interview_tui.store import derived
from interview_tui.store.search import search
from interview_tui.store.study import StudyFolder

OPENED_WALL_MS, DAY_MS = 1_767_268_800_000, 86_400_000
WORD_MS, PAUSE_MS = 350, 700
VOCABULARY, LONGEST_TURN, NOTE_EVERY = 12_000, 40, 6
QUERIES, READINGS = 200, 20
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


def queries(talk: Talk, cases: list[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What is looked for, with the filters it is looked for under."""
    filters: tuple[dict[str, Any], ...] = (
        {},
        {"source": Source.NOTE},
        {},
        {"speaker": RESPONDENT},
        {},
        {"case": cases[len(cases) // 2]},
    )
    for number in range(QUERIES):
        rank = min(int(len(talk.words) ** talk.random.random()), len(talk.words)) - 1  # as many common as rare ones
        one, two = talk.words[rank], talk.says(1)[0]
        forms = (one, f"{one} {two}", f'"{two} {one}"', f"{one[:3]}*", f"{one} OR {two}", f"{two} -{one}")
        yield forms[number % len(forms)], filters[number // len(forms) % len(filters)]


def took_ms(do: Callable[[], object]) -> float:
    """How long something takes."""
    begun = time.perf_counter()
    do()
    return (time.perf_counter() - begun) * 1000


def told(name: str, values: list[float], unit: str = "ms") -> None:
    """A line of the table: median, 95th percentile, worst."""
    values = sorted(values)
    p95 = values[min(len(values) - 1, round(0.95 * len(values)))]
    figures = f"p50 {statistics.median(values):9.1f}  p95 {p95:9.1f}  max {values[-1]:9.1f}"
    click.echo(f"  {name:<46} {figures} {unit} (n = {len(values)})")


def measure(study: StudyFolder, talk: Talk) -> None:
    """Print the figures of a study of which nothing was derived yet."""
    took: list[float] = []
    begun = time.perf_counter()

    def on_case(_case: str, _done: int, _all: int) -> None:
        nonlocal begun
        took.append((time.perf_counter() - begun) * 1000)
        begun = time.perf_counter()

    brought = derived.bring_up_to_date(study, on_case=on_case)
    assert not brought.failed, brought.failed
    file = study.path / derived.DERIVED_FILE
    click.echo(f"  {len(brought.made)} interviews, {file.stat().st_size / 1e6:.0f} MB in {file.name}")
    told("an interview made and kept", took[1:])
    told("all digests read", [took_ms(lambda: derived.digests(study)) for _ in range(READINGS)])
    told("nothing is stale", [took_ms(lambda: derived.bring_up_to_date(study)) for _ in range(READINGS)])
    asked = list(queries(talk, brought.made))
    told("searched, 50 hits", [took_ms(partial(search, study, query, **given)) for query, given in asked])
    worst = talk.words[0]
    commonest = f"the commonest word ({search(study, worst).total} hits)"
    told(commonest, [took_ms(lambda: search(study, worst)) for _ in range(READINGS)])
    with derived.opened_derived(file) as db:
        texts = [row[0] for row in db.execute("SELECT text FROM passages")]
    rare = talk.words[-1]
    told("beside it: str.find in all texts", [took_ms(lambda: sum(rare in text for text in texts)) for _ in range(5)])
    told("a case forgotten", [took_ms(lambda: derived.forget(study.path, brought.made[0]))])


def main() -> None:
    """Make the study and measure."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--interviews", type=int, default=1000)
    parser.add_argument("--words", type=int, default=2000, help="of an interview")
    parser.add_argument("--folder", type=Path, help="where to make the study, to be looked at afterwards")
    given = parser.parse_args()
    talk = Talk()
    with tempfile.TemporaryDirectory() as scratch:
        study = ready_study(given.folder or Path(scratch))
        schedule = study_schedule(study)
        study.keep_schedule(schedule)
        begun = time.perf_counter()
        for number in range(given.interviews):
            made_up(study, schedule, f"P{number + 1:04}", number, given.words, talk)
        click.echo(f"made up in {time.perf_counter() - begun:.0f} s: {given.interviews} × {given.words} words")
        measure(study, talk)


if __name__ == "__main__":
    main()
