"""`study.toml`: what is understood, what is reported, what is refused."""

import dataclasses
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interview_tui.errors import ConfigError, StorageError
from interview_tui.store.settings import KEYS, StudySettings, as_toml, give_id, read_settings, write_settings
from tests.strategies import texts

VALUES = {
    str: texts,
    int: st.integers(0, 10**6),
    bool: st.booleans(),
    tuple: st.lists(texts, max_size=4).map(tuple),
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "study.toml"


def test_an_empty_file_has_every_default(file: Path) -> None:
    file.write_text("", encoding="utf-8")
    assert read_settings(file) == (StudySettings(), ())
    assert StudySettings().lag_ms == 3000
    assert StudySettings().engine == "auto"


def test_what_is_set_is_understood(file: Path) -> None:
    file.write_text(
        'name = "Councillors’ mentoring"\n[notes]\nlag_ms = 2500\n[transcription]\nlanguage = "cy"\n', encoding="utf-8"
    )
    settings, warnings = read_settings(file)
    assert settings == StudySettings(name="Councillors’ mentoring", lag_ms=2500, language="cy")
    assert warnings == ()


def test_any_settings_are_read_as_they_were_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("settings") / "study.toml"

    @settings(deadline=None)
    @given(
        st.builds(
            StudySettings,
            **{
                field.name: st.sampled_from(choices)
                if (choices := field.metadata["choices"])
                else VALUES[type(field.default)]
                for field in KEYS.values()
            },
        )
    )
    def are_read(study: StudySettings) -> None:
        write_settings(file, study)
        assert read_settings(file) == (study, ())

    are_read()


def test_every_setting_is_explained_where_it_stands() -> None:
    lines = as_toml(StudySettings()).splitlines()
    for key in KEYS:
        line = next(number for number, text in enumerate(lines) if text.startswith(f"{key.rpartition('.')[2]} = "))
        assert lines[line - 1].startswith("# ")
        assert lines[line - 1].endswith(".")


def test_the_manual_shows_the_settings_as_they_are() -> None:
    manual = Path(__file__).parents[2] / "docs" / "study-folder.md"
    assert f"```toml\n{as_toml(StudySettings())}```" in manual.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('interveiwer = "AB"', "the setting interveiwer is unknown and has no effect. Did you mean interviewer?"),
        ("lag_ms = 3", "the setting lag_ms is unknown and has no effect. Did you mean notes.lag_ms?"),
        ("[transcription]\nmodle = 'x'", "the setting transcription.modle is unknown and has no effect. Did you mean"),
        ("recording = 'here'", "the setting recording is unknown and has no effect."),
        ("[weather]\nrain = true\nwind = 3", "the setting weather is unknown and has no effect."),
    ],
)
def test_an_unknown_setting_is_reported_and_stops_nothing(file: Path, text: str, said: str) -> None:
    file.write_text(text, encoding="utf-8")
    settings, [warning] = read_settings(file)
    assert settings == StudySettings()
    assert warning.startswith(str(file))
    assert said in warning


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name = 3", "name must be a text in quotes, not 3"),
        ("[notes]\nlag_ms = '3 s'", "notes.lag_ms must be a whole number, 0 or more, not '3 s'"),
        ("[notes]\nlag_ms = -1", "notes.lag_ms must be a whole number, 0 or more, not -1"),
        ("[notes]\nlag_ms = true", "notes.lag_ms must be a whole number, 0 or more, not True"),
        ("[notes]\nlag_ms = 2.5", "notes.lag_ms must be a whole number"),
        ("[name]\nx = 1", "name must be a text in quotes"),
        ("[transcription]\nfillers = 'some'", 'transcription.fillers must be "keep" or "drop", not \'some\''),
        (
            "[transcription]\nvocabulary = 'Bell'",
            "transcription.vocabulary must be a list of texts in quotes, not 'Bell'",
        ),
        ("[transcription]\nvocabulary = [3]", "transcription.vocabulary must be a list of texts in quotes, not [3]"),
        ("[transcription]\nduring_call = 1", "transcription.during_call must be true or false, not 1"),
    ],
)
def test_a_value_of_the_wrong_kind_names_file_key_and_what_is_expected(file: Path, text: str, said: str) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as error:
        read_settings(file)
    assert error.value.message.startswith(str(file))
    assert said in error.value.message
    assert error.value.hint.startswith("Its default is ")


def test_what_is_no_toml_is_refused_with_the_line(file: Path) -> None:
    file.write_text('name = "A"\nmodel = base\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"study\.toml is not valid TOML: .*line 2") as error:
        read_settings(file)
    assert error.value.hint


def test_what_is_no_utf_8_is_refused_with_the_line(file: Path) -> None:
    file.write_bytes(b'# settings\nname = "Caf\xe9"\n')
    with pytest.raises(ConfigError, match=r"study\.toml, line 2: this is not UTF-8"):
        read_settings(file)


def test_a_byte_order_mark_from_a_windows_editor_does_no_harm(file: Path) -> None:
    file.write_bytes(b'\xef\xbb\xbfname = "A"\r\n')
    assert read_settings(file)[0].name == "A"


def test_a_file_that_cannot_be_read_is_an_error_of_the_disk(file: Path) -> None:
    file.mkdir()
    with pytest.raises(StorageError, match=r"study\.toml"):
        read_settings(file)


def test_a_crash_while_writing_leaves_the_old_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_settings(file, StudySettings(name="Old"))

    def cut_off(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("interview_tui.store.private_files.os.fsync", cut_off)
    with pytest.raises(StorageError, match="full"):
        write_settings(file, dataclasses.replace(StudySettings(), name="New"))
    assert read_settings(file)[0].name == "Old"
    assert [path.name for path in file.parent.iterdir()] == ["study.toml"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        'name = "A study"  # ours\n',
        "# by hand\n\n[notes]\nlag_ms = 2500\n",
        'id = ""\nname = "x"\n',
        "name = 'x'\nid=''\n[transcription]\nlanguage = 'cy'\n",
        "\ufeff[notes]\nlag_ms = 1\n",
    ],
)
def test_the_id_is_given_and_all_else_in_the_file_stays(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    before, _ = read_settings(file)
    give_id(file, "5e0c")
    assert read_settings(file) == (dataclasses.replace(before, id="5e0c"), ())
    for line in text.lstrip("\ufeff").splitlines():
        assert line in file.read_text(encoding="utf-8") or line.startswith("id")


def test_a_study_without_settings_gets_them_with_its_id(file: Path) -> None:
    give_id(file, "5e0c")
    assert read_settings(file)[0] == StudySettings(id="5e0c")


def test_a_file_that_cannot_take_the_id_is_left_as_it_is(file: Path) -> None:
    file.write_text('id = "taken"\n', encoding="utf-8")
    with pytest.raises(ConfigError, match="cannot take the id"):
        give_id(file, "5e0c")
    assert file.read_text(encoding="utf-8") == 'id = "taken"\n'
