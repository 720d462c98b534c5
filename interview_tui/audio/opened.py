"""Sound files opened by the libraries that read and write them, whether they lie sealed or not.

A sealed file is given to a library as an open file, whose errors it would swallow: libsndfile and FFmpeg take a read
that fails for the end of the file. So what went wrong is kept, and raised when the library is done.
"""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, TypeVar, cast

from interview_tui.at_rest.files import for_sound, making_for_sound

if TYPE_CHECKING:
    import soundfile
    from av.container import InputContainer

Done = TypeVar("Done")


@contextmanager
def reading(path: Path, *, although_changed: bool = False) -> Iterator[soundfile.SoundFile]:
    """A file that libsndfile reads. With `although_changed`, what was changed of a sealed one is read as zeros.

    Raises:
        soundfile.SoundFileError: it is none. OSError: it cannot be read, or was changed. StorageError: its study is
            locked.
    """
    import soundfile

    with (
        _handed_over(for_sound(path, although_changed=although_changed)) as source,
        soundfile.SoundFile(source) as file,
    ):
        yield file


@contextmanager
def writing(path: Path, rate: int, channels: int, subtype: str, kind: str = "FLAC") -> Iterator[soundfile.SoundFile]:
    """A file that is made (0600) and written by libsndfile; sealed in an encrypted study. It must not exist.

    Raises:
        OSError, soundfile.SoundFileError: it cannot be written. StorageError: the key of its study cannot be read.
    """
    import soundfile

    with (
        _handed_over(making_for_sound(path)) as target,
        soundfile.SoundFile(target, "w", rate, channels, subtype, format=kind) as file,
    ):
        yield file


@contextmanager
def container(path: Path) -> Iterator[InputContainer]:
    """A file that FFmpeg reads.

    Raises:
        av.FFmpegError: it is none. OSError: it cannot be read, or was changed. StorageError: its study is locked.
    """
    import av

    with _handed_over(for_sound(path)) as source, av.open(source) as found:
        yield found


class _Handed:
    """An open file in the hands of a library. `error` is what first went wrong; after that there is no more of it."""

    def __init__(self, file: BinaryIO) -> None:
        self.name = file.name
        self.error: Exception | None = None
        self._file = file

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return self._file.writable()

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        return self._noted(lambda: self._file.seek(offset, whence), 0)

    def tell(self) -> int:
        return self._file.tell()

    def read(self, size: int = -1) -> bytes:
        return self._noted(lambda: self._file.read(size), b"")

    def readinto(self, buffer: Any) -> int:
        return self._noted(lambda: cast(io.BufferedIOBase, self._file).readinto(buffer), 0)

    def write(self, data: bytes) -> int:
        return self._noted(lambda: self._file.write(data), 0)

    def _noted(self, act: Callable[[], Done], otherwise: Done) -> Done:
        if self.error is None:
            try:
                return act()
            except Exception as error:  # noqa: BLE001 - the library's boundary: it would print it, and go on
                self.error = error
        return otherwise


@contextmanager
def _handed_over(file: str | BinaryIO) -> Iterator[Any]:
    """What a library is given: a name as it is, an open file until the library is done with it."""
    if isinstance(file, str):
        yield file
        return
    handed = _Handed(file)
    try:
        with file:
            yield handed
            if handed.error is not None:
                raise handed.error
    except Exception:
        if handed.error is not None:  # what the library said of it is beside the point
            raise handed.error from None
        raise
