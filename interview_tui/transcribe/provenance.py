"""Where a transcript comes from: sound, engine, model, settings, machine and time, for whoever asks later."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from interview_tui import __version__
from interview_tui.at_rest.files import reading
from interview_tui.errors import TranscriptionError
from interview_tui.record.transcript import Provenance
from interview_tui.transcribe.engines.engine import Engine
from interview_tui.transcribe.hearing.decoding import HeardUnit
from interview_tui.transcribe.priority import cores
from interview_tui.transcribe.spec import JobSpec
from interview_tui.transcribe.weights.models import Model

HEARD = "heard"
LAYOUT = 5  # of ledgers; what an earlier layout kept is begun anew
CPUINFO = Path("/proc/cpuinfo")  # of Linux, where Python does not know the processor's name


@dataclass(frozen=True, slots=True)
class Origin:
    """What a job works with: its order, the model found for it, the engine made of that, and the hash of every file."""

    spec: JobSpec
    model: Model
    engine: Engine
    files: Mapping[Path, str]

    @property
    def basis(self) -> str:
        """The hash of everything that words depend on besides sound and vocabulary."""
        ears = self.engine
        depends_on = {
            "layout": LAYOUT,
            "engine": [ears.name, ears.parameters, ears.versions],
            "model": self.model.sha256,
            "language": self.spec.language,
        }
        return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()

    def provenance(
        self, units: Sequence[HeardUnit], notes: Mapping[str, str], wall_s: float, threads: int
    ) -> Provenance:
        """The provenance of a transcript of these units, made just now after so many seconds of this process."""
        parameters = {**self.engine.parameters, "fillers": self.spec.fillers, HEARD: in_seconds(self.spec), **notes}
        if self.spec.terms:  # counted, not named: names from notes are nowhere but where they can be taken back
            count = len({term.text.casefold() for term in self.spec.terms})
            parameters["vocabulary"] = f"{count} terms, of which each stretch was told those noted nearest to it"
        chunks = [one for unit in units for one in unit.heard]
        parameters["heard again"] = f"{sum(one.again for one in chunks)} of {len(chunks)} chunks"
        elsewhere = sorted({unit.machine for unit in units if unit.machine})
        if elsewhere:
            parameters["heard by"] = "; ".join(elsewhere)
        parameters["transcribed"] = datetime.now(UTC).isoformat(timespec="seconds")
        parameters["wall"] = f"{wall_s:.1f} s"
        return Provenance(
            engine=self.engine.name,
            model=self.model.name,
            model_sha256=self.model.sha256,
            language=self.spec.language,
            parameters=parameters,
            versions={"interview-tui": __version__, **self.engine.versions},
            machine=f"{machine_in_words()}, {threads} threads",
            audio_sha256=tuple(dict.fromkeys(self.files.values())),
            seconds_taken=round(sum(unit.seconds for unit in units), 1),
        )


def in_seconds(spec: JobSpec) -> str:
    """How much sound a job is given to hear: less, while some of it is withheld."""
    return f"{spec.seconds:.3f} s"


def file_hashes(spec: JobSpec) -> dict[Path, str]:
    """The SHA-256 of the sound in every file of a job: that of its span's samples as they were recorded, where known.

    It is the same before and after the span is packed. Of any other file it is that of the file.

    Raises:
        TranscriptionError: a file cannot be read. StorageError: the study is locked.
    """
    known = {clip.file: clip.sha256 for clip in spec.clips}
    return {file: recorded or _sha256(file) for file, recorded in known.items()}


def machine_in_words() -> str:
    """This machine: its system, its processor, its cores."""
    return f"{platform.system()} {platform.machine()}, {processor()}, {cores()} cores"


def processor() -> str:
    """What the processor calls itself."""
    with suppress(OSError):
        for line in CPUINFO.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                return " ".join(line.partition(":")[2].split())
    return platform.processor() or "unknown processor"


def _sha256(path: Path) -> str:
    try:
        with reading(path) as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise TranscriptionError(
            f"The recording {path} cannot be read: {error}.", "Put the file back where it was recorded."
        ) from error
