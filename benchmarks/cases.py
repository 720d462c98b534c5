"""Simulated calls as interviews: a folder of the bench, taken in under one of three logs, with the words of its talk.

The logs are what the interviewer did: `careful` as she did it, `sloppy` with a quarter of her moves forgotten, `none`
without any move, as if she had conducted from paper. The words are those that the program hears (`real`), or those that
were said, with their speakers (`perfect`).
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import soundfile

from interview_tui.bootstrap import foreign_names, known_crosswalk, ready_study
from interview_tui.errors import ConfigError
from interview_tui.export.options import Foreign
from interview_tui.interview.state import Interview
from interview_tui.record.transcript import Provenance, Transcript, Turn, Word, from_json, to_json
from interview_tui.store.study import StudyFolder
from interview_tui.taking_in import import_call
from interview_tui.transcribing import Choice, transcribe

CAREFUL, SLOPPY, NONE = "careful", "sloppy", "none"
LOGS = {CAREFUL: "events.json", SLOPPY: "events_sloppy.json", NONE: "events.json"}
MOVES = frozenset({"enter_question", "leave_question", "start_incident", "end_incident"})
REAL, PERFECT = "real", "perfect"
LANGUAGE = "en"

Truth = dict[str, Any]


@dataclass(frozen=True)
class Words:
    """Where the words of a call come from: `kind` is `real` or `perfect`, the others say how real ones are heard.

    `mono` mixes both channels down first. Transcripts are kept in `kept` and used again.
    """

    kind: str
    kept: Path
    engine: str = "auto"
    model: str = "base"
    mono: bool = False


@dataclass(frozen=True)
class Call:
    """A folder of the bench and what was really said in it."""

    name: str
    folder: Path
    truth: Truth

    @classmethod
    def in_folder(cls, folder: Path) -> Call:
        """The call in a folder.

        Raises:
            ConfigError: there is none.
        """
        try:
            truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ConfigError(f"{folder} holds no truth.json that can be read: {error}.") from error
        return cls(folder.resolve().name, folder.resolve(), truth)

    def sound(self, *, mono: bool, work: Path) -> list[Path]:
        """What the recorder got, file by file; `mono` mixes the channels down, into the folder `work`."""
        files = [self.folder / recording["file"] for recording in self.truth["recordings"]]
        if not mono:
            return files
        work.mkdir(parents=True, exist_ok=True)
        return [_mixed_down(file, work / f"{file.stem}.wav") for file in files]

    def events(self, log: str) -> dict[str, Any]:
        """What she did, after one of the three logs."""
        data: dict[str, Any] = json.loads((self.folder / LOGS[log]).read_text(encoding="utf-8"))
        return without_moves(data) if log == NONE else data


@dataclass(frozen=True)
class Case:
    """A call, taken in under a log into a study of its own, with its transcript."""

    call: Call
    log: str
    study: StudyFolder
    transcript: Transcript

    @property
    def name(self) -> str:
        """The case id."""
        return str(self.call.truth["participant"])

    def interview(self) -> Interview:
        """Its interview, read anew: nothing of it has been worked out yet."""
        return self.study.interview(self.name)

    def foreign(self) -> Foreign | None:
        """The bench's names for the places of the schedule."""
        return foreign_names(known_crosswalk(self.study, self.study.schedule(self.name)))


def without_moves(data: Mapping[str, Any]) -> dict[str, Any]:
    """A log without anything that she did on the screen but recording, notes and marks."""
    return {**data, "events": [event for event in data["events"] if event["type"] not in MOVES]}


def cases(call: Call, logs: Sequence[str], words: Words, work: Path) -> Iterator[Case]:
    """A call under each of some logs, in studies that are made in `work`.

    It is transcribed once, as taken in under the first of them. Of the logs only the notes bear on how it is heard, by
    the names in them, and those are the same in all; the wordings that it is told hold the rounds of that one log.
    """
    sound = call.sound(mono=words.mono and words.kind == REAL, work=work / "sound")
    transcript = perfect(call.truth) if words.kind == PERFECT else None
    for log in logs:
        study = ready_study(work / log / "study")
        (work / log / "events.json").write_text(json.dumps(call.events(log)), encoding="utf-8")
        taken = import_call(study, work / log, audio=[str(file) for file in sound])
        transcript = transcript or _heard(call, study, taken.case, sound, words)
        yield Case(call, log, study, transcript)


def perfect(truth: Truth) -> Transcript:
    """What was said on the record and recorded, word by word, with its punctuation, as a transcript."""
    turns = sorted((t for t in truth["turns"] if not t["off_record"] and t["audio"]), key=lambda turn: turn["start"])
    found = [
        Turn(number, turn["speaker"], tuple(_words(turn["text"], turn["words"])))
        for number, turn in enumerate(turns, 1)
    ]
    return Transcript(tuple(found), Provenance("truth", "truth", "", LANGUAGE))


def _heard(call: Call, study: StudyFolder, case: str, sound: Sequence[Path], words: Words) -> Transcript:
    """What the program hears of a case, or heard of the same sound with the same engine and model before."""
    told = [hashlib.sha256(file.read_bytes()).hexdigest() for file in sound]
    key = hashlib.sha256(" ".join(told).encode()).hexdigest()[:16]
    name = "-".join([call.name, "mono" if words.mono else "stereo", words.engine, re.sub(r"\W", "_", words.model), key])
    file = words.kept / f"{name}.json"
    if file.is_file():
        return from_json(json.loads(file.read_text(encoding="utf-8")))
    sys.stderr.write(f"{call.name}: being transcribed with {words.model} …\n")
    transcript = transcribe(study, case, Choice(engine=words.engine, model=words.model), on_progress=lambda _: None)
    words.kept.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(to_json(transcript)), encoding="utf-8")
    return transcript


def _words(text: str, timed: Sequence[Sequence[Any]]) -> Iterator[Word]:
    """The words of a turn with their times (seconds), as they are written where they can be found in its text."""
    written = [token for token in text.split() if re.search(r"\w", token)]
    said = [str(word) for word, _, _ in timed]
    matched = SequenceMatcher(
        None, [_plain(token) for token in written], [_plain(word) for word in said], autojunk=False
    )
    for tag, a, b, c, d in matched.get_opcodes():
        if tag == "equal" or b - a == d - c:
            said[c:d] = written[a:b]
        elif a < b and c < d:
            said[d - 1] += "".join(re.findall(r"[.?!,]$", written[b - 1]))
    for token, (_, start, end) in zip(said, timed, strict=True):
        start_ms = round(start * 1000)
        yield Word(token, start_ms, max(start_ms + 1, round(end * 1000)))


def _plain(token: str) -> str:
    return re.sub(r"[^\w']", "", token.lower())


def _mixed_down(file: Path, to: Path) -> Path:
    sound, rate = soundfile.read(file, dtype="float32", always_2d=True)
    soundfile.write(to, sound.mean(axis=1), rate, subtype="PCM_16")
    return to
