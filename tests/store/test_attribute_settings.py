"""`[attributes.NAME]` of study.toml: what is understood, and what to write instead of what is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview_tui.errors import ConfigError
from interview_tui.fieldwork.plan import Attribute
from interview_tui.store.attribute_settings import read_attributes
from interview_tui.store.settings import StudySettings, give, read_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "study.toml"


def test_attributes_are_read_in_their_order(file):
    assert read_attributes(file) == ()
    file.write_text(
        '[attributes.region]\ntitle = "Region "\nvalues = ["North  West", "Wales"]\n'
        "[attributes.years]\nnumber = true\n[attributes.party]\n",
        encoding="utf-8",
    )
    assert read_attributes(file) == (
        Attribute("region", "Region", ("North West", "Wales")),
        Attribute("years", "years", number=True),
        Attribute("party", "party"),
    )
    file.write_text('name = "x"\n', encoding="utf-8")
    assert read_attributes(file) == ()


def test_the_settings_do_not_report_what_others_read(file):
    file.write_text('[attributes.region]\ntitle = "Region"\n[[tally]]\nname = "x"\n[attribute.x]\n', encoding="utf-8")
    settings, warnings = read_settings(file)
    assert settings == StudySettings()
    (warning,) = warnings
    assert "attribute is unknown" in warning


@pytest.mark.parametrize(
    ("text", "key", "hint"),
    [
        ("attributes = 3", "attributes", "[attributes.region]"),
        ("[attributes]\nregion = 3", "attributes.region", "[attributes.region]"),
        ('[attributes."a b"]', "'a b'", "letters a-z"),
        ("[attributes.case]", "attributes.case", "another"),
        ("[attributes.name]", "attributes.name", "identities"),
        ("[attributes.Telephone]", "attributes.Telephone", "identities"),
        ("[attributes.a]\nvalue = []", "attributes.a.value", 'values = ["North", "South"]'),
        ("[attributes.a]\nsomething = 1", "attributes.a.something", "title, values, number"),
        ("[attributes.a]\ntitle = 3", "attributes.a.title", 'title = "'),
        ('[attributes.a]\ntitle = " "', "attributes.a.title", 'title = "'),
        ('[attributes.a]\nvalues = "x"', "attributes.a.values", "values = ["),
        ("[attributes.a]\nvalues = [1, 2]", "attributes.a.values", "values = ["),
        ("[attributes.a]\nvalues = []", "attributes.a.values", "take the line out"),
        ('[attributes.a]\nvalues = ["x", "X"]', "attributes.a.values", "Capitals"),
        ('[attributes.a]\nnumber = "yes"', "attributes.a.number", "number = true"),
        ('[attributes.a]\nnumber = true\nvalues = ["1"]', "attributes.a", "one of the two"),
        ('[attributes.a]\ntitle = "B"\n[attributes.b]', "attributes.b", "of its own"),
        ("[attributes.a", "", "name = "),
    ],
)
def test_an_error_names_file_and_key_and_says_what_to_write(file, text, key, hint):
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        read_attributes(file)
    assert str(file) in told.value.message
    assert key in told.value.message
    assert hint in str(told.value)


@pytest.mark.parametrize(
    "before",
    [
        "",
        'name = "x"',
        '# a comment\nname = "x"\n\n[notes]\nlag_ms = 20 # slow\n',
        '[identities]\nfolder = "/x"\n',
        '[identities]\nfolder = "/x"\nfile = ""\n\n[notes]\nlag_ms = 20\n',
        "[identities]",
        '[exports]\nrole = "r"\n[ identities ]   # who\n[attributes.region]\ntitle = "[Region]"\n',
    ],
)
def test_a_setting_in_a_table_is_given_and_all_else_stays(file, before):
    file.write_text(before, encoding="utf-8")
    known = read_settings(file)[0]
    give(file, "identities.file", "abc")
    after = read_settings(file)[0]
    assert after.identities_file == "abc"
    assert (after.name, after.lag_ms, after.identities) == (known.name, known.lag_ms, known.identities)
    kept = [line for line in before.splitlines() if line.strip() and not line.startswith("file =")]
    assert all(line in file.read_text(encoding="utf-8").splitlines() for line in kept)
    give(file, "id", "def")
    assert (read_settings(file)[0].id, read_settings(file)[0].identities_file) == ("def", "abc")


def test_a_file_that_cannot_take_a_setting_says_what_to_write(file):
    file.write_text('identities = { folder = "/x" }\n', encoding="utf-8")
    with pytest.raises(ConfigError, match=r"below \[identities\]"):
        give(file, "identities.file", "abc")
    assert file.read_text(encoding="utf-8") == 'identities = { folder = "/x" }\n'
