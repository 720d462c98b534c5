"""Who a case is, field by field, each as a line. Pure."""

from __future__ import annotations

from dataclasses import replace

from interview_tui.fieldwork.identity import Identity

FIELDS = {
    "name": "name",
    "telephones": "telephone",
    "address": "address",
    "email": "e-mail",
    "remark": "remark",
}
"""What is kept of who it is, and what that is called."""


def told_of(identity: Identity, field: str) -> str:
    """A field of an identity as a line; several telephone numbers with commas."""
    value = getattr(identity, field)
    return ", ".join(value) if isinstance(value, tuple) else str(value)


def with_field(identity: Identity, field: str, line: str) -> Identity:
    """An identity with another line in a field."""
    match field:
        case "name":
            return replace(identity, name=line)
        case "telephones":
            return replace(identity, telephones=tuple(one.strip() for one in line.split(",") if one.strip()))
        case "address":
            return replace(identity, address=line)
        case "email":
            return replace(identity, email=line)
    return replace(identity, remark=line)
