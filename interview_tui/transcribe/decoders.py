"""Chunks decoded side by side, each core with an engine of its own in a process of its own, one thread each."""

from __future__ import annotations

import dataclasses
import multiprocessing
import os
import signal
import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from types import TracebackType

import psutil

from interview_tui.errors import InterviewTuiError, TranscriptionError
from interview_tui.transcribe import engine
from interview_tui.transcribe.decoding import Heard, hear
from interview_tui.transcribe.models import Model
from interview_tui.transcribe.plan import Chunk
from interview_tui.transcribe.sound import AudioReader, Passage

LEAVING_S = 5.0  # how long a decoder that has nothing left to do may take to leave


@dataclass(frozen=True, slots=True)
class Task:
    """What every decoder of a job needs to know."""

    engine: str
    model: Model
    language: str
    prompt: str
    passages: tuple[Passage, ...]


class Decoders:
    """The decoding processes of a job. They end with the block that holds them, or when the process that holds it dies.

    A chunk's words do not depend on which process hears it, or after what: the order of finishing does not matter.
    """

    def __init__(self, count: int, task: Task, reader: AudioReader) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._processes: list[BaseProcess] = []
        self._pipes: list[Connection] = []
        for _ in range(count):
            mine, theirs = spawn.Pipe()
            process = spawn.Process(target=_decode, args=(theirs, task, reader), daemon=True)
            process.start()
            theirs.close()  # so that the end of either process is the end of the pipe for the other
            self._processes.append(process)
            self._pipes.append(mine)

    def hear(self, chunks: Iterable[Chunk], loaded: Callable[[], None] = lambda: None) -> Iterator[Heard]:
        """What comes of these chunks, as each is finished; `loaded` is called as each engine has its weights.

        Raises:
            AudioError, TranscriptionError: a file cannot be read, an engine not loaded, or a process has died.
        """
        waiting = iter(chunks)
        busy = set(self._pipes)
        while busy:
            for pipe in wait(busy):
                assert isinstance(pipe, Connection)
                answer = _answer(pipe)
                if answer is None:
                    loaded()
                else:
                    yield answer
                following = next(waiting, None)
                if following is None:
                    busy.discard(pipe)
                else:
                    _ask(pipe, following)

    def __enter__(self) -> Decoders:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(LEAVING_S if kind is None else 0)
            process.kill()
            process.join()


def _answer(pipe: Connection) -> Heard | None:
    """What a decoder says: None that it is ready."""
    try:
        answer: Heard | InterviewTuiError | None = pipe.recv()
    except (EOFError, OSError) as error:
        raise _died() from error
    if isinstance(answer, InterviewTuiError):
        raise answer
    return answer


def _ask(pipe: Connection, chunk: Chunk) -> None:
    """Give a decoder its next chunk."""
    try:
        pipe.send(chunk)
    except OSError as error:
        raise _died() from error


def _died() -> TranscriptionError:
    return TranscriptionError(
        "A decoding process has died, perhaps for want of memory.",
        "Close other programs or choose a smaller model, and start again: what is finished is kept.",
    )


def cores() -> int:
    """How many cores there are to compute on: physical ones where that is known, no more than this process may use."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(usable, psutil.cpu_count(logical=False) or usable))


def step_back() -> None:
    """Give this process a low priority, so that the recorder and the screen do not notice it."""
    windows_class = getattr(psutil, "BELOW_NORMAL_PRIORITY_CLASS", None)
    psutil.Process().nice(10 if windows_class is None else windows_class)


def _decode(pipe: Connection, task: Task, reader: AudioReader) -> None:
    """What a decoding process does: say that it is ready, then answer chunk after chunk until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that holds this one
    os.dup2(2, 1)  # native libraries print; nothing of that may reach the pipe that carries progress
    step_back()
    try:
        ears = engine.make(task.engine, task.model, task.language)
        ears.load()
        pipe.send(None)
        while True:
            chunk: Chunk = pipe.recv()
            began = time.perf_counter()
            heard = hear(chunk, task.passages[chunk.passage], reader, ears, task.prompt)
            pipe.send(dataclasses.replace(heard, seconds=round(time.perf_counter() - began, 3)))
    except InterviewTuiError as error:
        pipe.send(error)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        pass  # nobody wants more
    except Exception as error:  # noqa: BLE001 - the boundary of the process: a sentence to its holder, the rest to the log
        traceback.print_exc()
        pipe.send(TranscriptionError(f"{task.engine} failed: {error!r}.", "Try another engine or model."))
