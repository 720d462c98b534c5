"""The tallies of a study: the tables `[[tally]]` of `study.toml`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from interview_tui.errors import ConfigError
from interview_tui.fieldwork.plan import BETWEEN, Tally
from interview_tui.schedule.problems import nearest, shown
from interview_tui.store.settings import toml_document

TABLE = "tally"
KEYS = ("name", "by", "count", "targets")


def read_tallies(path: Path) -> tuple[Tally, ...]:
    """The tallies in a settings file, in their order; none if there is no file.

    Raises:
        ConfigError: it is no TOML, or one of them cannot be used; says the file, the tally and the key.
        StorageError: it cannot be read.
    """
    if not path.is_file():
        return ()
    written = toml_document(path).get(TABLE, [])
    if not isinstance(written, list) or not all(isinstance(table, Mapping) for table in written):
        raise ConfigError(f"{path}: {TABLE} must be a list of tables.", f"Write [[{TABLE}]] above each.")
    found = tuple(_tally(path, number, table) for number, table in enumerate(written, 1))
    names = [tally.name for tally in found]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ConfigError(f'{path}: two tallies are called "{twice}".', "Give each a name of its own.")
    return found


def _tally(path: Path, number: int, table: Mapping[str, Any]) -> Tally:
    by = table.get("by")
    written = table.get("name", "")
    named = isinstance(written, str) and written
    whose = f'{path}: the tally "{shown(written)}"' if named else f"{path}: tally {number}"
    for key in table:
        if key not in KEYS:
            meant = nearest(key, KEYS)
            hint = f"Did you mean {meant}?" if meant else f"It takes {', '.join(KEYS)}."
            raise ConfigError(f"{whose}: the key {shown(key)} is unknown.", hint)
    if not isinstance(written, str):
        raise ConfigError(f"{whose}: name must be a text in quotes, not {written!r}.")
    if not isinstance(by, list) or not by or not all(isinstance(one, str) and one for one in by):
        raise ConfigError(
            f"{whose}: by must be a list of one or more texts in quotes, not {by!r}.",
            'Write what it counts by, as in by = ["item"].',
        )
    if len(set(by)) < len(by):
        raise ConfigError(f"{whose}: by names something twice.", "Name each once.")
    count = table.get("count", "")
    if not isinstance(count, str):
        raise ConfigError(f"{whose}: count must be a text in quotes, not {count!r}.", "Leave it out, or name a loop.")
    return Tally(written or BETWEEN.join(by), tuple(by), count, _targets(whose, table.get("targets", {})))


def _targets(whose: str, written: Any) -> dict[tuple[str, ...], int]:
    if not isinstance(written, Mapping):
        raise ConfigError(
            f"{whose}: targets must be a table, not {written!r}.", 'Write it as targets = { "value" = 20 }.'
        )
    found: dict[tuple[str, ...], int] = {}
    for name, wanted in written.items():
        if not isinstance(wanted, int) or isinstance(wanted, bool) or wanted < 0:
            what = "a table" if isinstance(wanted, Mapping) else repr(wanted)
            raise ConfigError(
                f'{whose}: the target "{shown(name)}" must be a whole number, 0 or more, not {what}.',
                f'Put quotes round its values, with "{BETWEEN}" between them, and the number after =.',
            )
        values = tuple(value.strip() for value in name.split(BETWEEN))
        if not all(values):
            raise ConfigError(
                f'{whose}: the target "{shown(name)}" lacks a value.', "Leave out values at the end only."
            )
        if values in found:
            raise ConfigError(f'{whose}: the target "{BETWEEN.join(values)}" is there twice.', "Write it once.")
        found[values] = wanted
    return found
