"""What the app holds of the recorder process: it starts it, commands it, watches it, and finds it again."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import IO, Any

from filelock import FileLock, Timeout

from interview_tui.audio import child, disk, recorder, spans
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.control import Contact, ControlLine
from interview_tui.audio.recorder import RecorderConfig, span_from_json, status_from_json
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.sound import SpanEnd

LOOK_EVERY_S = 0.1
ANSWER_WITHIN_S = 2.0
RECORD_WITHIN_S = 20.0
CLOSE_WITHIN_S = 30.0  # the disk may take its time to confirm the last bytes
BORN_WITHIN_S = 20.0
GONE = "The recorder has ended by itself."
GONE_HINT = "What it wrote is kept. Start recording again."
Json = dict[str, Any]


class RecorderLink:
    """The recorder of one interview; implements `interview.ports.Recorder`."""

    def __init__(self, source: SourceSpec, orphan_limit_s: int = recorder.ORPHAN_LIMIT_S) -> None:
        """`orphan_limit_s` is how long the recorder goes on when no app speaks to it."""
        self._source, self._orphan_limit_s = source, orphan_limit_s
        self._epoch_ns: int | None = None
        self._line: ControlLine | None = None
        self._contact: Contact | None = None
        self._commands = threading.Lock()
        self._showing = threading.Lock()
        self._status = RecorderStatus(RecorderState.OFF)
        self._commanded = 0  # commands answered; a status asked for before the last of them is old
        self._watch: _Watch | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, folder: Path, span: int) -> RecorderStatus:
        """Start recording span `span` into `folder`; returns once the first block is written.

        A recorder that still runs in `folder` is taken up. A file as source goes on where a live line would be, if
        the recorder before was lost, and begins anew after `stop`.

        Raises:
            AudioError: the source cannot be recorded from, or the process cannot be started.
        """
        if self.attach(folder).state is RecorderState.OFF:
            self._give_birth(folder)
        try:
            return self._record(span)
        except AudioError:
            if self._status.state is not RecorderState.RECORDING:
                self._end_quietly()
            raise

    def resume(self, span: int) -> RecorderStatus:
        """Open the source again, in a new span.

        Raises:
            AudioError: the source cannot be recorded from, or the recorder is gone.
        """
        return self._record(span)

    def pause(self, reason: SpanEnd) -> RecordedSpan:
        """Close the span and the source: no sample of what follows is stored anywhere.

        Of a recorder in state FAILED this gives the span that it closed when it failed.

        Raises:
            AudioError: nothing is being recorded, or the recorder is gone (`closed_spans` has what it wrote).
        """
        span = self._close("pause", reason=reason.value)
        if span is None:
            raise AudioError("Nothing is being recorded.", "Start the recording first.")
        return span

    def stop(self) -> RecordedSpan | None:
        """Close the span, if one is open, and end the recorder process; None as well if it is gone already."""
        if self._line is None:
            return None
        try:
            span = self._close("stop")
        except AudioError as error:
            if error.message != GONE:
                raise
            span = None
        self.detach()
        self._reap(CLOSE_WITHIN_S)
        self._epoch_ns = None
        self._command_answered(replace(self._status, state=RecorderState.STOPPED, level_db=()))
        return span

    def attach(self, folder: Path) -> RecorderStatus:
        """Take hold of the recorder that still runs in `folder` from before; state OFF if there is none.

        Raises:
            AudioError: one is there, and does not answer.
        """
        self.detach()
        self._command_answered(RecorderStatus(RecorderState.OFF))
        contact = Contact.read(folder / recorder.CONTACT_NAME)
        if contact is None or not is_running(folder):
            return self._status
        deadline_s = time.monotonic() + ANSWER_WITHIN_S
        while True:
            try:
                line = ControlLine(contact, ANSWER_WITHIN_S)
                reply = line.ask("status", ANSWER_WITHIN_S)
                break
            except OSError as error:
                if not is_running(folder):  # it was just ending
                    return self._status
                if time.monotonic() > deadline_s:
                    raise AudioError(
                        f"A recorder (process {contact.pid}) is at work in {folder} and does not answer.",
                        "Wait a moment and try again; if that does not help, end that process: what it wrote is kept.",
                    ) from error
                time.sleep(0.05)
        self._line, self._contact = line, contact
        self._command_answered(status_from_json(reply["status"]))
        self._watch = _Watch(self, folder, contact)
        return self._status

    def detach(self) -> None:
        """Let go of the recorder, which goes on."""
        watch, self._watch = self._watch, None
        if watch is not None:
            watch.end()
        line, self._line = self._line, None
        if line is not None:
            line.close()

    def status(self) -> RecorderStatus:
        """What the recorder is doing, at most 0.1 s old while it answers. Never waits.

        A recorder that ended by itself shows as FAILED; one that does not answer keeps its last status, with a message.
        """
        return self._status

    def closed_spans(self, folder: Path) -> list[RecordedSpan]:
        """Every span that has been closed in `folder`, and every one that was cut off, its broken tail repaired.

        Raises:
            AudioError: the folder's recording log cannot be read, or a tail cannot be repaired.
        """
        return spans.read(folder, running=is_running(folder))

    @property
    def commanded(self) -> int:
        """How many commands have been answered."""
        return self._commanded

    def observe(self, status: RecorderStatus, commanded: int) -> None:
        """Show a status that was asked for when `commanded` commands had been answered, unless there were more since.

        The watch calls this from its thread.
        """
        with self._showing:
            if commanded == self._commanded:
                self._status = status

    def _command_answered(self, status: RecorderStatus) -> None:
        with self._showing:
            self._commanded += 1
            self._status = status

    def _record(self, span: int) -> RecorderStatus:
        source = self._source.to_json()
        reply = self._ask("record", RECORD_WITHIN_S, span=span, source=source, epoch_ns=self._epoch_ns)
        self._epoch_ns = reply["epoch_ns"]
        self._command_answered(status_from_json(reply["status"]))
        return self._status

    def _close(self, command: str, **arguments: str) -> RecordedSpan | None:
        reply = self._ask(command, CLOSE_WITHIN_S, **arguments)
        self._command_answered(status_from_json(reply["status"]))
        return span_from_json(reply["span"])

    def _ask(self, command: str, timeout_s: float, **arguments: Any) -> Json:
        with self._commands:
            if self._line is None:
                raise AudioError("No recorder is running.", "Start the recording first.")
            try:
                return self._line.ask(command, timeout_s, **arguments)
            except TimeoutError as error:
                self._change_lines()
                raise AudioError(
                    f"The recorder has not answered {command!r} within {timeout_s:.0f} s.",
                    "Wait a moment and try again; the disk or the sound device may be busy.",
                ) from error
            except OSError as error:
                gone = replace(self._status, state=RecorderState.FAILED, message=f"{GONE} {GONE_HINT}", level_db=())
                self._command_answered(gone)
                raise AudioError(GONE, GONE_HINT) from error

    def _change_lines(self) -> None:
        """An answer that comes too late must not be taken for that to the next command."""
        if self._line is not None and self._contact is not None:
            self._line.close()
            with contextlib.suppress(OSError):
                self._line = ControlLine(self._contact, ANSWER_WITHIN_S)

    def _end_quietly(self) -> None:
        """End a recorder that could not start to record."""
        with contextlib.suppress(AudioError):
            self._ask("stop", CLOSE_WITHIN_S)
        self.detach()
        self._reap(CLOSE_WITHIN_S)
        self._command_answered(RecorderStatus(RecorderState.OFF))

    def _give_birth(self, folder: Path) -> None:
        """Start the recorder process and take hold of it."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / recorder.CONTACT_NAME).unlink(missing_ok=True)
        config = folder / recorder.CONFIG_NAME
        disk.write_private(config, json.dumps(asdict(RecorderConfig(self._orphan_limit_s))).encode())
        log = folder / recorder.LOG_NAME
        log.touch(0o600)
        with log.open("ab") as noise:
            self._process = _detached(child.command("recorder", str(config.resolve())), noise)
        deadline_s = time.monotonic() + BORN_WITHIN_S
        while self.attach(folder).state is RecorderState.OFF:
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                raise AudioError(
                    f"The recorder could not be started: {_last_line(log)}.", f"The whole story is in {log}."
                )
            time.sleep(0.01)

    def _reap(self, timeout_s: float) -> None:
        """Wait for the end of the process that we started, if it was we who did."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout_s)


class _Watch:
    """Asks the recorder how it is ten times a second, on a line and in a thread of its own."""

    def __init__(self, link: RecorderLink, folder: Path, contact: Contact) -> None:
        self._link, self._folder, self._contact = link, folder, contact
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recorder watch", daemon=True)
        self._thread.start()

    def end(self) -> None:
        """Stop watching."""
        self._ended.set()
        self._thread.join(ANSWER_WITHIN_S)

    def _run(self) -> None:
        while not self._ended.is_set():
            try:
                with contextlib.closing(ControlLine(self._contact, ANSWER_WITHIN_S)) as line:
                    self._follow(line)
            except AudioError as error:
                self._show(message=error.message)
            except OSError as error:
                if not is_running(self._folder):
                    self._show(state=RecorderState.FAILED, message=f"{GONE} {GONE_HINT}", level_db=())
                    return
                if isinstance(error, TimeoutError):
                    self._show(message=f"The recorder has not answered for {ANSWER_WITHIN_S:.0f} s.")
                self._ended.wait(LOOK_EVERY_S)

    def _follow(self, line: ControlLine) -> None:
        while not self._ended.wait(LOOK_EVERY_S):
            commanded = self._link.commanded
            reply = line.ask("status", ANSWER_WITHIN_S)
            self._link.observe(status_from_json(reply["status"]), commanded)

    def _show(self, **changes: Any) -> None:
        commanded = self._link.commanded
        if not self._ended.is_set():
            self._link.observe(replace(self._link.status(), **changes), commanded)


def is_running(folder: Path) -> bool:
    """Whether a recorder process is at work in `folder`."""
    path = folder / recorder.LOCK_NAME
    if not path.exists():
        return False
    lock = FileLock(path)
    try:
        lock.acquire(blocking=False)
    except Timeout:
        return True
    except OSError:
        return False  # a folder that cannot be written to is not recorded into
    lock.release()
    return False


def _detached(arguments: list[str], noise: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start a process that outlives this one, its terminal and its session."""
    if sys.platform == "win32":
        apart = subprocess.DETACHED_PROCESS | subprocess.CREATE_NEW_PROCESS_GROUP
        try:
            return _started(arguments, noise, creationflags=apart | subprocess.CREATE_BREAKAWAY_FROM_JOB)
        except PermissionError:  # the terminal's job lets nobody leave
            return _started(arguments, noise, creationflags=apart)
    return _started(arguments, noise, start_new_session=True)


def _started(arguments: list[str], noise: IO[bytes], **how: Any) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        arguments, env=child.environment(), stdin=subprocess.DEVNULL, stdout=noise, stderr=noise, **how
    )


def _last_line(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it left no word"
