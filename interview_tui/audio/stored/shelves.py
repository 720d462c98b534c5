"""The folders that a recording may lie in, in order: the case's own, then the one to fall back on.

Some room is left on the disk of the first for the notes, which are worth more than any minute of sound.
"""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from interview_tui.at_rest.files import recipient_at

RESERVE_BYTES = 4 << 20
WORTH_OPENING_S = 10  # with less room than this for sound, another folder is better


class Shelves:
    """Knows which folder takes the next segment. `folders[0]` exists; the others are made when they are needed.

    Attributes:
        recipient: for whom segments are sealed on every shelf, even while the study's disk is away; None in an open
            study.
    """

    def __init__(self, folders: Sequence[Path], reserve_bytes: int = RESERVE_BYTES, recipient: str = "") -> None:
        """Take the folders as shelves; `recipient` is known already, though the study's key may be gone.

        Raises:
            OSError: the first is not there. StorageError: the key of its study cannot be read.
        """
        self.folders = tuple(folders)
        self.recipient = recipient or recipient_at(self.home)
        self._reserve_bytes = reserve_bytes
        self.in_use = self.folders[0]
        """The folder that was chosen last."""
        self._home_disk = self.home.stat().st_dev

    @property
    def home(self) -> Path:
        """The case's own folder."""
        return self.folders[0]

    @property
    def free_bytes(self) -> int:
        """Room for sound in all the folders together, the reserve left out; each disk is counted once."""
        rooms: dict[int, int] = {}
        for folder in self.folders:
            try:
                rooms.setdefault(self._there(folder).stat().st_dev, self._room(folder))
            except OSError:
                continue
        return sum(rooms.values())

    def has_room(self, bytes_per_second: int) -> bool:
        """Whether some folder takes at least some seconds of sound, as far as its disk tells."""
        return bool(self._worth_opening(bytes_per_second))

    def may_go_on(self, folder: Path) -> bool:
        """Whether a segment that grows in `folder` may grow on: the reserve is untouched."""
        try:
            return self._room(folder) > 0
        except OSError:
            return True  # the disk does not tell; the next write will

    def has_room_beside(self, folder: Path, size: int) -> bool:
        """Whether `folder` takes so many bytes of something else, and the reserve stays untouched."""
        try:
            return self._room(folder) >= size
        except OSError:
            return False

    def choose(self, bytes_per_second: int, refused: Collection[Path] = ()) -> Path:
        """The folder for the next segment, which is there then; none of those that have `refused` a write just now.

        Raises:
            OSError: no folder has room.
        """
        worth = self._worth_opening(bytes_per_second)
        for folder in [*worth, *(folder for folder in self.folders if folder not in worth)]:
            try:
                if folder not in refused and self._room(folder) > 0:
                    if folder != self.home:
                        make(folder)
                    self.in_use = folder
                    return folder
            except OSError:
                continue
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self.home))

    def _worth_opening(self, bytes_per_second: int) -> list[Path]:
        found = []
        for folder in self.folders:
            try:
                if self._room(folder) >= bytes_per_second * WORTH_OPENING_S:
                    found.append(folder)
            except OSError:
                continue
        return found

    def _room(self, folder: Path) -> int:
        """Bytes that sound may still take in `folder`.

        Raises:
            OSError: its disk is not there.
        """
        there = self._there(folder)
        kept = self._reserve_bytes if there.stat().st_dev == self._home_disk else 0
        return max(0, shutil.disk_usage(there).free - kept)

    def _there(self, folder: Path) -> Path:
        """The folder, or of those around it the first that is there; the case's own is not made up for."""
        while folder != self.home and not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return folder


def make(folder: Path) -> None:
    """Make a folder of a recording if it is not there, and those around it, for their owner only.

    A disk that should be there and is not is made up for by a folder in its place, where the system allows that: sound
    had better lie in an odd place than nowhere.

    Raises:
        OSError: it cannot be made.
    """
    if not folder.is_dir():
        make(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
