"""An encrypted study opened with its key, byte by byte: nothing of the program's own is used.

Of a sealed file every message is opened, also those that do not count any more; of a database every page, also the free
ones, and every page of the log beside it. So what is looked for in such a copy, and not found, is nowhere in the study.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import struct
import sys
from collections.abc import Iterator
from pathlib import Path

import pyrage
import pytest

from interview_tui.at_rest.study_key import StudyKey

_LIBRARY = ctypes.util.find_library("crypto") if sys.platform == "linux" else None
needs_libcrypto = pytest.mark.skipif(_LIBRARY is None, reason="the pages of a database are opened with libcrypto")

_SEALED, _HEAD, _MARK = b"interview-tui sealed 1\n", 23 + 62 + 1 + 16, b"\xa7itb"
_PAGE, _RESERVED, _IV, _SALT = 4096, 80, 16, 16
_WAL_HEAD, _FRAME_HEAD = 32, 24


def unsealed_copy(study: Path, key: StudyKey, target: Path) -> Path:
    """Copy a study into the folder `target`, which is made; all that was sealed is open in it."""
    for file in sorted(study.rglob("*")):
        copy = target / file.relative_to(study)
        if file.is_file():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(_opened(file, key))
    return target


def _opened(file: Path, key: StudyKey) -> bytes:
    data = file.read_bytes()
    if data.startswith(_SEALED):
        return b"".join(_messages(data, key))
    if file.suffix == ".db" and data:
        pages = (data[at : at + _PAGE] for at in range(0, len(data), _PAGE))
        return b"".join(_page(page, number, key) for number, page in enumerate(pages, 1))
    if file.name.endswith(".db-wal") and data:
        return data[:_WAL_HEAD] + b"".join(_frames(data, key))
    return data


def _messages(data: bytes, key: StudyKey) -> Iterator[bytes]:
    """What every message of a sealed file says, one after the other, in the order in which they were written."""
    identity = pyrage.x25519.Identity.from_str(key.secret)
    at = _HEAD
    while (at := data.find(_MARK, at)) >= 0:
        _, _, length, _, _ = struct.unpack_from("<4sIIIQ", data, at)
        begins = at + 28
        yield pyrage.decrypt(data[begins : begins + length], [identity])[32:]
        at = begins + length


def _frames(data: bytes, key: StudyKey) -> Iterator[bytes]:
    for at in range(_WAL_HEAD, len(data) - _PAGE, _FRAME_HEAD + _PAGE):
        (number,) = struct.unpack_from(">I", data, at)
        begins = at + _FRAME_HEAD
        yield data[at:begins] + _page(data[begins : begins + _PAGE], number, key)


def _page(page: bytes, number: int, key: StudyKey) -> bytes:
    """A page as SQLite has it. The first 16 bytes of the file are SQLCipher's own."""
    if not any(page):
        return page
    begins = _SALT if number == 1 else 0
    plain = _decrypted(page[begins : _PAGE - _RESERVED], page[_PAGE - _RESERVED :][:_IV], bytes.fromhex(key.database))
    return (b"SQLite format 3\0" if number == 1 else b"") + plain + bytes(_RESERVED)


def _decrypted(data: bytes, start: bytes, key: bytes) -> bytes:
    """AES-256-CBC without padding."""
    crypto = ctypes.CDLL(_LIBRARY)
    for name in ("EVP_CIPHER_CTX_new", "EVP_aes_256_cbc"):
        getattr(crypto, name).restype = ctypes.c_void_p
    context, out, length = (
        ctypes.c_void_p(crypto.EVP_CIPHER_CTX_new()),
        ctypes.create_string_buffer(len(data)),
        ctypes.c_int(),
    )
    try:
        assert crypto.EVP_DecryptInit_ex(context, ctypes.c_void_p(crypto.EVP_aes_256_cbc()), None, key, start)
        crypto.EVP_CIPHER_CTX_set_padding(context, 0)
        assert crypto.EVP_DecryptUpdate(context, out, ctypes.byref(length), data, len(data))
    finally:
        crypto.EVP_CIPHER_CTX_free(context)
    assert length.value == len(data)
    return out.raw
