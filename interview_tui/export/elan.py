"""ELAN Annotation Format 3.0: a tier for each speaker, one for the structure, one for notes, one for what is missing.

Times are those of the audio file. The format is that of EAFv3.0.xsd, of the Max Planck Institute for Psycholinguistics.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import PurePosixPath, PureWindowsPath
from typing import NamedTuple
from xml.etree import ElementTree

from interview_tui.export.document import DOUBTFUL_SPEAKER, NO_QUESTION, Block, BlockKind, Document
from interview_tui.export.legible import legible
from interview_tui.export.options import Counting, Options
from interview_tui.export.spoken import audio_clock, speaker_tag, spoken

STRUCTURE, NOTES, GAPS = "structure", "notes", "gaps"
_NOTE_MS = 1000  # how long a note or a gap, which is a moment in the audio, is shown so that it can be clicked
_TYPE = "default-lt"
_SCHEMA = "http://www.mpi.nl/tools/elan/EAFv3.0.xsd"
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_MIME_TYPES = {
    ".flac": "audio/flac",
    ".m4a": "audio/mp4",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".opus": "audio/ogg",
    ".wav": "audio/x-wav",
}


@dataclass(frozen=True, slots=True)
class Annotation:
    """Text over a stretch of the audio (ms)."""

    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class Tier:
    """Annotations by start, none of which overlap. `participant` is empty where nobody said them."""

    name: str
    participant: str
    annotations: tuple[Annotation, ...]


class _Slot(NamedTuple):
    """A point on the time line."""

    id: str
    at_ms: int


def render(document: Document, options: Options) -> bytes:
    """The record as an .eaf file: UTF-8. Turns of one speaker that overlap are cut where the next begins."""
    tiers = tuple(_tiers(document, options))
    root = ElementTree.Element(
        "ANNOTATION_DOCUMENT",
        {
            "AUTHOR": "interview-tui",
            "DATE": datetime.fromtimestamp(document.record.opened_wall_ms // 1000, options.timezone).isoformat(),
            "FORMAT": "3.0",
            "VERSION": "3.0",
            f"{{{_INSTANCE}}}noNamespaceSchemaLocation": _SCHEMA,
        },
    )
    root.append(_header(document, sum(len(tier.annotations) for tier in tiers)))
    slots = _slots(tiers)
    order = ElementTree.SubElement(root, "TIME_ORDER")
    for slot in slots.values():
        ElementTree.SubElement(order, "TIME_SLOT", TIME_SLOT_ID=slot.id, TIME_VALUE=str(slot.at_ms))
    root.extend(_tier_elements(tiers, slots))
    ElementTree.SubElement(
        root, "LINGUISTIC_TYPE", GRAPHIC_REFERENCES="false", LINGUISTIC_TYPE_ID=_TYPE, TIME_ALIGNABLE="true"
    )
    ElementTree.indent(root, "")
    content: bytes = ElementTree.tostring(root, encoding="UTF-8", xml_declaration=True)
    return content + b"\n"


def _tiers(document: Document, options: Options) -> Iterator[Tier]:
    """The tiers: speakers by their first words, then what is there of the others."""
    said: dict[str, list[Annotation]] = {}
    for turn in spoken(document, options):
        text = f"{turn.text} {DOUBTFUL_SPEAKER}" if turn.doubtful else turn.text
        said.setdefault(turn.speaker, []).append(Annotation(turn.start_ms, turn.end_ms, text))
    taken = {STRUCTURE, NOTES, GAPS}
    for speaker, talk in said.items():
        name = _unused(speaker_tag(speaker, options), taken)
        taken.add(name)
        yield Tier(name, legible(speaker).strip() or name, _apart(talk))
    for name, kinds in (
        (STRUCTURE, (BlockKind.HEADING,)),
        (NOTES, (BlockKind.NOTE, BlockKind.FLAG)),
        (GAPS, (BlockKind.GAP, BlockKind.WITHHELD)),
    ):
        blocks = (block for block in document.blocks if block.kind in kinds)
        if noted := _apart(_unsaid(document, blocks)):
            yield Tier(name, "", noted)


def _unused(name: str, taken: set[str]) -> str:
    candidates = (name, *(f"{name} {number}" for number in range(2, len(taken) + 3)))
    return next(candidate for candidate in candidates if candidate not in taken)


def _unsaid(document: Document, blocks: Iterable[Block]) -> Iterator[Annotation]:
    """What nobody said, as annotations: the questions over their talk, and moments that are shown for a while."""
    in_audio = audio_clock(document)
    in_files = replace(document, counting=Counting.AUDIO)  # there a gap has no times, only a length
    for block in blocks:
        start_ms = in_audio(block.start_ms)
        match block.kind:
            case BlockKind.HEADING if block.text == NO_QUESTION:
                continue
            case BlockKind.HEADING:
                text = " > ".join(legible(part) for part in (*block.breadcrumb, block.text))
                yield Annotation(start_ms, in_audio(block.end_ms), text)
            case BlockKind.NOTE:
                mark = f"({legible(block.mark)}) " if block.mark else ""
                yield Annotation(start_ms, start_ms + _NOTE_MS, f"{mark}{legible(block.text)}")
            case BlockKind.FLAG:
                yield Annotation(start_ms, start_ms + _NOTE_MS, "(flagged)")
            case _:
                yield Annotation(start_ms, start_ms + _NOTE_MS, in_files.silence(block))


def _apart(annotations: Iterable[Annotation]) -> tuple[Annotation, ...]:
    """Annotations cut where the next begins: each begins after the one before it and lasts a millisecond or more."""
    laid: list[Annotation] = []
    for each in annotations:
        start_ms = max(each.start_ms, laid[-1].start_ms + 1 if laid else 0)
        if laid:
            laid[-1] = replace(laid[-1], end_ms=min(laid[-1].end_ms, start_ms))
        laid.append(Annotation(start_ms, max(each.end_ms, start_ms + 1), each.text))
    return tuple(laid)


def _slots(tiers: Iterable[Tier]) -> dict[tuple[int, bool], _Slot]:
    """A slot for each boundary, by the annotation's number and whether it begins there; in order of time.

    At the same moment, what ends comes before what begins.
    """
    boundaries = sorted(
        (at_ms, begins, number)
        for number, each in enumerate((each for tier in tiers for each in tier.annotations), 1)
        for at_ms, begins in ((each.start_ms, True), (each.end_ms, False))
    )
    return {(number, begins): _Slot(f"ts{place}", at_ms) for place, (at_ms, begins, number) in enumerate(boundaries, 1)}


def _tier_elements(tiers: Iterable[Tier], slots: dict[tuple[int, bool], _Slot]) -> Iterator[ElementTree.Element]:
    number = 0
    for tier in tiers:
        participant = {"PARTICIPANT": tier.participant} if tier.participant else {}
        element = ElementTree.Element("TIER", {"LINGUISTIC_TYPE_REF": _TYPE, **participant, "TIER_ID": tier.name})
        for each in tier.annotations:
            number += 1
            alignable = ElementTree.SubElement(
                ElementTree.SubElement(element, "ANNOTATION"),
                "ALIGNABLE_ANNOTATION",
                ANNOTATION_ID=f"a{number}",
                TIME_SLOT_REF1=slots[number, True].id,
                TIME_SLOT_REF2=slots[number, False].id,
            )
            ElementTree.SubElement(alignable, "ANNOTATION_VALUE").text = each.text
        yield element


def _header(document: Document, last: int) -> ElementTree.Element:
    """The header, with the audio if there is any. ELAN takes paths as they are: nothing in them is escaped."""
    header = ElementTree.Element("HEADER", MEDIA_FILE="", TIME_UNITS="milliseconds")
    recording = document.enclosed.recording
    if recording is not None:
        path = legible(recording.path)
        descriptor = {"MIME_TYPE": _MIME_TYPES.get(recording.file.suffix.lower(), "audio/*")}
        if PurePosixPath(path).is_absolute() or PureWindowsPath(path).is_absolute():
            descriptor["MEDIA_URL"] = f"file:///{path.lstrip('/')}"
        else:
            descriptor["MEDIA_URL"] = descriptor["RELATIVE_MEDIA_URL"] = path if path.startswith("../") else f"./{path}"
        ElementTree.SubElement(header, "MEDIA_DESCRIPTOR", descriptor)
    ElementTree.SubElement(header, "PROPERTY", NAME="lastUsedAnnotationId").text = str(last)
    return header
