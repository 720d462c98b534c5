"""What runs in a worker: it says what it would hear with, loads the weights, and hears. Nothing of the sound stays."""

from __future__ import annotations

import asyncio
import time
import traceback
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

from interview_tui import __version__
from interview_tui.errors import InterviewTuiError, TranscriptionError
from interview_tui.transcribe.cluster.order import Means, Order, difference, means
from interview_tui.transcribe.engines import engine
from interview_tui.transcribe.engines.engine import Engine
from interview_tui.transcribe.hearing.decoding import hear
from interview_tui.transcribe.listening.chunk import ChunkSound
from interview_tui.transcribe.provenance import machine_in_words
from interview_tui.transcribe.weights import models


async def means_here(order: Order) -> dict[str, Any]:
    """What this process would hear with, or why it cannot, as a sentence. Run in a worker before anything is sent."""
    return await asyncio.to_thread(_means_here, order)


def _means_here(order: Order) -> dict[str, Any]:
    try:
        return {"means": _found(order, 1)[1]}
    except InterviewTuiError as error:
        return {"failed": str(error)}


def _found(order: Order, threads: int) -> tuple[Engine, Means]:
    """The engine that an order asks for, not loaded yet, and its means here."""
    model = models.find(order.model, order.language, models.default_cache())
    ears = engine.make(order.engine, model, order.language, threads)
    return ears, means(ears, model.sha256)


class Ear:
    """Hears units in a worker's process, as many at once as it has threads, one thread each.

    An actor of Dask's: what it is asked comes from the sender directly, is an argument for as long as it is being
    heard, and is never among the data that a worker keeps, spills to its disk or hands to others.
    """

    def __init__(self, order: Order, threads: int) -> None:
        """Load the weights.

        Raises:
            TranscriptionError: they are not here, cannot be loaded, or something here is not what was ordered.
        """
        self._seat = _seat(order, threads)

    async def hear(self, sounds: Sequence[ChunkSound], prompt: str) -> dict[str, Any]:
        """What is heard in sounds that are decoded together, as JSON; an error as its sentence and the way out."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._seat.threads, self._seat.hear, sounds, prompt)


class _Seat:
    """A loaded engine and the threads that hear with it, shared by all ears of a process that want the same."""

    def __init__(self, order: Order, threads: int) -> None:
        self._engine, found = _found(order, threads)
        if wrong := difference(order.means, found):
            raise TranscriptionError(f"It has {wrong}.")
        self._engine.load()
        self.threads = ThreadPoolExecutor(threads, thread_name_prefix="hearing")

    def hear(self, sounds: Sequence[ChunkSound], prompt: str) -> dict[str, Any]:
        began = time.perf_counter()
        try:
            heard = [one.to_json() for one in hear(sounds, self._engine, prompt)]
        except InterviewTuiError as error:
            return {"failed": str(error)}
        except Exception as error:  # noqa: BLE001 - the boundary of the worker: a sentence to the sender, the rest to its log
            traceback.print_exc()
            return {"failed": f"{self._engine.name} failed: {error!r}."}
        return {"heard": heard, "seconds": time.perf_counter() - began, "machine": machine_in_words()}


_seats: WeakValueDictionary[tuple[Order, int], _Seat] = WeakValueDictionary()
_taking_a_seat = Lock()


def _seat(order: Order, threads: int) -> _Seat:
    """The seat for an order; the weights leave the process with the last ear that hears with them."""
    with _taking_a_seat:
        seat = _seats.get((order, threads))
        if seat is None:
            seat = _seats[order, threads] = _Seat(order, threads)
        return seat


def answers(found: Mapping[str, Any] | BaseException, order: Order) -> str:
    """Why a worker of which `means_here` gave this cannot hear as ordered, as a sentence; empty if it can."""
    if isinstance(found, ImportError | AttributeError):
        return f"interview-tui {__version__} is not installed there ({found})."
    if isinstance(found, BaseException):
        return f"It failed: {found!r}."
    wrong = found.get("failed") or difference(order.means, found["means"])
    return f"It has {wrong}." if wrong and "failed" not in found else str(wrong)
