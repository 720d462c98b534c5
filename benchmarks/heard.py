"""How right a transcription of a simulated call is: words, speakers, and when words and turns begin."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rapidfuzz.distance import Levenshtein
from transcribers import Output, Word

from interview_tui.record.transcript import INTERVIEWER, RESPONDENT

SCORER = Path(__file__).parents[2] / "shared" / "bench" / "calls" / "score.py"
FAR_MS = 1000.0

Truth = dict[str, Any]


@dataclass(frozen=True)
class Starts:
    """How far off starts are, in ms: the median, what 95 in a hundred stay within, the worst; and how many are far."""

    matched: int
    median: float
    p95: float
    worst: float
    far: int

    def __str__(self) -> str:
        return f"{self.median:.0f} / {self.p95:.0f} / {self.worst:.0f} ms, {self.far} of {self.matched}"


@dataclass(frozen=True)
class Scores:
    """What the scorer finds, and the starts."""

    word_error: float
    by_speaker: float
    right_speaker: float
    right_of_covered: float
    words: Starts
    turns: Starts


@dataclass(frozen=True)
class _Said:
    """A word that was said, and the number of its turn; `first` of it is its first word."""

    text: str
    start: float
    turn: int
    first: bool
    speaker: str


def until(truth: Truth, seconds: float) -> tuple[Truth, float]:
    """The truth of the beginning of a call: turns that have ended by then. And where the last of them ends."""
    turns = [turn for turn in truth["turns"] if turn["end"] <= seconds]
    end = min(seconds, max(turn["end"] for turn in turns) + 0.2)
    turns = [turn for turn in turns if turn["start"] < end]
    notes = [note for note in truth["notes"] if note["trigger_t"] is not None and note["trigger_t"] < end]
    return {**truth, "duration": end, "turns": turns, "notes": notes}, end


def scored(truth: Truth, output: Output) -> Scores:
    """Everything that can be told of an output against the truth."""
    with tempfile.TemporaryDirectory() as folder:
        wanted, system = Path(folder) / "wanted.json", Path(folder) / "system.json"
        wanted.write_text(json.dumps(truth), encoding="utf-8")
        system.write_text(json.dumps({"timebase": "session", "segments": output.segments}), encoding="utf-8")
        command = [sys.executable, str(SCORER), str(wanted), str(system), "--json"]
        done = subprocess.run(command, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    found = json.loads(done.stdout)
    words, turns = _starts(truth, output.words)
    return Scores(
        found["wer"]["wer"],
        found["wer_speaker_attributed"]["wer"],
        found["speaker"]["accuracy"],
        found["speaker"]["accuracy_of_covered"],
        words,
        turns,
    )


def _starts(truth: Truth, words: Sequence[Word]) -> tuple[Starts, Starts]:
    """How far the starts of words are off, and those of the first words of turns."""
    said = [
        _Said(plain, start, turn["id"], number == 0, turn["speaker"])
        for turn in truth["turns"]
        if not turn["off_record"]
        for number, (text, start, _) in enumerate(turn["words"])
        if (plain := _plain(text))
    ]
    apart = {word.speaker for word in words} == {INTERVIEWER, RESPONDENT}
    pairs = [pair for role in (INTERVIEWER, RESPONDENT) for pair in _pairs(said, words, role)] if apart else []
    pairs = pairs or _pairs(said, words, "")
    off = [(1000 * abs(heard.start - one.start), one) for one, heard in pairs]
    return _told([ms for ms, _ in off]), _told([ms for ms, one in off if one.first])


def _pairs(said: Sequence[_Said], words: Sequence[Word], role: str) -> list[tuple[_Said, Word]]:
    """Words that were said and heard alike, in order; of one speaker, or of all together."""
    wanted = sorted((one for one in said if role in ("", one.speaker)), key=lambda one: one.start)
    heard = sorted((one for one in words if role in ("", one.speaker)), key=lambda one: one.start)
    texts = [one.text for one in wanted], [_plain(one.text) for one in heard]
    alike = (step for step in Levenshtein.opcodes(*texts) if step.tag == "equal")
    return [
        (wanted[step.src_start + at], heard[step.dest_start + at])
        for step in alike
        for at in range(step.src_end - step.src_start)
    ]


def _told(off: Sequence[float]) -> Starts:
    if not off:
        return Starts(0, 0.0, 0.0, 0.0, 0)
    return Starts(
        len(off),
        float(np.median(off)),
        float(np.percentile(off, 95)),
        float(max(off)),
        sum(one > FAR_MS for one in off),
    )


def _plain(text: str) -> str:
    return re.sub(r"[^\w']", "", text.lower())
