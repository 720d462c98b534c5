"""What a recorder answers, of whatever version of the program it is: what is not known is passed over, what is missing
has its default. An app that was brought up to date must be able to hold, and to stop, a recorder from before.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from interview_tui.interview.ports import RecordedSpan, RecordedTrack, RecorderState, RecorderStatus
from interview_tui.interview.sound import AudioPart, SpanEnd

OTHER_VERSION = "This recorder is of another version of the program; it records, and can be paused and stopped."
Json = dict[str, Any]


def status_from_json(data: Json) -> RecorderStatus:
    """A status as it came over the line. One of another version says so, while nothing else is wrong."""
    known = _known(RecorderStatus, data)
    known["level_db"] = tuple(known.get("level_db", ()))
    try:
        known["state"] = RecorderState(known.get("state", ""))
    except ValueError:
        known["state"] = RecorderState.RECORDING if known["level_db"] else RecorderState.PAUSED
    status = RecorderStatus(**known)
    is_other = set(data) != {field.name for field in fields(RecorderStatus)}
    return replace(status, message=OTHER_VERSION) if is_other and not status.message else status


def span_from_json(data: Json | None) -> RecordedSpan | None:
    """A span as it came over the line; None as well if it cannot be understood: the recording log has it."""
    if data is None:
        return None
    known = _known(RecordedSpan, data)
    try:
        known["reason"] = _reason(known["reason"])
        known["parts"] = _parts(known["parts"])
        if known.get("beside") is not None:
            track = _known(RecordedTrack, known["beside"])
            known["beside"] = RecordedTrack(**{**track, "parts": _parts(track["parts"])})
        return RecordedSpan(**known)
    except (KeyError, TypeError, ValueError):
        return None


def _known(kind: type[RecorderStatus | RecordedSpan | RecordedTrack], data: Json) -> Json:
    names = {field.name for field in fields(kind)}
    return {name: value for name, value in data.items() if name in names}


def _reason(said: str) -> SpanEnd:
    return SpanEnd(said) if said in list(SpanEnd) else SpanEnd.LOST


def _parts(entries: list[Json]) -> tuple[AudioPart, ...]:
    return tuple(AudioPart(str(entry["file"]), int(entry["first_frame"]), int(entry["frames"])) for entry in entries)
