"""The plain line mode: a call conducted line by line, for screen readers and poor lines.

The terminal edits the line, as everywhere else; nothing is drawn, coloured or moved. A thread reads what is typed, so
that a line has its own time and none is lost while the recorder is waited for. Only half a line is nobody's: it
belongs to the terminal until Enter.
"""

from __future__ import annotations

import codecs
import contextlib
import io
import re
import signal
import sys
import threading
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from types import FrameType
from typing import Any, TextIO

from interview_tui import bootstrap, machine, monotonic, packing
from interview_tui import printed_call as printed
from interview_tui.dialogue import Dialogue, in_words_of_lines
from interview_tui.errors import StorageError
from interview_tui.export.legible import legible
from interview_tui.interview.call import Call
from interview_tui.sources import Named, source_of
from interview_tui.switchboard import may_record
from interview_tui.tui.leaving import leaving_on_signals
from interview_tui.tui.watching import Kind, Severity, Sight, Subject, Watch

LOOK_EVERY_S = 0.2
REPEAT_MS = 60_000
POWER_EVERY_MS = 30_000
FORGOTTEN_MS = 15_000
AT_ONCE = ((Kind.RECORDER, Severity.GRAVE), (Kind.MISSING, Severity.HINT), (Kind.MISSING, Severity.GRAVE))
FORGOTTEN = "consent to recording is given, and nothing is recorded. /record starts it."
STAYS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGQUIT", "SIGTSTP") if hasattr(signal, name))
STILL_HERE = (
    "Still here, and nothing is lost; half a line is still in the line. /end ends the interview, /leave leaves it."
)
ONCE_MORE = "Ctrl+D again leaves the interview unfinished; a recorder that runs goes on."
KEYS_WITHOUT_A_CHARACTER = re.compile(r"\x1b(?:\[[0-?]*[ -/]*[@-~]|O.|)")
"""What a terminal puts into the line for an arrow or a function key."""


@dataclass(frozen=True, slots=True)
class Entered:
    """A line as it came in, at `read_ns` of `monotonic.now_ns`."""

    text: str
    read_ns: int


@dataclass(frozen=True, slots=True)
class Leave:
    """No line comes any more: the input has ended, or a signal asks to leave."""


@dataclass(frozen=True, slots=True)
class Stay:
    """A key that ends other programs was pressed: what is to be said of it."""

    words: str


Typed = SimpleQueue[Entered | Leave | Stay]


def conduct(folder: Path, case: str, named: Named = Named()) -> None:  # noqa: B008 - immutable
    """Conduct the interview with a case line by line, or go on with it, from devices or from a recording.

    Raises:
        InterviewTuiError: as opening an interview does.
    """
    study = bootstrap.ready_study(folder)
    known = case in {summary.case for summary in study.interviews()}
    draft = study.draft(case) if known else None
    call = bootstrap.open_call(study, case, source_of(study, named), rehearsal=named.file is not None)
    teller = Teller(sys.stdout)
    typed = Typed()
    with patient_terminal(), leaving_on_signals(lambda: typed.put(Leave()), call.journal.close), staying(typed):
        try:
            Reader(typed).start()
            dialogue = Dialogue(call, teller.say)
            dialogue.begin(None if draft is None else (draft.text, draft.first_key_ms))
            converse(dialogue, typed, teller)
        finally:
            is_saved = call.journal.close(bootstrap.CLOSE_TIMEOUT_S)
    for words in farewell(call):
        teller.say(words)
    if call.interview.ended:
        teller.say("Packing the audio.")
        packing.pack_audio(study, case)
    teller.close()
    if not is_saved:
        raise StorageError("Not everything could be saved.", str(call.journal.failure or "The disk does not answer."))


def converse(dialogue: Dialogue, typed: Typed, teller: Teller) -> None:
    """Take line after line until the interview has ended or is left."""
    call = dialogue.call
    warner = Warner(call)
    while not (dialogue.is_over or dialogue.is_left):
        try:
            came = typed.get(timeout=LOOK_EVERY_S)
        except Empty:
            came = None
        match came:
            case Leave():
                return
            case Stay():
                teller.interject(came.words)
            case Entered():
                entered = call.clock.now().earlier(call.clock.at_ms_of(came.read_ns))
                dialogue.hear(written(came.text), entered)
        dialogue.look()
        is_a_line = isinstance(came, Entered)
        for words in warner.due(after_a_line=is_a_line):
            (teller.say if is_a_line else teller.interject)(words)


def written(text: str) -> str:
    """A line without what keys that write nothing have put into it."""
    left = KEYS_WITHOUT_A_CHARACTER.sub("", text)
    return "".join(character for character in left if character == "\t" or unicodedata.category(character) != "Cc")


def farewell(call: Call) -> Iterator[str]:
    """What holds once the mode is left."""
    interview = call.interview
    if interview.ended:
        yield f"Read it: interview-tui show {interview.case}. The debrief is in the app: interview-tui."
        return
    yield f"{interview.case} is left unfinished, {printed.counted(len(interview.notes), 'note')}."
    if call.recording:
        from interview_tui.audio.recording.recorder import ORPHAN_LIMIT_S

        yield f"The recorder goes on without you, for {ORPHAN_LIMIT_S // 3600} hours at most."
    yield f"Go on: interview-tui conduct {interview.case} --plain"


class Teller:
    """Says one line at a time; where nobody hears any more, it says nothing and breaks nothing."""

    def __init__(self, output: TextIO) -> None:
        self._output = output
        self._is_heard = True
        if isinstance(output, io.TextIOWrapper):
            output.reconfigure(errors="replace")

    def say(self, words: str) -> None:
        """Say a line, without a character that would move the cursor."""
        if not self._is_heard:
            return
        try:
            self._output.write(f"{legible(words)}\n")
            self._output.flush()
        except (OSError, ValueError):  # the terminal has gone, the pipe is closed
            self._is_heard = False

    def interject(self, words: str) -> None:
        """Say a line although half a line may stand there; that stays in the terminal's hands."""
        self.say("")
        self.say(words)

    def close(self) -> None:
        """Leave nothing for the interpreter to write to a terminal that has gone."""
        if not self._is_heard:
            with contextlib.suppress(OSError, ValueError):
                self._output.close()


class Reader(threading.Thread):
    """Reads the standard input in a thread of its own, every line with the time at which it came.

    Half a line at the end of the input counts as a line. In a terminal one Ctrl+D does not end it, two do.
    """

    def __init__(self, typed: Typed) -> None:
        super().__init__(name="reader of lines", daemon=True)
        self._typed = typed

    def run(self) -> None:
        """Read until there is nothing more."""
        decode = codecs.getincrementaldecoder(sys.stdin.encoding)(errors="backslashreplace").decode
        rest = ""
        for block in self._blocks():
            read_ns = monotonic.now_ns()
            *lines, rest = (rest + decode(block)).replace("\r\n", "\n").split("\n")
            for text in lines:
                self._typed.put(Entered(text, read_ns))
        if rest:
            self._typed.put(Entered(rest, monotonic.now_ns()))
        self._typed.put(Leave())

    def _blocks(self) -> Iterator[bytes]:
        ends = 0
        with contextlib.suppress(OSError), open(sys.stdin.fileno(), "rb", buffering=0, closefd=False) as source:
            while ends < 2:
                block = source.read(65536)
                ends = 0 if block else ends + 1
                if block:
                    yield block
                elif ends == 1 and source.isatty():
                    self._typed.put(Stay(ONCE_MORE))


class Warner:
    """Says what stands against the call going well: at once that nothing is recorded and that it is again; what is
    grave after the next line or after a minute, and every minute then; anything else once, after a line.
    """

    def __init__(self, call: Call) -> None:
        self._call = call
        self._watch = Watch()
        self._began_ms: dict[Subject, int] = {}
        self._said_ms: dict[Subject, int] = {}
        self._idle_ms = call.clock.now().at_ms
        self._asked_power_ms = -POWER_EVERY_MS

    def due(self, *, after_a_line: bool) -> Iterator[str]:
        """The warnings that are to be said now."""
        now_ms = self._call.clock.now().at_ms
        wrong = {what: (words, is_grave) for what, words, is_grave in self._wrong(now_ms)}
        self._began_ms = {what: self._began_ms.get(what, now_ms) for what in wrong}
        self._said_ms = {what: at_ms for what, at_ms in self._said_ms.items() if what in wrong}
        for what, (words, is_grave) in wrong.items():
            last_ms = self._said_ms.get(what)
            is_new = last_ms is None and (after_a_line or what[:2] in AT_ONCE)
            waited_ms = now_ms - (self._began_ms[what] if last_ms is None else last_ms)
            if is_new or (is_grave and waited_ms >= REPEAT_MS):
                self._said_ms[what] = now_ms
                yield f"Warning: {in_words_of_lines(words)}"

    def _wrong(self, now_ms: int) -> Iterator[tuple[Subject, str, bool]]:
        """What is wrong now, each under a name of its own, and whether it is grave."""
        call, interview = self._call, self._call.interview
        if interview.ended:
            return
        failure = call.journal.failure
        power = None
        if now_ms - self._asked_power_ms >= POWER_EVERY_MS:
            power, self._asked_power_ms = machine.power(), now_ms
        sight = Sight(
            now_ms,
            call.recorder.status(),
            call.should_record,
            power=power,
            unsaved="" if failure is None else str(failure),
            interruptions=interview.soundtrack.interruptions.all,
        )
        for caution in self._watch.look(sight):
            yield caution.subject, caution.text, caution.severity is Severity.GRAVE
        if not self._is_forgotten():
            self._idle_ms = now_ms
        if now_ms - self._idle_ms > FORGOTTEN_MS:
            yield (Kind.RECORDER, Severity.HINT, 0, FORGOTTEN), FORGOTTEN, True

    def _is_forgotten(self) -> bool:
        """Whether it could be recorded, and is not."""
        interview = self._call.interview
        if self._call.recording or interview.is_off_record or interview.course.dropped is not None:
            return False
        return may_record(self._call)


@contextlib.contextmanager
def patient_terminal() -> Iterator[None]:
    """While this lasts, Ctrl+C throws no half-typed line away and Ctrl+S stops nothing; where terminals know of it."""
    try:
        import termios

        terminal = sys.stdin.fileno()
        before: list[Any] = termios.tcgetattr(terminal)
    except (ImportError, OSError, ValueError, termios.error):
        yield
        return
    patient = list(before)
    patient[0] &= ~termios.IXON
    patient[3] |= termios.NOFLSH
    termios.tcsetattr(terminal, termios.TCSADRAIN, patient)
    try:
        yield
    finally:
        with contextlib.suppress(termios.error):  # the terminal has gone
            termios.tcsetattr(terminal, termios.TCSADRAIN, before)


@contextlib.contextmanager
def staying(typed: Typed) -> Iterator[None]:
    """While this lasts, the keys that end or halt other programs (Ctrl+C, Ctrl+Z) only have it said how to end."""

    def stay(_signum: int, _frame: FrameType | None) -> None:
        typed.put(Stay(STILL_HERE))

    before = {number: signal.signal(number, stay) for number in STAYS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
