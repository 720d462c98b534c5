"""The stock of models on this machine: what there is and could be, taken in, verified, removed."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from interview_tui.errors import ConfigError
from interview_tui.transcribe.weights.catalogue import CATALOGUE, Entry, named, with_weights
from interview_tui.transcribe.weights.hashes import Telling, sha256_anew, verified_on
from interview_tui.transcribe.weights.kept_models import (
    FILES,
    WEIGHTS,
    Kept,
    copied,
    joined_folder,
    kept_model,
    kept_models,
    placed,
    put_together,
    require_own_name,
    require_room,
    shelve,
    take_away,
    taken,
    unfinished_bytes,
    wrong_files,
)
from interview_tui.transcribe.weights.models import PACKAGED, canonical, not_here, require_model, unknown


class Presence(Enum):
    """How a model is on this machine."""

    PACKAGED = "packaged"
    KEPT = "kept"
    UNFINISHED = "unfinished"
    ABSENT = "absent"


@dataclass(frozen=True, slots=True)
class Listed:
    """A model as the list of them shows it. `languages` of 0 are not known; `verified` is a day, or empty."""

    name: str
    languages: int
    size: int
    licence: str
    origin: str
    presence: Presence
    verified: str = ""


def listed(cache: Path) -> list[Listed]:
    """All models that can be had by name, and those of one's own that are kept."""
    own = [kept for kept in kept_models(cache) if kept.name not in CATALOGUE]
    return [_listed(entry, cache) for entry in CATALOGUE.values()] + [_own_listed(kept, cache) for kept in own]


def take_in(folder: Path, name: str, cache: Path, tell: Telling = lambda _: None) -> Kept:
    """Copy a model of one's own into the cache; without a name it is called as its folder.

    One that holds the very weights of a model that has a name gets that name.

    Raises:
        ConfigError: the name cannot be had.
        TranscriptionError: the folder is no model, or cannot be copied.
    """
    folder = folder.resolve()
    require_model(folder)
    working_name = name or folder.name
    require_own_name(working_name)
    require_room(working_name, size_of(folder), cache)
    with put_together(taken(working_name), cache) as half_made:
        try:
            hashes = copied(folder, half_made, tell)
            entry = with_weights(hashes[WEIGHTS])
            called = canonical(name) or (entry.name if entry else folder.name)
            if named(called) and named(called) != entry:
                raise ConfigError(
                    f"The weights in {folder} are not those of {called}.", "Give them a name of their own: --name NAME."
                )
            licence = entry.licence if entry else ""
            return shelve(half_made, placed(called, cache, str(folder), licence, hashes), cache)
        finally:
            shutil.rmtree(half_made, ignore_errors=True)  # it is gone already if it became a model


def size_of(folder: Path) -> int:
    """What the files of a model in a folder take, in bytes."""
    return sum((folder / name).stat().st_size for name in FILES if (folder / name).is_file())


def bytes_to_verify(name: str, cache: Path) -> int:
    """How much `wrong_with` will read."""
    kept = kept_model(name, cache)
    packaged = PACKAGED.get(name)
    parts = packaged.files if packaged and packaged.installed else []
    return (kept.size if kept else 0) + sum(part.stat().st_size for part in parts)


def wrong_with(name: str, cache: Path, tell: Telling = lambda _: None) -> list[str]:
    """Read a model again, all of it, and say what is wrong, with the way out; nothing if it is whole.

    Raises:
        TranscriptionError: it is not here.
    """
    packaged, kept = PACKAGED.get(name), kept_model(name, cache)
    wrong: list[str] = []
    if packaged and packaged.installed:
        if sha256_anew(packaged.files, cache, tell) != packaged.sha256:
            wrong.append(f"what its package holds has changed. Run: {packaged.reinstall}")
        joined = joined_folder(name, cache) / WEIGHTS
        if joined.exists() and sha256_anew([joined], cache) != packaged.sha256:
            wrong.append(f"{joined} has changed. Delete it: it is made again from the package.")
    if kept:
        again = "add it again" if named(name) else "add its folder again"
        way_out = f"Run: interview-tui models remove {name}; then {again}."
        wrong += [f"{what}. {way_out}" for what in wrong_files(kept, cache, tell)]
    if not kept and not (packaged and packaged.installed):
        raise not_here(entry) if (entry := named(name)) else unknown(name, cache)
    return wrong


def remove(name: str, cache: Path) -> int:
    """Take a model off this machine, with what was made of it; gives the bytes that became free.

    Raises:
        ConfigError: it came with a package.
        TranscriptionError: there is nothing of it here, or it cannot be deleted.
    """
    name = canonical(name)
    packaged = PACKAGED.get(name)
    if packaged and packaged.installed and not kept_model(name, cache):
        raise ConfigError(f"{name} came in a Python package.", f"To be without it: {packaged.uninstall}")
    require_own_name(name)
    freed = take_away(name, cache)
    if not freed:
        raise not_here(entry) if (entry := named(name)) else unknown(name, cache)
    return freed


def _listed(entry: Entry, cache: Path) -> Listed:
    packaged, kept = PACKAGED.get(entry.name), kept_model(entry.name, cache)
    size, presence, verified = entry.megabytes * 1_000_000, Presence.ABSENT, ""
    origin = entry.repository.partition("/")[0]
    if packaged and packaged.installed:
        presence, origin = Presence.PACKAGED, "Python package"
        joined = [joined_folder(entry.name, cache) / WEIGHTS]
        days = (verified_on(parts, cache, packaged.sha256) for parts in (packaged.files, joined))
        verified = max(days)
    elif kept:
        presence, size, verified = Presence.KEPT, kept.size, _verified_on(kept, cache)
    elif unfinished_bytes(entry.name, cache):
        presence = Presence.UNFINISHED
    return Listed(entry.name, entry.languages, size, entry.licence, origin, presence, verified)


def _verified_on(kept: Kept, cache: Path) -> str:
    return verified_on([kept.folder / WEIGHTS], cache, kept.files.get(WEIGHTS, "none"))


def _own_listed(kept: Kept, cache: Path) -> Listed:
    entry = with_weights(kept.files.get(WEIGHTS, ""))
    languages = entry.languages if entry else 0
    return Listed(kept.name, languages, kept.size, kept.licence, "a folder", Presence.KEPT, _verified_on(kept, cache))
