"""A zip file with the checksum of everything in it."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

from interview_tui.errors import ExportError
from interview_tui.export.zipping import put

MANIFEST = "manifest-sha256.txt"


class Members:
    """The members of a zip file as they come, and their manifest: `checksum  name` a line, as `sha256sum` reads it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._checksums: dict[str, str] = {}
        self._taken: dict[str, str] = {}

    def put(self, name: str, content: bytes | Path) -> None:
        """Add a member: bytes, or a file, which is read in pieces.

        Raises:
            ExportError: there is one of this name, or of one that differs in capitals alone.
        """
        other = self._taken.setdefault(name.casefold(), name)
        if name in self._checksums or other != name:
            raise ExportError(
                f"{name} and {other} would be one file where the bundle is unpacked.",
                "Export the interviews apart from each other, or give one of them another case id.",
            )
        put(self._archive, name, content)
        self._checksums[name] = _sha256(content)

    def finish(self) -> None:
        """Add the manifest."""
        lines = (f"{checksum}  {name}\n" for name, checksum in self._checksums.items())
        put(self._archive, MANIFEST, "".join(lines).encode())


def _sha256(content: bytes | Path) -> str:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest()
    with content.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
