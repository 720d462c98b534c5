"""`[[tally]]` in study.toml: what is read, and what is refused with its file, tally and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview_tui.errors import ConfigError
from interview_tui.fieldwork.plan import Tally
from interview_tui.store.settings import read_settings
from interview_tui.store.tally_settings import read_tallies

WHOLE = """
name = "A study"

[[tally]]
name = "posts"
by = ["post", "incident"]
count = "incident"
targets = { "ward" = 35, "ward / rough" = 12 }

[[tally]]
by = ["region", "post"]

[tally.targets]
north = 4
"""


def written(folder: Path, text: str) -> Path:
    file = folder / "study.toml"
    file.write_text(text, encoding="utf-8")
    return file


def test_tallies_are_read_in_their_order(tmp_path: Path) -> None:
    assert read_tallies(written(tmp_path, WHOLE)) == (
        Tally("posts", ("post", "incident"), "incident", {("ward",): 35, ("ward", "rough"): 12}),
        Tally("region / post", ("region", "post"), "", {("north",): 4}),
    )


def test_a_study_without_tallies_or_without_a_file_has_none(tmp_path: Path) -> None:
    assert read_tallies(tmp_path / "study.toml") == ()
    assert read_tallies(written(tmp_path, 'name = "A study"\n')) == ()


def test_the_other_settings_do_not_find_tallies_unknown(tmp_path: Path) -> None:
    assert read_settings(written(tmp_path, WHOLE))[1] == ()


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("[tally]\nby = ['post']\n", "tally must be a list of tables", "[[tally]]"),
        ("tally = 3\n", "tally must be a list of tables", "[[tally]]"),
        ("[[tally]]\nname = 'x'\n", 'the tally "x": by must be a list', 'by = ["item"]'),
        ("[[tally]]\nby = 'post'\n", "tally 1: by must be a list", 'by = ["item"]'),
        ("[[tally]]\nby = []\n", "tally 1: by must be a list", ""),
        ("[[tally]]\nby = ['a', 'a']\n", "by names something twice", ""),
        ("[[tally]]\nby = ['a']\ntarget = {}\n", "the key target is unknown", "Did you mean targets?"),
        ("[[tally]]\nby = ['a']\nwhatever = 1\n", "the key whatever is unknown", "It takes name, by, count, targets."),
        ("[[tally]]\nby = ['a']\nname = 3\n", "tally 1: name must be a text", ""),
        ("[[tally]]\nby = ['a']\ncount = 3\n", "count must be a text", ""),
        ("[[tally]]\nby = ['a']\ntargets = 3\n", "targets must be a table", ""),
        ("[[tally]]\nby = ['a']\ntargets = { x = 'many' }\n", 'the target "x" must be a whole number', ""),
        ("[[tally]]\nby = ['a']\ntargets = { x = -1 }\n", "0 or more, not -1", ""),
        ("[[tally]]\nby = ['a']\ntargets = { x = true }\n", "must be a whole number", ""),
        ("[[tally]]\nby = ['a']\n[tally.targets.x]\ny = 3\n", "not a table", '" / " between them'),
        ("[[tally]]\nby = ['a']\ntargets = { ' / y' = 1 }\n", "lacks a value", ""),
        ("[[tally]]\nby = ['a']\ntargets = { 'x' = 1, ' x' = 2 }\n", "is there twice", ""),
        ("[[tally]]\nname = 'x'\nby = ['a']\n[[tally]]\nname = 'x'\nby = ['b']\n", 'two tallies are called "x"', ""),
    ],
)
def test_what_cannot_be_read_is_one_sentence_with_file_and_key(
    tmp_path: Path, text: str, message: str, hint: str
) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigError) as refused:
        read_tallies(file)
    assert refused.value.message.startswith(f"{file}: ")
    assert message in refused.value.message
    assert hint in refused.value.hint
