"""Fetching weights by name, for users who are online. Nothing else in the program reaches for the network."""

from __future__ import annotations

import re
import threading
import urllib.error
import urllib.request
from pathlib import Path
from queue import Empty, SimpleQueue

from interview_tui.errors import TranscriptionError

PATIENCE_S = 5.0  # how long the hub may take to give any answer at all
OFFLINE = (
    "Connect to the network once to fetch it, name the folder of one that you have (--model DIR), "
    "or use a packaged one: tiny.en (English) or base."
)
SHA256 = re.compile(r"[0-9a-f]{64}")


def fetch(name: str, folder: Path) -> Path:
    """The folder with the weights called `name`: those fetched before, else fetched now into `folder`.

    Raises:
        TranscriptionError: there are none of this name, or the hub cannot be reached.
    """
    from faster_whisper import available_models, download_model

    if name not in available_models():
        known = ", ".join(sorted(available_models()))
        raise TranscriptionError(f"There is no model {name!r}.", f"Choose a folder, or one of: {known}.")
    try:
        return Path(download_model(name, cache_dir=str(folder), local_files_only=True))
    except OSError:
        pass  # not fetched yet
    _require_hub(name)
    try:
        return Path(download_model(name, cache_dir=str(folder)))
    except (OSError, ValueError) as error:
        raise TranscriptionError(f"The model {name} could not be fetched: {_first_line(error)}", OFFLINE) from error


def fetched_hash(weights: Path) -> str:
    """The hash that the hub gave for a fetched file; empty where its cache keeps no such name."""
    blob = weights.resolve().name
    return blob if SHA256.fullmatch(blob) else ""


def _require_hub(name: str) -> None:
    """Ask the hub for any answer, and give up after a few seconds: its own client would try for minutes."""
    from huggingface_hub import constants

    if constants.HF_HUB_OFFLINE:
        raise TranscriptionError(f"The model {name} is not here, and HF_HUB_OFFLINE forbids fetching it.", OFFLINE)
    answers: SimpleQueue[bool] = SimpleQueue()
    threading.Thread(target=lambda: answers.put(_answers(constants.ENDPOINT)), daemon=True).start()
    try:
        there = answers.get(timeout=PATIENCE_S * 1.5)  # looking up an address has no time limit of its own
    except Empty:
        there = False
    if not there:
        raise TranscriptionError(f"The model {name} is not here, and the hub cannot be reached.", OFFLINE)


def _answers(address: str) -> bool:
    """Whether anything answers at an address, be it with an error."""
    try:
        with urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=PATIENCE_S):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
