"""The audio that goes with exports: where it lies, or one file of all that may be heard of an interview."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Self

from interview_tui.export.naming import AUDIO, UNFINISHED, safe_name, slug
from interview_tui.export.options import AudioFile, Options, Recording
from interview_tui.interview.timeline import Clip, Timeline
from interview_tui.record.export_ports import Choice, Sound, Target
from interview_tui.record.model import Record
from interview_tui.store.private_files import make_folder
from interview_tui.store.study import StudyFolder

COPY = ".m4a"  # what every target plays, and what REFI-QDA asks for "where possible"
_READ_AS_RECORDED = (Target.STANDARD, Target.QUALCODER)
_READ_BY_ALL = (".m4a", ".mp3", ".wav")


@dataclass(frozen=True, slots=True)
class _Heard:
    """A clip, and the moment of the call clock at which it ends by the clock of the device that recorded it."""

    clip: Clip
    end_ms: int


class ExportedSound:
    """The audio of the interviews of one export, one after the other; a context manager.

    What is `inside` files that are written lies in a folder of its own, and only until the next interview is asked for.
    `needs_one` says that a format needs one file, `plays` that people will hear it from what is written: a file that
    holds more than may be heard must not lie in their hands then. What is `linked` is never copied: nobody asked
    for voices.
    """

    def __init__(
        self, study: StudyFolder, choice: Choice, folder: Path, *, needs_one: bool, plays: bool = False
    ) -> None:
        self._study = study
        self._choice = choice
        self._folder = folder
        self._needs_one = needs_one or choice.sound is Sound.INSIDE
        self._plays = plays
        self._scratch: Path | None = None
        self._copied = False
        self._left_out: list[str] = []

    def audio(self, case: str, record: Record) -> tuple[AudioFile, ...]:
        """Where what may be heard of a case lies, from the folder of the export on.

        Raises:
            AudioError: a copy is wanted, and cannot be made.
        """
        match self._choice.sound:
            case Sound.LINKED if self._plays and not self._may_be_played_as_it_lies(case):
                self._left_out.append(case)
            case Sound.LINKED:
                lies = self._study.audio_folder(case)
                return tuple(
                    _as_it_lies(_way(self._folder, lies / each.clip.file), each) for each in self._heard_of(case)
                )
            case Sound.BESIDE if self._plays:
                heard = self._heard_of(case)
                return self._copy(case, record, heard).pieces if heard else ()
        return ()

    def recording(self, case: str, record: Record) -> Recording | None:
        """All that was recorded of a case as one file; None where nothing was, none is needed, or none is at hand.

        Raises:
            AudioError: it cannot be read, or a copy is wanted and cannot be made.
        """
        if self._choice.sound is Sound.NONE or not self._needs_one:
            return None
        heard = self._heard_of(case)
        if not heard:
            return None
        if self._choice.sound is not Sound.LINKED:
            return self._copy(case, record, heard)
        file = self._study.audio_folder(case) / heard[0].clip.file
        if self._is_read(file) and _is_whole_file(heard, file):
            pieces = tuple(_as_it_lies(_way(self._folder, file), each) for each in heard)
            return Recording(file, pieces, pieces[-1].offset_ms + pieces[-1].plays_ms)
        self._left_out.append(case)
        return None

    def remarks(self) -> Iterator[str]:
        """What is to be known about it."""
        as_were = "voices, and the names they say, are as they were."
        if self._left_out:
            cases = ", ".join(dict.fromkeys(self._left_out))
            yield f"The audio of {cases} is left out: it would have to be copied, which audio “beside” does; {as_were}"
        if self._copied and self._choice.sound is Sound.INSIDE:
            yield f"The recordings are inside: {as_were}"
        elif self._copied:
            yield f"Copies of the recordings lie in {self._folder / AUDIO}: {as_were}"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def _heard_of(self, case: str) -> list[_Heard]:
        """All that may be heard of a case, in order."""
        timeline = self._study.interview(case).timeline()
        heard: list[_Heard] = []
        for span in timeline.spans:
            for clip in Timeline([span], timeline.withheld).clips(span.start_ms, span.end_ms):
                if heard and abs(heard[-1].end_ms - clip.start_ms) <= 1:  # it goes on: both were rounded
                    heard[-1] = _Heard(heard[-1].clip, clip.start_ms)
                heard.append(_Heard(clip, clip.start_ms + round(clip.frames * 1000 / span.true_rate)))
        return heard

    def _may_be_played_as_it_lies(self, case: str) -> bool:
        """Whether the files hold nothing but what may be heard: nothing withheld, nothing from before the call."""
        heard, lies = self._heard_of(case), self._study.audio_folder(case)
        by_file = {each.clip.file: [other for other in heard if other.clip.file == each.clip.file] for each in heard}
        return all(_is_whole_file(of_file, lies / file) for file, of_file in by_file.items())

    def _is_read(self, file: Path) -> bool:
        """Whether the program that the export is for reads such a file."""
        return self._choice.target in _READ_AS_RECORDED or file.suffix.lower() in _READ_BY_ALL

    def _copy(self, case: str, record: Record, heard: Sequence[_Heard]) -> Recording:
        from interview_tui.audio.keeping.joining import join

        clips = [each.clip for each in heard]
        file = self._place_of_copy(case, record, clips)
        if not file.exists():
            join(clips, self._study.audio_folder(case), file)
        self._copied = True
        pieces, passed = [], Fraction()
        for each in heard:
            pieces.append(_piece(_way(self._folder, file), each, passed))
            passed += _plays(each.clip)
        return Recording(file, tuple(pieces), _whole_ms(passed))

    def _place_of_copy(self, case: str, record: Record, clips: Sequence[Clip]) -> Path:
        """Where the copy lies. Its name holds which audio it is of; copies of what the case was before are deleted."""
        which = hashlib.sha256(repr(clips).encode()).hexdigest()[:8]
        stem = f"{slug(record.study)}_{safe_name(case)}_{Options().day(record.opened_wall_ms)}_"
        name = f"{stem}{which}{COPY}"
        if self._choice.sound is Sound.INSIDE:
            if self._scratch is None:
                make_folder(self._folder)
                self._scratch = Path(tempfile.mkdtemp(prefix=".", suffix=UNFINISHED, dir=self._folder))
            for earlier in self._scratch.iterdir():
                earlier.unlink()
            return self._scratch / name
        folder = make_folder(self._folder / AUDIO)
        for earlier in folder.glob(f"{stem}{'?' * len(which)}{COPY}"):
            if earlier.name != name:
                earlier.unlink()
        return folder / name


def _is_whole_file(heard: Sequence[_Heard], file: Path) -> bool:
    """Whether a file holds what may be heard, from its beginning to its end, and nothing else, for any program."""
    from interview_tui.at_rest.files import is_sealed
    from interview_tui.audio import files

    at = 0
    for each in heard:
        if (each.clip.file, each.clip.first_frame) != (heard[0].clip.file, at):
            return False
        at += each.clip.frames
    return file.is_file() and not is_sealed(file) and at == files.info(file).frames


def _as_it_lies(path: str, heard: _Heard) -> AudioFile:
    """A clip in the file in which it was recorded."""
    return _piece(path, heard, Fraction(heard.clip.first_frame, heard.clip.rate))


def _piece(path: str, heard: _Heard, begins: Fraction) -> AudioFile:
    """A clip as it lies in a file from so many seconds on."""
    offset_ms = _whole_ms(begins)
    length_ms = _whole_ms(begins + _plays(heard.clip)) - offset_ms
    return AudioFile(path, heard.clip.start_ms, heard.end_ms, offset_ms, length_ms)


def _plays(clip: Clip) -> Fraction:
    """How many seconds a clip plays."""
    return Fraction(clip.frames, clip.rate)


def _whole_ms(seconds: Fraction) -> int:
    return int(seconds * 1000)


def _way(folder: Path, target: Path) -> str:
    """How `target` is reached from `folder`; by its whole path where it lies on another drive."""
    try:
        return Path(os.path.relpath(target, folder)).as_posix()
    except ValueError:
        return target.as_posix()
