"""What the player promises, measured on this machine: `python -m benchmarks.playback [--plays 3]`.

A virtual speaker of PulseAudio's is played to and listened at, so it needs Linux with `pulseaudio` and
`pulseaudio-utils`. "Heard minus asked" is the shift, by cross-correlation, between what the listener recorded and the
sound before it was encoded: what an encoder put in front without saying so is in it. "Said minus heard" compares
`at_ms()` with the sample that the listener hears at that instant; the speaker hands it over 5 ms early.
"""

from __future__ import annotations

import os
import statistics
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import click
import numpy as np
import psutil
import soundfile

from interview_tui import monotonic
from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.record.ports import SPEEDS
from tests.audio.listening import Listener, indices, listening, shift_frames, spoken
from tests.audio.signals import RATE, write_counter
from tests.audio.test_playing import CODECS, noise, one_span, onsets, write_noise
from tests.audio.virtual_sound import virtual_sound

ASKED_MS = (2_300, 5_100, 7_700)
LONG_S = 60


def _told(name: str, unit: str, values: Sequence[float]) -> None:
    low, p50, high = min(values), statistics.median(values), max(values)
    click.echo(f"{name:<44} min {low:8.1f}  p50 {p50:8.1f}  max {high:8.1f} {unit}  (n = {len(values)})")


def _over(player: SoundPlayer, listener: Listener) -> None:
    while player.at_ms() is not None:
        time.sleep(0.02)
    listener.pass_s(0.3)


def _shifts(player: SoundPlayer, listener: Listener, folder: Path, kind: str, plays: int) -> list[float]:
    """Heard minus asked (ms), of plays from several moments of a file of this kind."""
    source = write_noise(folder / f"a.{kind}", 12)
    rate = CODECS.get(kind, ("", RATE))[1]
    if rate != RATE:
        source = np.interp(np.arange(len(source) * RATE // rate) * rate / RATE, np.arange(len(source)), source)
    found = []
    for number in range(plays):
        at_ms = ASKED_MS[number % len(ASKED_MS)]
        begin = listener.frames
        player.play(one_span(f"a.{kind}", 12, rate, 1), folder, at_ms, at_ms + 700)
        _over(player, listener)
        heard = spoken(listener.sound()[begin:]).mean(axis=1)
        found.append(shift_frames(heard[: RATE // 2], source, at_ms * RATE // 1000) * -1000 / RATE)
    return found


def _tempo(player: SoundPlayer, listener: Listener, folder: Path, speed: float) -> tuple[float, float]:
    """What becomes of 440 Hz at a speed, and of a period of 400 ms, less what it should be (ms)."""
    t = np.arange(4 * RATE) / RATE
    clicks = 0.8 * np.sin(2 * np.pi * 2_000 * t) * (t % 0.4 < 0.03)
    soundfile.write(folder / "tone.wav", np.stack([0.5 * np.sin(2 * np.pi * 440 * t), clicks], 1), RATE)
    begin = listener.frames
    player.set_speed(speed)
    player.play(one_span("tone.wav", 4), folder, 0, 4_000)
    _over(player, listener)
    heard = spoken(listener.sound()[begin:]).astype(np.float64)
    middle = heard[RATE // 4 : RATE // 4 + RATE, 0]
    hertz = float(np.argmax(np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 8 * RATE)))) / 8
    starts = np.array(onsets(heard[:, 1]))
    period = np.polyfit(np.round(starts * speed / RATE / 0.4), starts, 1)[0]
    return hertz, (period / RATE - 0.4 / speed) * 1000


def _said(player: SoundPlayer, listener: Listener, folder: Path, plays: int) -> tuple[list[float], list[float]]:
    """Said minus heard (ms), asked every 10 ms; and how long `play` took until something was heard (ms)."""
    write_counter(folder / "counter.wav", 30)
    player.set_speed(1)
    said: list[tuple[int, int]] = []
    asked: list[tuple[int, int]] = []
    for number in range(plays):
        asked.append((monotonic.now_ns(), listener.frames))
        player.play(one_span("counter.wav", 30), folder, 1_000 + 5_000 * number, 4_000 + 5_000 * number)
        while (at_ms := player.at_ms()) is not None:
            said.append((monotonic.now_ns(), at_ms))
            time.sleep(0.01)
        listener.pass_s(0.3)
    heard = indices(listener.sound())
    frames = [(listener.frame_at(now_ns), at_ms) for now_ns, at_ms in said]
    errors = [at_ms - heard[frame] * 1000 / RATE for frame, at_ms in frames if frame < len(heard) and heard[frame] >= 0]
    starts = []
    for now_ns, since in asked:
        first = since + int(np.flatnonzero(heard[since:] >= 0)[0])
        starts.append((first - listener.frame_at(now_ns)) * 1000 / RATE)
    return errors, starts


def _load(player: SoundPlayer, listener: Listener, folder: Path, speed: float) -> float:
    """Processor time of the child that plays (per cent of one core)."""
    soundfile.write(folder / "long.wav", np.stack([noise(LONG_S)] * 2, 1), RATE)
    player.set_speed(speed)
    player.play(one_span("long.wav", LONG_S), folder, 0, LONG_S * 1000)
    child = max(psutil.Process().children(), key=lambda process: "playback" in " ".join(process.cmdline()))
    before, begun = child.cpu_times(), time.perf_counter()
    listener.pass_s(8)
    after, took = child.cpu_times(), time.perf_counter() - begun
    player.stop()
    return 100 * (after.user + after.system - before.user - before.system) / took


@click.command()
@click.option("--plays", default=3, show_default=True, help="How often each is played.")
def main(plays: int) -> None:
    """Measure the player and print the figures."""
    with tempfile.TemporaryDirectory(prefix="interview-tui-") as name, virtual_sound() as sound:
        os.environ.update(sound.environment)
        folder, player = Path(name), SoundPlayer()
        with listening(sound) as listener:
            errors, starts = _said(player, listener, folder, plays)
            _told("play until it is heard", "ms", starts)
            _told("said minus heard, speed 1", "ms", errors)
        for kind in ("wav", "flac", *CODECS):
            with listening(sound) as listener:
                _told(f"heard minus asked, {kind}", "ms", _shifts(player, listener, folder, kind, plays))
        with listening(sound) as listener:
            for speed in SPEEDS:
                hertz, error_ms = _tempo(player, listener, folder, speed)
                click.echo(
                    f"speed {speed:4}: 440 Hz is {hertz:7.2f} Hz, a period of {400 / speed:.0f} ms {error_ms:+.2f} ms"
                )
        with listening(sound) as listener:
            for speed in (1.0, 1.5):
                click.echo(f"processor time at speed {speed}: {_load(player, listener, folder, speed):.1f} % of a core")
        player.close()


if __name__ == "__main__":
    main()
