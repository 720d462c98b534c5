"""A record as JSON: everything that may be exported, and the talk in the flat form that other programs read."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from interview_tui.export.document import Block, BlockKind, Document, build
from interview_tui.export.options import Foreign, Options
from interview_tui.interview.events import Place
from interview_tui.interview.outcomes import in_words
from interview_tui.record.model import PlacedTurn, Record
from interview_tui.record.transcript import Turn

FORMAT = 1
SCHEMA = "urn:interview-tui:record:1"


def render(document: Document, _options: Options) -> str:
    """The JSON of a document, a turn, a note or an entry a line."""
    return _laid_out(_as_json(document, document.enclosed.foreign)) + "\n"


def record_json(record: Record, foreign: Foreign | None = None) -> dict[str, Any]:
    """A record as a JSON object.

    `schema` is the id of `data/schemas/record.schema.json`, which describes it. `outcome` says in words how it ended.
    `record` holds all that may be exported, its times in ms on the call clock. `segments` and `notes` hold turns and
    notes with their question and incident, in seconds from the first recorded sample (`timebase: session`), the call
    running on through pauses. `foreign` gives the names of another scheme for questions.
    """
    return _as_json(build(record), foreign)


def _as_json(document: Document, foreign: Foreign | None) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "schema": SCHEMA,
        "timebase": "session",
        "outcome": in_words(document.record.outcome),
        "record": _plain(document.record),
        "segments": [_segment(document, block, foreign) for block in document.blocks if block.kind is BlockKind.TURN],
        "notes": [_note(document, block, foreign) for block in document.blocks if block.kind is BlockKind.NOTE],
    }


def _segment(document: Document, block: Block, foreign: Foreign | None) -> dict[str, Any]:
    incident = document.incident_of(block.place)
    return {
        "start": _session_s(document, block.start_ms),
        "end": _session_s(document, block.end_ms),
        "speaker": block.speaker,
        "text": block.text,
        "question_id": _question(document, block.place, foreign),
        "incident_id": incident.label if incident is not None else None,
        "valence": incident.key if incident is not None else None,
    }


def _note(document: Document, block: Block, foreign: Foreign | None) -> dict[str, Any]:
    incident = document.incident_of(block.place)
    return {
        "note_id": block.note,
        "text": block.text,
        "t": _session_s(document, block.start_ms),
        "question_id": _question(document, block.place, foreign),
        "incident_id": incident.label if incident is not None else None,
    }


def _session_s(document: Document, at_ms: int) -> float:
    """Seconds from the first recorded sample; negative before it."""
    return (at_ms - document.origin_ms) / 1000


def _question(document: Document, place: Place | None, foreign: Foreign | None) -> str | None:
    """The other scheme's name of a place, else ours: `item`, `item.line`, `item@R1`."""
    if place is None:
        return None
    if foreign is not None:
        keys = {found.id: found.key for found in document.record.rounds}
        name = foreign(place, keys.get(place.round, ""))
        if name is not None:
            return name
    item = f"{place.item}.{place.line}" if place.line else place.item
    return f"{item}@{place.round}" if place.round else item


def _plain(value: Any) -> Any:
    """A part of a record in the types of JSON. A word is `[text, start_ms, end_ms, confidence]`."""
    if isinstance(value, PlacedTurn):
        turn = value.turn
        return {
            "number": turn.number,
            "speaker": turn.speaker,
            "start_ms": turn.start_ms,
            "end_ms": turn.end_ms,
            "place": _plain(value.place),
            "why": value.why,
            "sure": value.sure,
            "words": [[word.text, word.start_ms, word.end_ms, word.confidence] for word in turn.words],
            "speaker_sure": _speaker_sure(turn),
            "heard_as": turn.heard_as,
        }
    if dataclasses.is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value


def _speaker_sure(turn: Turn) -> list[float]:
    """How sure it is of each word that the turn's speaker said it; empty where all are certain."""
    sure = [word.speaker_sure for word in turn.words]
    return sure if any(each < 1 for each in sure) else []


def _laid_out(value: Any, depth: int = 0) -> str:
    """JSON with one member of the outer objects a line, and one element of their lists: to be read and compared."""
    pad = " " * depth
    if isinstance(value, dict) and value and depth < 2:
        members = (
            f"{json.dumps(key, ensure_ascii=False)}: {_laid_out(each, depth + 1)}" for key, each in value.items()
        )
        return "{\n" + ",\n".join(f"{pad} {member}" for member in members) + f"\n{pad}}}"
    if isinstance(value, list) and value:
        elements = (json.dumps(each, ensure_ascii=False) for each in value)
        return "[\n" + ",\n".join(f"{pad} {element}" for element in elements) + f"\n{pad}]"
    return json.dumps(value, ensure_ascii=False)
