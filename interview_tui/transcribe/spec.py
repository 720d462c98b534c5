"""What a transcription job is asked to do, and its JSON form, in which it reaches the transcription process."""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe import engine, models
from interview_tui.transcribe.sound import SoundClip


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A transcription to be made.

    `clips` are what may be heard, on the call clock; what was off the record is not among them. `folder` is the job's
    own: it keeps what is finished, and gets `transcript.json`. `processes` of 0 are as many as there are cores.
    """

    case: str
    clips: tuple[SoundClip, ...]
    folder: Path
    interviewer_channel: int = 0
    engine: str = engine.AUTO
    model: str = models.AUTO
    language: str = "en"
    prompt: str = ""
    processes: int = 0
    cache: Path = field(default_factory=models.default_cache)

    @property
    def transcript(self) -> Path:
        """Where the transcript is put."""
        return self.folder / "transcript.json"

    @property
    def log(self) -> Path:
        """Where the process writes what only its makers understand."""
        return self.folder / "transcription.log"

    @property
    def seconds(self) -> float:
        """How much sound there is."""
        return sum(clip.frames / clip.rate for clip in self.clips)


def write_spec(spec: JobSpec) -> Path:
    """Write a job to its folder (made if need be, 0700); gives the file.

    Raises:
        TranscriptionError: it cannot be written.
    """
    path = spec.folder / "job.json"
    try:
        spec.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise TranscriptionError(
            f"The folder {spec.folder} cannot be made: {error}.", "Make the study's folder writable."
        ) from error
    write_private(path, json.dumps(asdict(spec), default=str, ensure_ascii=False, indent=1))
    return path


def read_spec(path: Path) -> JobSpec:
    """The job that `write_spec` wrote.

    Raises:
        TranscriptionError: it cannot be read.
    """
    try:
        data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        clips = tuple(SoundClip(**{**clip, "file": Path(clip["file"])}) for clip in data.pop("clips"))
        folder, cache = Path(data.pop("folder")), Path(data.pop("cache"))
        return JobSpec(clips=clips, folder=folder, cache=cache, **data)
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TranscriptionError(
            f"{path} is no transcription job: {error}.", "Start the transcription again."
        ) from error


def write_private(path: Path, text: str) -> None:
    """Replace a file by this text in one step, readable by its owner only.

    Raises:
        TranscriptionError: it cannot be written.
    """
    half_made = path.with_name(path.name + ".part")
    try:
        with open(half_made, "w", encoding="utf-8", opener=private) as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        half_made.replace(path)
    except OSError as error:
        raise TranscriptionError(
            f"{path} cannot be written: {error}.", "Make room there; what is finished is kept."
        ) from error


def private(path: str, flags: int) -> int:
    """An opener of files that only their owner may read."""
    return os.open(path, flags, 0o600)
