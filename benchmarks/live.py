"""How quick the live screen is: `python benchmarks/live.py [--quick] [--json FILE] [--folder FOLDER]`.

Everything is measured in real pseudo-terminals (POSIX) and next to a bare Textual app with one `Input`, in turn, in one
run: what counts is the ratio. The interview stands at minute 60 with 500 notes (`hour.py`). *Under load* the recorder
process records (a file played in real time) and a real transcription runs (tiny.en, in processes of the lowest
priority), for both apps alike. A key is painted when the terminal has read what it must show.
"""

from __future__ import annotations

import contextlib
import importlib.metadata
import json
import os
import platform
import random
import re
import signal
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import click
import hour
import soundfile
from screens import Screen

from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link.recorder_link import RecorderLink
from interview_tui.bootstrap import bundled
from interview_tui.interview import route
from interview_tui.interview.events import Place
from interview_tui.interview.ports import Draft, Moment
from interview_tui.interview.session import Session
from interview_tui.interview.state import Interview
from interview_tui.record.ports import JobState
from interview_tui.store.journal import SqliteJournal
from interview_tui.transcribe.jobs.job import TranscriptionJob
from interview_tui.transcribe.listening.sound import SoundClip
from interview_tui.transcribe.spec import JobSpec

NOTES = 500
WORD = "councillor"
CALL_MINUTES = 20  # of sound for the recorder
TRANSCRIBED_CALLS = 40  # how often the transcription hears the recorded call of a minute
MOST_RATIO = 1.5
MOST_MS = 50.0
HEAVY = ("whisper", "torch", "faster_whisper", "ctranslate2", "onnxruntime", "numpy", "jinja2", "av", "sounddevice")
NEVER = HEAVY[:5]
CHARACTER, NOTE, ANSWER, ARROW = "a character", "Enter: a note", "Enter: an answer", "Down, Up"
BARE_TEXT = "type here"
BARE_APP = f"""
from textual.app import App
from textual.widgets import Input

class Bare(App):
    def compose(self):
        yield Input(placeholder={BARE_TEXT!r})

Bare().run()
"""


@dataclass(frozen=True, slots=True)
class Figures:
    """How long something took, over `n` times (ms)."""

    p50: float
    p95: float
    p99: float
    n: int

    @classmethod
    def of(cls, values: Sequence[float]) -> Figures:
        """The figures of some values."""
        cuts = statistics.quantiles(values, n=100, method="inclusive")
        return cls(statistics.median(values), cuts[94], cuts[98], len(values))

    def __str__(self) -> str:
        return f"p50 {self.p50:7.1f}  p95 {self.p95:7.1f}  p99 {self.p99:7.1f} ms  (n = {self.n})"


@dataclass(frozen=True, slots=True)
class Length:
    """How much is done."""

    rounds: int
    starts: int
    typed_notes: int


class Report:
    """Prints figures as they come and keeps them."""

    def __init__(self) -> None:
        self.kept: dict[str, object] = {}

    def tell(self, name: str, figures: Figures, verdict: str = "") -> None:
        """A line of figures."""
        self.say(name, f"{figures}  {verdict}".rstrip(), asdict(figures))

    def say(self, name: str, words: str, value: object) -> None:
        """A line."""
        self.kept[name] = value
        click.echo(f"{name:<44} {words}")


def _judged(value: float, most: float, unit: str = "") -> str:
    return f"{value:.2f}{unit} {'≤' if value <= most else '> (MISSED)'} {most:g}{unit}"


def _machine() -> str:
    name = platform.processor() or platform.machine()
    about = Path("/proc/cpuinfo")
    if about.exists():
        name = next(iter(re.findall(r"model name\s*: (.*)", about.read_text(encoding="utf-8"))), name)
    textual = importlib.metadata.version("textual")
    load = f"load average {os.getloadavg()[0]:.1f} before"
    return (
        f"{name}, {os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}, Textual {textual}"
        f", {load}"
    )


def _conducting(folder: Path, *options: str, python: Sequence[str] = ()) -> list[str]:
    return [sys.executable, *python, "-m", "interview_tui", "--study", str(folder), "conduct", hour.CASE, *options]


def _asked(interview: Interview, place: Place) -> str:
    """What the question panel shows of a question: a pattern."""
    first_words = re.match(r".{0,24}(?= |$)", route.wording(interview, place.whole))
    return re.escape(f"▌ {first_words[0] if first_words else ''}")


def _pause() -> None:
    """As long as fingers take, and never in step with the app's own clock."""
    time.sleep(random.uniform(0.03, 0.15))


class Typing:
    """Types on both screens in turn and times every key. The first letter of a word is never on a screen before."""

    def __init__(self, at: hour.Hour) -> None:
        there = replace(at.interview, place=at.question)
        below = route.beside(there, 1)
        assert below is not None  # `hour` chose it so
        self._here, self._below = _asked(there, at.question), _asked(there, below.place)
        self._given = ("", *at.interview.answers.get(at.question, ("",)))
        self._words = 0

    def rounds(self, live: Screen, bare: Screen, count: int) -> tuple[Figures, dict[str, Figures]]:
        """The figures of the bare app and, by what was done, those of the live screen."""
        plain: list[float] = []
        took: defaultdict[str, list[float]] = defaultdict(list)
        for _ in range(count):
            word = chr(0x1E00 + self._words) + WORD
            self._words += 1
            plain += self._typed(bare, word)
            bare.type("\x15")  # Ctrl+U empties the line
            _pause()
            took[CHARACTER] += self._typed(live, word)
            took[NOTE].append(live.press("\r", rf"\d:\d\d\s+{word}"))
            _pause()
            took[ANSWER].append(self._answered(live))
            for key, shown in (("\x1b[B", self._below), ("\x1b[A", self._here)):
                _pause()
                took[ARROW].append(live.press(key, shown))
            _pause()
        return Figures.of(plain), {kind: Figures.of(values) for kind, values in took.items()}

    def _typed(self, screen: Screen, word: str) -> list[float]:
        took = []
        for end in range(1, len(word) + 1):
            _pause()
            took.append(screen.press(word[end - 1], word[:end]))
        _pause()
        return took

    def _answered(self, live: Screen) -> float:
        """Give the other answer than the one that is given."""
        self._given = code, stands_for = ("n", "no") if self._given[1] == "yes" else ("y", "yes")
        live.press(code, f"answer: {stands_for}")
        _pause()
        return live.press("\r", f"✓ {code} {stands_for}")


def measure_keys(report: Report, folder: Path, length: Length) -> None:
    """Key to painted screen at minute 60, without and with the load; the app's memory at both ends."""
    at = hour.conduct(folder / "study", NOTES)
    line = folder / "line.wav"
    call, rate = soundfile.read(bundled("data/demo/call.flac"), dtype="int16")
    with soundfile.SoundFile(line, "w", rate, call.shape[1]) as file:
        for _ in range(CALL_MINUTES):
            file.write(call)
    typing = Typing(at)
    for when, is_loaded in (("under load", True), ("alone", False)):
        with contextlib.ExitStack() as stack:
            stack.callback(_end_recorder, folder / "study" / "recordings" / hour.CASE)
            conducting = _conducting(folder / "study", "--rehearse", str(line))
            live = _shown(stack, folder, conducting, _asked(at.interview, at.question))
            bare = _shown(stack, folder, [sys.executable, "-c", BARE_APP], BARE_TEXT)
            state = None
            if is_loaded:
                live.press("\x12", "● REC")
                state = stack.enter_context(_transcribing(folder / "job"))
            typing.rounds(live, bare, 2)
            _tell_keys(report, when, *typing.rounds(live, bare, length.rounds))
            if state is not None and state() is not JobState.RUNNING:
                click.echo(f"  The transcription did not run to the end of it: {state()}.")
            report.say(f"memory: at minute 60, {when}, after typing", f"{live.memory_mb:.0f} MB", live.memory_mb)


def _shown(stack: contextlib.ExitStack, folder: Path, command: Sequence[str], expected: str) -> Screen:
    """A screen that shows what is expected and ends with the stack."""
    screen = Screen(command, folder / "bytecode")
    stack.callback(screen.close)
    screen.seen_ns(expected)
    return screen


def _tell_keys(report: Report, when: str, bare: Figures, live: dict[str, Figures]) -> None:
    report.tell(f"key, {when}: bare Input, a character", bare)
    for kind, figures in live.items():
        ratio = _judged(figures.p95 / bare.p95, MOST_RATIO, " of bare")
        report.tell(f"key, {when}: {kind}", figures, f"p95: {ratio}, {_judged(figures.p95, MOST_MS, ' ms')}")


@contextlib.contextmanager
def _transcribing(folder: Path) -> Iterator[Callable[[], JobState]]:
    """A transcription runs, and is at work on sound; gives how to ask for its state."""
    call = bundled("data/demo/call.flac")
    about = soundfile.info(call)
    ms = round(about.frames * 1000 / about.samplerate)
    clips = tuple(
        SoundClip(call, 0, about.frames, about.samplerate, about.samplerate, number * ms, about.channels)
        for number in range(TRANSCRIBED_CALLS)
    )
    job = TranscriptionJob(lambda case: JobSpec(case, clips, folder, model="tiny.en"))

    def state() -> JobState:
        progress = job.poll()
        return JobState.WAITING if progress is None else progress.state

    job.begin(hour.CASE)
    try:
        while state() in (JobState.WAITING, JobState.LOADING):
            time.sleep(0.1)
        yield state
    finally:
        job.cancel()


def _end_recorder(folder: Path) -> None:
    link = RecorderLink(SourceSpec("file"))
    link.attach(folder)
    link.stop()


def measure_starts(report: Report, folder: Path, length: Length) -> None:
    """From exec to the first paint and to the question, on the interview of an hour and on a new one."""
    at = hour.conduct(folder / "resumed", NOTES)
    question = _asked(at.interview, at.question)
    took: defaultdict[str, list[float]] = defaultdict(list)
    for number in range(length.starts + 1):  # the first one compiles, and does not count
        for name, command, expected in (
            ("bare Input", [sys.executable, "-c", BARE_APP], BARE_TEXT),
            ("resumed", _conducting(folder / "resumed"), question),
            ("new", _conducting(folder / f"new-{number}"), "▌ "),
        ):
            with contextlib.closing(Screen(command, folder / "bytecode")) as screen:
                first_ns, question_ns = screen.seen_ns(r"\w{3}"), screen.seen_ns(expected)
            if number:
                took[name].append((first_ns - screen.begun_ns) / 1e6)
                took[f"{name}, the question"].append((question_ns - screen.begun_ns) / 1e6)
    bare = statistics.median(took["bare Input"])
    for name, values in took.items():
        if name != "bare Input, the question":
            median = statistics.median(values)
            verdict = "" if name == "bare Input" else _judged(median / bare, MOST_RATIO, " of bare")
            report.say(f"first paint: {name}", f"median {median:7.1f} ms  (n = {len(values)})  {verdict}", median)
    imported = _imported(folder / "resumed", question)
    report.say("imported before the question is painted", ", ".join(imported) or "nothing heavy", imported)
    if set(imported) & set(NEVER):
        click.echo("  MISSED: no speech engine may be imported by the screen.")


def _imported(folder: Path, question: str) -> list[str]:
    """What of `HEAVY` the app imports until it shows the question."""
    with contextlib.ExitStack() as stack:
        screen = _shown(stack, folder.parent, _conducting(folder, python=("-X", "importtime")), question)
        modules = set(re.findall(r"import time:\s*\d+ \|\s*\d+ \|\s*(\w+)", screen.painted))
    return [name for name in HEAVY if name in modules]


def measure_journal(report: Report, folder: Path) -> None:
    """From `append` to the acknowledgement of the disk."""
    at = hour.conduct(folder / "minute-0", 0, length_ms=60_000)
    journal = SqliteJournal(folder / "minute-0" / "study.db", hour.CASE)
    session = Session(at.interview)
    at_ms = at.interview.at_ms
    first = Moment(at_ms, time.time_ns() // 1_000_000)

    def note(number: int) -> int:
        """Take a note; gives its number in the journal."""
        moment = replace(first, at_ms=at_ms + number * 100, wall_ms=first.wall_ms + number * 100)
        return journal.append(session.enter(f"note {number} that the leader rang about", moment.at_ms, moment))

    try:
        typed: list[float] = []
        for number in range(NOTES):
            for end in range(3):
                journal.keep_draft(Draft("note"[: end + 1], at_ms))
                time.sleep(0.03)
            typed.append(_saved_ms(journal, [(time.perf_counter_ns(), note(number))])[0])
        report.tell("journal: on disk, a key every 30 ms", Figures.of(typed))
        queued = [(time.perf_counter_ns(), note(NOTES + number)) for number in range(NOTES)]
        report.tell("journal: on disk, 500 notes at once", Figures.of(_saved_ms(journal, queued)))
    finally:
        journal.close(60)


def _saved_ms(journal: SqliteJournal, queued: Sequence[tuple[int, int]]) -> list[float]:
    took: list[float] = []
    for begun_ns, number in queued:
        while journal.saved < number:
            time.sleep(0.0001)
        took.append((time.perf_counter_ns() - begun_ns) / 1e6)
    return took


def measure_memory(report: Report, folder: Path, length: Length) -> None:
    """What the app has resident with no note, and with 500 that were typed into it one after the other."""
    at = hour.conduct(folder / "typed", 0, length_ms=60_000)
    with contextlib.ExitStack() as stack:
        question = _asked(at.interview, at.interview.place or at.question)
        screen = _shown(stack, folder, _conducting(folder / "typed"), question)
        time.sleep(2)
        before = screen.memory_mb
        for number in range(length.typed_notes):
            text = f"note {number:03} that the leader rang about"
            screen.press(f"{text}\r", rf"\d:\d\d\s+{text}")
            if number % 3 == 0:
                screen.press("\r", "▌ ")
        after = screen.memory_mb
    words = f"{before:.0f} MB, then {after:.0f} MB ({after - before:+.1f} MB)"
    report.say(f"memory: no note, then {length.typed_notes} typed", words, [before, after])


@click.command()
@click.option("--quick", is_flag=True, help="A short run: the tails are not to be relied on.")
@click.option("--json", "json_file", type=click.Path(path_type=Path), help="Write the figures to this file as well.")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Where the studies are made: which disk.")
def main(quick: bool, json_file: Path | None, folder: Path | None) -> None:
    """Measure the live screen and print the figures."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the recorder and all else is ended then, too
    length = Length(rounds=6, starts=3, typed_notes=60) if quick else Length(rounds=40, starts=9, typed_notes=NOTES)
    report = Report()
    report.say("machine", _machine(), _machine())
    with tempfile.TemporaryDirectory(prefix="interview-tui-", dir=folder) as name:
        measure_starts(report, Path(name), length)
        measure_keys(report, Path(name), length)
        measure_journal(report, Path(name))
        measure_memory(report, Path(name), length)
    if json_file is not None:
        json_file.write_text(json.dumps(report.kept, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
