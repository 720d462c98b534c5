"""Where certificates of destruction lie, and which cases are withdrawn, by theirs.

What is known beforehand lies beside the certificate that is to be, under a name with a dot in front, until there is
one. So a case of which not everything is gone yet counts as withdrawn already.
"""

from __future__ import annotations

from pathlib import Path

from interview_tui.errors import ConfigError
from interview_tui.store.failures import explained

CERTIFICATES = "certificates"
WITHDRAWN = "withdrawn"
"""What the certificate of a whole case is called after the case."""
AUDIO = "audio"
"""What the certificate of a case is called after the case, of which the audio alone was destroyed."""
PARTLY = "part"
"""What is begun is called so while a part of a case is withdrawn; its certificate is named as destroying names it."""


def certificate(folder: Path, case: str, what: str) -> Path:
    """The certificate of what was destroyed of a case, in a study's folder."""
    return folder / CERTIFICATES / f"{case}-{what}.txt"


def begun(folder: Path, case: str, what: str) -> Path:
    """Where it is noted down what is known before anything is destroyed; gone once there is a certificate."""
    return folder / CERTIFICATES / f".{case}-{what}.json"


def withdrawn(folder: Path) -> frozenset[str]:
    """Every case of a study's folder that was withdrawn whole, or is about to be.

    Raises:
        StorageError: the certificates cannot be looked through.
    """
    ending = f"-{WITHDRAWN}"
    return frozenset(stem.removeprefix(".").removesuffix(ending) for stem in _stems(folder) if stem.endswith(ending))


def is_audio_destroyed(folder: Path, case: str) -> bool:
    """Whether the audio of a case was destroyed on request, or is about to be."""
    return certificate(folder, case, AUDIO).is_file() or begun(folder, case, AUDIO).is_file()


def refuse_withdrawn(folder: Path, case: str) -> None:
    """Let nobody begin or go on with a case that was withdrawn.

    Raises:
        ConfigError: it was.
    """
    gone = next((each for each in withdrawn(folder) if each.lower() == case.lower()), None)
    if gone is not None and not certificate(folder, gone, WITHDRAWN).is_file():
        raise ConfigError(
            f"{gone} was begun to be withdrawn, and cut off.", f"Finish it: interview-tui withdraw {gone}"
        )
    if gone is not None:
        raise ConfigError(
            f"{case} was withdrawn, and nothing is kept of it any more.",
            f"Take another case id; when that was done is in {certificate(folder, gone, WITHDRAWN)}.",
        )


def _stems(folder: Path) -> list[str]:
    place = folder / CERTIFICATES
    with explained(place):
        if not place.is_dir():
            return []
        return [file.stem for file in place.iterdir() if file.suffix in (".txt", ".json")]
