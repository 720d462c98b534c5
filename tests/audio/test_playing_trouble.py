"""A player whose device is gone, hangs or never was; and the choice of another."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
import soundfile

from interview_tui.audio.playing import playback_link
from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.errors import AudioError
from interview_tui.interview.events import AudioPart
from interview_tui.interview.timeline import Span, Timeline
from tests.audio.signals import RATE, until, write_counter
from tests.audio.virtual_sound import VirtualSound, virtual_sound

pytestmark = pytest.mark.device
TIMELINE = Timeline([Span(1, 0, RATE, 2, 30 * RATE, (AudioPart("a.wav", 0, 30 * RATE),))])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_counter(tmp_path / "a.wav", 30)
    return tmp_path


@pytest.fixture
def player() -> Iterator[SoundPlayer]:
    made = SoundPlayer()
    yield made
    made.close()


def play(player: SoundPlayer, folder: Path) -> None:
    """Play until something is heard."""
    player.play(TIMELINE, folder, 0, 30_000)
    until(lambda: (player.at_ms() or 0) > 300, "some sound")


def test_a_device_that_vanishes_is_told_in_a_sentence_and_nothing_hangs(
    player: SoundPlayer, folder: Path, monkeypatch: pytest.MonkeyPatch
):
    with virtual_sound() as doomed:
        for name, value in doomed.environment.items():
            monkeypatch.setenv(name, value)
        play(player, folder)
        doomed.close()
        until(lambda: player.at_ms() is None and player.trouble != "", "the word that the device is gone")
        assert "has gone: nothing is heard any more. Plug in a device, play again" in player.trouble
        player.pause()
        player.skip(1_000)
        with pytest.raises(AudioError):
            player.play(TIMELINE, folder, 0, 30_000)
    with virtual_sound() as another:
        for name, value in another.environment.items():
            monkeypatch.setenv(name, value)
        play(player, folder)
        assert player.trouble == ""


@pytest.mark.skipif(os.name != "posix", reason="only there can a process be stopped like this")
@pytest.mark.usefixtures("sound")
def test_a_driver_that_hangs_holds_nobody_up(player: SoundPlayer, folder: Path, monkeypatch: pytest.MonkeyPatch):
    play(player, folder)
    monkeypatch.setattr(playback_link, "ANSWER_WITHIN_S", 0.5)
    assert player._link.contact is not None
    os.kill(player._link.contact.pid, signal.SIGSTOP)
    with pytest.raises(AudioError, match="does not answer"):
        player.play(TIMELINE, folder, 0, 30_000)
    monkeypatch.undo()


@pytest.mark.usefixtures("sound")
def test_a_child_that_is_killed_is_told_and_the_next_play_has_another(player: SoundPlayer, folder: Path):
    play(player, folder)
    assert player._link.contact is not None
    os.kill(player._link.contact.pid, signal.SIGTERM)
    until(lambda: player.at_ms() is None, "silence")
    assert "has ended by itself" in player.trouble
    play(player, folder)
    assert player.trouble == ""


@pytest.mark.usefixtures("sound")
def test_a_file_that_breaks_off_is_silence_and_one_that_cannot_be_read_is_told(player: SoundPlayer, folder: Path):
    soundfile.write(folder / "short.wav", [[0.1, 0.1]] * RATE, RATE)
    timeline = Timeline([Span(1, 0, RATE, 2, 2 * RATE, (AudioPart("short.wav", 0, 2 * RATE),))])
    player.play(timeline, folder, 0, 2_000)
    until(lambda: (player.at_ms() or 0) > 1_500, "the part that is not there")
    (folder / "noise.wav").write_bytes(b"no sound at all")
    timeline = Timeline([Span(1, 0, RATE, 2, RATE, (AudioPart("noise.wav", 0, RATE),))])
    with pytest.raises(AudioError, match=r"noise\.wav"):
        player.play(timeline, folder, 0, 1_000)


def test_it_plays_to_the_device_that_was_named(sound: VirtualSound, folder: Path):
    player = SoundPlayer("pulse, ALSA")
    try:
        assert player.available
        play(player, folder)
    finally:
        player.close()
    nobody = SoundPlayer("Aunt Mary's loudspeaker")
    try:
        assert not nobody.available
        with pytest.raises(AudioError, match='no sound device "Aunt Mary\'s loudspeaker"') as caught:
            nobody.play(TIMELINE, folder, 0, 1_000)
        assert "pulse, ALSA" in caught.value.hint
    finally:
        nobody.close()
        assert sound is not None
