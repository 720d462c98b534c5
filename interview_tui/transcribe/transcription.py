"""A job from its first file to its transcript, inside the transcription process."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from contextlib import ExitStack

from interview_tui.errors import TranscriptionError
from interview_tui.record.ports import JobState
from interview_tui.record.transcript import Transcript, to_json
from interview_tui.transcribe.assembly import Part, assemble
from interview_tui.transcribe.engines import engine
from interview_tui.transcribe.hearing.decoders import Decoders, ThreadDecoders
from interview_tui.transcribe.hearing.hearing import Hearing, Report, is_final
from interview_tui.transcribe.hearing.ledger import Extent, Ledger
from interview_tui.transcribe.listening.blocks import Block
from interview_tui.transcribe.listening.sound import AudioReader, Passage, passages
from interview_tui.transcribe.priority import cores
from interview_tui.transcribe.provenance import Origin, file_hashes
from interview_tui.transcribe.spec import JobSpec, Orders, write_private
from interview_tui.transcribe.weights import models

LOOK_S = 1.0  # how often a job that is open looks whether there is more of its call
WAITING = "waiting for more of the call"


def transcribe(orders: Orders, reader: AudioReader, report: Report) -> Transcript:
    """Make the transcript of a job, going on where an earlier attempt was stopped, and write it to its folder.

    As long as the job is open there is none: what there is of the call is heard, then more of it is waited for.

    Raises:
        AudioError: a file cannot be read.
        TranscriptionError: there is no engine or no model, the disk is full, or what was heard is absurd.
    """
    began = time.perf_counter()
    spec = orders.take()
    report(JobState.LOADING)
    model = models.find(spec.model, spec.language, spec.cache)
    threads = spec.threads or cores()
    ears = engine.make(spec.engine, model, spec.language, threads)
    if spec.anew:
        spec.ledger.unlink(missing_ok=True)
    with ExitStack() as held:
        ledger = held.enter_context(Ledger(spec.ledger, Origin(spec, model, ears, {}).basis))
        decoders: Decoders | None = None
        while True:
            origin = Origin(spec, model, ears, {} if spec.open else file_hashes(spec))
            sound = _sound_of(origin, ledger)
            hearing = Hearing(spec, sound, ledger, reader)
            if not hearing.is_complete:
                decoders = decoders or held.enter_context(_decoders(origin, reader, threads))
                hearing.go_on(decoders, report, stop=lambda: orders.spec.open and orders.are_newer())
            if not spec.open:
                break
            spec = _newer(orders, report)
        units = [ledger.units[unit.key] for passage in sound for unit in hearing.units(passage)]
        parts = [_part(passage, hearing, ledger) for passage in sound]
    made = assemble(spec, parts, reader)
    provenance = origin.provenance(units, made.notes, time.perf_counter() - began, threads)
    transcript = Transcript(made.turns, provenance, tuple(made.doubts))
    write_private(spec.transcript, json.dumps(to_json(transcript), ensure_ascii=False))
    return transcript


def _decoders(origin: Origin, reader: AudioReader, threads: int) -> Decoders:
    """Who hears: threads of this machine, or the workers of a cluster, which must have the same engine and model."""
    spec = origin.spec
    if spec.cluster is None:
        return ThreadDecoders(origin.engine, reader, threads)
    from interview_tui.transcribe.cluster.dask_decoders import DaskDecoders
    from interview_tui.transcribe.cluster.order import order_for

    return DaskDecoders(spec.cluster, order_for(origin.engine, origin.model), reader)


def _newer(orders: Orders, report: Report) -> JobSpec:
    """The next order of a job that is open, once there is one; the end of whoever is reported to is the end of it."""
    while not orders.are_newer():
        report(JobState.RUNNING, message=WAITING)
        time.sleep(LOOK_S)
    return orders.take()


def _sound_of(origin: Origin, ledger: Ledger) -> Sequence[Passage]:
    """What is to be heard; the ledger forgets what is not the same any more."""
    spec = origin.spec
    found = passages(spec.clips)
    if not found and not spec.open:
        raise TranscriptionError(
            f"There is no recording of {spec.case} to transcribe.", "Attach one, or record a call."
        )
    extents = {}
    for passage in found:
        hashes = tuple(dict.fromkeys(origin.files[clip.file] for clip in passage.clips if clip.file in origin.files))
        extents[passage.key] = Extent(passage.samples, is_final(spec, found, passage), hashes)
    ledger.hold_to(extents)
    return found


def _part(passage: Passage, hearing: Hearing, ledger: Ledger) -> Part:
    found = hearing.units(passage)
    heard = tuple(one for unit in found for one in ledger.units[unit.key].heard)
    chunks = tuple(chunk for unit in found for chunk in unit.chunks)
    return Part(passage, chunks, heard, _note(ledger.blocks.get(passage.key, ())))


def _note(blocks: Sequence[Block]) -> str:
    """What listening found out about the channels of a passage."""
    if not blocks or blocks[-1].one_sound:
        return "one channel, or one sound on both"
    left, right = blocks[-1].leaks
    return f"by channel, crosstalk {left:.0f} and {right:.0f} dB"
