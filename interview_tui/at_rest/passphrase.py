"""Passphrases: how long they have to be, and what of them counts."""

from __future__ import annotations

import unicodedata

from interview_tui.errors import ConfigError

LEAST_PASSPHRASE = 12
"""So many characters a passphrase has at least: whoever copies what it locks can try as many as they like."""


def checked_passphrase(passphrase: str) -> str:
    """The same passphrase, fit to lock something new.

    Raises:
        ConfigError: it is too short.
    """
    if len(passphrase.strip()) < LEAST_PASSPHRASE:
        raise ConfigError(
            f"The passphrase has less than {LEAST_PASSPHRASE} characters.", "Take four or five words that go together."
        )
    return passphrase


def as_typed(passphrase: str) -> str:
    """The same characters whichever keyboard they were typed on: some write é as one sign, some as two."""
    return unicodedata.normalize("NFC", passphrase)
