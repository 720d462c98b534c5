"""Which version of an interview an export holds: a number that grows whenever what is exported has changed.

The register lies beside the exports. It holds hashes alone, nothing of what was said.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from interview_tui.errors import ExportError
from interview_tui.export.placing import replace_file

REGISTER = "versions.json"


class Versions:
    """The versions of a study's interviews, as the register in a folder has them."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / REGISTER
        self._known = self._read()
        self._new = False

    def of(self, case: str, content: bytes) -> int:
        """The version, from 1, of which this is the content; a new one if it was never exported."""
        digest = hashlib.sha256(content).hexdigest()
        digests = self._known.setdefault(case, [])
        if digest not in digests:
            digests.append(digest)
            self._new = True
        return digests.index(digest) + 1

    def keep(self) -> None:
        """Remember what was asked for, once it is exported.

        Raises:
            ExportError: the register cannot be written.
        """
        if self._new:
            text = json.dumps(self._known, indent=1, sort_keys=True)
            replace_file(self._file, f"{text}\n".encode(), for_others=False)
            self._new = False

    def _read(self) -> dict[str, list[str]]:
        if not self._file.exists():
            return {}
        try:
            known = json.loads(self._file.read_text(encoding="utf-8"))
            return {str(case): [str(digest) for digest in digests] for case, digests in known.items()}
        except (OSError, ValueError, AttributeError, TypeError) as error:
            raise ExportError(
                f"{self._file} cannot be read: {error}.", "Move it away: versions are counted from 1 again."
            ) from error
