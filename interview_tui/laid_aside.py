"""What was received and could not take a place in the study: laid aside in `received/CASE/`, and told.

A file is called after what it is and what is in it, so that the same one is laid aside once.
"""

from __future__ import annotations

from pathlib import Path

from interview_tui.at_rest import files
from interview_tui.audio.files import sha256
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_folder, put_in_place

RECEIVED = "received"
_DIGITS = 8


class LaidAside:
    """The files of one case that are laid aside; `told` has a sentence for each."""

    def __init__(self, study: Path, case: str, staging: Path) -> None:
        """`staging` is a folder on the same disk, for what is not whole yet."""
        self._folder = study / RECEIVED / case
        self._study = study
        self._staging = staging
        self.told: list[str] = []

    def keep(self, file: Path, why: str, name: str = "") -> None:
        """Lay a copy of a file aside, under its name or another one.

        Raises:
            StorageError: it cannot be written.
        """
        name, digest = name or file.name, sha256(file)[:_DIGITS]
        target = self._folder / f"{Path(name).stem}-{digest}{Path(name).suffix}"
        if not target.exists():
            make_folder(make_folder(self._folder.parent) / self._folder.name)
            draft = self._staging / target.name
            with explained(target):
                draft.unlink(missing_ok=True)
                files.copy(file, draft)
                put_in_place(draft, target)
        self.told.append(f"{why}: {target.relative_to(self._study).as_posix()}")
