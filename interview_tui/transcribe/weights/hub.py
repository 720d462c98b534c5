"""Fetching weights by name, for users who are online. Nothing else in the program reaches for the network.

The hub is asked first what it has; then each file is fetched into a part that an interrupted attempt leaves and the
next one goes on with, and gets its name when its hash is the promised one. No account is used: the hub learns an
address and which model was wanted.
"""

from __future__ import annotations

import errno
import io
import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.weights.catalogue import Entry
from interview_tui.transcribe.weights.hashes import git_hash_of, sha256_anew
from interview_tui.transcribe.weights.kept_models import (
    FILES,
    REQUIRED,
    WEIGHTS,
    Kept,
    placed,
    put_together,
    require_room,
    shelve,
    unfinished_bytes,
)

PATIENCE_S = 5.0  # how long the hub may take to give any answer at all
CHUNK = 1 << 18
NO_ROOM = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
WITHOUT_NETWORK = (
    "Connect to the network once to fetch it, take in a folder that you have (interview-tui models add DIR), "
    "or use a model that is here: interview-tui models lists them."
)

T = TypeVar("T")
Telling = Callable[[int], object]  # takes how many bytes are here of all that is to be fetched


@dataclass(frozen=True, slots=True)
class HubFile:
    """A file as the hub promises it. `sha256` is there for large ones, for small ones the hash that git knows."""

    name: str
    size: int
    sha256: str
    git_hash: str

    @property
    def part(self) -> str:
        """The name of what has arrived of it; another version of the file has another one."""
        return f"{self.name}.{(self.sha256 or self.git_hash)[:12]}.part"


@dataclass(frozen=True, slots=True)
class Offer:
    """What the hub has under a name: its files, the licence that it states, and where it is."""

    entry: Entry
    files: tuple[HubFile, ...]
    licence: str
    address: str

    @property
    def size(self) -> int:
        """All its files, in bytes."""
        return sum(file.size for file in self.files)

    @property
    def origin(self) -> str:
        """Which version of which repository it is."""
        return f"{self.entry.repository}@{self.entry.revision[:12]}"


def ask(entry: Entry) -> Offer:
    """What the hub offers under a name, asked with a few seconds' patience. Nothing is fetched.

    Raises:
        TranscriptionError: it cannot be reached, or does not offer the weights that are known by this name.
    """
    from huggingface_hub import HfApi, constants

    _quieten_client()
    if constants.HF_HUB_OFFLINE:
        raise TranscriptionError(
            f"The model {entry.name} is not here, and HF_HUB_OFFLINE forbids fetching it.", WITHOUT_NETWORK
        )
    try:
        found = _within(
            PATIENCE_S * 1.5,  # looking up an address has no time limit of its own
            lambda: HfApi(token=False).model_info(
                entry.repository, revision=entry.revision, files_metadata=True, timeout=PATIENCE_S
            ),
        )
        return _offer(entry, found, constants.ENDPOINT)
    except _network_errors(ValueError, KeyError, TypeError) as error:
        if _status(error) in {401, 403, 404}:
            raise TranscriptionError(
                f"The hub does not offer {entry.repository} in the version {entry.revision[:12]} any more.",
                "Fetch it by other means and take the folder in: interview-tui models add DIR.",
            ) from error
        raise TranscriptionError(
            f"The model {entry.name} is not here, and the hub cannot be reached.", WITHOUT_NETWORK
        ) from error


def fetch(offer: Offer, folder: Path, cache: Path, tell: Telling = lambda _: None) -> dict[str, str]:
    """Fetch what is not there yet of an offer into a folder; gives the hashes of its files, all of them verified.

    Whatever stops it, Ctrl+C included, leaves what has arrived; the next attempt goes on there.

    Raises:
        TranscriptionError: the connection is gone, the disk is full, or what arrived is not what was promised.
    """
    hashes: dict[str, str] = {}
    before = 0

    def tell_all(here: int) -> None:
        tell(before + here)

    for file in offer.files:
        target = folder / file.name
        if not target.exists():
            _receive(offer, file, folder / file.part, tell_all)
            hashes[file.name] = _verified(offer, file, folder / file.part, cache)
            (folder / file.part).replace(target)
        else:
            hashes[file.name] = _verified(offer, file, target, cache)
        before += file.size
        tell(before)
    return hashes


def fetch_into_cache(offer: Offer, cache: Path, tell: Telling = lambda _: None) -> Kept:
    """Fetch what the hub offers, verify all of it, and keep it.

    Raises:
        TranscriptionError: see `fetch`; or another process is doing it, or there is no room.
    """
    name = offer.entry.name
    require_room(name, offer.size - unfinished_bytes(name, cache), cache)
    with put_together(name, cache) as folder:
        hashes = fetch(offer, folder, cache, tell)
        return shelve(folder, placed(name, cache, offer.origin, offer.licence, hashes), cache)


class _ToldFile(io.BufferedWriter):
    """A file that tells how long it is whenever something was written to it."""

    def __init__(self, path: Path, tell: Telling) -> None:
        super().__init__(io.FileIO(path, "ab"))
        self._tell = tell

    def write(self, block: Any, /) -> int:
        """Append a block of bytes."""
        written = super().write(block)
        self._tell(self.tell())
        return written


def _receive(offer: Offer, file: HubFile, part: Path, tell: Telling) -> None:
    """Fetch what is missing of one file.

    A line that breaks is tried again at once as long as something came of it; where nothing comes any more the client
    itself has tried for a minute before it gives up.
    """
    from huggingface_hub import hf_hub_url
    from huggingface_hub.file_download import http_get

    _quieten_client()
    url = hf_hub_url(offer.entry.repository, file.name, revision=offer.entry.revision)
    headers = {"User-Agent": "interview-tui", "Accept-Encoding": "identity"}
    line_lives, reason = True, ""
    while line_lives:
        if _length(part) > file.size:  # a hub that begins anew whatever is asked, and a client that did not notice
            part.unlink()
        here = _length(part)
        try:
            with _ToldFile(part, tell) as open_part:
                http_get(url, open_part, resume_size=here, headers=headers, expected_size=file.size)
                open_part.flush()
                os.fsync(open_part.fileno())
            return
        except _network_errors() as error:
            if getattr(error, "errno", None) in NO_ROOM:
                raise TranscriptionError(
                    f"There is no room for {offer.entry.name} in {part.parent.parent}: {error}.",
                    "Make room and run it again; it goes on where it was. Or: interview-tui models remove NAME.",
                ) from error
            line_lives = _length(part) > here and time.time() - part.stat().st_mtime < PATIENCE_S
            reason = _first_line(error)
    raise TranscriptionError(
        f"The connection was lost while {offer.entry.name} was fetched: {reason}.",
        f"Run it again when you are online; it goes on where it was: interview-tui models add {offer.entry.name}",
    )


def _length(part: Path) -> int:
    """How much of a file is here, in bytes."""
    return part.stat().st_size if part.exists() else 0


def _verified(offer: Offer, file: HubFile, path: Path, cache: Path) -> str:
    """The SHA-256 of a file that is what was promised; one that is not is deleted."""
    sha256 = sha256_anew([path], cache)
    promised, found = (file.sha256, sha256) if file.sha256 else (file.git_hash, git_hash_of(path))
    if promised != found:
        path.unlink()
        raise TranscriptionError(
            f"What arrived as {file.name} of {offer.entry.name} is not what was promised: its hash is "
            f"{found[:12]}…, not {promised[:12]}….",
            "It was deleted. Run it again; if it happens twice, something between you and the hub changes what you "
            "fetch.",
        )
    return sha256


def _offer(entry: Entry, found: Any, address: str) -> Offer:
    """The hub's answer, held against what is known of this name."""
    there = {sibling.rfilename: sibling for sibling in found.siblings or ()}
    files = tuple(
        HubFile(name, int(there[name].size), there[name].lfs.sha256 if there[name].lfs else "", there[name].blob_id)
        for name in FILES
        if name in there
    )
    weights = next((file.sha256 for file in files if file.name == WEIGHTS), "")
    if not set(REQUIRED) <= set(there) or not weights or (entry.sha256 and weights != entry.sha256):
        raise TranscriptionError(
            f"What the hub offers as {entry.repository} is not {entry.name} as this program knows it.",
            "Nothing was fetched. A newer version of this program may know it; or take in a folder that you trust.",
        )
    licence = next((tag.partition(":")[2] for tag in found.tags or () if tag.startswith("license:")), "")
    return Offer(entry, files, licence.upper() if licence == "mit" else licence or entry.licence, address)


def _quieten_client() -> None:
    """Let the hub's client tell nothing of this machine, draw nothing, and work in small blocks."""
    from huggingface_hub import constants
    from huggingface_hub.utils.tqdm import disable_progress_bars

    constants.HF_HUB_DISABLE_TELEMETRY = True
    constants.DOWNLOAD_CHUNK_SIZE = CHUNK  # a slow line is seen to move, and little is lost when it breaks
    disable_progress_bars()
    logging.getLogger("huggingface_hub").setLevel(logging.ERROR)  # its warnings would tear the progress line


def _within(seconds: float, asking: Callable[[], T]) -> T:
    """What a question gives that must be answered in time.

    Raises:
        TimeoutError: it was not.
    """
    answers: SimpleQueue[T | Exception] = SimpleQueue()

    def answer() -> None:
        try:
            answers.put(asking())
        except Exception as error:  # noqa: BLE001 - the boundary of a thread: whoever waits gets the error
            answers.put(error)

    threading.Thread(target=answer, daemon=True).start()
    try:
        given = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if isinstance(given, Exception):
        raise given
    return given


def _network_errors(*others: type[Exception]) -> tuple[type[Exception], ...]:
    """Whatever the hub's client raises: its own error stands on the one that all of its HTTP library stand on."""
    from huggingface_hub.errors import HfHubHTTPError

    return (OSError, *(base for base in HfHubHTTPError.__bases__ if issubclass(base, Exception)), *others)


def _status(error: Exception) -> int | None:
    """The HTTP status that an error stands for."""
    return getattr(getattr(error, "response", None), "status_code", None)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0].rstrip(".")
