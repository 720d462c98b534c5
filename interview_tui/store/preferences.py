"""What one person wants of the program on this machine, whatever the study: `preferences.toml`.

It must never stand between an interviewer and a call: what cannot be understood has its default, and a sentence says
so.
"""

from __future__ import annotations

import dataclasses
import getpass
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from platformdirs import user_config_path

from interview_tui.errors import ConfigError, StorageError
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_empty, make_folder, write_whole
from interview_tui.store.settings import literal, toml_document, unknown

ELSEWHERE = "INTERVIEW_TUI_PREFERENCES"
"""The environment variable that names another file."""
KEYS = "keys"
EXPECTED = {
    "theme": "the name of a theme in quotes",
    "plain": "true or false",
    "source": "the name of a device in quotes",
    "line": "the name of a device in quotes",
    "reviewer": "a name or initials in quotes",
    KEYS: "a table, [keys], of commands and their keys",
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """How the screen looks, whether the plain line mode is used instead, and the keys of commands (by their ids) that
    are not the usual ones. Whether the theme and the keys can be used, the screens know.

    `source` and `line` are the devices that calls are recorded from on this machine, instead of the study's: empty for
    the system's and for none, None where none was chosen here. `reviewer` is who changes records here;
    empty: the name they are logged in with.
    """

    theme: str = "dark"
    plain: bool = False
    source: str | None = None
    line: str | None = None
    keys: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    reviewer: str = ""


def preferences_file() -> Path:
    """Where the preferences of this user on this machine are; there may be none yet."""
    named = os.environ.get(ELSEWHERE)
    return Path(named) if named else user_config_path("interview-tui", appauthor=False) / "preferences.toml"


def read_preferences(path: Path) -> tuple[Preferences, tuple[str, ...]]:
    """The preferences as far as they can be understood, and a sentence for everything that cannot. Raises nothing."""
    try:
        preferences, warnings, errors = _understood(path)
    except (ConfigError, StorageError) as error:
        return Preferences(), (f"{error} Until then everything is as it comes.",)
    return preferences, (*warnings, *(str(error) for error in errors))


def checked_preferences(path: Path) -> tuple[Preferences, tuple[str, ...]]:
    """The preferences in a file and a sentence for every key in it that is unknown; no file is no preferences.

    Raises:
        ConfigError: it is no TOML, or a value cannot be used; says the file, the key and what is expected.
        StorageError: it cannot be read.
    """
    preferences, warnings, errors = _understood(path)
    if errors:
        raise errors[0]
    return preferences, tuple(warnings)


def write_preferences(path: Path, preferences: Preferences) -> None:
    """Write the preferences with comments. A file of other making is kept beside it, as `preferences.toml.before`.

    Raises:
        StorageError: it cannot be written; what was there is untouched.
    """
    make_folder(path.parent)
    _keep_what_others_wrote(path)
    write_whole(path, as_toml(preferences))


def as_toml(preferences: Preferences) -> str:
    """The text of `preferences.toml` that says these preferences."""
    keys = [f"{_key(name)} = [{', '.join(map(literal, keys))}]" for name, keys in preferences.keys.items()]
    return "\n".join([
        "# What you want of interview-tui on this machine. A line that is left out has its default.",
        "",
        "# The colours: dark, high-contrast (every text has 7:1 or more), blue-orange (for colour-blind eyes),",
        "# and the last two on white: high-contrast-light, blue-orange-light.",
        f"theme = {literal(preferences.theme)}",
        "",
        "# true: conduct in the plain line mode, for screen readers and slow connections.",
        f"plain = {'true' if preferences.plain else 'false'}",
        "",
        "# The devices that calls are recorded from on this machine, chosen before a call with d. They go before those",
        "# of study.toml. Empty: the system's microphone, and no second device for the line.",
        _chosen("source", preferences.source),
        _chosen("line", preferences.line),
        "",
        "# Your name or initials, as they stand beside what you change in review. Empty: your name on this machine.",
        f"reviewer = {literal(preferences.reviewer)}",
        "",
        '# Keys of the live screen that are to be others: command = ["ctrl+z", "f4"]. The first is shown.',
        "# Commands are named as in the program's manual, docs/keys.md.",
        f"[{KEYS}]",
        *keys,
        "",
    ])  # fmt: skip


def reviewer() -> str:
    """Who reviews on this machine: as preferred, else the name they are logged in with."""
    preferences, _ = read_preferences(preferences_file())
    try:
        return preferences.reviewer or getpass.getuser()
    except (ImportError, KeyError, OSError):  # a user without a name, as in a container
        return "reviewer"


def _understood(path: Path) -> tuple[Preferences, list[str], list[ConfigError]]:
    with explained(path):
        if not path.exists():
            return Preferences(), [], []
    known: dict[str, Any] = {}
    warnings: list[str] = []
    errors: list[ConfigError] = []
    for key, value in toml_document(path).items():
        match key, value:
            case ("theme" | "source" | "line" | "reviewer", str()) | ("plain", bool()):
                known[key] = value
            case "keys", dict():
                known[KEYS] = dict(_lists_of_keys(path, value, errors))
            case _ if key in EXPECTED:
                errors.append(_wrong(path, key, EXPECTED[key], value))
            case _:
                warnings.append(unknown(path, key, EXPECTED))
    return Preferences(**known), warnings, errors


def _lists_of_keys(path: Path, table: Mapping[str, Any], errors: list[ConfigError]) -> Iterator[tuple[str, Any]]:
    for command, keys in table.items():
        if isinstance(keys, list) and all(isinstance(key, str) for key in keys):
            yield command, tuple(keys)
        else:
            errors.append(_wrong(path, f"{KEYS}.{command}", 'a list of keys, as ["ctrl+z", "f4"]', keys))


def _wrong(path: Path, key: str, expected: str, value: Any) -> ConfigError:
    return ConfigError(f"{path}: {key} must be {expected}, not {value!r}.", "Until then it is as it comes.")


def _keep_what_others_wrote(path: Path) -> None:
    """A hand-written file has comments, and perhaps settings of another version: they are not to be lost."""
    with explained(path):
        if not path.exists():
            return
        written = path.read_bytes()
    try:
        if written == as_toml(checked_preferences(path)[0]).encode():
            return
    except ConfigError:
        pass
    before = path.with_name(f"{path.name}.before")
    make_empty(before)
    with explained(before):
        before.write_bytes(written)


def _chosen(key: str, device: str | None) -> str:
    return f"# {key} = {literal('')}" if device is None else f"{key} = {literal(device)}"


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else literal(name)
