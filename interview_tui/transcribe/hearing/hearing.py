"""The middle of a job: listening runs ahead, what it finds is cut to units, decoders hear them, the ledger keeps it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from interview_tui.record.ports import JobState
from interview_tui.transcribe.hearing.decoders import Ask, Decoders
from interview_tui.transcribe.hearing.decoding import HeardUnit
from interview_tui.transcribe.hearing.ledger import Ledger
from interview_tui.transcribe.listening.blocks import listen
from interview_tui.transcribe.listening.cutting import Unit, chunks, units
from interview_tui.transcribe.listening.sound import RATE, AudioReader, Passage
from interview_tui.transcribe.pace import USUAL_CHUNK_S, Load, Pace
from interview_tui.transcribe.priority import give_memory_back
from interview_tui.transcribe.spec import JobSpec
from interview_tui.transcribe.vocabulary import prompt_for

NEWEST = 80  # characters of what was just heard that are told


class Report(Protocol):
    """Takes progress: the state, the share that is done, an estimate of the seconds left, and the newest words."""

    def __call__(
        self, state: JobState, share: float = 0.0, left_s: float | None = None, message: str = "", words: str = ""
    ) -> None:
        """Report it."""
        ...


class Hearing:
    """All that is to be heard of some passages, and how much of it is in the ledger.

    Of a job that is open the last passage still grows: only what no later sound can change is heard of it.
    """

    def __init__(self, spec: JobSpec, passages: Sequence[Passage], ledger: Ledger, reader: AudioReader) -> None:
        self._spec, self._passages, self._ledger, self._reader = spec, passages, ledger, reader
        self._units = {passage.key: self._cut(passage) for passage in passages}
        self._asked: set[str] = set()
        self._pace = Pace()
        self._share = 0.0

    @property
    def is_complete(self) -> bool:
        """Whether all is in the ledger."""
        return all(map(self._listened_to, self._passages)) and not self._missing()

    def units(self, passage: Passage) -> list[Unit]:
        """The units of a passage, as far as it was listened to."""
        return self._units[passage.key]

    def go_on(self, decoders: Decoders, report: Report, stop: Callable[[], bool]) -> None:
        """Have everything heard that is missing, the earliest first, or what is begun once `stop` says so.

        Raises:
            AudioError, TranscriptionError: a file cannot be read, an engine fails, or the ledger cannot be written.
        """
        self._tell(report, JobState.LOADING)
        for heard in decoders.hear(self._asks(stop), stop):
            self._ledger.add(heard)
            give_memory_back()
            self._pace.heard(Load(len(heard.heard), heard.speech_s), heard.seconds)
            self._tell(report, JobState.RUNNING, self._left_s(decoders.count), newest(heard))

    def _asks(self, stop: Callable[[], bool]) -> Iterator[Ask | None]:
        """What is missing of what was listened to, then what more listening finds; None for a block without any."""
        for passage in self._passages:
            yield from self._new_asks(passage)
            blocks = tuple(self._ledger.blocks.get(passage.key, ()))
            began = time.perf_counter()
            for block in listen(passage, self._reader, blocks, self._is_final(passage)):
                self._ledger.add_block(passage.key, block)
                self._units[passage.key] = self._cut(passage)
                self._pace.listened((block.last - block.first) / RATE, time.perf_counter() - began)
                yield from self._new_asks(passage) or (None,)
                if stop():
                    return
                began = time.perf_counter()

    def _new_asks(self, passage: Passage) -> list[Ask]:
        new = [unit for unit in self.units(passage) if unit.key not in self._ledger.units.keys() | self._asked]
        self._asked.update(unit.key for unit in new)
        return [Ask(unit, passage, self._prompt(passage, unit)) for unit in new]

    def _prompt(self, passage: Passage, unit: Unit) -> str:
        start_ms, end_ms = passage.ms_at(unit.first), passage.ms_at(unit.last)
        return prompt_for(self._spec.terms, start_ms, end_ms, self._spec.language)

    def _cut(self, passage: Passage) -> list[Unit]:
        """The units of a passage in the blocks of the ledger."""
        blocks = self._ledger.blocks.get(passage.key, [])
        whole = self._is_final(passage) and self._listened_to(passage)
        return units(chunks(passage.key, blocks, self._spec.interviewer_channel, whole), whole)

    def _is_final(self, passage: Passage) -> bool:
        return is_final(self._spec, self._passages, passage)

    def _listened_to(self, passage: Passage) -> bool:
        """Whether there is no more of it to listen to; of one that grows there always may be."""
        return self._is_final(passage) and self._listened(passage) == passage.samples

    def _listened(self, passage: Passage) -> int:
        """How many samples of a passage were listened to."""
        blocks = self._ledger.blocks.get(passage.key)
        return blocks[-1].last if blocks else 0

    def _missing(self) -> list[Unit]:
        return [unit for found in self._units.values() for unit in found if unit.key not in self._ledger.units]

    def _tell(self, report: Report, state: JobState, left_s: float | None = None, words: str = "") -> None:
        """Report how far it is; a share that was told is not taken back when listening finds more to hear."""
        whole, left = self._loads()
        if whole.chunks:
            self._share = max(self._share, 1 - _weight(left) / _weight(whole))
        report(state, self._share, left_s, words=words)

    def _left_s(self, decoders: int) -> float | None:
        """How long what is left will take; not told of a call that goes on."""
        if self._spec.open:
            return None
        return self._pace.left_s(self._loads()[1], self._unlistened_s(), decoders)

    def _loads(self) -> tuple[Load, Load]:
        """All there is to be heard, and what of it is left; what was not listened to is taken to be like the rest."""
        found = sum((load_of(unit) for known in self._units.values() for unit in known), Load())
        listened_s = sum(map(self._listened, self._passages)) / RATE
        to_be_found = found.times(self._unlistened_s() / listened_s) if listened_s else Load()
        return found + to_be_found, sum(map(load_of, self._missing()), to_be_found)

    def _unlistened_s(self) -> float:
        return sum(passage.samples - self._listened(passage) for passage in self._passages) / RATE


def is_final(spec: JobSpec, passages: Sequence[Passage], passage: Passage) -> bool:
    """Whether no more of a passage will come."""
    return not spec.open or passage is not passages[-1]


def load_of(unit: Unit) -> Load:
    """What a unit costs to hear."""
    speech = sum(last - first for chunk in unit.chunks for first, last in chunk.speech)
    return Load(len(unit.chunks), speech / RATE)


def newest(heard: HeardUnit) -> str:
    """The end of what was just heard: `… and what did he say to that?`."""
    text = " ".join(word.text for one in heard.heard for word in one.words)
    if len(text) <= NEWEST:
        return text
    return "… " + text[-NEWEST:].partition(" ")[2]


def _weight(load: Load) -> float:
    return load.chunks * USUAL_CHUNK_S + load.speech_s
