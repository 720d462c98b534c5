"""The record as it was specified: off the record there is no sample, and what was taken back is nowhere."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

if sys.platform == "win32":
    pytest.skip("pseudo-terminals are a POSIX thing", allow_module_level=True)

import soundfile

from interview_tui.bootstrap import bundled
from interview_tui.interview.events import (
    CameBackOnRecord,
    Destroyed,
    Erased,
    Flagged,
    NoteTaken,
    SpanClosed,
    SpanOpened,
    WentOffRecord,
    Withheld,
)
from tests.audio.signals import MARK
from tests.e2e.conducting import CASE, Conducted, wall_ms
from tests.e2e.conftest import RATE

Pcm = npt.NDArray[np.int16]
LAG_MS = 500
GAP_S = 2.0
TOLERANCE_MS = 20
KEY_TOLERANCE_MS = 100
SECRET, KEPT, SPOKEN = "not to be repeated", "proud of her", "nastiest"


@pytest.fixture
def counted(tmp_path: Path, line: Path) -> Iterator[Conducted]:
    """A call in which every frame says which it is."""
    call = Conducted(tmp_path, line, LAG_MS)
    try:
        call.start()
        yield call
    finally:
        call.close()


def indices(sound: Pcm) -> npt.NDArray[np.int64]:
    """Which frames of the line these are."""
    return sound[:, 0].astype(np.int64) + ((sound[:, 1].astype(np.int64) - MARK) << 15)


def left(index: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The frames that are not silence: what the source gave between the key and its closing is silenced when packed."""
    return index[index >= 0]


def times_ms(heard: Iterable[npt.NDArray[np.int64]], first_ms: int) -> list[npt.NDArray[np.float64]]:
    """When these frames of the line were to be heard, on the call clock, given when the first one was."""
    return [first_ms + index * 1000 / RATE for index in heard]


def read(call: Conducted, file: str, first_frame: int, frames: int) -> Pcm:
    """Some frames of a file of the case."""
    samples, _ = soundfile.read(call.audio_folder / file, frames, first_frame, dtype="int16", always_2d=True)
    return samples


def test_off_the_record_no_sample_is_kept_and_notes_on_both_sides_keep_their_place(counted):
    counted.record(1)
    typed = [counted.press_timed("be")]
    counted.note("fore")
    counted.press("ctrl+o")
    counted.until("the end of the span", lambda: counted.events(SpanClosed))
    counted.press("n", "what nobody may know", "enter")
    counted.until_shown("OFF THE RECORD", "off the record: not kept")
    assert counted.draft == ""
    counted.until_passed(GAP_S)
    counted.press("escape")
    counted.until_shown("Esc again brings it back")
    counted.press("ctrl+r")
    counted.until("the second span", lambda: len(counted.events(SpanOpened)) == 2)
    counted.until_recorded(1)
    typed.append(counted.press_timed("af"))
    counted.note("ter")
    counted.until_recorded(0.5)
    counted.end()
    (went,), (came,) = counted.events(WentOffRecord), counted.events(CameBackOnRecord)
    assert came.at_ms - went.at_ms >= GAP_S * 1000
    interview = counted.interview
    before, after = interview.spans.values()
    heard = [left(indices(counted.sound(span))) for span in (before, after)]
    assert all((np.diff(index) == 1).all() for index in heard)
    assert heard[0][0] == 0
    first_ms = before.start_ms
    stored = [int(((went.at_ms < at_ms) & (at_ms < came.at_ms - 1)).sum()) for at_ms in times_ms(heard, first_ms)]
    assert stored == [0, 0]
    clips = interview.timeline().clips(0, after.end_ms)
    played = [indices(read(counted, clip.file, clip.first_frame, clip.frames)) for clip in clips]
    assert len(played) == 2
    for at_ms in times_ms(played, first_ms):
        assert not ((went.at_ms + 1 < at_ms) & (at_ms < came.at_ms - 1)).any()
    assert [note.text for note in counted.events(NoteTaken)] == ["before", "after"]
    for note, (pressed_ms, taken_ms) in zip(counted.events(NoteTaken), typed, strict=True):
        at = interview.timeline().position(note.about_ms)
        assert at is not None
        said_ms = first_ms + indices(read(counted, at.file, at.frame, 1))[0] * 1000 / RATE
        assert said_ms == pytest.approx(note.about_ms, abs=TOLERANCE_MS)
        first_key_ms = wall_ms(note, round(said_ms)) + LAG_MS
        assert pressed_ms - KEY_TOLERANCE_MS <= first_key_ms <= taken_ms + KEY_TOLERANCE_MS


def test_what_is_typed_off_the_record_is_no_note_once_they_are_back_on_it(counted):
    counted.record()
    counted.press("ctrl+o", "n", "what nobody may know", "enter")
    counted.until_shown("off the record: not kept")
    counted.press("ctrl+r")
    counted.until("the second span", lambda: len(counted.events(SpanOpened)) == 2)
    counted.press("enter", "ctrl+f")
    counted.until("the flag after it", lambda: counted.events(Flagged))
    assert counted.events(NoteTaken) == []
    assert counted.draft == ""


@pytest.fixture(scope="module")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What may be kept, what is taken back, what may be kept again, with time to type between."""
    spoken, rate = soundfile.read(bundled("data/demo/call.flac"), dtype="int16", always_2d=True)
    file = tmp_path_factory.mktemp("speech") / "speech.wav"
    proud, questions, votes = (
        spoken[round(start_s * rate) : round(end_s * rate)]
        for start_s, end_s in ((46.3, 50.6), (36.0, 40.0), (54.2, 60.2))
    )
    pauses = [np.zeros((round(seconds * rate), 2), np.int16) for seconds in (2.0, 4.0, 1.0)]
    soundfile.write(file, np.concatenate([proud, pauses[0], questions, pauses[1], votes, pauses[2]]), rate)
    return file


BEGINS_S, ENDS_S, GOES_ON_S, OVER_S = 6.3, 10.3, 14.3, 20.5


def pieces(sound: Pcm, start_s: float, end_s: float) -> list[bytes]:
    """The loud quarters of a second of a stretch, as they would lie in any file of it."""
    quarter = RATE // 4
    cut = [
        sound[first : first + quarter] for first in range(round(start_s * RATE), round(end_s * RATE) - quarter, quarter)
    ]
    return [piece.tobytes() for piece in cut if np.abs(piece.astype(np.int32)).max() > 1000]


def command(call: Conducted, *arguments: str) -> str:
    """Run another command of the program in the study; gives what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", "interview_tui", "--study", str(call.folder), *arguments],
        stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return done.stdout


def take_back(call: Conducted) -> None:
    """Conduct the call; what was said since the second note is taken back."""
    call.record(1)
    call.note(KEPT)
    call.until("the questions", lambda: call.written_frames >= BEGINS_S * RATE)
    call.note(SECRET)
    call.until("the end of the questions", lambda: call.written_frames >= ENDS_S * RATE)
    call.press("ctrl+o", "1", "n", "ctrl+r")
    call.until("the second span", lambda: len(call.events(SpanOpened)) == 2)
    call.until_recorded(OVER_S - ENDS_S)
    call.end()


def files_with(folder: Path, words: str) -> list[str]:
    """The files of a folder in which these words stand, whatever kind of file it is."""
    found = (file for file in folder.rglob("*") if file.is_file())
    return [file.name for file in found if words.encode() in file.read_bytes().lower()]


def test_what_was_taken_back_is_nowhere_and_destroyed_it_leaves_its_times_only(tmp_path, speech):
    call = Conducted(tmp_path / "study", speech, LAG_MS)
    try:
        call.start()
        take_back(call)
        is_withheld(call, speech)
        destroy(call)
        is_destroyed(call, speech)
    finally:
        call.close()


def is_withheld(call: Conducted, speech: Path) -> None:
    """Transcript, record, every export and everything played are without it."""
    spoken, _ = soundfile.read(speech, dtype="int16", always_2d=True)
    command(call, "transcribe", CASE)
    transcript = call.study.transcript(CASE)
    assert transcript is not None
    said = " ".join(turn.text for turn in transcript.turns).lower()
    assert SPOKEN not in said
    assert "gallery" in said
    assert "votes" in said
    shown = command(call, "show", CASE, "--json") + command(call, "show", CASE)
    record = str(asdict(call.study.record(CASE)))
    exports = [Path(file).read_text(encoding="utf-8") for file in command(call, "export", CASE).split()]
    assert len(exports) == 4
    for text in (shown, record, *exports):
        assert SECRET not in text
        assert SPOKEN not in text.lower()
    assert all(KEPT in text for text in (shown, record))
    interview = call.interview
    timeline = interview.timeline()
    folder = call.audio_folder
    played = b"".join(
        soundfile.read(folder / clip.file, clip.frames, clip.first_frame, dtype="int16")[0].tobytes()
        for clip in timeline.clips(0, timeline.spans[-1].end_ms)
    )
    cut = call.folder / "all.wav"
    command(call, "clip", CASE, "0:00", "10:00", str(cut))
    clipped = soundfile.read(cut, dtype="int16")[0].tobytes()
    for heard in (played, clipped):
        assert not [piece for piece in pieces(spoken, BEGINS_S, ENDS_S) if piece in heard]
        assert all(piece in heard for piece in pieces(spoken, 0.5, 4))
    assert all(piece in played for piece in pieces(spoken, GOES_ON_S, OVER_S - 1.5))
    assert any(piece in sounds(call) for piece in pieces(spoken, BEGINS_S, ENDS_S)), "it was recorded"
    assert files_with(call.folder, SECRET) != []
    cut.unlink()


def sounds(call: Conducted) -> bytes:
    """Every sample that lies in the folder of the case."""
    return b"".join(soundfile.read(file, dtype="int16")[0].tobytes() for file in call.audio_folder.glob("span-*"))


def destroy(call: Conducted) -> None:
    """Destroy it from the debrief, as the interviewer does."""
    call.open()
    call.until_shown(CASE, "d debrief")
    call.press("d")
    call.until_shown("How did it go?")
    call.press(*["pagedown"] * 12)
    call.until_shown("It cannot be undone")
    call.press(CASE, "enter")
    call.until("the destruction", lambda: call.events(Destroyed))
    call.until_shown("The certificate")
    call.press("ctrl+q")
    call.until_shown("has ended")
    call.quit()


def is_destroyed(call: Conducted, speech: Path) -> None:
    """No file has it, and of it the journal has times only."""
    spoken, _ = soundfile.read(speech, dtype="int16", always_2d=True)
    assert files_with(call.folder, SECRET) == []
    assert files_with(call.folder, SPOKEN) == []
    assert files_with(call.folder, KEPT) != []
    left = sounds(call)
    assert not [piece for piece in pieces(spoken, BEGINS_S, ENDS_S) if piece in left]
    assert all(piece in left for piece in pieces(spoken, 0.5, 4))
    (withheld,) = call.events(Withheld)
    (destroyed,) = call.events(Destroyed)
    assert [key for key, value in asdict(withheld).items() if value] == ["at_ms", "wall_ms", "withheld", "stretches"]
    assert set(asdict(destroyed)) == {"at_ms", "wall_ms", "withheld", "notes", "recorded_ms"}
    assert [set(asdict(erased)) for erased in call.events(Erased)] == [{"at_ms", "wall_ms", "withheld"}]
    (stretch,) = withheld.stretches
    assert destroyed.recorded_ms == pytest.approx(stretch.end_ms - stretch.start_ms, abs=50)
    (certificate,) = (call.folder / "certificates").glob("*.txt")
    assert certificate.read_text(encoding="utf-8").count("Said from") == 1
    assert json.loads(command(call, "show", CASE, "--json"))
