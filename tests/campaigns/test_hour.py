"""An hour of recording from a sound device while a transcription takes every core.

`pytest --campaign -s tests/campaigns/test_hour.py`; `INTERVIEW_TUI_CAMPAIGN_MINUTES=5` makes the hour shorter.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import psutil
import pytest
import soundfile

from interview_tui.audio.capture import SourceSpec
from interview_tui.bootstrap import bundled
from interview_tui.record.ports import JobState
from interview_tui.transcribe.jobs.job import TranscriptionJob
from interview_tui.transcribe.listening.sound import SoundClip
from interview_tui.transcribe.spec import JobSpec
from tests.audio.recording import Booth
from tests.audio.signals import RATE, Tally, counter, recorded, tally
from tests.audio.virtual_sound import VirtualSound, virtual_sound
from tests.campaigns.figures import tell

MINUTES = float(os.environ.get("INTERVIEW_TUI_CAMPAIGN_MINUTES", "60"))
SETTLED_S = 60.0
LOOK_EVERY_S = 10.0
LOAD_LOOK_S = 0.1
MOST_GROWTH_MB = 20.0
CALLS = 40
"""How often the demo's call is transcribed, to keep both cores busy for an hour."""

pytestmark = [pytest.mark.campaign, pytest.mark.device]


@contextlib.contextmanager
def _transcribing(folder: Path) -> Iterator[None]:
    """Transcriptions run one after the other, on every core."""
    call = bundled("data/demo/call.flac")
    about = soundfile.info(call)
    ms = round(about.frames * 1000 / about.samplerate)
    clips = tuple(
        SoundClip(call, 0, about.frames, about.samplerate, about.samplerate, number * ms, about.channels)
        for number in range(CALLS)
    )
    job = TranscriptionJob(lambda case: JobSpec(case, clips, folder, model="tiny.en"))
    job.begin("P60")

    def state() -> JobState:
        progress = job.poll()
        return JobState.WAITING if progress is None else progress.state

    try:
        while state() in (JobState.WAITING, JobState.LOADING):  # as long as it takes on a machine that is busy already
            time.sleep(LOAD_LOOK_S)
        assert state() is JobState.RUNNING
        yield
    finally:
        job.cancel()


def _family(pid: int) -> list[psutil.Process]:
    """A recorder and its children."""
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _memory_mb(pid: int) -> float:
    return sum(one.memory_info().rss for one in _family(pid)) / 1e6


def _busy_s(pid: int) -> float:
    return sum(one.cpu_times().user + one.cpu_times().system for one in _family(pid))


def _signal_of(sound: VirtualSound, seconds: float) -> Path:
    """The counter signal for so long, written in pieces: an hour of it would fill the memory."""
    path = sound.folder / "hour.wav"
    with soundfile.SoundFile(path, "w", RATE, 2, "PCM_16") as file:
        for first in range(0, round(seconds * RATE), 60 * RATE):
            file.write(counter(60 * RATE, first))
    return path


def _tallied(booth: Booth) -> list[Tally]:
    """What became of the signal, a tally a file: a lost frame between two files is the distance of their indices."""
    spans = booth.spans()
    return [tally(recorded(booth.folder, [part])) for span in spans for part in span.parts]


def test_an_hour_under_load_loses_nothing_and_takes_no_more_memory_in_the_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    with virtual_sound() as sound:
        for name, value in sound.environment.items():
            monkeypatch.setenv(name, value)
        booth = Booth(SourceSpec("device", name="iv_line"), tmp_path / "P60")
        link = booth.link()
        memory_mb: list[float] = []
        try:
            with sound.playing(_signal_of(sound, MINUTES * 60 + 120)), _transcribing(tmp_path / "job"):
                link.start(booth.folder, 1)
                pid, begun_s = booth.pid, time.monotonic()
                before_s = _busy_s(pid)
                while time.monotonic() < begun_s + MINUTES * 60:
                    time.sleep(LOOK_EVERY_S)
                    memory_mb.append(_memory_mb(pid))
                busy = (_busy_s(pid) - before_s) / (time.monotonic() - begun_s)
                span = link.stop()
            found = _tallied(booth)
        finally:
            booth.close()
    assert span is not None
    steps = [after.first - (before.first + before.frames) for before, after in pairwise(found)]
    settled = memory_mb[min(len(memory_mb) - 1, round(SETTLED_S / LOOK_EVERY_S))]
    wrong = [*(one.lost + one.repeated for one in found), *map(abs, steps)]
    tell("an hour: samples lost or repeated", wrong, "samples")
    tell("an hour: recorded", [span.frames / span.rate / 60], "min")
    tell("an hour: spans", [len(booth.spans())], "spans")
    tell("an hour: memory of the recorder and its captures", memory_mb, "MB")
    tell("an hour: processor time", [100 * busy], "% of a core")
    tell("an hour: drift", [span.drift_ppm], "ppm")
    assert not any(wrong)
    assert len(booth.spans()) == 1
    assert memory_mb[-1] < settled + MOST_GROWTH_MB
