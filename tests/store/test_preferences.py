"""`preferences.toml`: what is understood, what is reported, and that it never stands in the way of a call."""

from __future__ import annotations

import stat
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.errors import ConfigError, StorageError
from interview_tui.store.preferences import (
    Preferences,
    as_toml,
    checked_preferences,
    preferences_file,
    read_preferences,
    write_preferences,
)
from tests.strategies import texts

MINE = Preferences(
    theme="blue-orange", plain=True, source="USB", line="", keys={"flag": ("ctrl+z", "f4")}, reviewer="AB"
)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "preferences.toml"


def written(file: Path, text: str) -> Path:
    file.parent.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8")
    return file


def test_they_are_the_user_s_on_this_machine_and_not_the_study_s(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")
    assert preferences_file().name == "preferences.toml"
    assert "interview-tui" in preferences_file().parts
    assert preferences_file().is_absolute()


def test_another_file_can_be_named_by_the_environment(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("INTERVIEW_TUI_PREFERENCES", str(file))
    assert preferences_file() == file


def test_no_file_is_every_default_and_none_is_made(file: Path) -> None:
    assert read_preferences(file) == checked_preferences(file) == (Preferences(), ())
    assert not file.parent.exists()


def test_what_is_written_by_hand_is_understood(file: Path) -> None:
    devices = 'source = "USB"\nline = ""\n'
    written(file, f'theme = "blue-orange"\nplain = true\n{devices}reviewer = "AB"\n[keys]\nflag = ["ctrl+z", "f4"]\n')
    assert read_preferences(file) == (MINE, ())


def test_any_preferences_are_read_as_they_were_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("preferences") / "preferences.toml"
    keys = st.dictionaries(texts, st.lists(texts, max_size=3).map(tuple), max_size=3)

    @settings(deadline=None)
    @given(st.builds(Preferences, texts, st.booleans(), st.none() | texts, st.none() | texts, keys, texts))
    def are_read(preferences: Preferences) -> None:
        write_preferences(file, preferences)
        assert checked_preferences(file) == (preferences, ())

    are_read()
    assert [path.name for path in file.parent.iterdir()] == ["preferences.toml"]


def test_what_is_written_can_be_edited_by_hand(file: Path) -> None:
    text = as_toml(Preferences())
    written(file, text.replace("plain = false", "plain = true") + 'flag = ["f2"]\n')
    assert read_preferences(file) == (Preferences(plain=True, keys={"flag": ("f2",)}), ())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('tehme = "x"', "the setting tehme is unknown and has no effect. Did you mean theme?"),
        ("[key]\nflag = ['f2']", "the setting key is unknown and has no effect. Did you mean keys?"),
        ("weather = 3", "the setting weather is unknown and has no effect."),
    ],
)
def test_an_unknown_setting_is_reported_and_stops_nothing(file: Path, text: str, said: str) -> None:
    written(file, text)
    assert read_preferences(file) == checked_preferences(file)
    preferences, [warning] = read_preferences(file)
    assert preferences == Preferences()
    assert warning.startswith(str(file))
    assert said in warning


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("theme = 3", "theme must be the name of a theme in quotes, not 3"),
        ("plain = 1", "plain must be true or false, not 1"),
        ("plain = 'yes'", "plain must be true or false, not 'yes'"),
        ("keys = 'vi'", "keys must be a table, [keys], of commands and their keys, not 'vi'"),
        ("[keys]\nflag = 'f2'", 'keys.flag must be a list of keys, as ["ctrl+z", "f4"], not \'f2\''),
        ("[keys]\nflag = ['f2', 3]", "keys.flag must be a list of keys"),
    ],
)
def test_a_value_of_the_wrong_kind_names_file_and_key_and_the_rest_still_holds(
    file: Path, text: str, said: str
) -> None:
    plain = "" if "plain" in text else "plain = true\n"
    written(file, plain + text)
    with pytest.raises(ConfigError) as error:
        checked_preferences(file)
    assert error.value.message.startswith(f"{file}: {said}")
    preferences, [sentence] = read_preferences(file)
    assert preferences == Preferences(plain=bool(plain))
    assert said in sentence


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"theme = high-contrast\n", "is not valid TOML"),
        (b'theme = "\xe9"\n', "line 1: this is not UTF-8"),
        (b"\x00", "is not valid TOML"),
    ],
)
def test_a_damaged_file_gives_the_defaults_and_the_sentence_to_show(file: Path, data: bytes, said: str) -> None:
    written(file, "").write_bytes(data)
    preferences, [sentence] = read_preferences(file)
    assert preferences == Preferences()
    assert str(file) in sentence
    assert said in sentence


def test_a_file_that_cannot_be_read_gives_the_defaults_and_the_sentence_to_show(file: Path) -> None:
    file.mkdir(parents=True)
    preferences, [sentence] = read_preferences(file)
    assert preferences == Preferences()
    assert str(file) in sentence


@given(st.binary(max_size=80))
@settings(deadline=None)
def test_no_file_whatever_stops_the_reading(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    file = tmp_path_factory.getbasetemp() / "any.toml"
    file.write_bytes(data)
    preferences, _ = read_preferences(file)
    assert isinstance(preferences, Preferences)


@pytest.mark.parametrize(
    "text", ['# mine\ntheme = "high-contrast"\n', "theme = high-contrast\n", 'sound = "none"\ntheme = "x"\n']
)
def test_writing_keeps_beside_it_what_was_written_by_hand(file: Path, text: str) -> None:
    written(file, text)
    for preferences in (MINE, Preferences()):
        write_preferences(file, preferences)
        assert read_preferences(file) == (preferences, ())
    assert file.with_name("preferences.toml.before").read_text(encoding="utf-8") == text


def test_a_crash_while_writing_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_preferences(file, MINE)

    def cut_off(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("interview_tui.store.private_files.os.fsync", cut_off)
    with pytest.raises(StorageError, match="full"):
        write_preferences(file, Preferences())
    assert read_preferences(file) == (MINE, ())
    assert [path.name for path in file.parent.iterdir()] == ["preferences.toml"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_they_are_the_owner_s_alone_to_read(file: Path) -> None:
    written(file, "# mine\n")
    write_preferences(file, MINE)
    assert {stat.S_IMODE(path.stat().st_mode) for path in file.parent.iterdir()} == {0o600}
