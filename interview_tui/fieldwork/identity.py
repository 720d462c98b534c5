"""Who a case is. Kept apart from the study, encrypted, and shown on the case's card only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Identity:
    """Name, telephone numbers, address, e-mail, and what else says who it is."""

    name: str = ""
    telephones: tuple[str, ...] = ()
    address: str = ""
    email: str = ""
    remark: str = ""


class Lock(StrEnum):
    """How it is with the file of identities."""

    ABSENT = "there is none yet"
    LOCKED = "locked"
    UNLOCKED = "unlocked"
