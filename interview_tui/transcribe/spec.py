"""What a transcription job is asked to do, and its JSON form, in which it reaches the transcription process."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from interview_tui.at_rest.files import descriptor, making, read_text
from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.engines import engine
from interview_tui.transcribe.listening.sound import SoundClip
from interview_tui.transcribe.vocabulary import Term
from interview_tui.transcribe.weights import models

KEEP, DROP = "keep", "drop"  # what may be done with fillers
LOCK = "job.lock"  # in a job's folder; whoever holds it is the only one who writes there


@dataclass(frozen=True, slots=True)
class ClusterShare:
    """What of a Dask cluster a job may use: the workers that the user named, by address, shared by so many `jobs`."""

    scheduler: str
    workers: tuple[str, ...]
    jobs: int = 1


@dataclass(frozen=True, slots=True)
class JobSpec:
    """A transcription to be made.

    `clips` are what may be heard, on the call clock; what was off the record is not among them. `folder` is the job's
    own: it keeps what is finished, and gets `transcript.json`. `terms` are words that may occur, `questions` what the
    interviewer may ask, by which she is known. `threads` of 0 are as many as there are cores. An `anew` job forgets
    what was finished before. Where there is a `cluster` its workers hear, else this machine does.

    While the call goes on the job is `open`: what there is of it is heard, the last passage may grow, the spec is read
    again, and no transcript is written. `lowest` is for a process that nothing else is to notice.
    """

    case: str
    clips: tuple[SoundClip, ...]
    folder: Path
    interviewer_channel: int = 0
    engine: str = engine.AUTO
    model: str = models.AUTO
    language: str = "en"
    terms: tuple[Term, ...] = ()
    questions: tuple[str, ...] = ()
    fillers: str = KEEP
    threads: int = 0
    anew: bool = False
    open: bool = False
    lowest: bool = False
    cluster: ClusterShare | None = None
    cache: Path = field(default_factory=models.default_cache)

    @property
    def transcript(self) -> Path:
        """Where the transcript is put."""
        return self.folder / "transcript.json"

    @property
    def ledger(self) -> Path:
        """Where what is finished is kept."""
        return self.folder / "chunks.jsonl"

    @property
    def log(self) -> Path:
        """Where it is kept what the process says that only its makers understand."""
        return self.folder / "transcription.log"

    @property
    def seconds(self) -> float:
        """How much sound there is."""
        return sum(clip.frames / clip.rate for clip in self.clips)


class Orders:
    """The job in a file, which is written anew while a call goes on."""

    def __init__(self, path: Path) -> None:
        """Read the job.

        Raises:
            TranscriptionError: it cannot be read. StorageError: its study is locked.
        """
        self._path = path
        self._read_at = path.stat() if path.exists() else None
        self.spec = read_spec(path)

    def are_newer(self) -> bool:
        """Whether the job is another now than when it was last taken."""
        try:
            found = self._path.stat()
        except OSError:
            return False  # it is just being replaced, or the case is being cleared: what was read counts
        then = self._read_at
        return then is None or (found.st_mtime_ns, found.st_ino) != (then.st_mtime_ns, then.st_ino)

    def take(self) -> JobSpec:
        """The job as it is now.

        Raises:
            TranscriptionError: it cannot be read. StorageError: its study is locked.
        """
        if self.are_newer():
            self._read_at = self._path.stat()
            self.spec = read_spec(self._path)
        return self.spec


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
        TranscriptionError: it cannot be read. StorageError: its study is locked.
    """
    try:
        data: dict[str, Any] = json.loads(read_text(path))
        clips = tuple(SoundClip(**{**clip, "file": Path(clip["file"])}) for clip in data.pop("clips"))
        terms = tuple(Term(**term) for term in data.pop("terms"))
        questions = tuple(data.pop("questions"))
        folder, cache = Path(data.pop("folder")), Path(data.pop("cache"))
        share = data.pop("cluster")
        cluster = ClusterShare(**{**share, "workers": tuple(share["workers"])}) if share else None
        return JobSpec(
            clips=clips, folder=folder, cache=cache, terms=terms, questions=questions, cluster=cluster, **data
        )
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TranscriptionError(
            f"{path} is no transcription job: {error}.", "Start the transcription again."
        ) from error


def write_private(path: Path, text: str) -> None:
    """Replace a file by this text in one step, readable by its owner only, and sealed in an encrypted study.

    Raises:
        TranscriptionError: it cannot be written.
    """
    try:
        put_in_one_step(path, [text.encode()])
    except OSError as error:
        raise TranscriptionError(
            f"{path} cannot be written: {error}.", "Make room there; what is finished is kept."
        ) from error


def put_in_one_step(path: Path, parts: Iterable[bytes]) -> None:
    """Replace a file as `write_private` does, by what comes bit by bit.

    Raises:
        OSError: it cannot be written.
    """
    half_made = path.with_name(path.name + ".part")
    half_made.unlink(missing_ok=True)  # of one who was killed at this
    with making(half_made) as file:
        file.writelines(parts)
        file.flush()
        os.fsync(descriptor(file))
    half_made.replace(path)
