"""Units decoded side by side: what decoders are asked and answer; those of this machine are threads of one engine."""

from __future__ import annotations

import queue
import sys
import threading
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

from interview_tui.errors import InterviewTuiError, TranscriptionError
from interview_tui.transcribe.engines.engine import Engine
from interview_tui.transcribe.hearing.decoding import Heard, HeardUnit, hear
from interview_tui.transcribe.listening.chunk import ChunkSound
from interview_tui.transcribe.listening.cutting import Unit
from interview_tui.transcribe.listening.sound import RATE, AudioReader, Passage


@dataclass(frozen=True, slots=True)
class Ask:
    """A unit that is to be heard: what of, and what the engine is told beforehand."""

    unit: Unit
    passage: Passage
    prompt: str = ""

    @property
    def speech_s(self) -> float:
        """How much speech there is in it."""
        return sum(last - first for chunk in self.unit.chunks for first, last in chunk.speech) / RATE

    def sounds(self, reader: AudioReader) -> list[ChunkSound]:
        """The sounds of its chunks.

        Raises:
            AudioError: a file cannot be read.
        """
        return [chunk.cut_out(self.passage, reader) for chunk in self.unit.chunks]

    def answered(self, heard: Iterable[Heard], seconds: float, machine: str = "") -> HeardUnit:
        """What was heard in it, as a line of the ledger."""
        took_s, speech_s = round(seconds, 3), round(self.speech_s, 2)
        return HeardUnit(self.unit.key, tuple(heard), took_s, speech_s, machine)


class Decoders(Protocol):
    """Whoever hears units, several at once; a unit's words do not depend on who hears it, or after what."""

    @property
    def count(self) -> int:
        """How many units they hear at once."""
        ...

    def hear(self, asks: Iterable[Ask | None], stop: Callable[[], bool] = lambda: False) -> Iterator[HeardUnit]:
        """What comes of these asks, as each is finished; once `stop` says so, only what is begun is finished.

        The next of `asks` is taken without waiting for answers, in the caller's thread: it may take a while to be
        found. None is a moment at which there was none.

        Raises:
            AudioError, TranscriptionError: a file cannot be read, or an engine fails.
        """
        ...

    def __enter__(self) -> Self:
        """Make them ready, in the background."""
        ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let them go."""
        ...


class ThreadDecoders:
    """Decoders in threads of this process, which share the weights of one engine.

    Whoever looks for asks waits for the first answer: the first words are to come soon, on a busy machine too. While
    more asks are looked for, one of them rests if there are several: listening has a core of its own then, and what a
    unit takes stays the same.
    """

    def __init__(self, engine: Engine, reader: AudioReader, count: int) -> None:
        self.count = min(count, engine.side_by_side)
        self._engine, self._reader = engine, reader
        self._asked: queue.SimpleQueue[Ask | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[HeardUnit | InterviewTuiError] = queue.SimpleQueue()
        self._loading = threading.Lock()
        self._turns = threading.Condition()
        self._at_work, self._looking = 0, False
        self._threads = [
            threading.Thread(target=self._decode, name=f"decoder {number}", daemon=True)
            for number in range(1, self.count + 1)
        ]

    def hear(self, asks: Iterable[Ask | None], stop: Callable[[], bool] = lambda: False) -> Iterator[HeardUnit]:
        """What comes of these asks, as each is finished."""
        open_asks, told = 0, False
        for ask in self._looked_for(asks):
            if ask is not None:
                self._asked.put(ask)
                open_asks += 1
            while not self._answers.empty() or (open_asks and not told):
                yield self._answer()
                open_asks, told = open_asks - 1, True
            if stop():
                open_asks -= self._taken_back()
        while open_asks:
            yield self._answer()
            open_asks -= 1
            if stop():
                open_asks -= self._taken_back()

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._taken_back()
        for _ in self._threads:
            self._asked.put(None)
        for thread in self._threads:
            thread.join()  # at most for the units they are at

    def _looked_for(self, asks: Iterable[Ask | None]) -> Iterator[Ask | None]:
        """The asks; until there are no more, the decoders know that they are looked for."""
        self._look(True)
        try:
            yield from asks
        finally:
            self._look(False)

    def _look(self, looking: bool) -> None:
        with self._turns:
            self._looking = looking
            self._turns.notify_all()

    def _answer(self) -> HeardUnit:
        answer = self._answers.get()
        if isinstance(answer, InterviewTuiError):
            raise answer
        return answer

    @contextmanager
    def _turn(self) -> Iterator[None]:
        """A unit's time, begun when it is this decoder's turn."""
        with self._turns:
            self._turns.wait_for(lambda: self._at_work < max(1, self.count - self._looking))
            self._at_work += 1
        try:
            yield
        finally:
            with self._turns:
                self._at_work -= 1
                self._turns.notify_all()

    def _taken_back(self) -> int:
        """Forget the asks that nobody has begun; gives how many these were."""
        count = 0
        while True:
            try:
                self._asked.get_nowait()
            except queue.Empty:
                return count
            count += 1

    def _decode(self) -> None:
        """What a decoder does: load the weights unless another has, then answer ask after ask."""
        try:
            with self._loading:
                self._engine.load()
            while (ask := self._asked.get()) is not None:
                with self._turn():
                    began = time.perf_counter()
                    heard = hear(ask.sounds(self._reader), self._engine, ask.prompt)
                    answer = ask.answered(heard, time.perf_counter() - began)
                self._answers.put(answer)
        except InterviewTuiError as error:
            self._answers.put(error)
        except MemoryError:
            self._answers.put(_too_little_memory())
        except Exception as error:  # noqa: BLE001 - the boundary of the thread: a sentence to its holder, the rest to the log
            traceback.print_exc(file=sys.stderr)
            self._answers.put(TranscriptionError(f"{self._engine.name} failed: {error!r}.", "Try another engine."))


def _too_little_memory() -> TranscriptionError:
    return TranscriptionError(
        "There is too little memory.",
        "Close other programs or choose a smaller model, and start again: what is finished is kept.",
    )
