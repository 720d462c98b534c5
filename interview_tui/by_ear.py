"""What lining up by ear begins with, and what is heard: the call in the left ear, the other recorder in the right."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from interview_tui import attaching
from interview_tui.attaching import Step
from interview_tui.audio import files
from interview_tui.audio.aligning.align import line_up
from interview_tui.audio.files import SPEECH_RATE, Samples
from interview_tui.audio.passing import PassingFolder, without_room
from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.errors import AudioError
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.state import Interview
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.packing import pack_what_can_be
from interview_tui.store.study import StudyFolder
from interview_tui.tui.by_ear import HeardMoment

AROUND_MS = 2500
"""So much is played before a moment, and after it."""
FOLDER_PREFIX = "interview-tui-by-ear-"
SAMPLES_PER_MS = SPEECH_RATE // 1000
LOUDEST, MOST_GAIN = 0.5, 20.0


@dataclass(frozen=True, slots=True)
class Guess:
    """Where a file is laid before anybody has listened: it begins at `start_ms`; `found` says by what."""

    start_ms: int
    length_ms: int
    found: str


def guess(study: StudyFolder, case: str, original: Path, on_step: Step) -> Guess:
    """Where a file may lie: where it is most like what was recorded here, or at the first consent.

    Raises:
        AudioError: the file cannot be read.
    """
    pack_what_can_be(study, case)
    on_step("comparing the recordings")
    length_ms = files.info(original).length_ms
    scratch = attaching.scratch_of(study, case)
    try:
        alike = line_up(scratch, original).pieces if scratch.clips else ()
    except AudioError:  # of what was recorded here: by ear is what is left then
        alike = ()
    if alike:
        return Guess(round(alike[0].start_ms), length_ms, "Laid where the two recordings are most alike.")
    permitted = attaching.permitted_in(study.interview(case))
    if permitted:
        return Guess(permitted[0].start_ms, length_ms, "Nothing to go by: laid at the first consent.")
    return Guess(0, length_ms, "Nothing to go by: laid at the beginning of the call.")


def moments(interview: Interview) -> tuple[HeardMoment, ...]:
    """The moments of a call to listen at: its flags and notes, but nothing that is withheld."""
    timeline = attaching.own_timeline(interview)
    hidden = {note for found in interview.soundtrack.withholdings.values() for note in found.notes}
    flagged = [HeardMoment(flag.at_ms, f"flag {flag.id}") for flag in interview.flags]
    noted = [
        HeardMoment(note.about_ms, " ".join(note.text.split()))
        for note in interview.notes.values()
        if note.id not in hidden
    ]
    said = [moment for moment in (*flagged, *noted) if not timeline.is_withheld(moment.at_ms)]
    begins = [
        HeardMoment(stretch.start_ms, "may be kept from here on") for stretch in attaching.permitted_in(interview)
    ]
    return tuple(sorted((*said, *begins), key=lambda moment: moment.at_ms)) or (HeardMoment(0, "the beginning"),)


class BothEars:
    """Plays the call and a file beside each other; implements `tui.by_ear.Listener`.

    What is played lies in a file among the system's temporary ones (of an encrypted study, in memory), which only its
    owner may read, until something else is played or this is closed.
    """

    def __init__(self, study: StudyFolder, case: str, original: Path) -> None:
        self._folder, self._own = study.audio_folder(case), attaching.own_timeline(study.interview(case))
        self._original = original
        self._player = SoundPlayer()
        self._playing, self._asking = threading.Lock(), threading.Lock()
        self._asked = 0
        self._passing: PassingFolder | None = None

    def listen(self, at_ms: int, start_ms: int) -> None:
        """Play around `at_ms` of the call, the file as if it began at `start_ms`. Of several asked for only the last.

        Raises:
            AudioError: there is nothing to play, or nothing to play to.
        """
        with self._asking:
            self._asked += 1
            mine = self._asked
        ears = self.heard(at_ms, start_ms)
        if not ears.any():
            raise AudioError("Neither recording has sound there.", "Choose another moment, or move the file.")
        with self._playing:
            if mine == self._asked:
                self._play(ears, f"heard-{mine}.wav")

    def heard(self, at_ms: int, start_ms: int) -> Samples:
        """What both ears hear, shape (frames, 2) at 16 kHz: digital silence where a recording has nothing.

        Raises:
            AudioError: a file cannot be read.
        """
        left, right = self._recorded_here(at_ms - AROUND_MS), self._of_the_file(at_ms - AROUND_MS - start_ms)
        return np.stack([_levelled(left), _levelled(right)], axis=1)

    def close(self) -> None:
        """Fall silent, and forget what was played."""
        with self._asking:
            self._asked += 1
        with self._playing:
            self._player.close()
            if self._passing is not None:
                self._passing.close()
            self._passing = None

    def _recorded_here(self, from_ms: int) -> Samples:
        row = np.zeros(2 * AROUND_MS * SAMPLES_PER_MS, np.float32)
        for clip in self._own.clips(max(0, from_ms), from_ms + 2 * AROUND_MS):
            found = files.read_mono16k(self._folder / clip.file, clip.first_frame, clip.frames)
            _lay(row, found, clip.start_ms - from_ms)
        return row

    def _of_the_file(self, from_ms: int) -> Samples:
        row = np.zeros(2 * AROUND_MS * SAMPLES_PER_MS, np.float32)
        rate, _ = files.shape(self._original)
        first_ms, end_ms = max(0, from_ms), max(0, from_ms + 2 * AROUND_MS)
        if first_ms < end_ms:
            first, end = round(first_ms * rate / 1000), round(end_ms * rate / 1000)
            _lay(row, files.read_mono16k(self._original, first, end - first), first_ms - from_ms)
        return row

    def _play(self, ears: Samples, name: str) -> None:
        try:
            if self._passing is None:
                self._passing = PassingFolder(FOLDER_PREFIX, self._folder)
            folder = self._passing.path
            (folder / name).touch(0o600)
            soundfile.write(folder / name, ears, SPEECH_RATE, subtype="PCM_16")
        except (OSError, soundfile.SoundFileError) as error:
            raise without_room("what is to be heard", error, self._folder) from error
        whole = Span(1, 0, SPEECH_RATE, 2, len(ears), (AudioPart(name, 0, len(ears)),))
        self._player.play(Timeline([whole]), folder, 0, whole.end_ms)
        for before in folder.glob("heard-*.wav"):
            if before.name != name:
                with suppress(OSError):  # Windows, while it is still open: it goes with the folder
                    before.unlink()


def _lay(row: Samples, sound: Samples, at_ms: int) -> None:
    """Lay sound into a row at a time of it; what lies outside is cut."""
    at = at_ms * SAMPLES_PER_MS
    sound = sound[max(0, -at) :]
    room = row[max(0, at) : max(0, at) + len(sound)]
    room[:] = sound[: len(room)]


def _levelled(row: Samples) -> Samples:
    """As loud as the other ear, but a hiss is not made a roar."""
    peak = float(np.abs(row).max(initial=0.0))
    return row * np.float32(min(MOST_GAIN, LOUDEST / peak)) if peak else row
