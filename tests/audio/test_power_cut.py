"""A power cut: what was not synced may be gone, in any measure, and so may names; what is left opens."""

from __future__ import annotations

import os
import random
import shutil
import threading
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from interview_tui.audio import disk
from interview_tui.audio.stored import span_log, spans
from interview_tui.interview.ports import RecordedSpan
from interview_tui.interview.sound import SpanEnd
from tests.at_rest.encrypted import encrypted_study
from tests.audio.desk import DESK_BLOCK, DESK_RATE, LINE, MICROPHONE, Desk, on_track
from tests.audio.signals import MARK, Pcm, sound_in

BOTH = (MICROPHONE, LINE)
SYNC_S = 2.0
HEADER_BYTES = 44


def _kinds(times: int, sealed: int) -> list[tuple[int, bool]]:
    """Seeds for a study that is open and, fewer, for one that is encrypted."""
    return [*((seed, False) for seed in range(times)), *((seed, True) for seed in range(sealed))]


@dataclass
class Platter:
    """What of a folder would outlast a power cut: each file as it was last synced, each name as its folder was."""

    folder: Path
    contents: dict[int, bytes] = field(default_factory=dict)  # by inode
    names: dict[str, int] = field(default_factory=dict)

    def sync(self, fd: int) -> None:
        """In place of `disk.sync`."""
        inode = os.fstat(fd).st_ino
        path = next((path for path in self.folder.iterdir() if path.stat().st_ino == inode), None)
        if path is not None:
            self.contents[inode] = path.read_bytes()

    def sync_folder(self, folder: Path) -> None:
        """In place of `disk.sync_folder`."""
        if folder == self.folder:
            self.names = {path.name: path.stat().st_ino for path in folder.iterdir()}

    def after_the_cut(self, place: Path, chance: random.Random) -> Path:
        """The folder as it may be found: between what was synced and what was written, file by file."""
        place.mkdir()
        for path in self.folder.iterdir():
            written, synced = path.read_bytes(), self.contents.get(path.stat().st_ino, b"")
            if path.name not in self.names and chance.random() < 0.7:
                continue
            length = chance.choice(
                [len(synced), len(written), chance.randint(len(synced), max(len(synced), len(written)))]
            )
            found = (synced + written[len(synced) :])[:length]
            if chance.random() < 0.3:  # the length is there, the blocks are not
                found += bytes(len(written) - len(found))
            (place / path.name).write_bytes(found)
        return place


@pytest.fixture
def platter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Platter:
    """A folder whose syncs are noted, and are made by the test alone: every 2 s of audio."""
    folder = tmp_path / "P07"
    folder.mkdir()
    noted = Platter(folder)
    monkeypatch.setattr(disk, "SYNC_EVERY_S", 3600.0)
    monkeypatch.setattr(disk, "sync", noted.sync)
    monkeypatch.setattr(disk, "sync_folder", noted.sync_folder)
    return noted


def _opened(folder: Path, found: list[RecordedSpan], track: int) -> Pcm:
    """The samples of a track, read as anybody would read them."""
    pieces = [np.empty((0, 2), np.int16)]
    for parts in on_track(found, track):
        for part in parts:
            samples, rate = sound_in(folder / part.file)
            assert rate == DESK_RATE
            assert len(samples) == part.frames
            pieces.append(samples)
    return np.concatenate(pieces)


def _right_frames(sound: Pcm, first: int = 0) -> int:
    """How many frames of the counter signal there are, each in its place; what else there is must be silence."""
    there = sound[:, 1] >= MARK
    index = np.flatnonzero(there) + first
    assert (sound[there, 0] == (index & 0x7FFF)).all()
    assert (sound[there, 1] == (index >> 15) + MARK).all()
    assert np.count_nonzero(sound[~there].any(axis=1)) <= 4  # half a frame where the blocks of a file end
    return len(index)


@pytest.mark.parametrize(("seed", "encrypted"), _kinds(30, 2))
def test_a_power_cut_costs_two_seconds_at_most(platter: Platter, tmp_path: Path, seed: int, encrypted: bool):
    if encrypted:
        encrypted_study(tmp_path)
    chance = random.Random(seed)
    with Desk([platter.folder], BOTH) as desk:
        seconds = chance.choice([0.5, 59.0, 60.0, 60.5, 61.5]) + chance.random() * 4
        since_sync = chance.random() * SYNC_S
        for _ in range(round(seconds / 0.05)):
            desk.give(0.05)
            since_sync += 0.05
            if since_sync >= SYNC_S:
                desk.syncer.flush()
                since_sync = 0.0
        given = desk.given[0]
        cut = platter.after_the_cut(tmp_path / "cut", chance)
    found = spans.read(cut, running=False)
    assert spans.read(cut, running=False) == found
    for track in (0, 1):
        sound = _opened(cut, found, track)
        assert len(sound) <= given
        assert given - _right_frames(sound) <= (SYNC_S + 0.05) * DESK_RATE
    for span in found:
        assert (span.rate, span.channels) == (DESK_RATE, 2)


@pytest.mark.parametrize(("seed", "encrypted"), _kinds(24, 2))
def test_files_that_are_cut_anywhere_open_and_hold_what_is_left_of_them_in_its_place(
    tmp_path: Path, seed: int, encrypted: bool
):
    if encrypted:
        encrypted_study(tmp_path)
    torn = DESK_BLOCK if encrypted else 0  # what is sealed is there message by message
    chance = random.Random(seed)
    folder = tmp_path / "P07"
    folder.mkdir()
    with Desk([folder], BOTH) as desk:
        desk.give(60 + 10 * chance.random())
        given = desk.given[0]
    cut_frames = [0, 0]
    for path in folder.iterdir():
        size = path.stat().st_size
        length = chance.choice([size, chance.randint(0, size), 0])
        os.truncate(path, length)
        if path.suffix == ".wav":
            cut_frames["line" in path.name] += -((length - size) // 4)
    whole_log = [line["what"] for line in span_log.lines(folder)].count("segment") == 4
    found = spans.read(folder, running=False)
    assert spans.read(folder, running=False) == found
    for track in (0, 1):
        sound = _opened(folder, found, track)
        if whole_log:
            assert given - _right_frames(sound) <= cut_frames[track] + HEADER_BYTES + 2 * torn
        else:
            assert given - int((sound[:, 1] >= MARK).sum()) <= cut_frames[track] + HEADER_BYTES + 2 * torn


@pytest.mark.parametrize(("seed", "encrypted"), _kinds(12, 2))
def test_a_power_cut_in_a_split_costs_two_seconds_at_most(platter: Platter, tmp_path: Path, seed: int, encrypted: bool):
    if encrypted:
        encrypted_study(tmp_path)
    chance = random.Random(seed)
    with Desk([platter.folder]) as desk:
        for _ in range(3):
            desk.give(2)
            desk.syncer.flush()
        desk.miss(3)
        desk.give(1.5)
        _, desk.writer = desk.writer.split(2)
        desk.give(chance.random())
        cut = platter.after_the_cut(tmp_path / "cut", chance)
        given = desk.given[0]
    found = spans.read(cut, running=False)
    sound = _opened(cut, found, 0)
    assert _right_frames(sound) == len(sound) or (sound[-1] == 0).all()
    assert given - _right_frames(sound) <= SYNC_S * DESK_RATE


def test_a_closed_span_outlasts_a_power_cut_whole(platter: Platter, tmp_path: Path):
    with Desk([platter.folder], BOTH) as desk:
        desk.give(61)
        span = desk.writer.close(SpanEnd.STOP)
        assert span is not None
        kept = tmp_path / "cut"
        kept.mkdir()
        for name, inode in platter.names.items():
            (kept / name).write_bytes(platter.contents[inode])
    assert spans.read(kept, running=False) == [span]
    assert span_log.lines(kept) == span_log.lines(platter.folder)
    for track in (0, 1):
        assert _right_frames(_opened(kept, [span], track)) == 61 * DESK_RATE
    shutil.rmtree(kept)


def test_a_disk_that_takes_long_to_confirm_holds_up_no_sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    asked, confirmed = threading.Event(), threading.Event()

    def slow(_fd: int) -> None:
        asked.set()
        assert confirmed.wait(60)

    monkeypatch.setattr(disk, "SYNC_EVERY_S", 0.01)
    monkeypatch.setattr(disk, "sync", slow)
    with Desk([tmp_path], BOTH) as desk:
        desk.give(1)
        assert asked.wait(60)
        desk.give(130)  # over two changes of segments, and not one sync has come back
        assert desk.writer.frames == 131 * DESK_RATE
        confirmed.set()


def test_what_the_disk_does_not_confirm_is_told_until_it_does(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    def refuse(_fd: int) -> None:
        raise OSError(5, "Input/output error")

    with Desk([tmp_path]) as desk:
        desk.give(1)
        with monkeypatch.context() as patch:
            patch.setattr(disk, "sync", refuse)
            desk.syncer.flush()
            assert desk.syncer.failure == "The disk does not confirm what is written: Input/output error."
        desk.syncer.flush()
        assert desk.syncer.failure == ""
