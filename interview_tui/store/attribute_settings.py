"""The attributes of a study's cases: the tables `[attributes.NAME]` of `study.toml`."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from interview_tui.errors import ConfigError
from interview_tui.fieldwork.identity import TELLING_COLUMNS
from interview_tui.fieldwork.plan import Attribute
from interview_tui.store.settings import toml_document

TABLE = "attributes"
KEYS = {
    "title": 'title = "Years served"',
    "values": 'values = ["North", "South"]',
    "number": "number = true",
}
"""What an attribute's table can say, each as it is written."""
RESERVED = ("case", "id", "cases")
LONGEST_NAME = 40
_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_-]{{0,{LONGEST_NAME - 1}}}")


def read_attributes(path: Path) -> tuple[Attribute, ...]:
    """The attributes that a settings file wants, in its order; no file wants none.

    Raises:
        ConfigError: one cannot be used; says the file, the key and what to write.
        StorageError: the file cannot be read.
    """
    if not path.is_file():
        return ()
    tables = toml_document(path).get(TABLE, {})
    if not isinstance(tables, dict):
        raise ConfigError(f"{path}: {TABLE} must be tables.", f"Write [{TABLE}.region] and below it what it is.")
    found: list[Attribute] = []
    for attribute in _attributes(path, tables):
        called = {attribute.name.casefold(), attribute.title.casefold()}
        for other in found:
            if called & {other.name.casefold(), other.title.casefold()}:
                raise ConfigError(
                    f"{path}: {TABLE}.{attribute.name} is called the same as {TABLE}.{other.name}.",
                    "Give each a name and a title of its own.",
                )
        found.append(attribute)
    return tuple(found)


def _attributes(path: Path, tables: Mapping[str, Any]) -> Iterator[Attribute]:
    for name, table in tables.items():
        key = f"{TABLE}.{name}"
        if not _NAME.fullmatch(name):
            raise ConfigError(
                f"{path}: {name!r} cannot be the name of an attribute.",
                f"Use letters a-z, digits, - and _, beginning with a letter, at most {LONGEST_NAME}: [{TABLE}.region].",
            )
        if name.casefold() in RESERVED:
            raise ConfigError(f"{path}: {key} has a name that is taken.", f"Take another one: [{TABLE}.{name}_type].")
        if name.casefold() in TELLING_COLUMNS:
            raise ConfigError(
                f"{path}: {key} would say who somebody is.",
                "That is kept outside the study, with the identities. Take the table out.",
            )
        if not isinstance(table, dict):
            raise ConfigError(f"{path}: {key} must be a table.", f"Write [{key}] and below it: {KEYS['title']}.")
        yield _attribute(path, key, name, table)


def _attribute(path: Path, key: str, name: str, table: Mapping[str, Any]) -> Attribute:
    for said in table:
        if said not in KEYS:
            alike = difflib.get_close_matches(said, KEYS, n=1)
            raise ConfigError(
                f"{path}: {key}.{said} is unknown.",
                f"Did you mean {alike[0]}? Write: {KEYS[alike[0]]}." if alike else f"It can have {', '.join(KEYS)}.",
            )
    title, values, number = table.get("title", name), table.get("values", []), table.get("number", False)
    if not isinstance(title, str) or not title.strip():
        raise _wrong(path, key, "title", "a text in quotes")
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise _wrong(path, key, "values", "a list of texts in quotes")
    if not isinstance(number, bool):
        raise _wrong(path, key, "number", "true or false")
    spelt = tuple(" ".join(value.split()) for value in values)
    if "values" in table and not values:
        raise ConfigError(f"{path}: {key}.values is empty.", "Name the values that it can have, or take the line out.")
    if len({value.casefold() for value in spelt}) < len(spelt):
        raise ConfigError(f"{path}: {key}.values names a value twice.", "Capitals do not tell two values apart.")
    if values and number:
        raise ConfigError(f"{path}: {key} has values and is a number.", "Take out one of the two lines.")
    return Attribute(name, " ".join(title.split()), spelt, number)


def _wrong(path: Path, key: str, said: str, expected: str) -> ConfigError:
    return ConfigError(f"{path}: {key}.{said} must be {expected}.", f"Write: {KEYS[said]}.")
