"""A short stretch of an interview, cut out into a file of its own, by pydub in a child process.

pydub holds what it works on in memory and its ffmpeg would read the keyboard; both are harmless here.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.at_rest.files import unsealed_folder
from interview_tui.at_rest.study_key import hand_on_no_more
from interview_tui.audio import disk, files
from interview_tui.audio.passing import PassingFolder
from interview_tui.audio.processes import child
from interview_tui.errors import AudioError
from interview_tui.interview.timeline import Clip

if TYPE_CHECKING:
    from pydub import AudioSegment

CUT_WITHIN_S = 120.0
LONGEST_MS = 30 * 60 * 1000
FOLDER_PREFIX = "interview-tui-clip-"
FADE_MS = 5  # a cut in the middle of a wave would click
WITHOUT_FFMPEG = ("wav", "flac")
BY_FFMPEG = {"mp3": "mp3", "ogg": "ogg", "opus": "opus", "m4a": "ipod", "aac": "adts"}
Json = dict[str, Any]


def write_clip(clips: Sequence[Clip], folder: Path, out: Path) -> None:
    """Write the audio of `clips`, one after the other, to `out`; its suffix names the format.

    WAV and FLAC need nothing else; mp3, m4a, ogg and opus need the ffmpeg program. A file that is there already is
    replaced when the new one is whole.

    Raises:
        AudioError: there is nothing to write, it is too long for a clip, the format is unknown, it would lie in an
            encrypted study, or a file cannot be read or written.
    """
    kind = out.suffix.lstrip(".").lower()
    if not clips:
        raise AudioError("Nothing was recorded there.", "Choose another stretch: a pause has no audio.")
    if sum(clip.frames * 1000 // clip.rate for clip in clips) > LONGEST_MS:
        raise AudioError(f"A clip is {LONGEST_MS // 60_000} minutes at most.", "Cut it in several pieces.")
    if kind not in WITHOUT_FFMPEG and kind not in BY_FFMPEG:
        known = ", ".join(f".{known}" for known in (*WITHOUT_FFMPEG, *BY_FFMPEG))
        raise AudioError(f"A clip cannot be written as {out.name}.", f"End its name in one of {known}.")
    if kind in BY_FFMPEG and shutil.which("ffmpeg") is None:
        raise AudioError(
            f"Writing .{kind} needs the ffmpeg program, which is not on this machine.",
            "Install ffmpeg, or write a .wav or .flac, which needs nothing else.",
        )
    check_may_lie_open(out)
    request = {"clips": [asdict(clip) for clip in clips], "folder": str(folder.absolute()), "out": str(out.resolve())}
    child.ask("keeping.clip", request, CUT_WITHIN_S)


def check_may_lie_open(out: Path) -> None:
    """See that a file that others are to hear is not written where nothing lies open.

    Raises:
        AudioError: it would lie in an encrypted study.
    """
    study = study_of(out.resolve())
    if study is not None:
        raise AudioError(
            f"{out} would lie in {study}, which is encrypted, and could be heard by anybody.",
            "Choose a place outside of the study, where you keep it as safe yourself.",
        )


def _cut(request: Json) -> Json:
    folder, out = Path(request["folder"]), Path(request["out"])
    sound = None
    for clip in request["clips"]:
        piece = _segment(folder / clip["file"], clip["first_frame"], clip["frames"])
        sound = piece if sound is None else sound + piece
    if sound is None:
        raise AudioError("Nothing was recorded there.")
    draft = out.with_name(f".{out.stem}.new{out.suffix}")
    try:
        draft.touch(0o600)
        with _passing(folder):
            _write(sound, draft)
        disk.put_in_place(draft, out)
    except OSError as error:
        raise AudioError(f"{out} cannot be written: {error.strerror or error}.", _way_out(folder, out)) from error
    finally:
        draft.unlink(missing_ok=True)
    return {}


def _way_out(folder: Path, out: Path) -> str:
    passing = unsealed_folder(folder)
    if passing is None or out.suffix.lstrip(".").lower() not in BY_FFMPEG:
        return "Choose another place."
    return f"Choose another place, and see that {passing} has room: the sound passes through it. A .flac needs none."


def _segment(path: Path, first_frame: int, frames: int) -> AudioSegment:
    """A stretch of a file as pydub holds it. It is read here, since pydub would read the whole file."""
    from pydub import AudioSegment

    samples = files.read_frames(path, first_frame, frames)
    rate, channels = files.shape(path)
    piece = AudioSegment(data=files.pcm16(samples), sample_width=2, frame_rate=rate, channels=channels)
    return piece.fade_in(FADE_MS).fade_out(FADE_MS)


@contextmanager
def _passing(folder: Path) -> Iterator[None]:
    """Have what pydub hands to ffmpeg lie in memory, where it comes from an encrypted study, and give it no key."""
    if unsealed_folder(folder) is None:
        yield
        return
    hand_on_no_more()
    passing = PassingFolder(FOLDER_PREFIX, folder)
    tempfile.tempdir = str(passing.path)
    try:
        yield
    finally:
        tempfile.tempdir = None
        passing.close()


def _write(sound: AudioSegment, path: Path) -> None:
    """Write the sound in the format of the path's suffix."""
    kind = path.suffix.lstrip(".").lower()
    if kind == "flac":
        import soundfile

        samples = np.array(sound.get_array_of_samples()).reshape(-1, sound.channels)
        soundfile.write(str(path), samples.astype(np.int16), sound.frame_rate, subtype="PCM_16", format="FLAC")
        return
    from pydub.exceptions import CouldntEncodeError

    try:
        sound.export(str(path), format=BY_FFMPEG.get(kind, kind)).close()
    except CouldntEncodeError as error:
        raise AudioError(
            f"ffmpeg could not write .{kind}.", "Write a .wav or .flac, which needs nothing else."
        ) from error


if __name__ == "__main__":
    child.answer(_cut, Path(sys.argv[1]))
