"""What calls are recorded from: named, chosen on this machine, set for the study, the system's, in this order."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from interview_tui import bootstrap, cli, machine, plain
from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.stored.span_log import CONFIG_NAME, fallback_of
from interview_tui.errors import AudioError, ConfigError
from interview_tui.interview.ports import RecorderState
from interview_tui.sources import (
    Named,
    SourceCheck,
    Sources,
    fallback_folder,
    fallback_root,
    recorder_of,
    source_of,
)
from interview_tui.store.preferences import Preferences, preferences_file, read_preferences, write_preferences
from interview_tui.store.settings import StudySettings, write_settings
from interview_tui.store.study import StudyFolder

JFK = Path(__file__).parents[1] / "data" / "jfk.flac"
SETTINGS = StudySettings(source="the study's", line="the study's line")


@pytest.fixture(autouse=True)
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The preferences of this machine."""
    monkeypatch.setenv("INTERVIEW_TUI_PREFERENCES", str(tmp_path / "preferences.toml"))
    return preferences_file()


def made(folder: Path, settings: StudySettings) -> StudyFolder:
    """A study with these settings."""
    bootstrap.ready_study(folder)
    write_settings(folder / "study.toml", settings)
    return bootstrap.open_study(folder)


@pytest.mark.parametrize(
    ("named", "mine", "found"),
    [
        (Named(), Preferences(), ("the study's", "the study's line")),
        (Named(), Preferences(source="mine"), ("mine", "the study's line")),
        (Named(), Preferences(source="", line=""), ("", "")),
        (Named(source="named"), Preferences(source="mine", line="my line"), ("named", "my line")),
        (Named(source="", line="a named line"), Preferences(source="mine"), ("", "a named line")),
    ],
)
def test_what_is_named_goes_before_what_was_chosen_here_before_what_the_study_sets(
    named: Named, mine: Preferences, found: tuple[str, str]
):
    write_preferences(preferences_file(), mine)
    assert Sources(named).chosen(SETTINGS) == found


def test_two_devices_are_one_source_and_the_same_device_twice_is_one_device():
    spec = Sources(Named(source="headset", line="monitor")).spec(SETTINGS)
    assert spec == SourceSpec("device", name="headset", beside=SourceSpec("device", name="monitor"))
    assert Sources(Named(source="headset", line="headset")).spec(SETTINGS) == SourceSpec("device", name="headset")
    assert Sources(Named(source="", line="")).spec(SETTINGS) == SourceSpec("device")


def test_what_is_chosen_is_remembered_beside_the_other_preferences(mine: Path):
    write_preferences(mine, Preferences(theme="blue-orange"))
    sources = Sources(Named(source="named"))
    sources.choose("headset", "")
    assert sources.chosen(SETTINGS) == ("headset", ""), "it goes before what was named"
    assert Sources().chosen(SETTINGS) == ("headset", "")
    assert read_preferences(mine)[0] == Preferences(theme="blue-orange", source="headset", line="")


def test_a_recording_that_is_played_leaves_no_device_to_choose(tmp_path: Path):
    sources = Sources(Named(file=JFK))
    assert sources.spec(SETTINGS) == SourceSpec("file", path=JFK.resolve())
    with pytest.raises(AudioError, match="no device to choose"):
        SourceCheck(sources, SETTINGS).devices()
    with pytest.raises(ConfigError, match="There is no file"):
        Sources(Named(file=tmp_path / "none.wav")).spec(SETTINGS)


def test_devices_are_tried_out_before_they_are_kept():
    check = SourceCheck(Sources(), SETTINGS)
    check.try_out("headset", "monitor")
    assert check.chosen == ("headset", "monitor")
    assert Sources().chosen(SETTINGS) == ("the study's", "the study's line")
    check.keep()
    assert Sources().chosen(SETTINGS) == check.chosen == ("headset", "monitor")
    assert check.status().state is RecorderState.OFF
    check.end()


def test_the_recorder_is_told_what_the_study_sets(tmp_path: Path):
    study = made(tmp_path / "study", StudySettings(fallback=str(tmp_path / "other disk"), alone_min=7))
    recorder = recorder_of(study, SourceSpec("file", path=JFK))
    recorder.start(study.audio_folder("P07"), 1)
    recorder.stop()
    told = json.loads((study.audio_folder("P07") / CONFIG_NAME).read_text(encoding="utf-8"))
    assert told["orphan_limit_s"] == 420
    assert Path(told["fallback"]).parent == tmp_path / "other disk"
    assert fallback_of(study.audio_folder("P07")) == Path(told["fallback"]) / "P07"
    assert not (tmp_path / "other disk").exists(), "nothing is made there before it is needed"


def test_no_two_studies_go_on_in_the_same_folder(tmp_path: Path):
    one, other = (made(tmp_path / place / "study", StudySettings()) for place in ("a", "b"))
    assert fallback_folder(one) != fallback_folder(other)
    assert fallback_folder(one).parent == fallback_root(one.settings)
    assert fallback_root(one.settings).is_absolute()


def test_a_study_is_recorded_from_what_it_sets(tmp_path: Path):
    assert source_of(made(tmp_path / "study", SETTINGS)).name == "the study's"


def test_room_on_the_same_disk_is_no_other_room(tmp_path: Path):
    assert machine.free_bytes_elsewhere(tmp_path / "not made yet", tmp_path) == 0


def test_devices_are_named_on_the_command_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    named: list[Named] = []
    monkeypatch.setattr(plain, "conduct", lambda _folder, _case, what: named.append(what))
    for options in ([], ["--source", "headset", "--line", "monitor"], ["--line", ""]):
        arguments = ["--study", str(tmp_path), "conduct", "P07", "--plain", *options]
        assert CliRunner().invoke(cli.main, arguments).exit_code == 0
    assert named == [Named(), Named("headset", "monitor"), Named(line="")]
