from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from interview_tui.audio import child, files, spans, wav
from interview_tui.audio.repack import repack, repack_span
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecordedSpan
from tests.audio.recording import SPAN_RATE, write_span
from tests.audio.signals import recorded, tally

KILLED = """
import os, sys
from pathlib import Path
from interview_tui.audio import disk, repack, spans

step = int(sys.argv[2])
def die_at(number, act):
    def doing(*arguments, **named):
        if number == step:
            os._exit(9)
        return act(*arguments, **named)
    return doing
repack._compare = die_at(1, repack._compare)
disk.put_in_place = die_at(2, disk.put_in_place)
repack._enter = die_at(3, repack._enter)
unlink = Path.unlink
Path.unlink = lambda path, missing_ok=False: die_at(4 if "0002" in path.name else 0, unlink)(path, missing_ok)
folder = Path(sys.argv[1])
repack.repack(folder, spans.read(folder, running=False))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A closed span of 130 s in three segments, and one that was cut off."""
    write_span(tmp_path, 1, seconds=130)
    write_span(tmp_path, 2, seconds=3, close=False)
    return tmp_path


def _check(folder: Path, packed: list[RecordedSpan]) -> None:
    """Two FLAC files with every sample, known to the log, and no segment left."""
    assert [span.parts[0].file for span in packed] == ["span-001.flac", "span-002.flac"]
    assert [span.frames for span in packed] == [130 * SPAN_RATE, 3 * SPAN_RATE]
    for span in packed:
        found = tally(recorded(folder, span.parts))
        assert (found.first, found.frames, found.lost, found.repeated) == (0, span.frames, 0, 0)
    assert sorted(file.name for file in folder.iterdir()) == ["span-001.flac", "span-002.flac", "spans.jsonl"]
    assert spans.read(folder, running=False) == packed


def test_every_span_becomes_one_flac_file_with_the_same_samples(folder: Path):
    before = spans.read(folder, running=False)
    packed = repack(folder, before)
    _check(folder, packed)
    assert [(span.started_ns, span.reason) for span in packed] == [(span.started_ns, span.reason) for span in before]


def test_repacking_twice_changes_nothing(folder: Path):
    before = spans.read(folder, running=False)
    packed = repack(folder, before)
    hashes = {file: files.sha256(file) for file in folder.glob("*.flac")}
    assert repack(folder, before) == packed  # as the journal still has it
    assert repack(folder, packed) == packed
    assert {file: files.sha256(file) for file in folder.glob("*.flac")} == hashes
    assert repack_span(folder, packed[0].parts, 1)[1] == (hashes[folder / "span-001.flac"],)


@pytest.mark.parametrize("step", [1, 2, 3, 4])
def test_repacking_may_be_killed_anywhere_and_done_again(folder: Path, step: int):
    before = spans.read(folder, running=False)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), str(step)],
        env=child.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == 9, killed.stderr
    assert sum(span.frames for span in spans.read(folder, running=False)) == 133 * SPAN_RATE
    _check(folder, repack(folder, before))


def test_a_segment_that_holds_more_than_the_journal_knows_is_kept(folder: Path):
    (first, _) = spans.read(folder, running=False)
    with (folder / first.parts[2].file).open("ab") as file:
        file.write(bytes(400))
    wav.repair(folder / first.parts[2].file)
    with pytest.raises(AudioError, match="holds 80100 frames, but the journal knows 80000"):
        repack(folder, [first])
    assert all((folder / part.file).exists() for part in first.parts)
    assert not (folder / "span-001.flac").exists()


def test_a_packed_file_that_was_changed_is_not_taken_for_the_recording(folder: Path):
    before = spans.read(folder, running=False)
    repack(folder, before)
    with (folder / "span-001.flac").open("r+b") as file:
        file.seek(20_000)
        file.write(b"?")
    with pytest.raises(AudioError, match="is not what was put there"):
        repack(folder, before)
