"""Age's messages under a passphrase, with a work factor of two in place of some hundred thousand: opened at once.

`pyrage` opens them as it opens its own, in any process; made here they are, for it cannot be told to work less.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import struct
import textwrap

_MASK = 0xFFFFFFFF
_QUARTERS = (
    (0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15),
    (0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14),
)  # fmt: skip


def quickly_locked(plain: bytes, passphrase: str) -> str:
    """What age makes of up to 64 KiB under a passphrase, armoured."""
    file_key, salt, nonce = os.urandom(16), os.urandom(16), os.urandom(16)
    wrapping = hashlib.scrypt(passphrase.encode(), salt=b"age-encryption.org/v1/scrypt" + salt, n=2, r=8, p=1, dklen=32)
    header = (
        f"age-encryption.org/v1\n-> scrypt {_base64(salt)} 1\n{_base64(_sealed(wrapping, bytes(12), file_key))}\n---"
    )
    mac = hmac.digest(_derived(file_key, b"", b"header"), header.encode(), "sha256")
    payload = _sealed(_derived(file_key, nonce, b"payload"), bytes(11) + b"\1", plain)
    whole = f"{header} {_base64(mac)}\n".encode() + nonce + payload
    lines = "\n".join(textwrap.wrap(base64.b64encode(whole).decode(), 64))
    return f"-----BEGIN AGE ENCRYPTED FILE-----\n{lines}\n-----END AGE ENCRYPTED FILE-----\n"


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode().rstrip("=")


def _derived(key: bytes, salt: bytes, what: bytes) -> bytes:
    """HKDF-SHA-256, of which one block is enough."""
    return hmac.digest(hmac.digest(salt or bytes(32), key, "sha256"), what + b"\1", "sha256")


def _sealed(key: bytes, nonce: bytes, plain: bytes) -> bytes:
    """ChaCha20-Poly1305 (RFC 8439) without additional data."""
    stream = b"".join(_block(key, number + 1, nonce) for number in range(len(plain) // 64 + 1))
    secret = bytes(a ^ b for a, b in zip(plain, stream, strict=False))
    padded = secret + bytes(-len(secret) % 16) + struct.pack("<QQ", 0, len(secret))
    one_time = _block(key, 0, nonce)
    factor = int.from_bytes(one_time[:16], "little") & 0x0FFFFFFC0FFFFFFC0FFFFFFC0FFFFFFF
    tag = 0
    for at in range(0, len(padded), 16):
        tag = (tag + int.from_bytes(padded[at : at + 16] + b"\1", "little")) * factor % ((1 << 130) - 5)
    return secret + ((tag + int.from_bytes(one_time[16:32], "little")) % (1 << 128)).to_bytes(16, "little")


def _block(key: bytes, number: int, nonce: bytes) -> bytes:
    """A block of ChaCha20's stream."""
    begun = list(struct.unpack("<16I", b"expand 32-byte k" + key + struct.pack("<I", number) + nonce))
    words = begun.copy()
    for a, b, c, d in _QUARTERS * 10:
        for target, added, turned, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            words[target] = (words[target] + words[added]) & _MASK
            mixed = words[turned] ^ words[target]
            words[turned] = (mixed << bits | mixed >> (32 - bits)) & _MASK
    return struct.pack("<16I", *((word + first) & _MASK for word, first in zip(words, begun, strict=True)))
