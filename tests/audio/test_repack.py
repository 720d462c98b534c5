from __future__ import annotations

import os
import pickle
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from interview_tui.at_rest import files as at_rest_files
from interview_tui.audio import files
from interview_tui.audio.keeping import repack
from interview_tui.audio.keeping.repack import repack_span
from interview_tui.audio.processes import child
from interview_tui.audio.stored import spans
from interview_tui.errors import AudioError
from interview_tui.interview.sound import AudioPart
from tests.at_rest.encrypted import encrypted_study
from tests.audio.laid import LAID_RATE, Laid, lay, noise
from tests.audio.signals import Pcm, recorded

SECONDS = 5
KILLED = """
import os, pickle, sys
from pathlib import Path
from typing import Any
from interview_tui.audio import disk
from interview_tui.audio.keeping import repack

step = sys.argv[2]
def die_at(name, act):
    def doing(*arguments, **named):
        if name == step:
            os._exit(9)
        return act(*arguments, **named)
    return doing
repack._compare = die_at("before comparing", repack._compare)
disk.put_in_place = die_at("before the name", disk.put_in_place)
repack._enter = die_at("before the log", repack._enter)
unlink = Path.unlink
def unlinked(path, missing_ok=False):
    unlink(path, missing_ok)
    if step == "while deleting" and path.name.endswith("0001.wav"):
        os._exit(9)
Path.unlink = unlinked
span = pickle.loads(bytes.fromhex(sys.argv[3]))
repack.repack_span(Path(sys.argv[1]), span, die_at("before the journal", lambda done: None))
"""
STEPS = ["before comparing", "before the name", "before the log", "before the journal", "while deleting"]


@pytest.fixture(params=["open", "encrypted"])
def tmp_path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The folder of a case in a study, encrypted or not."""
    if request.param == "encrypted":
        encrypted_study(tmp_path)
    (tmp_path / "P07").mkdir()
    return tmp_path / "P07"


def own(**how: Any) -> Laid:
    """A stereo track of a device in three segments, the last one shorter."""
    return Laid(noise(SECONDS * LAID_RATE, channels=2), segment_s=2, **how)


def mono(seed: int, **how: Any) -> Laid:
    return Laid(noise(SECONDS * LAID_RATE, seed), segment_s=2, **how)


def names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def sound(folder: Path, done: spans.Repacked) -> Pcm:
    assert all(files.sha256(folder / p.file) == digest for p, digest in zip(done.parts, done.sha256, strict=True))
    return recorded(folder, done.parts)


def test_a_span_becomes_one_flac_file_with_the_same_samples(tmp_path: Path):
    laid = own()
    done = repack_span(tmp_path, lay(tmp_path, 1, laid))
    assert done.parts == (AudioPart("span-001.flac", 0, SECONDS * LAID_RATE),)
    assert np.array_equal(sound(tmp_path, done), laid.sound)
    assert names(tmp_path) == ["span-001.flac", "spans.jsonl"]
    assert spans.repacked(tmp_path, 1) == done


def test_repacking_twice_changes_nothing(tmp_path: Path):
    span = lay(tmp_path, 1, own())
    done = repack_span(tmp_path, span)
    assert repack_span(tmp_path, span) == done  # as the journal still has it
    assert repack_span(tmp_path, replace(span, parts=done.parts, hashes=done.sha256)) == done
    assert names(tmp_path) == ["span-001.flac", "spans.jsonl"]


def test_two_tracks_become_left_and_right(tmp_path: Path):
    left, right = mono(1), mono(2, start_ms=250)
    done = repack_span(tmp_path, lay(tmp_path, 1, left, right))
    both = sound(tmp_path, done)
    shift = LAID_RATE // 4
    assert np.array_equal(both[:, :1], left.sound)
    assert np.array_equal(both[shift:, 1:], right.sound[:-shift])
    assert not both[:shift, 1].any()
    assert names(tmp_path) == ["span-001.flac", "spans.jsonl"]


def test_a_line_whose_clock_runs_away_is_put_on_the_first_ones_clock(tmp_path: Path):
    left, right = mono(1), mono(2, drift_ppm=5_000)
    both = sound(tmp_path, repack_span(tmp_path, lay(tmp_path, 1, left, right)))
    assert np.array_equal(both[:, :1], left.sound)
    assert both[:, 1].any()
    assert not np.array_equal(both[:, 1:], right.sound)
    gone = SECONDS * LAID_RATE * 5_000 // 1_000_000  # what a clock that runs fast has too much
    assert not both[-gone + 5 :, 1].any()
    assert both[-gone - 50 : -gone - 5, 1].any()


def test_a_line_that_went_on_after_the_first_track_is_cut_and_must_be_whole_all_the_same(tmp_path: Path):
    left, right = Laid(noise(LAID_RATE)), mono(2)
    span = lay(tmp_path, 1, left, right)
    both = np.hstack([left.sound, right.sound[:LAID_RATE]])
    assert np.array_equal(sound(tmp_path, repack_span(tmp_path, span)), both)
    changed = lay(tmp_path, 2, Laid(noise(LAID_RATE)), mono(2))
    assert changed.beside is not None
    flip(tmp_path / changed.beside.parts[-1].file, 1_000)
    with pytest.raises(AudioError, match=r"span 2 .* is not any more what was recorded"):
        repack_span(tmp_path, changed)


@pytest.mark.parametrize("lone", ["own", "line"])
def test_a_track_whose_companion_was_gone_keeps_its_side(tmp_path: Path, lone: str):
    both = lay(tmp_path, 1, mono(1), mono(2))
    laid = mono(3)
    span = lay(tmp_path, 2, laid) if lone == "own" else lay(tmp_path, 2, None, laid)
    alone = sound(tmp_path, repack_span(tmp_path, span))
    side = 0 if lone == "own" else 1
    assert np.array_equal(alone[:, side], laid.sound[:, 0])
    assert not alone[:, 1 - side].any()
    assert sound(tmp_path, repack_span(tmp_path, both)).shape[1] == 2


def test_one_device_of_one_channel_stays_mono(tmp_path: Path):
    assert sound(tmp_path, repack_span(tmp_path, lay(tmp_path, 1, mono(1)))).shape[1] == 1


def test_segments_in_the_fallback_folder_come_home(tmp_path: Path):
    home, away = tmp_path / "P07", tmp_path / "fallback"
    home.mkdir()
    away.mkdir()
    laid, line = mono(1, away=away), mono(2, away=away)
    span = lay(home, 1, laid, line)
    assert Path(span.parts[1].file).is_absolute()
    both = sound(home, repack_span(home, span))
    assert np.array_equal(both, np.hstack([laid.sound, line.sound]))
    assert names(home) == ["span-001.flac", "spans.jsonl"]
    assert names(away) == []


@pytest.mark.parametrize("track", [0, 1])
@pytest.mark.parametrize("damage", ["a sample", "a segment in the place of another"])
def test_what_is_not_any_more_what_was_recorded_is_not_packed(tmp_path: Path, track: int, damage: str):
    span = lay(tmp_path, 1, mono(1), mono(2))
    assert span.beside is not None
    first, second = (tmp_path / part.file for part in (span, span.beside)[track].parts[:2])
    if damage == "a sample":
        flip(first, 1_000)
    else:
        shutil.copyfile(second, first)
    before = {file.name: file.read_bytes() for file in tmp_path.iterdir()}
    with pytest.raises(AudioError, match=r"The audio of span 1 in .* is not any more what was recorded"):
        repack_span(tmp_path, span)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == before


def test_what_is_to_be_destroyed_is_packed_all_the_same(tmp_path: Path):
    span = lay(tmp_path, 1, own())
    flip(tmp_path / span.parts[0].file, 1_000)
    there = recorded(tmp_path, span.parts)
    assert np.array_equal(sound(tmp_path, repack_span(tmp_path, span, although_changed=True)), there)


def flip(file: Path, at: int) -> None:
    """Change a byte of what a file holds."""
    with at_rest_files.changing(file) as opened:
        opened.seek(at)
        byte = opened.read(1)[0]
        opened.seek(at)
        opened.write(bytes([byte ^ 0x10]))


def test_a_span_from_before_there_were_hashes_is_packed_as_well(tmp_path: Path):
    laid = own()
    span = replace(lay(tmp_path, 1, laid), sha256="")
    assert np.array_equal(sound(tmp_path, repack_span(tmp_path, span)), laid.sound)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("tracks", [1, 2])
def test_repacking_may_be_killed_anywhere_and_done_again(tmp_path: Path, step: str, tracks: int):
    left, right = mono(1), mono(2)
    span = lay(tmp_path, 1, left, right if tracks == 2 else None)
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path), step, pickle.dumps(span).hex()],
        env=child.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == 9, killed.stderr
    if step != "while deleting":
        assert np.array_equal(recorded(tmp_path, span.parts), left.sound)
    done = repack_span(tmp_path, span)
    wanted = np.hstack([left.sound, right.sound]) if tracks == 2 else left.sound
    assert np.array_equal(sound(tmp_path, done), wanted)
    assert names(tmp_path) == ["span-001.flac", "spans.jsonl"]


def test_nothing_is_deleted_before_the_journal_has_it(tmp_path: Path):
    span = lay(tmp_path, 1, own())
    before = names(tmp_path)

    def refuse(_: spans.Repacked) -> None:
        assert set(before) < set(names(tmp_path))
        raise AudioError("The journal cannot be written.")

    with pytest.raises(AudioError, match="journal"):
        repack_span(tmp_path, span, refuse)
    assert set(before) < set(names(tmp_path))


def test_a_segment_that_holds_more_than_the_journal_knows_is_kept(tmp_path: Path):
    span = lay(tmp_path, 1, own())
    last = span.parts[2]
    short = replace(span, parts=(*span.parts[:2], replace(last, frames=last.frames - 100)))
    with pytest.raises(AudioError, match="holds 8000 frames, but the journal knows 7900"):
        repack_span(tmp_path, short)
    assert names(tmp_path) == [*(part.file for part in span.parts), "spans.jsonl"]


def test_a_stray_segment_of_the_span_outlasts_packing(tmp_path: Path):
    span = lay(tmp_path, 1, own())
    shutil.copyfile(tmp_path / span.parts[0].file, tmp_path / "span-001-0009.wav")
    repack_span(tmp_path, span)
    assert names(tmp_path) == ["span-001-0009.wav", "span-001.flac", "spans.jsonl"]


def test_a_packed_file_that_was_changed_is_not_taken_for_the_recording(tmp_path: Path):
    span = lay(tmp_path, 1, own())
    repack_span(tmp_path, span)
    flip(tmp_path / "span-001.flac", 20_000)
    with pytest.raises(AudioError, match="is not what was put there"):
        repack_span(tmp_path, span)


def test_a_packed_file_that_was_changed_is_made_anew_while_its_segments_are_there(tmp_path: Path):
    laid = own()
    span = lay(tmp_path, 1, laid)

    def refuse(done: spans.Repacked) -> None:
        flip(tmp_path / done.parts[0].file, 20_000)
        raise AudioError("The journal cannot be written.")

    with pytest.raises(AudioError, match="journal"):
        repack_span(tmp_path, span, refuse)
    assert np.array_equal(sound(tmp_path, repack_span(tmp_path, span)), laid.sound)


def test_a_full_disk_is_said_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    span = lay(tmp_path, 1, own())
    before = names(tmp_path)

    def full(*_: object) -> None:
        raise soundfile.SoundFileError("System error.")

    with monkeypatch.context() as patched:
        patched.setattr(soundfile.SoundFile, "write", full)
        patched.setattr(repack, "FULL_BYTES", 1 << 62)
        with pytest.raises(AudioError, match=r"is full, so span 1 cannot be packed\. Nothing of it is lost"):
            repack_span(tmp_path, span)
    assert names(tmp_path) == before
    repack_span(tmp_path, span)


def test_a_file_that_the_disk_wrote_badly_does_not_take_the_place_of_anything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    span = lay(tmp_path, 1, own())
    before = names(tmp_path)
    write = soundfile.SoundFile.write

    def badly(file: soundfile.SoundFile, block: Pcm) -> None:
        block = block.copy()
        block[5, 1] ^= 1
        write(file, block)

    monkeypatch.setattr(soundfile.SoundFile, "write", badly)
    with pytest.raises(AudioError, match="differs from what was recorded"):
        repack_span(tmp_path, span)
    assert names(tmp_path) == before


@pytest.mark.skipif(os.name != "posix", reason="elsewhere rights are another matter")
def test_the_packed_file_is_readable_by_its_owner_only(tmp_path: Path):
    repack_span(tmp_path, lay(tmp_path, 1, own()))
    assert (tmp_path / "span-001.flac").stat().st_mode & 0o777 == 0o600
