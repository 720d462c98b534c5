"""Sound of an encrypted study: read, written, packed, played and destroyed as any, and of no use without the key."""

from __future__ import annotations

import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview_tui.at_rest import files as at_rest_files
from interview_tui.at_rest import study_key
from interview_tui.at_rest.study_key import ELSEWHERE, lock, unlock
from interview_tui.audio import files, opened, wav
from interview_tui.audio.aligning.alignment import FrameStretch
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.keeping import clip as clipping
from interview_tui.audio.keeping.clip import write_clip
from interview_tui.audio.keeping.erasing import erase
from interview_tui.audio.keeping.integrity import Kind, examine
from interview_tui.audio.keeping.joining import join
from interview_tui.audio.keeping.kept_copy import keep_copy
from interview_tui.audio.keeping.repack import repack_span
from interview_tui.audio.link.sound_check import FOLDER_PREFIX, DeviceSoundCheck
from interview_tui.audio.passing import PassingFolder
from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.audio.playing.reel import Passage, Reel
from interview_tui.audio.playing.take import Take
from interview_tui.audio.processes import child
from interview_tui.audio.stored import span_log
from interview_tui.errors import AudioError, InterviewTuiError
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.timeline import Clip, Span, Timeline
from tests.at_rest.encrypted import PASSPHRASE, encrypted_study
from tests.audio.laid import LAID_RATE, Laid, lay, noise
from tests.audio.listening import listening, spoken
from tests.audio.signals import RATE, counter, sound_in, until, write_counter
from tests.audio.test_files import KINDS, SECONDS
from tests.audio.test_files import RATE as TALK_RATE
from tests.audio.virtual_sound import VirtualSound

LOCKED = r"is encrypted, and the study is locked\. Unlock it: interview-tui --study .*study unlock"
CLIPS = [Clip("a.flac", 0, LAID_RATE, LAID_RATE, 0)]
LEAVES_ONE = """
import os, sys
from pathlib import Path
from interview_tui.audio.passing import PassingFolder
(PassingFolder("passing-of-a-test-", Path(sys.argv[1])).path / "heard.wav").write_bytes(b"sound")
os._exit(9)
"""


@pytest.fixture(autouse=True)
def keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the keys of the day lie."""
    monkeypatch.setenv(ELSEWHERE, str(tmp_path / "keys"))
    return tmp_path / "keys"


@pytest.fixture
def study(tmp_path: Path) -> Path:
    """An encrypted study, unlocked."""
    encrypted_study(tmp_path / "study")
    return tmp_path / "study"


@pytest.fixture
def folder(study: Path) -> Path:
    """The audio folder of a case in it."""
    (study / "P07").mkdir()
    return study / "P07"


@pytest.fixture
def packed(folder: Path) -> Path:
    """The folder with a file that is sealed: five seconds of noise."""
    write_sealed(folder / "a.flac", noise(5 * LAID_RATE), LAID_RATE)
    return folder


def write_sealed(path: Path, sound: object, rate: int) -> None:
    with opened.writing(path, rate, np.asarray(sound).shape[1], "PCM_16") as file:
        file.write(sound)
    assert at_rest_files.is_sealed(path)


def forget(study: Path) -> None:
    """Lock the study, also for this process."""
    lock(study)
    assert not study_key.is_unlocked(study)


def test_the_head_of_a_sealed_flac_is_written_when_its_length_is_known(folder: Path, tmp_path: Path):
    sound = noise(100_000, channels=2)
    write_sealed(folder / "a.flac", sound, RATE)
    with opened.writing(tmp_path / "b.flac", RATE, 2, "PCM_16") as file:
        file.write(sound)
    plain = at_rest_files.read_bytes(folder / "a.flac")
    assert plain == (tmp_path / "b.flac").read_bytes()
    assert int.from_bytes(plain[21:26], "big") & (1 << 36) - 1 == len(sound)
    assert any(plain[26:42])  # the MD5 of the samples
    assert files.info(folder / "a.flac").frames == len(sound)
    assert np.array_equal(sound_in(folder / "a.flac")[0], sound)
    assert files.sha256(folder / "a.flac") == files.sha256(tmp_path / "b.flac")


@pytest.mark.parametrize("name", ["pcm24.wav", "variable.mp3", "talk.m4a", "talk.ogg"])
def test_a_sealed_file_of_any_kind_is_read_as_an_open_one_is(folder: Path, tmp_path: Path, name: str):
    KINDS[name](tmp_path / name)
    taken = files.import_copy(tmp_path / name, folder, "taken in")
    sealed = folder / taken.file
    assert at_rest_files.is_sealed(sealed)
    assert at_rest_files.read_bytes(sealed) == (tmp_path / name).read_bytes()
    assert files.info(sealed) == files.info(tmp_path / name) == taken.info
    assert files.sample_bits(sealed) == files.sample_bits(tmp_path / name)
    assert files.import_copy(tmp_path / name, folder, "taken in") == taken
    for first in (0, TALK_RATE // 3, (SECONDS - 2) * TALK_RATE):
        wanted = files.read_frames(tmp_path / name, first, TALK_RATE)
        assert np.array_equal(files.read_frames(sealed, first, TALK_RATE), wanted)


def test_what_is_kept_of_another_recorders_file_is_sealed(folder: Path, tmp_path: Path):
    write_counter(tmp_path / "DS_0042.wav", 3, LAID_RATE)
    kept = keep_copy(
        tmp_path / "DS_0042.wav", FrameStretch(100, 20_100), [FrameStretch(5_000, 9_000)], folder / "other-001.flac"
    )
    found, _ = sound_in(kept.path)
    assert at_rest_files.is_sealed(kept.path)
    assert np.array_equal(found[4_900:8_900], counter(4_000, 5_000))
    assert not found[:4_900].any()
    assert kept.sha256 == files.sha256(kept.path)


def test_a_call_that_grows_is_heard_as_far_as_it_goes(folder: Path):
    path = folder / "span-001-0001.wav"
    segment = wav.Segment(path, LAID_RATE, 2)
    reel = Reel([Passage(path, 0, 20_000, LAID_RATE, 0, float(LAID_RATE))], LAID_RATE)
    for first in (0, 10_000):
        for at in range(first, first + 10_000, 400):
            segment.write(counter(400, at).tobytes())
        segment.patch_header()
        sound = np.round(np.concatenate(list(reel.blocks(50, 2))) * 32_768)
        assert np.array_equal(sound[: first + 9_950], counter(first + 9_950, 50))
        assert not sound[first + 9_950 :].any()
    segment.close(durable=False)
    assert at_rest_files.is_sealed(path)


@pytest.fixture
def damaged(folder: Path) -> Path:
    """A span whose second block was changed where it lies sealed."""
    sound = noise(5 * LAID_RATE, channels=2)
    span = lay(folder, 1, Laid(sound))
    path = folder / span.parts[0].file
    path.unlink()
    segment = wav.Segment(path, LAID_RATE, 2)
    for at in range(0, len(sound), 400):
        segment.write(sound[at : at + 400].tobytes())
    segment.close(durable=False)
    where = bytearray(path.read_bytes())
    third = [at for at in range(len(where)) if where[at : at + 4] == b"\xa7itb"][2]
    where[third + 1_000] ^= 1
    path.write_bytes(where)
    return folder


def _span() -> Span:
    sound = Laid(noise(5 * LAID_RATE, channels=2))
    part = AudioPart(span_log.segment_name(1, 0, 1), 0, 5 * LAID_RATE)
    return Span(1, 0, LAID_RATE, 2, 5 * LAID_RATE, (part,), sha256=sound.sha256)


def test_what_was_changed_where_it_lies_sealed_is_told_and_nothing_is_packed_or_deleted(damaged: Path):
    before = {path.name: path.read_bytes() for path in damaged.iterdir()}
    with pytest.raises(AudioError, match=r"is not any more what was recorded: a file was changed"):
        repack_span(damaged, _span())
    flaws = list(examine(damaged, {1: _span()}, ended=True))
    assert [flaw.kind for flaw in flaws if flaw.is_damage] == [Kind.UNREADABLE]
    assert "the sealed file was changed" in str(flaws[0].what)
    assert {path.name: path.read_bytes() for path in damaged.iterdir()} == before


@pytest.mark.parametrize("name", ["pcm16.wav", "talk.flac", "variable.mp3", "talk.m4a", "talk.ogg"])
def test_a_change_is_not_taken_for_the_end_of_the_file(folder: Path, tmp_path: Path, name: str):
    KINDS[name](tmp_path / name)
    at_rest_files.copy(tmp_path / name, folder / name)
    sealed = bytearray((folder / name).read_bytes())
    second = sealed.index(b"\xa7itb", sealed.index(b"\xa7itb") + 4)
    sealed[second + 1_000] ^= 1
    (folder / name).write_bytes(sealed)
    with pytest.raises(AudioError, match="the sealed file was changed"):
        list(files.stream_frames(folder / name))


def test_what_is_to_be_destroyed_is_packed_though_it_was_changed_and_is_silent_where_it_was(damaged: Path):
    done = repack_span(damaged, _span(), although_changed=True)
    wanted = noise(5 * LAID_RATE, channels=2)
    wanted[400:800] = 0
    assert np.array_equal(sound_in(damaged / done.parts[0].file)[0], wanted)
    moved = erase(damaged, {1: done.parts}, {1: [(0, 10_000)]})
    assert not sound_in(damaged / moved[1].parts[0].file)[0][:10_000].any()


def test_a_packed_file_that_was_changed_where_it_lies_is_damage(folder: Path):
    span = lay(folder, 1, Laid(noise(5 * LAID_RATE)))
    done = repack_span(folder, span)
    path = folder / done.parts[0].file
    path.write_bytes(path.read_bytes()[:20_000] + b"?" + path.read_bytes()[20_001:])
    now = Span(1, 0, LAID_RATE, 1, span.frames, done.parts, sha256=span.sha256, hashes=done.sha256)
    assert [flaw.kind for flaw in examine(folder, {1: now}, ended=True)] == [Kind.CHANGED]
    with pytest.raises(AudioError, match="is not what was put there"):
        repack_span(folder, span)
    with pytest.raises(AudioError, match="nothing was destroyed"):
        erase(folder, {1: done.parts}, {1: [(0, 5)]})


def _played_by_a_child(folder: Path) -> None:
    player = SoundPlayer()
    try:
        player.play(Timeline([_one_span("a.flac")]), folder, 0, 1_000)
    finally:
        player.close()


def _one_span(file: str) -> Span:
    return Span(1, 0, LAID_RATE, 1, 5 * LAID_RATE, (AudioPart(file, 0, 5 * LAID_RATE),))


def _taken(folder: Path) -> None:
    take = Take(Reel([Passage(folder / "a.flac", 0, 9_000, LAID_RATE, 0, 8_000.0)], LAID_RATE), 0.0, 1.0, 2)
    assert take.ready.wait(10)
    take.end()
    if take.error is not None:
        raise take.error


LOCKED_OUT: dict[str, Callable[[Path], object]] = {
    "shape": lambda folder: files.shape(folder / "a.flac"),
    "info of what FFmpeg reads": lambda folder: files.info(folder / "b.m4a"),
    "sha256": lambda folder: files.sha256(folder / "a.flac"),
    "read": lambda folder: files.read_mono16k(folder / "a.flac", 0, 1_000),
    "bits": lambda folder: files.sample_bits(folder / "a.flac"),
    "taken in": lambda folder: files.import_copy(folder.parents[1] / "c.wav", folder, "c"),
    "packed": lambda folder: repack_span(folder, _packing()),
    "destroyed": lambda folder: erase(folder, {7: (AudioPart("a.flac", 0, 5 * LAID_RATE),)}, {7: [(0, 9)]}),
    "examined": lambda folder: list(examine(folder, {1: _packing()}, ended=True)),
    "kept": lambda folder: keep_copy(
        folder.parents[1] / "c.wav", FrameStretch(0, 99), [FrameStretch(0, 99)], folder / "other-001.flac"
    ),
    "cut by a child": lambda folder: write_clip(CLIPS, folder, folder.parents[1] / "clip.wav"),
    "joined by a child": lambda folder: join(CLIPS, folder, folder.parents[1] / "whole.wav"),
    "played by a child": _played_by_a_child,
    "taken for playing": _taken,
}


def _packing() -> Span:
    laid = Laid(noise(2 * LAID_RATE))
    part = AudioPart(span_log.segment_name(1, 0, 1), 0, 2 * LAID_RATE)
    return Span(1, 0, LAID_RATE, 1, 2 * LAID_RATE, (part,), sha256=laid.sha256)


@pytest.mark.parametrize("what", LOCKED_OUT)
def test_in_a_locked_study_all_is_refused_with_one_sentence_and_nothing_changes(packed: Path, what: str):
    study = packed.parent
    lay(packed, 1, Laid(noise(2 * LAID_RATE)))
    if what == "info of what FFmpeg reads":
        KINDS["talk.m4a"](study.parent / "b.m4a")
    else:
        (study.parent / "b.m4a").write_bytes(b"any")
    at_rest_files.copy(study.parent / "b.m4a", packed / "b.m4a")
    write_counter(study.parent / "c.wav", 1, LAID_RATE)
    before = {path: path.read_bytes() for path in study.parent.rglob("*") if path.is_file()}
    forget(study)
    gone = study.parent / "keys" / study_key.recipient_of(study)
    with pytest.raises(InterviewTuiError, match=LOCKED):
        LOCKED_OUT[what](packed)
    after = {path: path.read_bytes() for path in study.parent.rglob("*") if path.is_file()}
    assert after == {path: data for path, data in before.items() if path != gone}
    unlock(study, PASSPHRASE)
    if "played" not in what:  # which needs a device
        LOCKED_OUT[what](packed)


def test_a_clip_is_a_file_for_anybody_and_is_not_written_into_the_study(packed: Path, tmp_path: Path):
    write_clip(CLIPS, packed, tmp_path / "clip.flac")
    join(CLIPS, packed, tmp_path / "whole.wav")
    for name in ("clip.flac", "whole.wav"):
        assert soundfile.info(tmp_path / name).frames == LAID_RATE
    before = sorted(packed.iterdir())
    for write in (write_clip, join):
        with pytest.raises(AudioError, match=r"would lie in .*study, which is encrypted") as caught:
            write(CLIPS, packed, packed / "clip.wav")
        assert "outside of the study" in caught.value.hint
    assert sorted(packed.iterdir()) == before


def test_a_clip_that_cannot_be_written_says_what_else_needs_room(packed: Path, tmp_path: Path, keys: Path, monkeypatch):
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(clipping, "_write", full)
    for name, told in (("clip.mp3", True), ("clip.flac", False)):
        with pytest.raises(AudioError, match="No space left") as caught:
            clipping._cut(
                {"folder": str(packed), "out": str(tmp_path / name), "clips": [asdict(clip) for clip in CLIPS]}
            )
        assert (str(keys) in caught.value.hint) == told


@pytest.mark.ffmpeg
def test_what_a_clip_hands_to_ffmpeg_lies_where_the_keys_do_and_no_key_is_with_it(
    packed: Path, tmp_path: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
):
    program, seen = shutil.which("ffmpeg"), tmp_path / "seen"
    assert program is not None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ffmpeg").write_text(
        f'#!/bin/sh\necho "$@" >> "{seen}"\nenv >> "{seen}.env"\nexec "{program}" "$@"\n'
    )
    (tmp_path / "bin" / "ffmpeg").chmod(0o700)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    packed.rename(tmp_path / "another-disk")
    packed.symlink_to(tmp_path / "another-disk")
    write_clip(CLIPS, packed, tmp_path / "clip.mp3")
    handed = [word for word in seen.read_text().split() if word.startswith("/") and "clip.mp3" not in word]
    assert handed
    assert all(Path(word).is_relative_to(keys) for word in handed)
    assert not list(keys.glob(f"{clipping.FOLDER_PREFIX}*"))
    given = Path(f"{seen}.env").read_text()
    assert "PATH=" in given
    assert "AGE-SECRET-KEY" not in given


def test_what_passes_lies_with_the_keys_and_what_a_killed_process_left_is_removed(study: Path, keys: Path):
    killed = subprocess.run(
        [sys.executable, "-c", LEAVES_ONE, str(study)],
        env=child.environment(),
        stdin=subprocess.DEVNULL,
        check=False,
    )
    assert killed.returncode == 9
    (left,) = keys.glob("passing-of-a-test-*")
    assert (left / "heard.wav").exists()
    mine = PassingFolder("passing-of-a-test-", study / "P07")
    assert list(keys.glob("passing-of-a-test-*")) == [mine.path]
    assert not list(Path(tempfile.gettempdir()).glob("passing-of-a-test-*"))
    mine.close()
    assert not list(keys.glob("passing-of-a-test-*"))


def test_a_sound_check_for_an_encrypted_study_lies_with_its_keys_while_it_lasts(study: Path, keys: Path, line: Path):
    check = DeviceSoundCheck(SourceSpec("file", path=line), study)
    try:
        check.begin()
        (heard,) = keys.glob(f"{FOLDER_PREFIX}*")
        until(lambda: any(heard.glob("*.wav")), "something to be heard")
        assert not list(study.rglob("*.wav"))
    finally:
        check.end()
    assert not list(keys.glob(f"{FOLDER_PREFIX}*"))


@pytest.mark.device
def test_what_is_played_of_a_sealed_call_is_what_was_recorded(sound: VirtualSound, folder: Path):
    write_sealed(folder / "a.flac", counter(4 * RATE), RATE)
    player = SoundPlayer()
    try:
        with listening(sound) as listener:
            player.play(
                Timeline([Span(1, 0, RATE, 2, 4 * RATE, (AudioPart("a.flac", 0, 4 * RATE),))]), folder, 2_500, 3_500
            )
            until(lambda: player.at_ms() is None, "the end of what is played")
            listener.pass_s(0.3)
            assert np.array_equal(spoken(listener.sound()), counter(RATE, 2_500 * RATE // 1_000))
    finally:
        player.close()
