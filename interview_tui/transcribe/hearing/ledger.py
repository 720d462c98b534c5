"""What is finished of a job, one line each, durable as soon as it is: a job killed at any moment goes on here."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from interview_tui.at_rest.files import RawFile, appending, descriptor, is_cut_short, is_sealed, pieces, recipient_at
from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.hearing.decoding import HeardUnit
from interview_tui.transcribe.listening.blocks import LOOK_AHEAD, Block
from interview_tui.transcribe.spec import put_in_one_step


@dataclass(frozen=True, slots=True)
class Extent:
    """How much there is of a passage: its samples, whether that is all, and the hashes of its files where known."""

    samples: int
    final: bool = True
    sound: tuple[str, ...] = ()


class Ledger:
    """`chunks.jsonl`: what the work rests on, then passages that are whole, blocks listened to and units heard.

    `blocks` are those of each passage, in order, `units` what was heard, by key. Lines are only ever added; a torn last
    line is cut off. A ledger that rests on something else (another model or other settings) is begun anew. In an
    encrypted study every line is sealed for itself.
    """

    def __init__(self, path: Path, basis: str) -> None:
        """Open the ledger in `path` for work that rests on `basis` (a hash).

        Raises:
            TranscriptionError: it cannot be read or written. StorageError: the study is locked.
        """
        self.blocks: dict[str, list[Block]] = {}
        self.units: dict[str, HeardUnit] = {}
        self._extents: dict[str, Extent] = {}
        self._path, self._basis = path, basis
        with self._named_errors():
            good = self._take_in(_content(path))
            if good and is_sealed(path) == (recipient_at(path) is not None):
                self._file = appending(path)  # closed by __exit__
                self._file.truncate(good)
                self._file.seek(good)
            else:
                self._file = self._written_anew()

    def hold_to(self, extents: Mapping[str, Extent]) -> None:
        """Forget every passage that is not what was listened to any more: cut, gone, or of another sound.

        Nothing of it is left in the file then. Passages that are whole are noted.

        Raises:
            TranscriptionError: it cannot be written.
        """
        known = {*self.blocks, *self._extents, *map(_passage_of, self.units)}
        gone = {key for key in known if key not in extents or not self._holds(key, extents[key])}
        with self._named_errors():
            if gone:
                self._forget(gone)
            for key, extent in extents.items():
                if extent.final and self._extents.get(key) != extent:
                    self._extents[key] = extent
                    self._append(_extent_line(key, extent))

    def add_block(self, passage: str, block: Block) -> None:
        """Keep what was found in the next block of a passage; it is on disk when this returns.

        Raises:
            TranscriptionError: it cannot be written.
        """
        with self._named_errors():
            self._append(_block_line(passage, block))
        self.blocks.setdefault(passage, []).append(block)

    def add(self, unit: HeardUnit) -> None:
        """Keep what was heard; it is on disk when this returns.

        Raises:
            TranscriptionError: it cannot be written.
        """
        with self._named_errors():
            self._append(unit.to_json())
        self.units[unit.key] = unit

    def __enter__(self) -> Ledger:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with suppress(OSError):  # what could not be written was told when it was
            self._file.close()

    def _holds(self, key: str, now: Extent) -> bool:
        """Whether a passage still is what was listened to under its name."""
        then = self._extents.get(key)
        if then is None:  # it was growing: its blocks were heard with a little of what came after them
            blocks = self.blocks.get(key)
            return not blocks or blocks[-1].last + LOOK_AHEAD <= now.samples
        if (then.samples, then.final) != (now.samples, now.final):
            return False
        return not (then.sound and now.sound) or then.sound == now.sound

    def _forget(self, gone: set[str]) -> None:
        """Write the file anew without these passages."""
        self._extents = {key: extent for key, extent in self._extents.items() if key not in gone}
        self.blocks = {key: blocks for key, blocks in self.blocks.items() if key not in gone}
        self.units = {key: unit for key, unit in self.units.items() if _passage_of(key) not in gone}
        self._file.close()  # a file that is open cannot be replaced on Windows
        self._file = self._written_anew()

    def _written_anew(self) -> RawFile:
        """A file that holds what counts now, and nothing else, in the place of the old one."""
        put_in_one_step(self._path, map(_line, self._entries()))
        return appending(self._path)

    def _entries(self) -> Iterator[dict[str, Any]]:
        yield {"basis": self._basis}
        for key, extent in self._extents.items():
            yield _extent_line(key, extent)
        for key, blocks in self.blocks.items():
            yield from (_block_line(key, block) for block in blocks)
        for unit in self.units.values():
            yield unit.to_json()

    def _take_in(self, content: bytes) -> int:
        """Take in the lines of `content` up to the first that is not whole; gives how many bytes these are."""
        header, *lines = content.split(b"\n")[:-1] or [b""]
        if _entry(header) != {"basis": self._basis}:
            return 0
        good = len(header) + 1
        for line in lines:
            try:
                self._understand(_entry(line))
            except (KeyError, TypeError, ValueError):
                break
            good += len(line) + 1
        return good

    def _understand(self, entry: dict[str, Any]) -> None:
        """Take in one line; raises KeyError, TypeError or ValueError if it is none, or not the next."""
        if "block" in entry:
            key, block = entry["passage"], Block.from_json(entry["block"])
            if block.number != len(self.blocks.get(key, [])):
                raise ValueError
            self.blocks.setdefault(key, []).append(block)
        elif "samples" in entry:
            self._extents[entry["passage"]] = Extent(entry["samples"], True, tuple(entry["sound"]))
        else:
            unit = HeardUnit.from_json(entry)
            self.units[unit.key] = unit

    def _append(self, entry: dict[str, Any]) -> None:
        left = memoryview(_line(entry))
        while left:
            left = left[self._file.write(left) :]
        os.fsync(descriptor(self._file))

    @contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise TranscriptionError(
                f"{self._path} cannot be written: {error}.", "Make room there; what is finished is kept."
            ) from error


def _content(path: Path) -> bytes:
    """What is in a ledger, up to the first that was sealed and changed since."""
    if not path.exists() or is_cut_short(path):
        return b""
    found = bytearray()
    for piece in pieces(path):
        if piece is None:
            break
        found += piece
    return bytes(found)


def _passage_of(unit: str) -> str:
    """The key of the passage that a unit is of."""
    return unit.rsplit("/", 2)[0]


def _extent_line(passage: str, extent: Extent) -> dict[str, Any]:
    return {"passage": passage, "samples": extent.samples, "sound": extent.sound}


def _block_line(passage: str, block: Block) -> dict[str, Any]:
    return {"passage": passage, "block": block.to_json()}


def _line(entry: dict[str, Any]) -> bytes:
    return json.dumps(entry, ensure_ascii=False).encode() + b"\n"


def _entry(line: bytes) -> dict[str, Any]:
    """A line as an object; empty if it is none."""
    try:
        entry = json.loads(line)
    except ValueError:
        return {}
    return entry if isinstance(entry, dict) else {}
