"""A job from its first file to its transcript, inside the transcription process."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import platform
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Protocol

from interview_tui.errors import TranscriptionError
from interview_tui.record.ports import JobState
from interview_tui.record.transcript import Doubt, Provenance, Transcript, to_json
from interview_tui.transcribe import engine, models
from interview_tui.transcribe.checks import absurd
from interview_tui.transcribe.decoders import Decoders, Task, cores
from interview_tui.transcribe.decoding import Heard
from interview_tui.transcribe.engine import Engine
from interview_tui.transcribe.ledger import Ledger
from interview_tui.transcribe.models import Model
from interview_tui.transcribe.plan import Chunk, Plan, make_plan
from interview_tui.transcribe.sound import RATE, AudioReader, Passage, passages
from interview_tui.transcribe.speakers import turns
from interview_tui.transcribe.spec import JobSpec, write_private

LAYOUT = 1  # of plans and ledgers; what an earlier layout kept is begun anew
ENCODING_S = 30.0  # hearing a chunk costs as much as decoding this much speech, however short it is


class Report(Protocol):
    """Takes progress: what is being done, the share of it that is done, and an estimate of the seconds left."""

    def __call__(self, state: JobState, share: float = 0.0, left_s: float | None = None, message: str = "") -> None:
        """Report it."""
        ...


def transcribe(spec: JobSpec, reader: AudioReader, report: Report) -> Transcript:
    """Make the transcript of a job, going on where an earlier attempt was stopped, and write it to its folder.

    Raises:
        AudioError: a file cannot be read.
        TranscriptionError: there is no engine or no model, the disk is full, or what was heard is absurd.
    """
    report(JobState.LOADING)
    model = models.find(spec.model, spec.language, spec.cache)
    ears = engine.make(spec.engine, model, spec.language)
    audio = _audio_hashes(spec)
    basis = _basis(spec, model, ears, audio)
    sound = tuple(passages(spec.clips))
    plan = _plan(spec, sound, reader, basis, report)
    with Ledger(spec.folder / "chunks.jsonl", basis) as ledger:
        _hear_all(spec, plan, Task(ears.name, model, spec.language, spec.prompt, sound), reader, ledger, report)
        heard = [ledger.finished[chunk.number] for chunk in plan.chunks]
    transcript = _assembled(sound, plan, heard, _provenance(spec, model, ears, audio, plan, heard))
    write_private(spec.transcript, json.dumps(to_json(transcript), ensure_ascii=False))
    return transcript


def _plan(spec: JobSpec, sound: Sequence[Passage], reader: AudioReader, basis: str, report: Report) -> Plan:
    """The job's plan: the one made before, if it rests on the same things, else a new one, kept for next time."""
    kept = spec.folder / "plan.json"
    try:
        data = json.loads(kept.read_text(encoding="utf-8"))
        if data["basis"] == basis:
            return Plan.from_json(data)
    except (OSError, ValueError, KeyError, TypeError):
        pass  # none was made, or it is damaged: it is made again from the audio
    whole = sum(passage.seconds * min(2, passage.channels) for passage in sound)
    listened = 0.0

    def tell(seconds: float) -> None:
        nonlocal listened
        listened = min(whole, listened + seconds)
        report(JobState.LOADING, message=f"finding the speech, {listened / whole:.0%}")

    plan = make_plan(sound, reader, spec.interviewer_channel, tell)
    write_private(kept, json.dumps({"basis": basis, **plan.to_json()}))
    return plan


def _hear_all(spec: JobSpec, plan: Plan, task: Task, reader: AudioReader, ledger: Ledger, report: Report) -> None:
    """Hear the chunks that are not in the ledger yet and put them there."""
    missing = [chunk for chunk in plan.chunks if chunk.number not in ledger.finished]
    if not missing:
        return
    count = min(spec.processes or cores(), len(missing))

    def tell() -> None:
        done, seconds = _work(plan, ledger.finished.values())
        whole = sum(map(_cost, plan.chunks))
        left_s = (whole - done) * seconds / done / count if done else None
        report(JobState.RUNNING, done / whole, left_s)

    with Decoders(count, task, reader) as decoders:
        for heard in decoders.hear(missing, loaded=tell):
            ledger.add(heard)
            tell()


def _work(plan: Plan, heard: Iterable[Heard]) -> tuple[float, float]:
    """The cost of what has been heard, and the seconds it took."""
    costs = [(_cost(plan.chunks[one.number]), one.seconds) for one in heard]
    return sum(cost for cost, _ in costs), sum(seconds for _, seconds in costs)


def _cost(chunk: Chunk) -> float:
    """What hearing a chunk costs, in seconds of speech."""
    return ENCODING_S + sum(last - first for first, last in chunk.speech) / RATE


def _assembled(sound: Sequence[Passage], plan: Plan, heard: Sequence[Heard], provenance: Provenance) -> Transcript:
    """The transcript of what was heard.

    Raises:
        TranscriptionError: it cannot be one.
    """
    voice_ms = sum(last - first for chunk in plan.chunks for first, last in chunk.speech) * 1000 // RATE
    problem = absurd(sum(len(one.words) for one in heard), sum(one.looped for one in heard), voice_ms)
    if problem:
        raise TranscriptionError(
            f"The transcript makes no sense: {problem}.",
            "Listen to the recording; then try another model (--model base), another language or another engine.",
        )
    spoken = [(chunk.speaker, word) for chunk, one in zip(plan.chunks, heard, strict=True) for word in one.words]
    doubts = {doubt for one in heard for doubt in one.doubts}
    if not plan.chunks:
        doubts = {Doubt(part.ms_at(0), part.ms_at(part.samples), "nobody speaks") for part in sound}
    in_order = sorted(doubts, key=lambda doubt: (doubt.start_ms, doubt.end_ms, doubt.reason))
    return Transcript(turns(spoken), provenance, tuple(in_order))


def _audio_hashes(spec: JobSpec) -> dict[str, str]:
    """The hash of every file of a job, by path.

    Raises:
        TranscriptionError: there is nothing to hear, or a file cannot be read.
    """
    if not spec.clips:
        raise TranscriptionError(
            f"There is no recording of {spec.case} to transcribe.", "Attach one, or record a call."
        )
    hashes: dict[str, str] = {}
    for clip in spec.clips:
        if str(clip.file) not in hashes:
            hashes[str(clip.file)] = _sha256(clip.file)
    return hashes


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise TranscriptionError(
            f"The recording {path} cannot be read: {error}.", "Put the file back where it was recorded."
        ) from error


def _basis(spec: JobSpec, model: Model, ears: Engine, audio: dict[str, str]) -> str:
    """The hash of everything that the words of a job depend on."""
    clips = [{**dataclasses.asdict(clip), "file": audio[str(clip.file)]} for clip in spec.clips]
    depends_on = {
        "layout": LAYOUT,
        "clips": clips,
        "interviewer_channel": spec.interviewer_channel,
        "model": model.sha256,
        "language": spec.language,
        "prompt": spec.prompt,
        "engine": [ears.name, ears.parameters, ears.versions],
    }
    return hashlib.sha256(json.dumps(depends_on, sort_keys=True).encode()).hexdigest()


def _provenance(
    spec: JobSpec, model: Model, ears: Engine, audio: dict[str, str], plan: Plan, heard: Sequence[Heard]
) -> Provenance:
    parameters = {**ears.parameters, "speakers": plan.note}
    if spec.prompt:
        parameters["prompt"] = spec.prompt
    return Provenance(
        engine=ears.name,
        model=model.name,
        model_sha256=model.sha256,
        language=spec.language,
        parameters=parameters,
        versions=ears.versions,
        machine=f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors",
        audio_sha256=tuple(audio.values()),
        seconds_taken=round(sum(one.seconds for one in heard), 1),
    )
