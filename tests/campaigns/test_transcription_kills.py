"""Transcriptions killed at any moment, listening and loading included, often enough to trust what they promise.

`pytest --campaign -s tests/campaigns/test_transcription_kills.py` prints the figures; it takes about ten minutes.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview_tui.bootstrap import bundled
from interview_tui.transcribe.jobs.job import run
from tests.campaigns.figures import tell
from tests.transcribe.killing import killed_often, lines_in, without_time_taken
from tests.transcribe.making import clip_of, command, job, written

KILLS = 100
TIMES = 2  # that the demo's call of a minute is held

pytestmark = pytest.mark.campaign


def test_a_job_killed_at_any_moment_comes_to_the_same_words(tmp_path: Path):
    sound, rate = soundfile.read(bundled("data/demo/call.flac"), dtype="float32")
    call = written(tmp_path / "call.wav", np.concatenate([sound] * TIMES), rate)
    spec = job(tmp_path / "whole", tmp_path / "cache", clip_of(call))
    run(spec, command=command)  # verifies the weights, once
    spec.ledger.unlink()
    began = time.monotonic()
    whole = run(spec, command=command)
    took_s, lines = time.monotonic() - began, lines_in(spec.ledger)
    killed = job(tmp_path / "killed", tmp_path / "cache", clip_of(call))
    killed.folder.mkdir()
    found, transcripts = killed_often(killed, KILLS, took_s, random.Random(100))
    tell("killed with so many lines in the ledger", [float(count) for count in found], f"of {lines}")
    tell("at how many different places", [float(len(Counter(found)))], "places")
    tell("jobs that came to their end all the same", [float(len(transcripts))], "jobs")
    assert [without_time_taken(one) for one in transcripts] == [without_time_taken(whole)] * len(transcripts)
    assert len(Counter(found)) > lines / 2
