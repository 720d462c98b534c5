"""Passphrases that take no time, where a test is about something else than how hard they are to guess.

Age derives a key from a passphrase for a second or more, on purpose, and its Python binding cannot be told otherwise.
`tests/store/test_identities.py` and the contract of `IdentityBook` go the slow way.
"""

from __future__ import annotations

import pyrage
import pytest

_KEY = pyrage.x25519.Identity.generate()


def _encrypt(plain: bytes, passphrase: str, armored: bool = False) -> bytes:
    return pyrage.encrypt(f"{passphrase}\0".encode() + plain, [_KEY.to_public()], armored=armored)


def _decrypt(sealed: bytes, passphrase: str) -> bytes:
    typed, _, plain = pyrage.decrypt(sealed, [_KEY]).partition(b"\0")
    if typed.decode() != passphrase:
        raise pyrage.DecryptError("Decryption failed")  # in age's own words
    return plain


@pytest.fixture
def quick_passphrases(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages under a passphrase are locked at once, and opened by the same one only."""
    monkeypatch.setattr(pyrage.passphrase, "encrypt", _encrypt)
    monkeypatch.setattr(pyrage.passphrase, "decrypt", _decrypt)
