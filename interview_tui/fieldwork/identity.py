"""Who a case is. Kept apart from the study, encrypted, and shown on the case's card only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

TELLING_COLUMNS = {
    **dict.fromkeys(("name", "full name", "participant", "participant name"), "name"),
    **dict.fromkeys(("first name", "forename", "given name"), "first name"),
    **dict.fromkeys(("last name", "surname", "family name"), "last name"),
    **dict.fromkeys(("phone", "telephone", "telephone number", "phone number", "tel"), "telephone"),
    **dict.fromkeys(("mobile", "mobile phone", "mobile number", "cell"), "telephone"),
    **dict.fromkeys(("address", "postal address", "street", "postcode", "post code"), "address"),
    **dict.fromkeys(("email", "e-mail", "mail", "email address", "e-mail address"), "email"),
}
"""How columns that say who somebody is are called in lists, and what of an identity they are."""


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
