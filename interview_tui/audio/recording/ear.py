"""One opening of one source. It is opened and closed in threads of its own, since a driver may hang in either."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from interview_tui.audio.capture import CaptureBackend, Signal, SourceSpec
from interview_tui.audio.sources.opening import open_source
from interview_tui.errors import AudioError

CLOSE_WITHIN_S = 0.5
BEHIND_NS = 500_000_000  # more than a driver holds back
Post = Callable[["Ear", bytes, int], None]
Open = Callable[[SourceSpec, int | None], CaptureBackend]
Begin = Callable[[Callable[[], None], str], threading.Thread | None]


class Permission:
    """Leave to take sound, from `record` on. Once it is withdrawn no later block is let in, however late it comes."""

    def __init__(self) -> None:
        self._until_ns: int | None = None

    @property
    def withdrawn(self) -> bool:
        """Whether no sound is to be taken any more."""
        return self._until_ns is not None

    def withdraw(self, at_ns: int) -> None:
        """Take no block that arrives after `at_ns` (monotonic clock). What comes first counts."""
        if self._until_ns is None:
            self._until_ns = at_ns

    def covers(self, arrival_ns: int) -> bool:
        """Whether a block that arrived then may be taken."""
        until_ns = self._until_ns
        return until_ns is None or arrival_ns <= until_ns


def in_a_thread(work: Callable[[], None], name: str) -> threading.Thread:
    """Begin `work` in a thread that holds up nobody."""
    thread = threading.Thread(target=work, name=name, daemon=True)
    thread.start()
    return thread


class Ear:
    """A source that is being opened, is open, or was refused. Its blocks are posted as they come."""

    def __init__(
        self,
        spec: SourceSpec,
        epoch_ns: int | None,
        permission: Permission,
        post: Post,
        opener: Open = open_source,
        begin: Begin = in_a_thread,
    ) -> None:
        """Begin to open `spec`. `epoch_ns` is when a file began to play; None: it begins now."""
        self.refusal: AudioError | None = None
        self._spec, self._epoch_ns = spec, epoch_ns
        self._permission, self._post, self._opener, self._begin = permission, post, opener, begin
        self._capture: CaptureBackend | None = None
        self._closed = False
        self._heard_ns = 0
        self._has_passed = threading.Event()  # a block came that was let in no more: all that are older have come
        begin(self._open, "opening")

    @property
    def signal(self) -> Signal:
        """What it delivers. Known once a block of it was posted."""
        assert self._capture is not None
        return self._capture.signal

    @property
    def ended(self) -> bool:
        """Whether it was played to its end."""
        return self._capture is not None and self._capture.ended

    @property
    def failure(self) -> str:
        """Why nothing will come from it any more; empty while something may."""
        return self._capture.failure if self._capture is not None else ""

    @property
    def recorded_from(self) -> str:
        """The device that the system takes its sound from; empty where that is not known."""
        return self._capture.recorded_from if self._capture is not None else ""

    @property
    def may_go_back(self) -> bool:
        """Whether the device it was moved away from is there again."""
        return self._capture is not None and self._capture.may_go_back

    @property
    def epoch_ns(self) -> int | None:
        """When the file that it plays began; None of a device."""
        return self._capture.epoch_ns if self._capture is not None else None

    def admits(self, arrival_ns: int) -> bool:
        """Whether a block that arrived then may be kept."""
        return self._permission.covers(arrival_ns)

    def catch_up(self, at_ns: int, wait_s: float) -> None:
        """Where what it gave is far behind `at_ns`, as in a process that was stopped, wait for what is on its way."""
        if self._heard_ns and at_ns - self._heard_ns > BEHIND_NS and not self.ended and not self.failure:
            self._has_passed.wait(wait_s)

    def close(self, wait_s: float = 0.0) -> None:
        """Post nothing more and let the source go, waiting for that at most `wait_s`."""
        self._closed = True
        capture = self._capture
        if capture is not None:
            closing = self._begin(capture.close, "closing")
            if closing is not None and wait_s:
                closing.join(wait_s)

    def _open(self) -> None:
        try:
            if self._permission.withdrawn:
                return
            self._capture = self._opener(self._spec, self._epoch_ns)
            if not self._closed:
                self._capture.start(self._deliver)
        except AudioError as error:
            self.refusal = error
        except Exception as error:  # the thread's boundary: whoever waits for this source must be told
            logging.exception("opening failed")
            self.refusal = AudioError(f"Something unexpected happened to the sound: {error!r}.")
        if self._capture is not None and (self._closed or self._permission.withdrawn or self.refusal):
            self._capture.close()

    def _deliver(self, pcm: bytes, arrival_ns: int) -> None:
        if self._closed:
            return
        if self.admits(arrival_ns):
            self._heard_ns = arrival_ns
            self._post(self, pcm, arrival_ns)
        else:
            self._has_passed.set()
