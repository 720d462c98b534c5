"""What `interview-tui doctor` says of the sound devices."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from interview_tui import bootstrap, doctor
from interview_tui.doctor import Finding, Verdict
from interview_tui.store.settings import write_settings
from tests.audio.virtual_sound import VirtualSound, virtual_sound


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualSound]:
    """A sound server, found by every process that the test starts."""
    with virtual_sound() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


def _examined(path: Path, source: str, line: str, level_s: int = 0) -> list[Finding]:
    """What is found of sound in a study that sets these devices."""
    study = bootstrap.ready_study(path)
    write_settings(path / "study.toml", replace(study.settings, source=source, line=line))
    return [found for found in doctor.examine(path, level_s) if found.what in ("sound", "source", "level")]


@pytest.mark.device
def test_both_devices_that_are_set_are_found_and_listened_to(tmp_path: Path, sound: VirtualSound):
    sound.plug_in("headset", channels=1, about="Headset")
    found = _examined(tmp_path / "study", "pulse:headset.monitor", "iv_line, ALSA", level_s=1)
    told = [finding.found for finding in found if finding.what == "source"]
    assert (
        "pulse:headset.monitor (Monitor of Headset): 1 channel, 48000 Hz"
        " · hears what this machine plays · set as recording.source"
    ) in told
    assert [line for line in told if line.endswith("set as recording.line")] == [
        line for line in told if line.startswith("iv_line, ALSA: ")
    ]
    levels = [finding for finding in found if finding.what == "level"]
    assert [level.found.split(": ")[0] for level in levels] == ["pulse:headset.monitor", "iv_line, ALSA"]
    assert [(level.verdict, "muted" in level.way_out) for level in levels] == [(Verdict.WRONG, True)] * 2


@pytest.mark.device
@pytest.mark.usefixtures("sound")
def test_a_device_that_is_set_and_not_here_is_named_with_its_setting(tmp_path: Path):
    found = _examined(tmp_path / "study", "iv_line", "Aunt Mary's microphone")
    (wrong,) = [finding for finding in found if finding.verdict is Verdict.WRONG]
    assert wrong.found == '"Aunt Mary\'s microphone" is set as recording.line and is not here'
    assert wrong.way_out
    assert [finding.found for finding in found if finding.found.endswith("set as recording.source")]
