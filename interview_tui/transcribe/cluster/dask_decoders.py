"""Units heard by the workers of a Dask cluster; a worker that is lost in the middle loses no unit."""

from __future__ import annotations

import asyncio
import queue
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.cluster.connection import connected
from interview_tui.transcribe.cluster.ear import Ear
from interview_tui.transcribe.cluster.machines import Machine, present
from interview_tui.transcribe.cluster.order import Order
from interview_tui.transcribe.hearing.decoders import Ask
from interview_tui.transcribe.hearing.decoding import Heard, HeardUnit
from interview_tui.transcribe.listening.sound import AudioReader
from interview_tui.transcribe.spec import ClusterShare

if TYPE_CHECKING:
    from distributed import Client, Future

AHEAD = 2  # units that a thread is given: the one it hears, and one that waits for it
LOOK_S = 2.0  # how often it is seen to that everybody is still there
LONGEST_S = 3600.0  # of silence about a unit until its worker counts as lost
RETURNING_S = 20.0  # how long a worker that was the last may take to be started again
MOST_LOSSES = 3  # workers that may be lost while they hear the same unit
KEPT = "What is finished is kept."


@dataclass(slots=True)
class _Seated:
    """A worker that hears, or is about to, and what it was asked."""

    machine: Machine
    future: Future
    ear: Any = None
    asked: dict[str, Ask] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Said:
    """What came of an ask, or of the wish that there be an ear (`ask` is None); `said` is an error if it is lost."""

    seat: _Seated
    ask: Ask | None
    said: Any


class DaskDecoders:
    """Hears units on workers of a cluster, those that the user named and no other; implements `decoders.Decoders`.

    Only as many units as keep a worker's threads busy are on their way at a time, shared with the other jobs that are
    under way.
    """

    def __init__(self, share: ClusterShare, order: Order, reader: AudioReader) -> None:
        self._share, self._order, self._reader = share, order, reader
        self._held = ExitStack()
        self._seats: list[_Seated] = []
        self._unfit: dict[str, str] = {}  # why a worker is not asked any more, by its label
        self._lost: list[Machine] = []
        self._losses: Counter[str] = Counter()
        self._waiting: deque[Ask] = deque()
        self._said: queue.SimpleQueue[_Said] = queue.SimpleQueue()
        self._looked_at = self._left_at = time.monotonic()

    @property
    def count(self) -> int:
        """How many units are heard at once."""
        return max(1, sum(seat.machine.threads for seat in self._seats) // self._share.jobs)

    def __enter__(self) -> Self:
        self._client: Client = self._held.enter_context(connected(self._share.scheduler))
        there = [machine for machine in present(self._client) if machine.address in self._share.workers]
        for machine in there:
            self._seat(machine)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._seats.clear()  # with the last reference to an ear it is let go, and what it was hearing with it
        self._held.close()

    def hear(self, asks: Iterable[Ask | None], stop: Callable[[], bool] = lambda: False) -> Iterator[HeardUnit]:
        """What comes of these asks, as each is finished.

        Raises:
            AudioError, TranscriptionError: a file cannot be read, the scheduler is gone, no worker is left, or one
                unit was too much for several.
        """
        for ask in asks:
            if ask is not None:
                self._waiting.append(ask)
            yield from self._answers(0.0)
            if stop():
                self._waiting.clear()
        while self._waiting or any(seat.asked for seat in self._seats):
            yield from self._answers(LOOK_S)
            if stop():
                self._waiting.clear()

    def _answers(self, patience_s: float) -> Iterator[HeardUnit]:
        """Give out what waits, and take in what has been said, waiting for the first for as long as that."""
        self._give_out()
        while True:
            try:
                said = self._said.get(timeout=patience_s) if patience_s else self._said.get_nowait()
            except queue.Empty:
                break
            patience_s = 0.0
            heard = self._take_in(said)
            self._give_out()
            if heard:
                yield heard
        if time.monotonic() - self._looked_at > LOOK_S:
            self._look()

    def _give_out(self) -> None:
        """Give what waits to the ears that have least to do, as far as they have room."""
        while self._waiting:
            ready = [seat for seat in self._seats if seat.ear is not None and len(seat.asked) < self._room(seat)]
            if not ready:
                return
            seat = min(ready, key=lambda seat: len(seat.asked) / seat.machine.threads)
            self._send(seat, self._waiting.popleft())

    def _room(self, seat: _Seated) -> int:
        return max(1, -(-AHEAD * seat.machine.threads // self._share.jobs))

    def _send(self, seat: _Seated, ask: Ask) -> None:
        seat.asked[ask.unit.key] = ask
        sounds = ask.sounds(self._reader)

        async def heard() -> None:
            try:
                said: Any = await asyncio.wait_for(seat.ear.hear(sounds, ask.prompt), LONGEST_S)
            except Exception as error:  # noqa: BLE001 - whatever it is: this worker does not answer any more
                said = error
            self._said.put(_Said(seat, ask, said))

        asyncio.run_coroutine_threadsafe(heard(), self._client.loop.asyncio_loop)

    def _seat(self, machine: Machine) -> None:
        """Have an ear made in a worker. It is bound to that one: if that goes, the ear goes with it."""
        future = self._client.submit(
            Ear,
            self._order,
            machine.threads,
            actor=True,
            pure=False,
            retries=0,
            workers=[machine.address],
            allow_other_workers=False,
        )
        seat = _Seated(machine, future)
        self._seats.append(seat)
        client = self._client

        def made(future: Future) -> None:
            try:
                with client.as_current():  # an ear is reached through the client that is current when it arrives
                    said: Any = future.result()
            except Exception as error:  # noqa: BLE001 - whatever it is: there is no ear in this worker
                said = error
            self._said.put(_Said(seat, None, said))

        future.add_done_callback(made)

    def _take_in(self, said: _Said) -> HeardUnit | None:
        """What somebody has said: an answer, an ear that is ready, or that there is none any more."""
        seat, ask = said.seat, said.ask
        if seat not in self._seats:
            return None  # it was given up, and what it was asked is with others
        if isinstance(said.said, TranscriptionError):
            self._give_up(seat, str(said.said))
        elif isinstance(said.said, BaseException):
            self._give_up(seat)
        elif ask is None:
            seat.ear = said.said
        elif "failed" in said.said:
            self._give_up(seat, said.said["failed"])
        else:
            del seat.asked[ask.unit.key]
            heard = map(Heard.from_json, said.said["heard"])
            return ask.answered(heard, said.said["seconds"], f"{seat.machine.label}: {said.said['machine']}")
        return None

    def _give_up(self, seat: _Seated, why: str = "") -> None:
        """Ask a worker no more; what it was asked goes to others. Without a reason it may come back."""
        self._seats.remove(seat)
        self._left_at = time.monotonic()
        if why:
            self._unfit[seat.machine.label] = why
        else:
            self._lost.append(seat.machine)
        self._losses.update(seat.asked.keys())
        self._waiting.extendleft(reversed(seat.asked.values()))
        if any(self._losses[key] >= MOST_LOSSES for key in seat.asked):
            raise TranscriptionError(
                f"{MOST_LOSSES} workers were lost over the same stretch, perhaps for want of memory. {self._reasons}",
                f"Take workers with more memory or a smaller model, or go on here, without --scheduler. {KEPT}",
            )

    def _look(self) -> None:
        """See whether everybody is still there, and whether somebody has come back."""
        self._looked_at = time.monotonic()
        there = present(self._client)
        for seat in list(self._seats):
            gone = seat.future.status in {"cancelled", "lost"} or seat.machine not in there
            if gone:
                self._give_up(seat)
        taken = {seat.machine.address for seat in self._seats}
        for machine in list(self._lost):
            back = [one for one in there if (one.name, one.host) == (machine.name, machine.host)]
            if back and back[0].address not in taken:
                self._lost.remove(machine)
                self._seat(back[0])
        if not self._seats and (not self._lost or self._looked_at - self._left_at > RETURNING_S):
            raise TranscriptionError(
                f"No worker is left at {self._share.scheduler} that can hear. {self._reasons}".strip(),
                f"{KEPT} Start again with others, or go on here, without --scheduler.",
            )

    @property
    def _reasons(self) -> str:
        return " ".join(f"{label}: {why}" for label, why in self._unfit.items())
