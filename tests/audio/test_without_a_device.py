"""A machine without sound: everything says so in a sentence, nothing hangs, nothing breaks."""

from __future__ import annotations

from pathlib import Path

import pytest

from interview_tui.audio.capture import SourceSpec
from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.audio.sources import devices
from interview_tui.errors import AudioError
from interview_tui.interview.ports import RecorderState
from interview_tui.interview.timeline import Span, Timeline
from tests.audio.recording import Booth
from tests.audio.signals import write_counter

NO_SOUND = "no sound device|PortAudio"


@pytest.fixture(autouse=True)
def silent_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the sound server away from child processes; a machine that has real devices as well is no place for this."""
    monkeypatch.setenv("PULSE_SERVER", f"unix:{tmp_path}/nobody")
    if _sources():
        pytest.skip("this machine's devices cannot be taken away for a test")


def _sources() -> list[devices.SoundDevice]:
    """What there is to record from: nothing as well where PortAudio itself is missing."""
    try:
        return devices.list_sources()
    except AudioError:
        return []


def test_there_is_nothing_to_record_from():
    assert _sources() == []
    with pytest.raises(AudioError, match=NO_SOUND) as caught:
        devices.check_level(None, 0.1)
    assert caught.value.hint


def test_recording_from_a_device_is_refused_with_the_way_out(booth: Booth):
    booth.source = SourceSpec("device")
    link = booth.link()
    with pytest.raises(AudioError, match=NO_SOUND) as caught:
        link.start(booth.folder, 1)
    assert caught.value.hint
    assert link.status().state is RecorderState.OFF


def test_the_player_is_not_available_and_says_why_when_asked_to_play(tmp_path: Path):
    write_counter(tmp_path / "a.wav", 1)
    player = SoundPlayer()
    timeline = Timeline([Span(1, 0, 48_000, 2, 48_000, ())])
    assert not player.available
    assert player.at_ms() is None
    with pytest.raises(AudioError, match="Nothing was recorded there"):
        player.play(timeline, tmp_path, 5_000, 6_000)
    player.stop()
    player.close()
