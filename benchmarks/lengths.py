"""How long the merge takes as calls get longer: one call with perfect words, over and over until it is so long.

The talk, the moves and the notes are repeated, the rounds are not: as many questions, put again and again.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from cases import PERFECT, Call, Words, cases

from interview_tui.interview.state import Interview
from interview_tui.record.merge import merge
from interview_tui.record.transcript import Transcript, Turn, Word

MINUTES = (40.0, 120.0, 240.0)
RUNS = 3


def lengths(call: Call, logs: Sequence[str], minutes: Sequence[float]) -> Iterator[str]:
    """A table of CPU seconds (the least of some runs), and what that is of the time of the shortest, length for length.

    A ratio of 1 is linear in the length of the call.
    """
    yield f"{call.name}, perfect words, the least of {RUNS} runs\n"
    yield "| log | minutes | turns | merge CPU s | for a minute, to that of the first |"
    yield "|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        for case in cases(call, logs, Words(PERFECT, work), work):
            first: float | None = None
            for length in minutes or MINUTES:
                interview, transcript = repeated(case.interview(), case.transcript, call.truth["duration"], length)
                took_s = min(_merging_s(interview, transcript) for _ in range(RUNS))
                first = first or took_s / length
                turns = len(transcript.turns)
                yield f"| {case.log} | {length:g} | {turns} | {took_s:.2f} | {took_s / length / first:.2f} |"


def repeated(
    interview: Interview, transcript: Transcript, call_s: float, minutes: float
) -> tuple[Interview, Transcript]:
    """A call of so many seconds, repeated until it is so many minutes long."""
    end_ms, period_ms = round(minutes * 60_000), round(call_s * 1000)
    starts = range(0, end_ms, period_ms)
    moves = [(at + start, place) for start in starts for at, place in interview.moves if at + start < end_ms]
    notes = {
        f"{name}-{start}": replace(
            note,
            id=f"{name}-{start}",
            first_key_ms=note.first_key_ms + start,
            entered_ms=note.entered_ms + start,
            about_ms=note.about_ms + start,
        )
        for start in starts
        for name, note in interview.notes.items()
        if note.entered_ms + start < end_ms
    }
    turns = [_later(turn, start) for start in starts for turn in transcript.turns if turn.start_ms + start < end_ms]
    numbered = tuple(replace(turn, number=number) for number, turn in enumerate(turns, 1))
    return replace(interview, moves=moves, notes=notes, memo={}), replace(transcript, turns=numbered)


def _later(turn: Turn, by_ms: int) -> Turn:
    words = [replace(word, start_ms=word.start_ms + by_ms, end_ms=word.end_ms + by_ms) for word in turn.words]
    return replace(turn, words=tuple[Word, ...](words))


def _merging_s(interview: Interview, transcript: Transcript) -> float:
    began = time.process_time()
    merge(replace(interview, memo={}), transcript)
    return time.process_time() - began
