from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interview_tui.audio import files, opened
from interview_tui.audio.keeping.erasing import FrameRange, erase, superseded
from interview_tui.audio.keeping.repack import repack_span
from interview_tui.audio.processes import child
from interview_tui.audio.stored import span_log, spans
from interview_tui.errors import AudioError
from interview_tui.interview.sound import AudioPart
from tests.at_rest.encrypted import encrypted_study
from tests.audio.laid import LAID_RATE as SPAN_RATE
from tests.audio.laid import Laid, lay, noise
from tests.audio.signals import Pcm, counter, recorded, sound_in, write_counter

TOLD = [(59 * SPAN_RATE + 7, 61 * SPAN_RATE), (100 * SPAN_RATE, 100 * SPAN_RATE + 1)]
KILLED = """
import json, os, sys
from pathlib import Path
from interview_tui.audio import disk
from interview_tui.audio.keeping import erasing
from interview_tui.interview.sound import AudioPart

step = sys.argv[2]
def die_at(name, act, when=lambda *arguments: True):
    def doing(*arguments, **named):
        if name == step and when(*arguments):
            os._exit(9)
        return act(*arguments, **named)
    return doing
named = disk.put_in_place
disk.put_in_place = die_at("before the name", named, lambda _, path: "erased" in path.name)
erasing._compare = die_at("before comparing", erasing._compare)
erasing._enter = die_at("before the log", erasing._enter)
erasing._delete = die_at("before deleting", erasing._delete)
unlink = Path.unlink
def unlinked(path, missing_ok=False):
    unlink(path, missing_ok)
    if step == "while deleting" and path.name in ("span-001.flac", "audio.wav"):
        os._exit(9)
Path.unlink = unlinked
audio, stretches = json.loads(sys.argv[3])
audio = {int(number): [AudioPart(*part) for part in parts] for number, parts in audio.items()}
erasing.erase(Path(sys.argv[1]), audio, {int(number): ranges for number, ranges in stretches.items()})
"""
STEPS = ["before comparing", "before the name", "before the log", "before deleting", "while deleting"]


@pytest.fixture(params=["open", "encrypted"])
def tmp_path(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """The folder of a case in a study, encrypted or not."""
    if request.param == "encrypted":
        encrypted_study(tmp_path)
    (tmp_path / "P07").mkdir()
    return tmp_path / "P07"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A span of 130 s that is packed, and another one that stays as it is."""
    repack_span(tmp_path, lay(tmp_path, 1, Laid(counter(130 * SPAN_RATE))))
    lay(tmp_path, 2, Laid(counter(3 * SPAN_RATE)))
    return tmp_path


def _audio(folder: Path) -> dict[int, tuple[AudioPart, ...]]:
    return {span.number: span.parts for span in spans.read(folder, running=False)}


def _silenced(sound: Pcm, ranges: Sequence[FrameRange]) -> Pcm:
    wanted = sound.copy()
    for first, end in ranges:
        wanted[first:end] = 0
    return wanted


def _names(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.iterdir())


def _kill(folder: Path, step: str, audio: dict[int, tuple[AudioPart, ...]], told: dict[int, Any]) -> None:
    """Destroy the stretches in a process that dies at `step`."""
    given = [{n: [[p.file, p.first_frame, p.frames] for p in parts] for n, parts in audio.items()}, told]
    killed = subprocess.run(
        [sys.executable, "-c", KILLED, str(folder), step, json.dumps(given)],
        env=child.environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    assert killed.returncode == 9, killed.stderr


def test_a_stretch_is_silent_afterwards_and_every_other_sample_is_what_it_was(folder: Path):
    before = _audio(folder)
    second = [before[2][0].file]
    moved = erase(folder, before, {1: TOLD})
    assert moved.keys() == {1}
    assert moved[1].parts == (AudioPart("span-001.erased-1.flac", 0, 130 * SPAN_RATE),)
    assert moved[1].sha256 == (files.sha256(folder / "span-001.erased-1.flac"),)
    wanted = _silenced(counter(130 * SPAN_RATE), TOLD)
    assert np.array_equal(recorded(folder, moved[1].parts), wanted)
    assert _names(folder) == ["span-001.erased-1.flac", *second, "spans.jsonl"]
    assert _audio(folder) == {1: moved[1].parts, 2: before[2]}


def test_asking_again_changes_nothing_and_tells_a_journal_that_missed_it(folder: Path):
    before = _audio(folder)
    moved = erase(folder, before, {1: TOLD})
    names, log = _names(folder), (folder / span_log.LOG_NAME).read_bytes()
    assert erase(folder, before, {1: TOLD}) == moved
    assert erase(folder, _audio(folder), {1: TOLD}) == {}
    assert (_names(folder), (folder / span_log.LOG_NAME).read_bytes()) == (names, log)


def test_more_can_be_destroyed_later(folder: Path):
    before = _audio(folder)
    erase(folder, before, {1: TOLD})
    more = [(0, 10), (130 * SPAN_RATE - 5, 130 * SPAN_RATE)]
    moved = erase(folder, before, {1: [*TOLD, *more]})  # as a journal has it that missed the first time
    assert np.array_equal(recorded(folder, moved[1].parts), _silenced(counter(130 * SPAN_RATE), [*TOLD, *more]))
    assert _names(folder) == ["span-001.erased-2.flac", "span-002-0001.wav", "spans.jsonl"]


def test_packing_leaves_it_as_it_is(tmp_path: Path):
    span = lay(tmp_path, 1, Laid(noise(5 * SPAN_RATE)))
    done = repack_span(tmp_path, span)
    moved = erase(tmp_path, {1: done.parts}, {1: [(5, 500)]})
    assert repack_span(tmp_path, span) == moved[1]
    assert _names(tmp_path) == ["span-001.erased-1.flac", "spans.jsonl"]


def test_of_two_tracks_both_are_silent_afterwards(tmp_path: Path):
    own, line = noise(5 * SPAN_RATE), noise(5 * SPAN_RATE, seed=2)
    done = repack_span(tmp_path, lay(tmp_path, 1, Laid(own), Laid(line)))
    moved = erase(tmp_path, {1: done.parts}, {1: [(5, 500)]})
    both = np.hstack([own, line])
    assert np.array_equal(recorded(tmp_path, moved[1].parts), _silenced(both, [(5, 500)]))


def test_what_is_not_packed_is_not_worked_on(tmp_path: Path):
    span = lay(tmp_path, 1, Laid(noise(5 * SPAN_RATE)), Laid(noise(5 * SPAN_RATE, seed=2)))
    names = _names(tmp_path)
    with pytest.raises(AudioError, match=r"Span 1 in .* is not packed, so nothing was destroyed"):
        erase(tmp_path, {1: span.parts}, {1: [(5, 500)]})
    assert _names(tmp_path) == names


def test_old_files_go_only_when_the_journal_knows_the_new_ones(folder: Path):
    before, names = _audio(folder), _names(folder)

    def refuse(moved: Mapping[int, spans.Repacked]) -> None:
        assert moved.keys() == {1}
        raise AudioError("The journal cannot be written.")

    with pytest.raises(AudioError, match="journal"):
        erase(folder, before, {1: TOLD}, refuse)
    assert set(names) < set(_names(folder))
    assert superseded(folder) == [folder / "span-001.flac"]
    erase(folder, before, {1: TOLD})
    assert superseded(folder) == []


@pytest.mark.parametrize("step", STEPS)
def test_it_may_be_killed_anywhere_and_done_again(folder: Path, step: str):
    before = _audio(folder)
    _kill(folder, step, before, {1: TOLD})
    sound = recorded(folder, _audio(folder)[1])
    silent = _silenced(counter(130 * SPAN_RATE), TOLD)
    assert np.array_equal(sound, counter(130 * SPAN_RATE)) or np.array_equal(sound, silent)
    moved = erase(folder, before, {1: TOLD})
    assert np.array_equal(recorded(folder, moved[1].parts), silent)
    assert _names(folder) == ["span-001.erased-1.flac", before[2][0].file, "spans.jsonl"]
    assert _audio(folder)[1] == moved[1].parts


def test_what_the_recorder_and_killed_runs_left_is_gone_as_well(tmp_path: Path):
    span = lay(tmp_path, 1, Laid(counter(3 * SPAN_RATE), segment_s=1))

    def cut_off(_: spans.Repacked) -> None:
        raise AudioError("The journal cannot be written.")

    with pytest.raises(AudioError, match="journal"):
        repack_span(tmp_path, span, cut_off)
    with (tmp_path / "span-001-0003.wav").open("ab") as file:
        file.write(b"\x01")  # less than a frame, outside the stated length
    for name in ("span-001.flac.new", "span-001.erased-1.flac.new", "span-001-0004.wav"):
        (tmp_path / name).write_bytes(b"")
    erase(tmp_path, _audio(tmp_path), {1: [(0, 5)]})
    assert _names(tmp_path) == ["span-001.erased-1.flac", "spans.jsonl"]


def test_a_draft_that_turns_up_later_goes_the_next_time(folder: Path):
    moved = erase(folder, _audio(folder), {1: TOLD})
    for name in ("span-001.flac.new", "span-001.erased-1.flac.new"):
        (folder / name).write_bytes(b"sound")
    assert erase(folder, _audio(folder), {1: TOLD}) == {}
    assert _names(folder) == [moved[1].parts[0].file, "span-002-0001.wav", "spans.jsonl"]


def test_sound_of_the_span_that_the_journal_does_not_know_stops_everything(folder: Path):
    write_counter(folder / "span-001-0009.wav", 1, SPAN_RATE)
    with pytest.raises(AudioError, match=r"span-001-0009\.wav holds sound of span 1 that the journal does not know"):
        erase(folder, _audio(folder), {1: TOLD})
    assert (folder / "span-001-0009.wav").exists()
    assert np.array_equal(recorded(folder, _audio(folder)[1]), counter(130 * SPAN_RATE))


@pytest.mark.parametrize("damage", ["a sample outside", "a sample inside", "a frame too many"])
def test_nothing_is_deleted_where_what_was_written_does_not_compare_equal(
    folder: Path, damage: str, monkeypatch: pytest.MonkeyPatch
):
    before, names = _audio(folder), _names(folder)
    write, written = soundfile.SoundFile.write, [0]

    def badly(file: soundfile.SoundFile, block: Any) -> None:
        if damage != "a frame too many" and not written[0]:
            block[5 if damage == "a sample outside" else 1, 1] ^= 1 << 16
        write(file, block)
        written[0] += len(block)
        if damage == "a frame too many" and written[0] == 130 * SPAN_RATE:
            write(file, block[:1])

    monkeypatch.setattr(soundfile.SoundFile, "write", badly)
    with pytest.raises(AudioError, match=r"differs from what was recorded|is longer than"):
        erase(folder, before, {1: [(0, 3)]})
    assert _names(folder) == names
    assert _audio(folder) == before


def test_a_packed_file_that_was_changed_is_not_worked_on(folder: Path):
    with (folder / "span-001.flac").open("r+b") as file:
        file.seek(20_000)
        file.write(b"?")
    with pytest.raises(AudioError, match="is not what was put there"):
        erase(folder, _audio(folder), {1: TOLD})


TAKEN_IN: dict[int, tuple[AudioPart, ...]] = {
    7: (AudioPart("audio.wav", 0, 4_000),),
    8: (AudioPart("audio.wav", 4_000, 3_000),),
}
HEARD = {8: [(1_000, 1_500)]}


def _after(name: str) -> dict[int, tuple[AudioPart, ...]]:
    return {
        number: tuple(AudioPart(name, p.first_frame, p.frames) for p in parts) for number, parts in TAKEN_IN.items()
    }


def _check_taken_in(folder: Path) -> None:
    sound, rate = sound_in(folder / "audio.wav.erased-1.flac")
    assert rate == SPAN_RATE
    assert np.array_equal(sound, _silenced(counter(SPAN_RATE), [(5_000, 5_500)]))
    assert _names(folder) == ["another.wav", "audio.wav.erased-1.flac"]


def test_a_file_that_was_taken_in_goes_whole_and_every_span_in_it_moves(tmp_path: Path):
    write_counter(tmp_path / "audio.wav", 1, SPAN_RATE)
    write_counter(tmp_path / "another.wav", 1, SPAN_RATE)
    audio = {**TAKEN_IN, 9: (AudioPart("another.wav", 0, SPAN_RATE),)}
    moved = erase(tmp_path, audio, HEARD)
    assert {number: place.parts for number, place in moved.items()} == _after("audio.wav.erased-1.flac")
    assert {place.sha256 for place in moved.values()} == {(files.sha256(tmp_path / "audio.wav.erased-1.flac"),)}
    _check_taken_in(tmp_path)
    assert erase(tmp_path, audio, HEARD) == moved
    _check_taken_in(tmp_path)


@pytest.mark.parametrize("step", STEPS)
def test_a_file_that_was_taken_in_survives_a_kill_as_well(tmp_path: Path, step: str):
    write_counter(tmp_path / "audio.wav", 1, SPAN_RATE)
    write_counter(tmp_path / "another.wav", 1, SPAN_RATE)
    _kill(tmp_path, step, TAKEN_IN, HEARD)
    moved = erase(tmp_path, TAKEN_IN, HEARD)
    assert {number: place.parts for number, place in moved.items()} == _after("audio.wav.erased-1.flac")
    _check_taken_in(tmp_path)


def test_a_journal_that_missed_two_generations_of_a_file_is_told_the_last(tmp_path: Path):
    write_counter(tmp_path / "audio.wav", 1, SPAN_RATE)
    erase(tmp_path, TAKEN_IN, HEARD)
    both = {7: [(0, 100)], **HEARD}
    _kill(tmp_path, "before deleting", TAKEN_IN, both)
    assert _names(tmp_path) == ["audio.wav.erased-1.flac", "audio.wav.erased-2.flac"]
    moved = erase(tmp_path, TAKEN_IN, both)
    assert {number: place.parts for number, place in moved.items()} == _after("audio.wav.erased-2.flac")
    assert _names(tmp_path) == ["audio.wav.erased-2.flac"]


def test_a_compressed_file_is_written_as_it_decodes(tmp_path: Path):
    tone = np.sin(np.arange(40_000) * 0.05)[:, None] * [0.5, 0.25]
    soundfile.write(tmp_path / "audio.ogg", tone, 16_000)
    decoded = np.concatenate(list(files.stream_frames(tmp_path / "audio.ogg")))
    parts = (AudioPart("audio.ogg", 0, len(decoded)),)
    moved = erase(tmp_path, {1: parts}, {1: [(10_000, 20_000)]})
    sound, _ = sound_in(tmp_path / moved[1].parts[0].file)
    as_decoded = np.frombuffer(files.pcm16(decoded), "<i2").reshape(-1, 2)
    assert np.array_equal(sound, _silenced(as_decoded, [(10_000, 20_000)]))
    assert _names(tmp_path) == ["audio.ogg.erased-1.flac"]


def test_what_was_24_bit_stays_24_bit(tmp_path: Path):
    deep = (np.arange(-9_000, 9_000, dtype=np.int32) * 900 + 7)[:, None] << 8
    soundfile.write(tmp_path / "audio.flac", deep, 48_000, subtype="PCM_24")
    moved = erase(tmp_path, {1: (AudioPart("audio.flac", 0, 18_000),)}, {1: [(0, 1)]})
    with opened.reading(tmp_path / moved[1].parts[0].file) as file:
        sound = file.read(dtype="int32", always_2d=True)
    assert np.array_equal(sound[1:], deep[1:])
    assert not sound[0].any()


def test_a_file_that_holds_less_than_the_journal_knows_is_left_as_it_is(tmp_path: Path):
    write_counter(tmp_path / "audio.wav", 0.5, SPAN_RATE)
    with pytest.raises(AudioError, match="holds 4000 frames, but the journal knows of 7000") as caught:
        erase(tmp_path, TAKEN_IN, {7: [(0, 10)]})
    assert caught.value.hint
    assert _names(tmp_path) == ["audio.wav"]


def test_a_file_that_is_not_there_is_an_error(tmp_path: Path):
    with pytest.raises(AudioError, match=r"no audio file .*audio\.wav"):
        erase(tmp_path, TAKEN_IN, HEARD)


RANGES = st.lists(st.tuples(st.integers(0, 220_000), st.integers(0, 80_000)), min_size=1, max_size=4)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ranges=RANGES)
def test_any_stretches_are_silent_and_nothing_else_is(tmp_path_factory: pytest.TempPathFactory, ranges: list[Any]):
    folder = tmp_path_factory.mktemp("erasing")
    told = [(first, first + frames) for first, frames in ranges]
    sound = counter(240_000)
    soundfile.write(folder / "a.wav", sound[:150_000], 48_000)
    soundfile.write(folder / "b.wav", sound[140_000:], 48_000)
    parts = (AudioPart("a.wav", 0, 150_000), AudioPart("b.wav", 10_000, 90_000))
    moved = erase(folder, {1: parts}, {1: told})
    now = moved[1].parts if moved else parts
    found = [files.read_frames(folder / part.file, part.first_frame, part.frames) for part in now]
    assert np.array_equal(np.concatenate(found) * 32_768, _silenced(sound, told))
    outside, _ = soundfile.read(folder / now[1].file, frames=10_000, dtype="int16")
    assert np.array_equal(outside, sound[140_000:150_000])
