"""Recording in an encrypted study: what lies on disk, what survives, and what is done without the key."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interview_tui.at_rest import study_key
from interview_tui.at_rest.encrypted_folder import KEY_FILE
from interview_tui.at_rest.files import is_sealed, read_bytes
from interview_tui.at_rest.sealed_messages import BEGINS_AT
from interview_tui.audio import wav
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.disk import Syncer
from interview_tui.audio.processes import child
from interview_tui.audio.recording.tape import Tape
from interview_tui.audio.stored import segments, span_log, spans
from interview_tui.audio.stored.shelves import Shelves
from interview_tui.audio.stored.span_log import SpanLog
from interview_tui.errors import AudioError, StorageError
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.sound import SpanEnd
from tests.at_rest.encrypted import PASSPHRASE, encrypted_study
from tests.audio.desk import DESK_BLOCK, DESK_RATE, LINE, MICROPHONE, Desk, samples_of
from tests.audio.recording import Booth
from tests.audio.signals import RATE, counter, sound_in, tally, until

BLOCKS = (100, 37, 200, 163)
FRAMES = sum(BLOCKS)
unix = pytest.mark.skipif(sys.platform == "win32", reason="no file can be deleted there that is written to")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a case in an encrypted study, with segments of two seconds."""
    monkeypatch.setattr(span_log, "SEGMENT_S", 2)
    encrypted_study(tmp_path / "study")
    folder = tmp_path / "study" / "recordings" / "P07"
    folder.mkdir(parents=True)
    return folder


def lock(home: Path) -> None:
    """Lock the study, for processes that are started from now on as well."""
    study_key.lock(home.parents[1])


def everything(folder: Path) -> dict[str, bytes]:
    """Each file of a folder as it lies there."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def sealed_segment(folder: Path) -> tuple[Path, list[int]]:
    """A segment of the counter signal that was let go of, and where each of its messages ends."""
    path = folder / "span-001-0001.wav"
    segment = wav.Segment(path, 8000, 2)
    ends = [path.stat().st_size]
    first = 0
    for frames in BLOCKS:
        segment.write(counter(frames, first).tobytes())
        first += frames
        ends.append(path.stat().st_size)
    segment.let_go()
    return path, ends


def test_what_is_recorded_lies_sealed_and_is_what_was_given(home: Path):
    with Desk([home], (MICROPHONE, LINE)) as desk:
        desk.give(5)
        span = desk.writer.close(SpanEnd.STOP)
    assert span is not None
    assert len(span.parts) == 3
    assert spans.read(home, running=False) == [span]
    for track in (0, 1):
        assert (samples_of(home, [span], track) == counter(5 * DESK_RATE)).all()
    some = counter(16, 1000).tobytes()
    for path in home.glob("*.wav"):
        assert is_sealed(path)
        assert path.stat().st_mode & 0o077 == 0
        assert some not in path.read_bytes()
    assert some in read_bytes(home / "span-001-0001.wav")
    assert b'"closed"' in (home / span_log.LOG_NAME).read_bytes()


def test_a_sealed_segment_is_at_every_moment_an_ordinary_wav_file_of_all_that_was_written(home: Path):
    segment = wav.Segment(home / "a.wav", 8000, 2)
    written = 0
    for frames in BLOCKS:
        segment.write(counter(frames, written).tobytes())
        written += frames
        sound, rate = sound_in(home / "a.wav")
        assert rate == 8000
        assert len(sound) == written == segment.frames == wav.held(home / "a.wav")
        assert (sound == counter(written)).all()
    segment.close(durable=True)
    assert read_bytes(home / "a.wav") == wav.header(8000, 2, FRAMES) + counter(FRAMES).tobytes()


@given(less=st.one_of(st.integers(0, 4200), st.integers(0, 40)), head=st.integers(0, 120), zeros=st.booleans())
@example(less=10_000, head=1, zeros=True)
@example(less=10_000, head=60, zeros=True)
@example(less=10_000, head=60, zeros=False)
@example(less=10_000, head=95, zeros=True)
def test_a_sealed_segment_that_is_cut_anywhere_holds_every_message_that_is_whole(
    tmp_path_factory: pytest.TempPathFactory, less: int, head: int, zeros: bool
):
    study = tmp_path_factory.mktemp("cut")
    encrypted_study(study)
    path, ends = sealed_segment(study)
    length = ends[-1] - less if less < ends[-1] else head
    os.truncate(path, length)
    if zeros:  # the length is there, the blocks are not
        os.truncate(path, ends[-1])
    whole = sum(end <= length for end in ends) - 1
    frames = sum(BLOCKS[: max(0, whole)])
    assert wav.repair(path) == frames == wav.held(path)
    if whole >= 0:
        assert wav.lengths(path) == (frames, frames)
        assert (sound_in(path)[0] == counter(frames)).all()
    wav.pad(path, (8000, 2), FRAMES)
    silence = bytes((FRAMES - frames) * 4)
    assert read_bytes(path) == wav.header(8000, 2, FRAMES) + counter(frames).tobytes() + silence
    assert is_sealed(path)
    wav.shorten(path, 150)
    kept = min(150, frames)
    padded = counter(kept).tobytes() + bytes((150 - kept) * 4)
    assert read_bytes(path) == wav.header(8000, 2, 150) + padded


def test_a_write_that_the_disk_refuses_counts_for_nothing(home: Path):
    """A limit on the size of files stands for a full disk: the message is torn in its midst."""
    program = """
import resource, sys
from pathlib import Path
from interview_tui.audio import wav
segment = wav.Segment(Path(sys.argv[1]) / "a.wav", 8000, 2)
segment.write(bytes(400))
resource.setrlimit(resource.RLIMIT_FSIZE, (segment.path.stat().st_size + 300, resource.RLIM_INFINITY))
try:
    segment.write(bytes(400))
except OSError as error:
    print(error.errno, segment.frames)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
segment.write(b"\\1" * 400)
print(segment.frames)
segment.let_go()
"""
    if sys.platform == "win32":
        pytest.skip("needs the limits of Unix")
    done = subprocess.run(
        [sys.executable, "-c", program, str(home)],
        env=child.environment(), check=True, timeout=60, capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.split() == ["27", "100", "200"]
    assert read_bytes(home / "a.wav")[44:] == bytes(400) + b"\1" * 400


def test_a_recording_goes_on_sealed_even_while_the_study_and_its_key_are_away(home: Path, tmp_path: Path):
    """The study's folder is taken away in the midst, as a drive that is pulled out; what it held is back with it."""
    study, fallback = home.parents[1], tmp_path / "elsewhere" / "P07"
    with Desk([home, fallback]) as desk:
        desk.give(1.5)
        study.rename(tmp_path / "pulled out")
        desk.give(1.5)
        span = desk.writer.close(SpanEnd.STOP)
    (tmp_path / "pulled out").rename(study)
    assert span is not None
    assert [Path(part.file).is_absolute() for part in span.parts] == [False, True]
    assert all(is_sealed(home / part.file) for part in span.parts)
    assert (samples_of(home, [span]) == counter(3 * DESK_RATE)).all()


def test_whoever_has_no_key_records_all_the_same(home: Path):
    lock(home)
    with Desk([home], (MICROPHONE, LINE)) as desk:
        desk.give(5)
        span = desk.writer.close(SpanEnd.STOP)
        assert span is not None
    assert spans.numbers(home) == {1}
    study_key.unlock(home.parents[1], PASSPHRASE)
    assert spans.read(home, running=False) == [span]
    assert (samples_of(home, [span], 1) == counter(5 * DESK_RATE)).all()


def test_a_span_that_cannot_be_split_without_the_key_ends_there_and_keeps_every_sample(
    home: Path, caplog: pytest.LogCaptureFixture
):
    shelves, syncer = Shelves([home], 0), Syncer()
    log = SpanLog(home, syncer=syncer)
    tape = Tape(home, shelves, log, syncer)
    lock(home)
    tape.begin(1, [MICROPHONE], lone_line=False)
    given, late_ns = 0, 0
    for second in range(12):
        late_ns += 5_000_000_000 * (second == 6)
        for _ in range(DESK_RATE // DESK_BLOCK):
            pcm = counter(DESK_BLOCK, given).tobytes()
            given += DESK_BLOCK
            tape.take(0, pcm, 5_000_000_000_000 + given * 1_000_000_000 // DESK_RATE + late_ns)
    tape.close(SpanEnd.STOP)
    log.close()
    syncer.close()
    assert "the study is locked" in caplog.text
    assert "could not be split" in caplog.text
    study_key.unlock(home.parents[1], PASSPHRASE)
    found = spans.read(home, running=False)
    assert [span.reason for span in found] == [SpanEnd.SKIPPED, SpanEnd.STOP]
    assert (samples_of(home, found) == counter(given)).all()


@unix
def test_a_segment_that_is_deleted_while_it_is_written_to_is_saved_without_the_key(home: Path):
    lock(home)
    with Desk([home], (MICROPHONE, LINE)) as desk:
        desk.give(2.5)
        (home / "span-001-0002.wav").unlink()
        desk.give(2)
        span = desk.writer.close(SpanEnd.STOP)
    assert span is not None
    assert [part.file for part in span.parts] == ["span-001-0001.wav", "span-001-0003.wav", "span-001-0004.wav"]
    study_key.unlock(home.parents[1], PASSPHRASE)
    assert spans.read(home, running=False) == [span]
    assert (samples_of(home, [span]) == counter(round(4.5 * DESK_RATE))).all()


def test_while_the_study_is_locked_nothing_is_repaired_and_nothing_deleted(home: Path):
    with Desk([home]) as desk:
        desk.give(3)
        desk.writer.close(SpanEnd.PAUSE)
    with Desk([home], (MICROPHONE, LINE), number=2) as desk:
        desk.give(3)  # cut off
    wav.Segment(home / "span-003-0001.wav", DESK_RATE, 2).let_go()  # an attempt that got no block
    before = everything(home)
    lock(home)
    path = home / "span-002-0001.wav"
    for reader in (
        lambda: spans.read(home, running=False),
        lambda: segments.strays(home, 1),
        lambda: segments.sweep(home, 1),
        lambda: segments.held(path),
        lambda: segments.states_its_length(path),
        lambda: wav.repair(path, (DESK_RATE, 2)),
        lambda: wav.shorten(path, 1),
        lambda: wav.pad(path, (DESK_RATE, 2), 9 * DESK_RATE),
        lambda: wav.lengths(path),
        lambda: next(wav.pcm(path, 2, 0, 10)),
    ):
        with pytest.raises(StorageError, match="locked"):
            reader()
        assert everything(home) == before
    assert len(segments.all_of(home)) == 7
    assert spans.numbers(home) == {1, 2}
    with Desk([home], number=3) as desk:
        desk.give(1)
        span = desk.writer.close(SpanEnd.STOP)
    assert span is not None
    assert [part.file for part in span.parts] == ["span-003-0002.wav"]  # whether the first is empty cannot be known
    study_key.unlock(home.parents[1], PASSPHRASE)
    assert [one.frames for one in spans.read(home, running=False)] == [3 * DESK_RATE, 3 * DESK_RATE, DESK_RATE]


def test_a_cut_off_span_with_a_message_that_was_changed_is_given_without_a_hash(home: Path):
    with Desk([home]) as desk:
        desk.give(1)
    path = home / "span-001-0001.wav"
    changed = bytearray(path.read_bytes())
    changed[len(changed) // 2] ^= 1
    path.write_bytes(changed)
    (span,) = spans.read(home, running=False)
    assert (span.frames, span.sha256) == (DESK_RATE, "")
    with pytest.raises(OSError, match="was changed"):
        sound_in(path)
    assert segments.held(path) == DESK_RATE


@pytest.mark.parametrize("zeros", [30, BEGINS_AT, 4096])
def test_a_segment_whose_beginning_a_power_cut_left_empty_is_silence_and_no_noise(home: Path, zeros: int):
    with Desk([home]) as desk:
        desk.give(5)
    with (home / "span-001-0002.wav").open("r+b") as file:
        file.write(bytes(zeros))
    (span,) = spans.read(home, running=False)
    expected = counter(5 * DESK_RATE)
    expected[2 * DESK_RATE : 4 * DESK_RATE] = 0
    assert (samples_of(home, [span]) == expected).all()
    assert is_sealed(home / "span-001-0002.wav")


def test_a_recorder_in_an_encrypted_study_is_killed_and_its_span_is_put_together(home: Path, line: Path):
    booth = Booth(SourceSpec("file", path=line), home)
    try:
        link = booth.link()
        link.start(home, 1)
        lock(home)  # recording goes on
        until(lambda: link.status().frames >= RATE, "a second")
        known = link.status()
        assert known.state is RecorderState.RECORDING
        link.detach()
        booth.kill()
        with pytest.raises(StorageError, match="locked"):
            booth.spans()
        study_key.unlock(home.parents[1], PASSPHRASE)
        (span,) = booth.spans()
        assert span.frames >= known.frames
        found = tally(samples_of(home, [span]))
        assert (found.first, found.frames, found.lost, found.repeated) == (0, span.frames, 0, 0)
        assert all(is_sealed(path) for path in home.glob("*.wav"))
    finally:
        booth.close()


def test_a_key_that_cannot_be_read_is_told_before_a_recorder_begins(home: Path, line: Path):
    (home.parents[1] / KEY_FILE).write_text("torn", encoding="ascii")
    booth = Booth(SourceSpec("file", path=line), home)
    try:
        with pytest.raises(AudioError, match=r"could not be started: .*study\.key is damaged") as caught:
            booth.link().start(home, 1)
        assert "StorageError" not in caught.value.message  # a sentence, and not the end of a traceback
        assert list(home.glob("*.wav")) == []
    finally:
        booth.close()


def test_a_recorder_that_is_started_again_seals_though_the_key_of_the_study_has_gone(home: Path, line: Path):
    booth = Booth(SourceSpec("file", path=line), home)
    try:
        link = booth.link()
        link.start(home, 1)
        until(lambda: link.status().frames >= RATE, "a second")
        (home.parents[1] / KEY_FILE).unlink()
        booth.kill()
        until(lambda: link.status().span == 2 and link.status().frames >= RATE, "the next span")
        link.stop()
        recorded = sorted(home.glob("*.wav"))
        assert {path.name[:8] for path in recorded} == {"span-001", "span-002"}
        assert all(is_sealed(path) for path in recorded)
    finally:
        booth.close()
