"""What tells the parts of a project from one another: the same part has the same identity in every export."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime

_OURS = uuid.uuid5(uuid.NAMESPACE_URL, "urn:QDA-XML:project:1.0#interview_tui")


class Identity:
    """The identities of a study's parts: UUIDs of version 5, in upper case: some programs compare them as text."""

    def __init__(self, study: str) -> None:
        self._study = uuid.uuid5(_OURS, json.dumps(study))

    def of(self, *parts: str | int) -> str:
        """The identity of what these parts name: `("source", case)`."""
        return str(uuid.uuid5(self._study, json.dumps(parts))).upper()


def moment(wall_ms: int) -> str:
    """A moment of the wall clock (ms) as `2026-03-14T11:03:00Z`: the only form that all programs read."""
    return datetime.fromtimestamp(wall_ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
