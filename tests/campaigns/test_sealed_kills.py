"""Recorders in an encrypted study killed at any moment, apps stopped, and power cuts: what it promises in an open one.

`pytest --campaign -s tests/campaigns/test_sealed_kills.py` prints the figures; it takes about eight minutes.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from interview_tui import monotonic
from interview_tui.at_rest.files import is_sealed
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.stored import spans
from tests.at_rest.encrypted import encrypted_study
from tests.audio.desk import DESK_BLOCK, DESK_RATE, Desk, samples_of
from tests.audio.recording import Booth
from tests.audio.signals import RATE, counter, recorded, tally, until, write_counter
from tests.audio.virtual_sound import VirtualSound, virtual_sound
from tests.campaigns.figures import tell

RECORDERS_KILLED = 60
KILLED_WITH_A_DEVICE = 30
LONGEST_S = 2.0
STOPPED_S = 10.0
CUTS = 200
ANEW_KILLS = 100

pytestmark = pytest.mark.campaign


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The folder of a case in an encrypted study."""
    encrypted_study(tmp_path / "study")
    return tmp_path / "study" / "recordings" / "P07"


@pytest.fixture
def booth(tmp_path: Path, folder: Path) -> Iterator[Booth]:
    """A recorder of a line that holds out for the whole campaign."""
    line = write_counter(tmp_path / "line.wav", RECORDERS_KILLED * (LONGEST_S + 3))
    made = Booth(SourceSpec("file", path=line), folder)
    yield made
    made.close()


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualSound]:
    """A virtual sound server, found by every process that the test starts."""
    with virtual_sound() as server:
        for name, value in server.environment.items():
            monkeypatch.setenv(name, value)
        yield server


def _killed_often(booth: Booth, times: int, what: str) -> None:
    """Lost is what the recorder had told of and what is not on disk; beside it what was due from the source by then."""
    moments = random.Random(times)
    lost_ms: list[float] = []
    due_ms: list[float] = []
    for number in range(1, times + 1):
        link = booth.link()
        link.start(booth.folder, number)
        time.sleep(moments.uniform(0.0, LONGEST_S))
        told = link.status().frames
        link.detach()  # a link that watches would start another
        killed_ns = monotonic.now_ns()
        booth.kill()
        span = booth.spans()[-1]
        found = tally(recorded(booth.folder, span.parts))
        assert (span.number, found.frames + found.silent, found.lost, found.repeated) == (number, span.frames, 0, 0)
        assert all(is_sealed(booth.folder / part.file) for part in span.parts)
        due = (killed_ns - span.started_ns) * span.rate // 1_000_000_000
        lost_ms.append(max(0, told - span.frames) * 1000 / span.rate)
        due_ms.append(max(0, due - span.frames) * 1000 / span.rate)
    tell(f"{what}: delivered audio lost after the repair", lost_ms, "ms")
    tell(f"{what}: audio due from the source and not there", due_ms, "ms")
    assert max(lost_ms) == 0


def test_a_recorder_killed_at_any_moment_loses_nothing_that_was_delivered(booth: Booth):
    _killed_often(booth, RECORDERS_KILLED, "sealed, recorder killed")


@pytest.mark.device
def test_a_recorder_of_a_device_killed_at_any_moment_loses_nothing_that_was_delivered(
    booth: Booth, sound: VirtualSound
):
    assert booth.source.path is not None
    line, booth.source = booth.source.path, SourceSpec("device", name="iv_line")
    with sound.playing(line, ahead_s=2):
        _killed_often(booth, KILLED_WITH_A_DEVICE, "sealed, recorder of a device killed")


@pytest.mark.skipif(os.name != "posix", reason="signals are those of Unix")
def test_an_app_that_hangs_costs_no_frame(booth: Booth):
    with booth.app() as app:
        psutil.Process(app.pid).suspend()
        time.sleep(STOPPED_S)
        psutil.Process(app.pid).resume()
        link = booth.link()
        frames = link.attach(booth.folder).frames
        until(lambda: link.status().frames > frames + RATE, "a second more")
        span = link.stop()
    assert span is not None
    assert span.frames > STOPPED_S * RATE
    found = tally(recorded(booth.folder, span.parts))
    assert (found.first, found.frames, found.lost, found.repeated) == (0, span.frames, 0, 0)
    tell(f"sealed, app stopped for {STOPPED_S:.0f} s: frames lost", [found.lost], "frames")


def test_a_file_that_is_cut_at_any_byte_opens_up_to_its_last_whole_message(folder: Path):
    chance = random.Random(CUTS)
    folder.mkdir(parents=True)
    with Desk([folder]) as desk:
        desk.give(20)
    path, kept = folder / "span-001-0001.wav", folder.parent / "whole"
    shutil.copytree(folder, kept)
    whole = path.stat().st_size
    lost: list[float] = []
    for _ in range(CUTS):
        shutil.rmtree(folder)
        shutil.copytree(kept, folder)
        length = chance.randint(0, whole)
        os.truncate(path, length)
        if chance.random() < 0.5:  # the length is there, the blocks are not
            os.truncate(path, whole)
        found = spans.read(folder, running=False)
        sound = samples_of(folder, found)
        assert (sound == counter(len(sound))).all()
        share = length * 20 * DESK_RATE / whole  # of the frames, if they lay there evenly
        lost.append(share - len(sound))
    tell("sealed, cut at any byte: frames before the cut that do not open", lost, f"frames of {DESK_BLOCK} a message")
    assert max(lost) < 2 * DESK_BLOCK


ANEW = """
import sys
from pathlib import Path
from interview_tui.audio.stored import span_log
from tests.audio.desk import Desk

span_log.SEGMENT_S = 1
desk = Desk([Path(sys.argv[1])])
while True:
    desk.give(0.25)
    print(desk.writer.frames, flush=True)
"""


def test_killed_while_segments_are_sealed_anew_every_block_is_there(tmp_path: Path):
    """A recorder's writer at fifty times the speed, so that a segment is sealed anew at nearly every moment."""
    draw = random.Random(9)
    caught = []
    for number in range(ANEW_KILLS):
        home = tmp_path / f"study{number}" / "recordings" / "P07"
        encrypted_study(tmp_path / f"study{number}")
        home.mkdir(parents=True)
        writer = subprocess.Popen([sys.executable, "-c", ANEW, str(home)], stdout=subprocess.PIPE, text=True)
        assert writer.stdout is not None
        told = int(writer.stdout.readline())
        time.sleep(draw.uniform(0, 1.5))
        writer.kill()
        with writer.stdout as rest:
            told = max([told, *(int(line) for line in rest.read().split("\n")[:-1])])
        writer.wait()
        caught.append(len(list(home.glob("*.new"))))
        (span,) = spans.read(home, running=False)
        assert span.frames >= told
        assert (samples_of(home, [span]) == counter(span.frames)).all()
    assert any(caught)
    tell("of them in the midst of sealing anew", caught, "of 1")
