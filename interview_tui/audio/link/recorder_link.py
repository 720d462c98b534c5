"""What the app holds of the recorder process: it starts it, commands it, watches it, and finds it again."""

from __future__ import annotations

import contextlib
import json
import subprocess
import threading
import time
from collections import deque
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from interview_tui import monotonic
from interview_tui.at_rest.files import recipient_at
from interview_tui.audio import disk
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link.answers import span_from_json, status_from_json
from interview_tui.audio.link.recorder_watch import ANSWER_WITHIN_S, RecorderWatch, is_running, reached
from interview_tui.audio.processes import child
from interview_tui.audio.processes.control import Contact, ControlLine
from interview_tui.audio.processes.detached import last_line, start_detached
from interview_tui.audio.recording import recorder
from interview_tui.audio.recording.deck import ENDED_FIRST
from interview_tui.audio.recording.recorder import RecorderConfig
from interview_tui.audio.stored import spans
from interview_tui.audio.stored.span_log import CONFIG_NAME
from interview_tui.errors import AudioError, StorageError
from interview_tui.interview.ports import RecordedSpan, RecorderState, RecorderStatus
from interview_tui.interview.sound import SpanEnd

RECORD_WITHIN_S = 20.0
CLOSE_WITHIN_S = 30.0  # the disk may take its time to confirm the last bytes
BORN_WITHIN_S = 20.0
REVIVALS, REVIVALS_WITHIN_S = 3, 60.0
"""A recorder that ends by itself is started again so often; then something ends it on purpose, or it cannot live."""
TRY_AGAIN_S = 1.0
AT_WORK = (RecorderState.RECORDING, RecorderState.SEEKING)
AT_REST = (RecorderState.PAUSED, RecorderState.STOPPED)
GONE = "The recorder has ended by itself."
GONE_HINT = "What it wrote is kept. Start recording again."
REVIVING = "The recorder was ended from outside; recording goes on in a moment."
Json = dict[str, Any]


class RecorderLink:
    """The recorder of one interview; implements `interview.ports.Recorder`.

    A recorder that ends though nobody told it to is started again at once, in the next span. One that hangs is left
    alone: what the device delivers waits for it.
    """

    def __init__(
        self, source: SourceSpec, orphan_limit_s: int = recorder.ORPHAN_LIMIT_S, fallback: Path | None = None
    ) -> None:
        """`orphan_limit_s` is how long the recorder goes on when no app speaks to it; `fallback` the folder in which it
        goes on when the disk is full.
        """
        self._source = source
        self._config = RecorderConfig(orphan_limit_s, fallback="" if fallback is None else str(fallback.resolve()))
        self._epoch_ns: int | None = None
        self._line: ControlLine | None = None
        self._contact: Contact | None = None
        self._commands = threading.RLock()
        self._showing = threading.Lock()
        self._status = RecorderStatus(RecorderState.OFF)
        self._commanded = 0  # commands answered; a status asked for before the last of them is old
        self._watch: RecorderWatch | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._wanted = threading.Event()  # set from when recording has begun until it is paused or stopped
        self._reviving = ""  # why nothing is recorded while a recorder is being started again
        self._revived_s: deque[float] = deque(maxlen=REVIVALS)
        self._paused_ns = 0  # the last pause: what was asked for before it is not begun any more
        self._live_from = 0  # spans of smaller numbers are those of a recorder that is dead
        self._alone_s = 0

    def start(self, folder: Path, span: int) -> RecorderStatus:
        """Start recording span `span` into `folder`; returns once the first block is written.

        A recorder that still runs in `folder` is taken up. A file as source goes on where a live line would be, if
        the recorder before was lost, and begins anew after `stop`.

        Raises:
            AudioError: the source cannot be recorded from, or the process cannot be started.
        """
        asked_ns = monotonic.now_ns()
        with self._commands:
            if self.attach(folder).state is RecorderState.OFF:
                self._give_birth(folder)
            try:
                return self._resume(span, asked_ns)
            except AudioError:
                if self._status.state not in AT_WORK:
                    self._end_quietly()
                raise

    def resume(self, span: int) -> RecorderStatus:
        """Open the source again, in a new span.

        Raises:
            AudioError: the source cannot be recorded from, or the recorder is gone.
        """
        return self._resume(span, monotonic.now_ns())

    def pause(self, reason: SpanEnd) -> RecordedSpan | None:
        """Close the span and the source: no sample of what follows is stored anywhere.

        Of a recorder that seeks its source or has failed this gives the span that it closed last, or None.

        Raises:
            AudioError: nothing is being recorded, or the recorder is gone (`closed_spans` has what it wrote).
        """
        reviving = bool(self._reviving)
        self._wanted.clear()
        at_ns = self._paused_ns = monotonic.now_ns()  # whoever found it wanted has asked before
        paused = self._pause_apart(reason, at_ns) if reviving or self._is_busy() else None
        with self._commands:
            self._wanted.clear()  # a start was under way
            self._reviving = ""
            if paused is not None and self._line is not None:
                self._command_answered(status_from_json(paused["status"]))
                return span_from_json(paused["span"])
            if reviving and self._status.state is not RecorderState.RECORDING:
                # No other recorder records yet, and none may be there: the next one is to be started, not resumed.
                self._command_answered(replace(self._status, state=RecorderState.STOPPED, message="", level_db=()))
                return None
            seeking = self._status.state is RecorderState.SEEKING
            span = self._close("pause", reason=reason.value, at_ns=at_ns)
        if span is None and not seeking:
            raise AudioError("Nothing is being recorded.", "Start the recording first.")
        return span

    def stop(self) -> RecordedSpan | None:
        """Close the span, if one is open, and end the recorder process; None as well if it is gone already."""
        self._wanted.clear()
        with self._commands:
            self._wanted.clear()
            self._reviving, span = "", None
            if self._line is not None:
                try:
                    span = self._close("stop")
                except AudioError as error:
                    if error.message != GONE:
                        raise
                self._let_go()
                self._reap(CLOSE_WITHIN_S)
                self._epoch_ns = None
            if self._status.state is not RecorderState.OFF:
                self._command_answered(replace(self._status, state=RecorderState.STOPPED, message="", level_db=()))
            return span

    def attach(self, folder: Path) -> RecorderStatus:
        """Take hold of the recorder that still runs in `folder` from before; state OFF if there is none.

        Raises:
            AudioError: one is there, and does not answer.
        """
        with self._commands:
            self._wanted.clear()
            if self._take_hold(folder).state in AT_WORK:
                self._wanted.set()
            return self._status

    def detach(self) -> None:
        """Let go of the recorder, which goes on."""
        self._wanted.clear()
        self._let_go()

    def status(self) -> RecorderStatus:
        """What the recorder is doing, at most 0.1 s old while it answers. Never waits.

        One that ended by itself shows as SEEKING until another one records, and as FAILED if none could be started;
        one that does not answer keeps its last status, with a message.
        """
        reviving, status = self._reviving, self._status
        if reviving:
            return replace(status, state=RecorderState.SEEKING, message=reviving, level_db=())
        return replace(status, alone_s=self._alone_s)

    def closed_spans(self, folder: Path) -> list[RecordedSpan]:
        """Every span that has been closed in `folder`, and every one that was cut off, its broken tail repaired.

        Raises:
            AudioError: the folder's recording log cannot be read, or a tail cannot be repaired. StorageError: the study
                is locked; nothing is changed.
        """
        at_rest = self._line is not None and self._status.state in AT_REST
        return spans.read(folder, running=is_running(folder) and not at_rest, live_from=self._live_from)

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

    def revive(self, folder: Path) -> None:
        """Start another recorder in place of one that has ended by itself, as long as recording is wanted.

        The watch calls this from its thread. A source that cannot be opened at this moment is tried again.
        """
        if self._reviving:
            return
        if not self._wanted.is_set() or self._status.state not in AT_WORK:
            self._gone()
            return
        last = self._status.span
        self._command_answered(replace(self._status, state=RecorderState.SEEKING, message=REVIVING, level_db=()))
        self._live_from, self._reviving = last + 1, REVIVING
        try:
            while self._wanted.is_set() and not self._is_revived(folder, last):
                time.sleep(TRY_AGAIN_S)
        finally:
            self._reviving = ""

    def _is_revived(self, folder: Path, last: int) -> bool:
        """Try once; whether there is nothing more to be tried."""
        with self._commands:
            if not self._wanted.is_set():
                return True
            try:
                if is_running(folder):
                    if self._line is None:  # it was too slow for us when it was started
                        self._take_hold(folder)
                else:
                    if self._has_been_revived_too_often():
                        self._gone()
                        return True
                    self._give_birth(folder)
                asked_ns = monotonic.now_ns()
                if self._wanted.is_set():
                    self._record(last + 1, asked_ns)
            except AudioError as error:
                self._reviving = f"{REVIVING} {error.message}"
                return self._status.state is RecorderState.RECORDING  # as when its answer came too late
            return True

    def _has_been_revived_too_often(self) -> bool:
        now_s = time.monotonic()
        if len(self._revived_s) == REVIVALS and now_s - self._revived_s[0] < REVIVALS_WITHIN_S:
            return True
        self._revived_s.append(now_s)
        return False

    def _gone(self) -> None:
        gone = replace(self._status, state=RecorderState.FAILED, message=f"{GONE} {GONE_HINT}", level_db=())
        self._command_answered(gone)

    def _command_answered(self, status: RecorderStatus) -> None:
        with self._showing:
            self._commanded += 1
            self._status = status

    def _resume(self, span: int, asked_ns: int) -> RecorderStatus:
        with self._commands:
            status = self._record(span, asked_ns)
            self._wanted.set()
            return status

    def _is_busy(self) -> bool:
        """Whether another command is under way, in another thread."""
        if self._commands.acquire(blocking=False):
            self._commands.release()
            return False
        return True

    def _pause_apart(self, reason: SpanEnd, at_ns: int) -> Json | None:
        """Pause on a line of its own, so that a recording that is just being begun is not waited for; gives the answer.

        None if nothing is recorded, or no recorder is there. What was asked for before `at_ns` is not begun any more.
        """
        contact = self._contact
        if contact is None:
            return None
        with (
            contextlib.suppress(AudioError, OSError),
            contextlib.closing(ControlLine(contact, ANSWER_WITHIN_S)) as line,
        ):
            return line.ask("pause", CLOSE_WITHIN_S, reason=reason.value, at_ns=at_ns)
        return None

    def _record(self, span: int, asked_ns: int) -> RecorderStatus:
        if asked_ns <= self._paused_ns:
            raise AudioError(*ENDED_FIRST)
        asked: Json = {"span": span, "source": self._source.to_json(), "asked_ns": asked_ns}
        reply = self._ask("record", RECORD_WITHIN_S, epoch_ns=self._epoch_ns, **asked)
        self._epoch_ns = reply["epoch_ns"]
        self._command_answered(status_from_json(reply["status"]))
        return self._status

    def _take_hold(self, folder: Path) -> RecorderStatus:
        """Watch the recorder that runs in `folder` from now on, and no other."""
        self._let_go()
        self._command_answered(RecorderStatus(RecorderState.OFF))
        contact = Contact.read(folder / recorder.CONTACT_NAME)
        found = reached(folder, contact) if contact is not None and is_running(folder) else None
        if contact is not None and found is not None:
            self._line, status = found
            self._contact, self._alone_s = contact, status.alone_s
            self._command_answered(status)
            self._watch = RecorderWatch(self, folder, contact)
        return self._status

    def _let_go(self) -> None:
        watch, self._watch = self._watch, None
        line, self._line = self._line, None
        if watch is not None:
            watch.end()
        if line is not None:
            line.close()

    def _close(self, command: str, **arguments: Any) -> RecordedSpan | None:
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
            except (OSError, ValueError) as error:  # a line that could not be changed is closed: a ValueError
                self._gone()
                raise AudioError(GONE, GONE_HINT) from error

    def _change_lines(self) -> None:
        """An answer that comes too late must not be taken for that to the next command."""
        if self._line is not None and self._contact is not None:
            self._line.close()
            with contextlib.suppress(OSError):
                self._line = ControlLine(self._contact, ANSWER_WITHIN_S)

    def _end_quietly(self) -> None:
        """End a recorder that could not start to record; one that records for another app is left to that."""
        with contextlib.suppress(AudioError):
            status = status_from_json(self._ask("status", ANSWER_WITHIN_S)["status"])
            if status.state in AT_WORK:
                self._command_answered(status)
                return
            self._ask("stop", CLOSE_WITHIN_S)
        self._let_go()
        self._reap(CLOSE_WITHIN_S)
        self._command_answered(RecorderStatus(RecorderState.OFF))

    def _give_birth(self, folder: Path) -> None:
        """Start the recorder process and take hold of it."""
        self._reap(0.0)
        config, log = folder / CONFIG_NAME, folder / recorder.LOG_NAME
        if not self._config.recipient:
            with contextlib.suppress(StorageError):  # the recorder will tell
                self._config = replace(self._config, recipient=recipient_at(folder) or "")
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not is_running(folder):  # else it is another's, who was faster
                (folder / recorder.CONTACT_NAME).unlink(missing_ok=True)
            disk.write_private(config, json.dumps(asdict(self._config)).encode())
            self._process = start_detached(child.command("recording.recorder", str(config.absolute())), log)
        except OSError as error:
            raise AudioError(
                f"The recorder could not be started in {folder}: {error.strerror or error}.",
                "See that its disk has room and can be written to.",
            ) from error
        deadline_s = time.monotonic() + BORN_WITHIN_S
        while self._take_hold(folder).state is RecorderState.OFF:
            if self._process.poll() is not None or time.monotonic() > deadline_s:
                raise AudioError(
                    f"The recorder could not be started: {last_line(log)}.", f"The whole story is in {log}."
                )
            time.sleep(0.01)

    def _reap(self, timeout_s: float) -> None:
        """Wait for the end of the process that we started, if it was we who did."""
        process, self._process = self._process, None
        if process is not None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout_s)
