"""The SHA-256 of samples, in order, as interleaved 16-bit little-endian: the same whatever format they lie in."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterable, Iterator

MARKS = 120


class Fingerprint:
    """Taken while the samples of a span are written, a second at a time."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._hash = hashlib.sha256()
        self._marks = deque([(0, self._hash.copy())], maxlen=MARKS)

    def take(self, pcm: bytes | memoryview, end_frame: int) -> None:
        """Take in samples that end before frame `end_frame`."""
        self._hash.update(pcm)
        if end_frame >= self._marks[-1][0] + self._rate:
            self._marks.append((end_frame, self._hash.copy()))

    def sha256(self) -> str:
        """Of all samples so far."""
        return self._hash.hexdigest()

    def up_to(self, frame: int, read: Callable[[int, int], Iterator[bytes]]) -> str:
        """Of the samples before `frame`; `read(first, end)` gives those that have to be read again."""
        first, known = next(
            ((at, digest) for at, digest in reversed(self._marks) if at <= frame), (0, hashlib.sha256())
        )
        digest = known.copy()
        for block in read(first, frame):
            digest.update(block)
        return digest.hexdigest()


def sha256(blocks: Iterable[bytes]) -> str:
    """Of samples that are read from files."""
    digest = hashlib.sha256()
    for block in blocks:
        digest.update(block)
    return digest.hexdigest()
