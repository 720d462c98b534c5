"""The recorder process: `python -m interview_tui.audio.recording.recorder CONFIG.json`.

It records into the folder that CONFIG.json lies in and lives on when the app is gone. The app finds it by
`recorder.json`; `recorder.lock` is held as long as it lives. It ends on command, when the system asks it to, or when
no app has spoken to it for the orphan limit: a recorder without an app is a microphone left on.
"""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import os
import signal
import sys
import threading
import time
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import psutil
from filelock import FileLock, Timeout

from interview_tui import monotonic
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.processes.control import ControlServer
from interview_tui.audio.recording.deck import Deck
from interview_tui.audio.recording.wakefulness import Wakefulness
from interview_tui.audio.stored.shelves import RESERVE_BYTES
from interview_tui.audio.stored.span_log import fallback_of
from interview_tui.errors import AudioError, StorageError
from interview_tui.interview.sound import SpanEnd

CONTACT_NAME = "recorder.json"
LOCK_NAME = "recorder.lock"
LOG_NAME = "recorder.log"
ORPHAN_LIMIT_S = 2 * 60 * 60
LOCK_WITHIN_S = 2.5
GOODBYE_S = 2.0
NICENESS = -10
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class RecorderConfig:
    """What the recorder process is told when it starts.

    Where the disk of the case is full it goes on in a folder of the case's name in `fallback`, if that is not empty;
    `reserve_bytes` is what is left on that disk for the notes. `recipient` is for whom an encrypted study is sealed: a
    recorder that is started again seals, even if the study's key has gone meanwhile.
    """

    orphan_limit_s: int = ORPHAN_LIMIT_S
    fallback: str = ""
    reserve_bytes: int = RESERVE_BYTES
    recipient: str = ""


class RecorderProcess:
    """A deck that takes its commands from outside."""

    def __init__(self, folder: Path, config: RecorderConfig) -> None:
        self._folder, self._config = folder, config
        self._deck = Deck(folder, fallback_of(folder), config.reserve_bytes, recipient=config.recipient)
        self._wakefulness = Wakefulness()
        self._ended = threading.Event()
        self._stopped = False
        self._asked_ns = monotonic.now_ns()  # when an app last spoke to it
        self._server = ControlServer(self._answer)

    def run(self) -> None:
        """Serve until the end, as the docstring of this module has it."""
        contact = self._folder / CONTACT_NAME
        self._server.contact().leave(contact)
        logging.info("recorder %d is ready", os.getpid())
        try:
            self._wait()
            if not self._stopped:
                self._deck.stop(SpanEnd.LOST)
        finally:
            contact.unlink(missing_ok=True)
        if self._stopped:
            self._server.deserted.wait(GOODBYE_S)
        logging.info("recorder %d has ended", os.getpid())

    def end(self, _signal: int = 0, _frame: FrameType | None = None) -> None:
        """End, closing the span: a signal handler."""
        self._ended.set()

    def _wait(self) -> None:
        """Until the end. Idle seconds are counted one by one, since clocks may jump when the machine has slept."""
        idle_s, calls = 0, 0
        while not self._ended.wait(1.0):
            self._stay_reachable()
            idle_s = 0 if self._server.calls != calls else idle_s + 1
            calls = self._server.calls
            if idle_s >= self._config.orphan_limit_s:
                logging.warning("no app has spoken to this recorder for %d s: it ends", idle_s)
                return

    def _stay_reachable(self) -> None:
        """Leave the contact again if it is gone: one who cannot be found could not be told to end."""
        contact = self._folder / CONTACT_NAME
        with contextlib.suppress(OSError):  # it is tried again in a second
            if not contact.exists():
                self._server.contact().leave(contact)

    def _answer(self, request: Json) -> Json:
        asked_ns, self._asked_ns = self._asked_ns, monotonic.now_ns()
        match request.get("command"):
            case "status":
                alone_s = (self._asked_ns - asked_ns) // 1_000_000_000
                return {"status": asdict(replace(self._deck.status(), alone_s=alone_s))}
            case "record":
                return self._record(request)
            case "pause":
                span = self._deck.pause(SpanEnd(request["reason"]), request.get("at_ns"))
                self._wakefulness.let_go()
            case "stop":
                span = self._deck.stop()
                self._stopped = True
                self._ended.set()
            case unknown:
                raise AudioError(f"The recorder knows no command {unknown!r}.", "App and recorder differ in version.")
        logging.info("%s: %s", request["command"], span)
        return {"status": asdict(self._deck.status()), "span": None if span is None else asdict(span)}

    def _record(self, request: Json) -> Json:
        source = SourceSpec.from_json(request["source"])
        status = self._deck.record(request["span"], source, request["epoch_ns"], request.get("asked_ns"))
        self._wakefulness.keep()
        logging.info("span %d: recording from %s", status.span, status.source)
        return {"status": asdict(status), "epoch_ns": self._deck.epoch_ns}


def main(arguments: list[str]) -> int:
    """Run the recorder process; gives its exit code."""
    config_path = Path(arguments[0])
    folder = config_path.parent
    logging.basicConfig(level=logging.INFO, format="%(asctime)sZ %(levelname)s %(message)s")
    logging.Formatter.converter = time.gmtime
    lock = FileLock(folder / LOCK_NAME, mode=0o600)
    try:
        lock.acquire(timeout=LOCK_WITHIN_S)
    except Timeout:
        logging.error("another recorder is at work in this folder")
        return 4
    config = RecorderConfig(**json.loads(config_path.read_text(encoding="utf-8")))
    try:
        process = RecorderProcess(folder, config)
    except StorageError as error:
        logging.error("%s", error)
        return error.exit_code
    for name in ("SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), signal.SIG_IGN)
    signal.signal(signal.SIGTERM, process.end)
    _put_first()
    gc.freeze()
    process.run()
    lock.release()
    return 0


def _put_first() -> None:
    """Let the system serve this process before others, where its user may decide that."""
    with contextlib.suppress(psutil.Error, OSError):
        psutil.Process().nice(getattr(psutil, "HIGH_PRIORITY_CLASS", NICENESS))  # the class is Windows' own


if __name__ == "__main__":
    code = main(sys.argv[1:])
    logging.shutdown()
    os._exit(code)  # a driver whose device is gone may hang in its own farewell
