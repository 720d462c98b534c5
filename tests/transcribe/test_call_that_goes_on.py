"""A call that is transcribed while it goes on comes to what it would have come to afterwards."""

import dataclasses
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import psutil
import pytest

from interview_tui.record.ports import JobState
from interview_tui.transcribe.jobs.job import TranscriptionJob, run
from interview_tui.transcribe.spec import JobSpec, write_spec
from interview_tui.transcribe.transcription import WAITING
from tests.transcribe.killing import lines_in, without_time_taken
from tests.transcribe.making import clip_of, command, job, kennedy, until, written

RATE = 16_000


@pytest.fixture(scope="module")
def long_call(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eighty seconds in which each of two people speaks for 22 s at a time, so that chunks are full in the middle."""
    talk = np.concatenate([kennedy()] * 2)
    sound = np.zeros((80 * RATE, 2), dtype=np.float32)
    for channel, start_s in ((0, 1), (1, 25), (0, 49)):
        sound[start_s * RATE : start_s * RATE + len(talk), channel] = talk
    return written(tmp_path_factory.mktemp("long") / "call.wav", sound)


@contextmanager
def process(spec: JobSpec) -> Iterator[subprocess.Popen[bytes]]:
    """A transcription process for this order, killed at the end."""
    started = subprocess.Popen(command(write_spec(spec)), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE)
    with started:
        yield started
        started.kill()


def at_ordinary_priority(order: Path) -> list[str]:
    """As `command`, but not at the lowest priority that is asked for: a test is to be done with some day."""
    order.write_text(order.read_text(encoding="utf-8").replace('"lowest": true', '"lowest": false'), encoding="utf-8")
    return command(order)


def heard(spec: JobSpec) -> int:
    """How many units are in its ledger."""
    return spec.ledger.read_bytes().count(b'"unit"') if spec.ledger.exists() else 0


def test_what_was_heard_of_a_growing_call_is_what_is_heard_of_it_in_the_end(
    long_call: Path, cache: Path, tmp_path: Path
) -> None:
    whole = run(job(tmp_path / "whole", cache, clip_of(long_call)), command=command)
    final = job(tmp_path / "growing", cache, clip_of(long_call))
    first = dataclasses.replace(final, open=True, threads=1)
    growing = dataclasses.replace(first, clips=(clip_of(long_call, frames=15 * RATE),))
    with process(growing) as one:
        until(lambda: b"waiting for more" in one.stdout.readline(), "the end of what there is")
        assert heard(final) == 0
        write_spec(dataclasses.replace(first, clips=(clip_of(long_call, frames=75 * RATE),)))
        until(lambda: heard(final) >= 1, "words of the first minute")
    assert not final.transcript.exists()
    lines = lines_in(final.ledger)
    assert without_time_taken(run(final, command=command)).turns == whole.turns
    assert lines_in(final.ledger) == lines_in(tmp_path / "whole" / "chunks.jsonl")
    assert lines < lines_in(final.ledger)


def test_a_process_that_dies_while_the_call_goes_on_is_followed_by_one_that_goes_on(
    long_call: Path, cache: Path, tmp_path: Path
) -> None:
    final = job(tmp_path / "job", cache, clip_of(long_call))
    along = TranscriptionJob(lambda _: final, at_ordinary_priority)
    along.follow("P07")
    try:
        until(lambda: heard(final) >= 1, "words of the first minute")
        (process,) = [one for one in psutil.Process().children() if str(final.folder / "job.json") in one.cmdline()]
        process.kill()
        until(lambda: (told := along.poll("P07")) is not None and told.state is JobState.FAILED, "its death")
        before = final.ledger.read_bytes()
        along.follow("P07")
        until(lambda: (told := along.poll("P07")) is not None and told.message == WAITING, "the end of what there is")
        assert final.ledger.read_bytes().startswith(before[: before.rindex(b"\n") + 1])
    finally:
        along.unfollow("P07")
    assert "is started again (1 of 3)" in final.log.read_text(encoding="utf-8")


def test_what_is_withheld_while_the_call_goes_on_leaves_no_word(long_call: Path, cache: Path, tmp_path: Path) -> None:
    spec = dataclasses.replace(job(tmp_path / "job", cache, clip_of(long_call, frames=70 * RATE)), open=True, threads=1)
    spoken_of = b"country"
    with process(spec) as one:
        until(lambda: spec.ledger.exists() and spoken_of in spec.ledger.read_bytes(), "what is going to be withheld")
        left = (clip_of(long_call, frames=RATE), clip_of(long_call, first_frame=72 * RATE, start_ms=72_000))
        write_spec(dataclasses.replace(spec, clips=left))
        until(lambda: spoken_of not in spec.ledger.read_bytes(), "its end")
    assert one.returncode != 0


def test_a_process_that_nobody_listens_to_any_more_ends(long_call: Path, cache: Path, tmp_path: Path) -> None:
    spec = dataclasses.replace(job(tmp_path / "job", cache, clip_of(long_call, frames=10 * RATE)), open=True)
    with process(spec) as one:
        until(lambda: b"waiting for more" in one.stdout.readline(), "the end of what there is")
        one.stdout.close()
        until(lambda: one.poll() is not None, "the end of the process")
    assert one.returncode == 0


def test_a_process_of_the_lowest_priority_has_it(long_call: Path, cache: Path, tmp_path: Path) -> None:
    lowest = psutil.IDLE_PRIORITY_CLASS if os.name == "nt" else 19
    spec = dataclasses.replace(job(tmp_path / "job", cache, clip_of(long_call)), open=True, lowest=True)
    with process(spec) as one:
        until(lambda: psutil.Process(one.pid).nice() == lowest, "the lowest priority")
        if hasattr(os, "SCHED_IDLE"):
            until(lambda: os.sched_getscheduler(one.pid) == os.SCHED_IDLE, "the class of those that are idle")
