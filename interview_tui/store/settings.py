"""The settings of a study: `study.toml`, read into a frozen dataclass.

A key that nobody knows is reported and does not stop anything; a value of the wrong type does. To add a setting, add a
field here: reading, the file that is written for a new study, and its comments follow from it.
"""

from __future__ import annotations

import dataclasses
import difflib
import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from interview_tui.errors import ConfigError
from interview_tui.store.failures import explained
from interview_tui.store.private_files import write_whole

Value = str | int | bool | tuple[str, ...]
READ_ELSEWHERE = ("attributes", "tally")
"""What else stands in the file: `attribute_settings` and others read it."""
_TABLE = re.compile(r"^[ \t]*\[", re.MULTILINE)


def _setting(key: str, default: Value, about: str, choices: tuple[str, ...] = ()) -> Any:
    """A field that stands under `key` (`table.key`) in the file, with the comment that explains it there."""
    return dataclasses.field(default=default, metadata={"key": key, "about": about, "choices": choices})


@dataclass(frozen=True, slots=True)
class StudySettings:
    """What is set for a whole study."""

    name: str = _setting("name", "", "The study's name, as it stands on exports. Empty: the name of this folder.")
    interviewer: str = _setting("interviewer", "", "Who interviews: initials or a code, kept with every interview.")
    schedule: str = _setting(
        "schedule", "", "The interview schedule, a path from this folder. Empty: the only one in schedules/."
    )
    id: str = _setting(
        "id",
        "",
        "Which study this is, for its log of pseudonyms, which lies elsewhere. Given by the program: leave it.",
    )
    lag_ms: int = _setting(
        "notes.lag_ms", 3000, "A note is about what was said this long before its first keystroke, in milliseconds."
    )
    source: str = _setting(
        "recording.source", "", "The device to record from, as `interview-tui doctor` lists it. Empty: the system's."
    )
    line: str = _setting(
        "recording.line", "", "A second device that hears the other end of the line, if the first does not."
    )
    fallback: str = _setting(
        "recording.fallback", "", "The folder to go on in when the disk is full. Empty: among your own program data."
    )
    alone_min: int = _setting(
        "recording.alone_min", 120, "How long the recorder goes on when no app is there any more, in minutes."
    )
    engine: str = _setting("transcription.engine", "auto", "The transcription engine. auto: the best one installed.")
    model: str = _setting("transcription.model", "", "A name or a folder. Empty: tiny.en for English, base otherwise.")
    language: str = _setting("transcription.language", "en", "The language spoken, by its two-letter code.")
    vocabulary: tuple[str, ...] = _setting(
        "transcription.vocabulary", (), "Names and terms that may be said in any interview, as they are to be spelt."
    )
    fillers: str = _setting(
        "transcription.fillers", "keep", "Fillers such as um and er: keep or drop.", choices=("keep", "drop")
    )
    during_call: bool = _setting(
        "transcription.during_call", False, "Whether a call is transcribed while it goes on, at the lowest priority."
    )
    role: str = _setting(
        "exports.role",
        "",
        "The item whose answer stands in the names of exported files as the participant's role. Empty: none.",
    )
    coder: str = _setting(
        "coding.coder", "", "Whose sorting of incidents is the study's. Empty: whoever has sorted most of them."
    )
    pseudonyms: str = _setting(
        "pseudonyms.folder", "", "The folder of the log of pseudonyms, not in the study. Empty: your own program data."
    )
    audio_until: str = _setting(
        "retention.audio",
        "",
        "When audio is due to be destroyed: 2027-12-31, or a time after each interview, 36 months. Empty: never.",
    )
    identities: str = _setting(
        "identities.folder", "", "The folder of the identities, not in the study. Empty: your own program data."
    )
    identities_file: str = _setting(
        "identities.file", "", "Which file in it is this study's. Given by the program: leave it."
    )


KEYS: dict[str, dataclasses.Field[Any]] = {field.metadata["key"]: field for field in dataclasses.fields(StudySettings)}


def read_settings(path: Path) -> tuple[StudySettings, tuple[str, ...]]:
    """The settings in a file and a sentence for every key in it that is unknown.

    Raises:
        ConfigError: it is no TOML, or a value cannot be used; says the file, the key and what is expected.
        StorageError: it cannot be read.
    """
    return _understood(path, toml_document(path))


def _understood(path: Path, document: Mapping[str, Any]) -> tuple[StudySettings, tuple[str, ...]]:
    known: dict[str, Any] = {}
    warnings: list[str] = []
    for key, value in _flat(document):
        if key in KEYS:
            known[KEYS[key].name] = _usable(path, key, value)
        elif key not in READ_ELSEWHERE:
            warnings.append(unknown(path, key, KEYS))
    return StudySettings(**known), tuple(warnings)


def toml_document(path: Path) -> dict[str, Any]:
    """What a TOML file says.

    Raises:
        ConfigError: it is no UTF-8 or no TOML; says the line.
        StorageError: it cannot be read.
    """
    with explained(path):
        data = path.read_bytes()
    try:
        return tomllib.loads(data.decode("utf-8-sig"))  # Windows editors begin a file with a byte order mark
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise ConfigError(f"{path}, line {line}: this is not UTF-8 text.", "Save the file as UTF-8.") from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path} is not valid TOML: {error}.", 'A setting is written `name = "a text"`, texts in quotes.'
        ) from error


def write_settings(path: Path, settings: StudySettings) -> None:
    """Write the settings with a comment on each, in place of a file that is there.

    Raises:
        StorageError: it cannot be written; what was there is untouched.
    """
    write_whole(path, as_toml(settings))


def give_id(path: Path, name: str) -> None:
    """Write the study's id into the settings file; see `give`."""
    give(path, "id", name)


def give(path: Path, key: str, text: str) -> None:
    """Write a setting that is empty or missing into the settings file, all else in it as it is; make the file if there
    is none.

    Raises:
        ConfigError: the file cannot take it.
        StorageError: it cannot be written; what was there is untouched.
    """
    field = KEYS[key]
    changed: dict[str, Any] = {field.name: text}
    if not path.is_file():
        write_settings(path, dataclasses.replace(StudySettings(), **changed))
        return
    before, _ = read_settings(path)
    with explained(path):
        said = path.read_text(encoding="utf-8-sig")
    table, _, name = key.rpartition(".")
    line = f"{name} = {literal(text)}"
    written = _with_line(said, table, name, line, field.metadata["about"])
    try:
        fits = _understood(path, tomllib.loads(written))[0] == dataclasses.replace(before, **changed)
    except tomllib.TOMLDecodeError:
        fits = False
    if not fits:
        where = f"below [{table}]" if table else "above all tables"
        called = "id of this study" if key == "id" else f"setting {key}"
        raise ConfigError(f"{path} cannot take the {called}.", f"Write {where}: {line}.")
    write_whole(path, written)


def _with_line(said: str, table: str, name: str, line: str, about: str) -> str:
    """The text of a file with a line in a table (empty: above all tables), in place of one that says nothing."""
    header = re.search(rf"^[ \t]*\[[ \t]*{table}[ \t]*\][^\n]*(?:\n|\Z)", said, re.MULTILINE) if table else None
    if table and header is None:
        return f"{said.rstrip()}\n\n[{table}]\n\n# {about}\n{line}\n".lstrip("\n")
    begin = header.end() if header else 0
    next_table = _TABLE.search(said, begin)
    end = next_table.start() if next_table else len(said)
    empty = re.compile(rf"""^{name}[ \t]*=[ \t]*(?:""|'')""", re.MULTILINE)
    body, known = empty.subn(lambda _: line, said[begin:end], count=1)
    if not known:
        body = f"# {about}\n{line}\n\n{body}"
    if header and not header[0].endswith("\n"):
        body = f"\n{body}"
    return f"{said[:begin]}{body}{said[end:]}"


def as_toml(settings: StudySettings) -> str:
    """The text of `study.toml` that says these settings."""
    lines = ["# The settings of this study. A setting that is left out has its default."]
    table = ""
    for key, field in KEYS.items():
        above, _, name = key.rpartition(".")
        if above != table:
            table = above
            lines += ["", f"[{table}]"]
        value = getattr(settings, field.name)
        lines += ["", f"# {field.metadata['about']}", f"{name} = {literal(value)}"]
    return "\n".join(lines) + "\n"


def literal(value: Value) -> str:
    """A value as TOML. JSON says the same of each, but for the one control character that it leaves as it is."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _flat(table: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """Every value with its dotted key; a table of which no key is known counts as one value."""
    for name, value in table.items():
        key = f"{above}{name}"
        if isinstance(value, dict) and any(known.startswith(f"{key}.") for known in KEYS):
            yield from _flat(value, f"{key}.")
        else:
            yield key, value


def _usable(path: Path, key: str, value: Any) -> Value:
    default: Value = getattr(StudySettings(), KEYS[key].name)
    choices: tuple[str, ...] = KEYS[key].metadata["choices"]
    match default:
        case bool():
            if isinstance(value, bool):
                return value
            expected = "true or false"
        case int():
            if isinstance(value, int) and not isinstance(value, bool) and value >= 0:
                return value
            expected = "a whole number, 0 or more"
        case tuple():
            if isinstance(value, list) and all(isinstance(text, str) for text in value):
                return tuple(value)
            expected = "a list of texts in quotes"
        case _:
            if isinstance(value, str) and (not choices or value in choices):
                return value
            expected = " or ".join(map(literal, choices)) or "a text in quotes"
    raise ConfigError(f"{path}: {key} must be {expected}, not {value!r}.", f"Its default is {literal(default)}.")


def unknown(path: Path, key: str, known: Collection[str]) -> str:
    """Says that nobody knows a key, and which may be meant: one spelt alike, or one of that name in another table."""
    alike = difflib.get_close_matches(key, known, n=1) or [k for k in known if k.rpartition(".")[2] == key]
    nearest = f" Did you mean {alike[0]}?" if alike else ""
    return f"{path}: the setting {key} is unknown and has no effect.{nearest}"
