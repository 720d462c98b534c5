"""A call transcribed while it goes on: `python -m benchmarks.live_transcription [--model base] [CALL]`.

A recorder records (a file in which every sample carries its own index, in real time), keys are typed on a live screen
that stands at minute 60 with 500 notes, and another call is heard along, at the lowest priority: with that and without
it in turn, in one run. Then that call is hung up on at the worst moment: the last minute's segment, and most of a
minute of listening before it, were not heard yet. CALL is the recording that is heard, over and over; without one it
is the call that comes with the program. POSIX only; about 5 minutes.
"""

from __future__ import annotations

import contextlib
import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import click
import soundfile

from benchmarks import hour
from benchmarks.recorder_bench import booth_of, heard, reach
from benchmarks.screens import Screen
from interview_tui import bootstrap, monotonic, transcribing
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link.recorder_link import RecorderLink
from interview_tui.bootstrap import bundled
from interview_tui.record.ports import JobState
from interview_tui.transcribe.jobs.job import TranscriptionJob
from interview_tui.transcribe.jobs.process import TranscriptionProcess
from interview_tui.transcribe.listening.sound import SoundClip
from interview_tui.transcribe.spec import JobSpec
from interview_tui.transcribe.transcription import WAITING
from tests.audio.signals import write_counter

NOTES, WORDS, WORD = 500, 12, "councillor"
TURNS = 3  # of each: without and with
HEARD_S, UNHEARD_S = 300, 118  # what is there while the call goes on, and how much more there is when it is hung up
SIGNAL_S = 240
CALL = bundled("data/demo/call.flac")
LOOK_S = 0.02


@dataclass
class Noticed:
    """What recorder and screen showed in one way: ms a key, ms since the newest block, frames that are not right."""

    keys: list[float] = field(default_factory=list)
    ages: list[float] = field(default_factory=list)
    frames: int = 0
    wrong: int = 0


class HeardAlong:
    """A call of `HEARD_S` that goes on, and is `UNHEARD_S` longer when it has ended."""

    def __init__(self, call: Path, model: str, folder: Path) -> None:
        self._call, self._model, self._folder = call, model, folder
        self.seconds = HEARD_S
        self.job = TranscriptionJob(self._spec)

    def _spec(self, case: str) -> JobSpec:
        about = soundfile.info(self._call)
        clips, ms = [], 0
        while ms < self.seconds * 1000:
            frames = min(about.frames, (self.seconds * 1000 - ms) * about.samplerate // 1000)
            rate = about.samplerate
            clips.append(SoundClip(self._call, 0, frames, rate, rate, ms, about.channels, 1, ms * rate // 1000))
            ms += frames * 1000 // rate
        return JobSpec(case, tuple(clips), self._folder, model=self._model)

    @contextlib.contextmanager
    def going_on(self) -> Iterator[None]:
        """The call goes on, and is heard."""
        self.job.follow(hour.CASE)
        try:
            yield
        finally:
            self.job.unfollow(hour.CASE)

    @property
    def listened_s(self) -> int:
        """How much of it was listened to, in whole minutes."""
        return 60 * self._ledger.count(b'"block":')

    @property
    def units(self) -> int:
        """How many units were heard."""
        return self._ledger.count(b'"unit":')

    @property
    def _ledger(self) -> bytes:
        path = self._folder / "chunks.jsonl"
        return path.read_bytes() if path.exists() else b""

    def catch_up(self) -> float:
        """Hear all that can be heard of it by now, before anything else this time; gives the seconds that took."""
        begun = time.monotonic()
        process = TranscriptionProcess(replace(self._spec(hour.CASE), open=True, threads=1))
        try:
            for told in process.follow():
                if told.message == WAITING:
                    break
        finally:
            process.end()
        return time.monotonic() - begun

    def hang_up(self) -> float:
        """The call has ended; gives the seconds until there is a transcript."""
        self.seconds += UNHEARD_S
        begun = time.monotonic()
        self.job.begin(hour.CASE, urgent=True)
        while (told := self.job.poll(hour.CASE)) is None or told.state is not JobState.DONE:
            if told is not None and told.state is JobState.FAILED:
                raise click.ClickException(told.message)
            time.sleep(0.02)
        return time.monotonic() - begun


def type_and_record(live: Screen, folder: Path, signal: Path, noticed: Noticed, number: int) -> None:
    """Type some words while a recorder of its own records; what is noticed is added to `noticed`."""
    over = threading.Event()
    with booth_of(SourceSpec("file", path=signal), folder) as booth:
        link = booth.link()
        link.start(booth.folder, 1)
        reach(link, 1.0)
        watching = threading.Thread(target=_watch, args=(link, noticed, over))
        watching.start()
        for word in range(WORDS):
            _type(live, f"{chr(0x1E00 + number * WORDS + word)}{WORD}", noticed)
        over.set()
        watching.join()
        link.stop()
        for span in booth.spans():
            found = heard(booth, span)
            noticed.frames += found.frames
            noticed.wrong += found.lost + found.repeated + found.silent


def _watch(link: RecorderLink, noticed: Noticed, over: threading.Event) -> None:
    while not over.wait(LOOK_S):
        noticed.ages.append((monotonic.now_ns() - link.status().heard_ns) / 1e6)


def _type(live: Screen, word: str, noticed: Noticed) -> None:
    """A word, letter by letter; its first letter is nowhere else on the screen."""
    for end in range(1, len(word) + 1):
        time.sleep(random.uniform(0.03, 0.15))  # never in step with the app's own clock
        noticed.keys.append(live.press(word[end - 1], word[:end]))
    live.type("\x15")  # Ctrl+U empties the line
    time.sleep(0.1)


def order_ms(folder: Path) -> list[float]:
    """How long the app takes to make an order, at minute 60; the first one imports, and reads the whole journal."""
    jobs, took = transcribing.Jobs(bootstrap.open_study(folder)), []
    for _ in range(5):
        begun = time.thread_time()
        jobs.spec(hour.CASE)
        took.append((time.thread_time() - begun) * 1000)
    return took


def table(without: Noticed, along: Noticed) -> Iterator[str]:
    """What was noticed, as lines of a table."""
    yield "| what | without | heard along | ratio |"
    yield "|---|---|---|---|"
    rows = (
        ("a key to its painted screen", without.keys, along.keys),
        ("age of the newest block", without.ages, along.ages),
    )
    for name, *both in rows:
        for cut in (50, 95, 99):
            before, after = (statistics.quantiles(values, n=100)[cut - 1] for values in both)
            yield f"| {name}, percentile {cut} | {before:.1f} ms | {after:.1f} ms | {after / before:.2f} |"
    wrong = (f"{one.wrong} of {one.frames}" for one in (without, along))
    yield f"| frames lost, repeated or silent | {' | '.join(wrong)} | |"


@click.command()
@click.option("--model", default="base", show_default=True, help="What is heard with.")
@click.option("--folder", type=click.Path(path_type=Path, exists=True), help="Where the studies are made: which disk.")
@click.argument("call", type=click.Path(path_type=Path, exists=True), default=CALL)
def main(model: str, folder: Path | None, call: Path) -> None:
    """Measure, and print a table."""
    with tempfile.TemporaryDirectory(prefix="interview-tui-", dir=folder) as name, contextlib.ExitStack() as stack:
        place = Path(name)
        hour.conduct(place / "study", NOTES)
        signal = write_counter(place / "signal.wav", SIGNAL_S)
        program = [sys.executable, "-m", "interview_tui", "--study", str(place / "study"), "conduct", hour.CASE]
        live = Screen(program, place / "bytecode")
        stack.callback(live.close)
        live.seen_ns("▌ ")
        call_along = HeardAlong(call, model, place / "along")
        stack.callback(call_along.job.unfollow, hour.CASE)
        stack.callback(call_along.job.cancel)
        without, along, along_s = Noticed(), Noticed(), 0.0
        for turn in range(TURNS):
            type_and_record(live, place / f"A{turn}", signal, without, 2 * turn)
            begun = time.monotonic()
            with call_along.going_on():
                type_and_record(live, place / f"B{turn}", signal, along, 2 * turn + 1)
            along_s += time.monotonic() - begun
        click.echo("\n".join(table(without, along)))
        heard_along = f"{call_along.listened_s} s listened to, {call_along.units} units heard"
        click.echo(f"\nbehind recorder and screen, in {along_s:.0f} s: {heard_along}")
        click.echo(f"the rest of {HEARD_S} s, in one thread: {call_along.catch_up():.1f} s")
        click.echo(f"hanging up to transcript, {UNHEARD_S} s not heard yet, {model}: {call_along.hang_up():.1f} s")
        click.echo(
            f"an order, at minute 60: {json.dumps([round(took) for took in order_ms(place / 'study')])} ms of CPU"
        )


if __name__ == "__main__":
    main()
