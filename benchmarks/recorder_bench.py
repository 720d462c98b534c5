"""What every measurement of the recorder needs: a folder, a source whose samples are counted, and an end to it all."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count, pairwise
from pathlib import Path

import psutil

from interview_tui import monotonic
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.link.recorder_link import RecorderLink
from interview_tui.interview.ports import RecordedSpan, RecorderStatus
from interview_tui.interview.sound import Track
from interview_tui.interview.timeline import Span
from tests.audio.recording import Booth
from tests.audio.signals import MARK, RATE, Tally, recorded, tally, write_counter
from tests.audio.virtual_sound import VirtualSound

LINE = SourceSpec("device", name="iv_line")
LINE_S = 120.0
_numbers = count(1)


@dataclass(frozen=True, slots=True)
class Bench:
    """Where it is measured, and how much; `sound` is the virtual sound server, None where there is none."""

    folder: Path
    sound: VirtualSound | None
    device: bool
    kills: int
    stopped_s: float
    load_s: float
    clicking_s: float
    minutes: int

    @contextmanager
    def booth(self, *, device: bool | None = None, ahead_s: int = 2) -> Iterator[Booth]:
        """A recorder of the counter signal in a folder of its own: of a file, or of a virtual device.

        The sound server is given so much of the signal ahead.
        """
        if not (self.device if device is None else device):
            with booth_of(SourceSpec("file", path=self.line), self.new_folder()) as booth:
                yield booth
            return
        with booth_of(LINE, self.new_folder()) as booth, self.server.playing(self.line, ahead_s=ahead_s):
            yield booth

    def new_folder(self) -> Path:
        """A folder that is not there yet."""
        return self.folder / f"P{next(_numbers)}"

    @property
    def line(self) -> Path:
        """Two minutes of the counter signal."""
        path = self.folder / "line.wav"
        return path if path.exists() else write_counter(path, LINE_S)

    @property
    def server(self) -> VirtualSound:
        """The virtual sound server of a section that needs one."""
        assert self.sound is not None
        return self.sound


@contextmanager
def booth_of(source: SourceSpec, folder: Path) -> Iterator[Booth]:
    """A recorder that does not outlive what is measured."""
    booth = Booth(source, folder)
    try:
        yield booth
    finally:
        booth.close()


def heard(booth: Booth, span: RecordedSpan) -> Tally:
    """What of the counter signal a span holds."""
    return tally(recorded(booth.folder, span.parts))


def wrong_frames(booth: Booth) -> int:
    """Frames of the signal that are lost or repeated inside of any span of a recording."""
    sounds = [recorded(booth.folder, span.parts) for span in booth.spans()]
    found = [tally(sound) for sound in sounds if (sound[:, 1] >= MARK).any()]
    return sum(one.lost + one.repeated for one in found)


def missing_ms(booth: Booth) -> list[float]:
    """The sound between each span and the next one, by the index that every sample carries."""
    found = [heard(booth, span) for span in booth.spans()]
    return [(after.first - before.first - before.frames) * 1000 / RATE for before, after in pairwise(found)]


def took_ms(work: Callable[..., object], *arguments: object) -> float:
    """How long it takes to do something with these."""
    begun_ns = monotonic.now_ns()
    work(*arguments)
    return (monotonic.now_ns() - begun_ns) / 1e6


def until_ms(link: RecorderLink, is_so: Callable[[RecorderStatus], bool], within_s: float = 60.0) -> float:
    """How long it takes until the recorder says so, as an app sees it."""
    begun_ns = monotonic.now_ns()
    while not is_so(link.status()):
        if monotonic.now_ns() - begun_ns > within_s * 1e9:
            raise TimeoutError(f"the recorder says: {link.status()}")
        time.sleep(0.002)
    return (monotonic.now_ns() - begun_ns) / 1e6


def reach(link: RecorderLink, seconds: float) -> None:
    """Wait until the span has so much sound."""
    until_ms(link, lambda status: status.rate > 0 and status.frames >= seconds * status.rate, seconds + 60.0)


def process_of(booth: Booth) -> psutil.Process:
    """The recorder process."""
    return psutil.Process(booth.pid)


def family_of(booth: Booth) -> list[psutil.Process]:
    """The recorder and its capture processes."""
    return [process_of(booth), *process_of(booth).children(recursive=True)]


def on_the_clock(recorded: RecordedSpan) -> Span:
    """A span as an interview has it, its call clock counted from the machine's."""
    line = recorded.beside
    track = None
    if line is not None:
        start_ms = round(line.started_ns / 1e6)
        track = Track(
            line.source, line.rate, line.channels, line.frames, start_ms, line.parts, line.drift_ppm, line.sha256
        )
    return Span(
        recorded.number,
        round(recorded.started_ns / 1e6),
        recorded.rate,
        recorded.channels,
        recorded.frames,
        recorded.parts,
        drift_ppm=recorded.drift_ppm,
        beside=track,
        sha256=recorded.sha256,
    )
