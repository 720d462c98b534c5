"""What a listener hears of the player, sample for sample, and when."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from fractions import Fraction
from functools import partial
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from interview_tui import monotonic
from interview_tui.audio.playing.playback import KEPT_OPEN_S, TIDY_EVERY_S
from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.errors import AudioError
from interview_tui.interview.events import AudioPart, Stretch
from interview_tui.interview.sound import Track
from interview_tui.interview.timeline import Span, Timeline
from tests.audio.listening import Listener, indices, listening, shift_frames, spoken
from tests.audio.signals import RATE, counter, until, write_counter
from tests.audio.virtual_sound import VirtualSound

pytestmark = [pytest.mark.device, pytest.mark.heard, pytest.mark.usefixtures("sound")]
CODECS = {"mp3": ("libmp3lame", 48_000), "m4a": ("aac", 48_000), "opus": ("libopus", 48_000), "wma": ("wmav2", 44_100)}
KNOWN_SHIFT_MS = {"opus": 6.5, "wma": 46.5}  # silence that the encoder put in front and no file tells of


@pytest.fixture
def player() -> Iterator[SoundPlayer]:
    made = SoundPlayer()
    yield made
    made.close()


@pytest.fixture
def listener(sound: VirtualSound) -> Iterator[Listener]:
    with listening(sound) as made:
        yield made


def one_span(file: str, seconds: float, rate: int = RATE, channels: int = 2) -> Timeline:
    frames = round(seconds * rate)
    return Timeline([Span(1, 0, rate, channels, frames, (AudioPart(file, 0, frames),))])


def heard_to_the_end(player: SoundPlayer, listener: Listener) -> npt.NDArray[np.int16]:
    """Let it play to its end; gives the sound between the silences."""
    until(lambda: player.at_ms() is None, "the end of what is played")
    listener.pass_s(0.3)
    assert player.trouble == ""
    return spoken(listener.sound())


def noise(seconds: float, rate: int = RATE) -> npt.NDArray[np.float64]:
    """A voice-like noise that resembles itself nowhere."""
    rough = np.random.default_rng(5).normal(0, 1, round(seconds * rate))
    smooth = np.convolve(rough, np.hanning(24) / 12, mode="same")
    return 0.2 * smooth


def write_noise(path: Path, seconds: float) -> npt.NDArray[np.float64]:
    """The noise in a file of the kind that its name says; gives it as it was before it was encoded."""
    kind = path.suffix.lstrip(".")
    codec, rate = CODECS.get(kind, ("", RATE))
    sound = noise(seconds, rate)
    if not codec:
        soundfile.write(path, sound, rate, subtype="PCM_16")
        return sound
    with av.open(str(path), "w", format="asf" if kind == "wma" else None) as container:
        stream = container.add_stream(codec, rate=rate, layout="mono", options={"b": "96k"})
        assert isinstance(stream, av.AudioStream)
        resampler = av.AudioResampler(format=stream.format.name, layout="mono", rate=rate, frame_size=stream.frame_size)
        frame = av.AudioFrame.from_ndarray(sound.astype(np.float32)[None], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
        for part in (*resampler.resample(frame), *resampler.resample(None)):
            container.mux(stream.encode(part))
        container.mux(stream.encode(None))
    return sound


def test_what_is_played_is_what_was_recorded_without_gaps_and_withheld_stretches(
    player: SoundPlayer, listener: Listener, tmp_path: Path
):
    write_counter(tmp_path / "a.wav", 4)
    soundfile.write(tmp_path / "b.flac", counter(2 * RATE, first=1_000_000), RATE, subtype="PCM_16")
    soundfile.write(tmp_path / "c.wav", counter(2 * RATE, first=1_000_000 + 2 * RATE), RATE, subtype="PCM_16")
    spans = [
        Span(1, 0, RATE, 2, 4 * RATE, (AudioPart("a.wav", 0, 4 * RATE),)),
        Span(2, 10_000, RATE, 2, 4 * RATE, (AudioPart("b.flac", 0, 2 * RATE), AudioPart("c.wav", 0, 2 * RATE))),
    ]
    timeline = Timeline(spans, withheld=[Stretch(2_500, 3_500)])
    wanted = np.concatenate([counter(RATE // 2, 2 * RATE), counter(RATE // 2, round(3.5 * RATE))])
    wanted = np.concatenate([wanted, counter(3 * RATE, 1_000_000)])
    player.play(timeline, tmp_path, 2_000, 13_000)
    assert np.array_equal(heard_to_the_end(player, listener), wanted)


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "m4a", "opus", "wma"])
def test_what_is_heard_is_what_was_asked_for(kind: str, player: SoundPlayer, listener: Listener, tmp_path: Path):
    source = write_noise(tmp_path / f"a.{kind}", 12)
    rate = CODECS.get(kind, ("", RATE))[1]
    player.play(one_span(f"a.{kind}", 12, rate, 1), tmp_path, 7_300, 8_300)
    heard = heard_to_the_end(player, listener).mean(axis=1)
    if rate != RATE:
        at = np.arange(len(source) * RATE // rate) * rate / RATE
        source = np.interp(at, np.arange(len(source)), source)
    shift_ms = shift_frames(heard[: RATE // 2], source, round(7.3 * RATE)) * 1000 / RATE
    assert abs(shift_ms) <= KNOWN_SHIFT_MS.get(kind, 0) + 0.5
    assert len(heard) == pytest.approx(RATE, abs=RATE * 0.001)


@pytest.mark.parametrize("speed", [0.5, 0.75, 1.25, 2.0])  # 1.5 is `test_replayed`'s
def test_at_another_speed_a_tone_keeps_its_pitch_and_clicks_keep_their_places(
    speed: float, player: SoundPlayer, listener: Listener, tmp_path: Path
):
    seconds = 3
    t = np.arange(seconds * RATE) / RATE
    bursts = np.sin(2 * np.pi * 2_000 * t) * (t % 0.4 < 0.03)
    soundfile.write(tmp_path / "a.wav", np.stack([0.5 * np.sin(2 * np.pi * 440 * t), 0.8 * bursts], 1), RATE)
    player.set_speed(speed)
    player.play(one_span("a.wav", seconds), tmp_path, 0, seconds * 1000)
    heard = heard_to_the_end(player, listener).astype(np.float64)
    assert len(heard) * speed == pytest.approx(seconds * RATE, rel=0.02)
    middle = heard[RATE // 4 : RATE // 4 + RATE, 0]
    spectrum = np.abs(np.fft.rfft(middle * np.hanning(len(middle)), 8 * RATE))
    assert np.argmax(spectrum) / 8 == pytest.approx(440, rel=0.01)
    starts = onsets(heard[:, 1])
    period = np.polyfit(np.round(np.array(starts) * speed / RATE / 0.4), starts, 1)[0]
    assert period * speed / RATE == pytest.approx(0.4, rel=0.015)


def onsets(sound: npt.NDArray[np.float64]) -> list[int]:
    """The frames at which a burst begins."""
    loud = np.flatnonzero(np.abs(sound) > 8_000)
    return [int(at) for place, at in enumerate(loud) if place == 0 or at - loud[place - 1] > RATE // 20]


def test_it_is_known_what_is_heard_now_on_every_play_and_through_a_gap(
    player: SoundPlayer, listener: Listener, tmp_path: Path
):
    write_counter(tmp_path / "a.wav", 6)
    spans = [
        Span(1, 0, RATE, 2, 3 * RATE, (AudioPart("a.wav", 0, 3 * RATE),)),
        Span(2, 60_000, RATE, 2, 3 * RATE, (AudioPart("a.wav", 3 * RATE, 3 * RATE),)),
    ]
    timeline = Timeline(spans)
    said: list[tuple[int, int]] = []
    for begin_ms, end_ms in ((0, 1_500), (1_000, 2_000), (2_000, 61_000)):
        player.play(timeline, tmp_path, begin_ms, end_ms)
        since = listener.frames

        def over() -> bool:
            at_ms = player.at_ms()
            if at_ms is not None:
                said.append((monotonic.now_ns(), at_ms))
            return at_ms is None

        until(over, "the end of what is played")
        assert listener.frames > since
        listener.pass_s(0.3)
    heard = indices(listener.sound())
    errors = [
        played_ms(at_ms) - index * 1000 / RATE
        for now_ns, at_ms in said
        if 0 <= (frame := listener.frame_at(now_ns)) < len(heard) and (index := int(heard[frame])) >= 0
    ]
    assert len(errors) > 100
    assert max(map(abs, errors)) < 50


def played_ms(at_ms: int) -> int:
    """A moment of the call clock, less the gap of 57 s that is not heard."""
    return at_ms if at_ms <= 3_000 else at_ms - 57_000


def test_a_change_of_speed_neither_jumps_nor_loses_the_place(player: SoundPlayer, listener: Listener, tmp_path: Path):
    begins_s = np.arange(0.3, 7, 0.3)
    t = np.arange(8 * RATE) / RATE
    bursts = sum(np.sin(2 * np.pi * 2_000 * t) * ((t >= at) & (t < at + 0.03)) for at in begins_s)
    soundfile.write(tmp_path / "a.wav", np.stack([0.8 * bursts, 0.8 * bursts], 1), RATE)
    player.play(one_span("a.wav", 8), tmp_path, 0, 8_000)
    said: list[tuple[int, int]] = []

    def past(wanted_ms: int) -> bool:
        at_ms = player.at_ms()
        if at_ms is None:
            return True
        said.append((monotonic.now_ns(), at_ms))
        return at_ms >= wanted_ms

    for until_ms, speed in ((1_500, 1.5), (3_000, 0.75), (4_000, 2.0), (6_000, 1.0)):
        until(partial(past, until_ms), "the place")
        player.set_speed(speed)
    until(lambda: past(1 << 30), "the end")
    listener.pass_s(0.3)
    starts = onsets(listener.sound()[:, 0].astype(np.float64))
    assert len(starts) == len(begins_s)
    times = np.array([listener.frame_at(now_ns) for now_ns, _ in said])
    known = np.interp(starts, times, [at_ms for _, at_ms in said])
    assert np.abs(known - begins_s * 1000).max() < 50
    assert [at_ms for _, at_ms in said] == sorted(at_ms for _, at_ms in said)


def test_gone_on_with_it_plays_from_a_second_before_it_was_paused(
    player: SoundPlayer, listener: Listener, tmp_path: Path
):
    write_counter(tmp_path / "a.wav", 8)
    player.play(one_span("a.wav", 8), tmp_path, 0, 8_000)
    until(lambda: (player.at_ms() or 0) > 2_000, "two seconds")
    player.pause()
    assert player.paused
    listener.pass_s(0.5)
    paused_ms, frame = player.at_ms(), listener.frames
    before = indices(listener.sound())
    assert paused_ms is not None
    listener.pass_s(0.5)
    assert player.at_ms() == paused_ms
    assert not listener.sound()[frame:].any()
    player.resume()
    assert not player.paused
    until(lambda: (player.at_ms() or 0) > paused_ms, "the place of the pause")
    after = indices(listener.sound())[frame:]
    last, first = int(before.max()), int(after[after >= 0][0])
    assert last + 1 == pytest.approx(paused_ms * RATE / 1000, abs=RATE / 1000)
    assert last + 1 - first == pytest.approx(RATE, abs=RATE / 1000)


def test_what_is_paused_for_long_lets_go_of_the_device_and_goes_on_all_the_same(
    player: SoundPlayer, listener: Listener, tmp_path: Path
):
    write_counter(tmp_path / "a.wav", 8)
    player.play(one_span("a.wav", 8), tmp_path, 0, 8_000)
    until(lambda: (player.at_ms() or 0) > 1_500, "some sound")
    player.pause()
    listener.pass_s(KEPT_OPEN_S + 2 * TIDY_EVERY_S + 0.5)
    paused_ms, frame = player.at_ms(), listener.frames
    assert paused_ms is not None
    assert player.paused
    player.resume(500)
    until(lambda: (player.at_ms() or 0) > paused_ms + 200, "what follows the pause")
    after = indices(listener.sound())[frame:]
    assert after[after >= 0][0] * 1000 / RATE == pytest.approx(paused_ms - 500, abs=2)


def test_a_jump_goes_on_elsewhere_and_back_beyond_the_beginning(
    player: SoundPlayer, listener: Listener, tmp_path: Path
):
    write_counter(tmp_path / "a.wav", 30)
    player.play(one_span("a.wav", 30), tmp_path, 15_000, 30_000)
    until(lambda: (player.at_ms() or 0) > 15_500, "some sound")
    player.skip(-5_000)
    until(lambda: 10_900 < (player.at_ms() or 0) < 15_000, "a place before")
    player.skip(10_000)
    until(lambda: (player.at_ms() or 0) > 21_200, "the place ten seconds after")
    player.pause()
    paused_ms = player.at_ms()
    player.skip(-18_000)
    at_ms = player.at_ms()
    assert paused_ms is not None
    assert at_ms is not None
    assert at_ms == pytest.approx(paused_ms - 18_000, abs=500)
    assert player.paused
    player.resume(0)
    until(lambda: (player.at_ms() or 0) > at_ms + 300, "some sound")
    player.skip(60_000)
    until(lambda: player.at_ms() is None, "the end")
    stretches = unbroken(indices(listener.sound()))
    jumps_s = [(after[0] - before[1]) / RATE for before, after in pairwise(stretches)]
    assert jumps_s == pytest.approx([-5, 10, -18], abs=0.5)


def unbroken(heard: npt.NDArray[np.int64]) -> list[tuple[int, int]]:
    """The first and last index of every stretch that is played as it was recorded, for a tenth of a second or more."""
    heard = heard[heard >= 0]
    edges = np.flatnonzero(np.diff(heard) != 1)
    runs = zip([0, *(edges + 1)], [*edges, len(heard) - 1], strict=True)
    return [(int(heard[begin]), int(heard[end])) for begin, end in runs if end - begin > RATE // 10]


def test_of_many_plays_at_once_only_the_last_is_heard(player: SoundPlayer, listener: Listener, tmp_path: Path):
    write_counter(tmp_path / "a.wav", 30)
    timeline = one_span("a.wav", 30)
    for number in range(10):
        threading.Thread(target=player.play, args=(timeline, tmp_path, number * 2_000, 30_000)).start()
    until(lambda: (player.at_ms() or 0) > 18_500, "the last")
    listener.pass_s(0.3)
    heard = indices(listener.sound())[-RATE // 4 :]
    assert np.array_equal(np.diff(heard), np.ones(len(heard) - 1))
    assert heard[0] > 18 * RATE


def test_two_tracks_are_heard_on_their_sides(player: SoundPlayer, listener: Listener, tmp_path: Path):
    t = np.arange(3 * RATE) / RATE
    soundfile.write(tmp_path / "own.wav", 0.5 * np.sin(2 * np.pi * 440 * t), RATE)
    there = np.arange(3 * 16_000) / 16_000
    soundfile.write(tmp_path / "line.wav", 0.5 * np.sin(2 * np.pi * 880 * there) * (there > 1.5), 16_000)
    track = Track("line", 16_000, 1, 3 * 16_000, 500, (AudioPart("line.wav", 0, 3 * 16_000),))
    span = Span(1, 0, RATE, 1, 3 * RATE, (AudioPart("own.wav", 0, 3 * RATE),), beside=track)
    player.play(Timeline([span]), tmp_path, 1_000, 3_000)
    heard = heard_to_the_end(player, listener).astype(np.float64)
    for side, hertz in ((0, 440), (1, 880)):
        spectrum = np.abs(np.fft.rfft(heard[RATE : 2 * RATE, side]))
        assert np.argmax(spectrum) == pytest.approx(hertz, abs=2)
    assert np.flatnonzero(np.abs(heard[:, 1]) > 1_000)[0] == pytest.approx(RATE, abs=RATE // 100)


def test_clips_of_other_rates_and_widths_follow_without_a_hole(player: SoundPlayer, listener: Listener, tmp_path: Path):
    parts, spans, start_ms = [("a.wav", 48_000, 2), ("b.wav", 16_000, 1), ("c.wav", 44_100, 2)], [], 0
    for number, (name, rate, channels) in enumerate(parts, 1):
        tone = 0.5 * np.sin(2 * np.pi * 500 * np.arange(rate) / rate)
        soundfile.write(tmp_path / name, np.repeat(tone[:, None], channels, axis=1), rate)
        spans.append(Span(number, start_ms, rate, channels, rate, (AudioPart(name, 0, rate),)))
        start_ms += 5_000
    player.play(Timeline(spans), tmp_path, 0, 20_000)
    heard = heard_to_the_end(player, listener)[:, 0].astype(np.float64)
    assert len(heard) == pytest.approx(3 * RATE, abs=RATE // 500)
    loudness = np.sqrt((heard[: len(heard) // 480 * 480].reshape(-1, 480) ** 2).mean(axis=1))
    assert loudness.min() > 0.9 * np.median(loudness)
    assert np.abs(np.diff(heard)).max() < 3_000


def test_stopped_it_is_silent_and_a_file_that_is_gone_is_named(player: SoundPlayer, listener: Listener, tmp_path: Path):
    write_counter(tmp_path / "a.wav", 30)
    timeline = one_span("a.wav", 30)
    player.play(timeline, tmp_path, 0, 30_000)
    until(lambda: (player.at_ms() or 0) > 300, "some sound")
    player.stop()
    assert player.at_ms() is None
    listener.pass_s(0.4)
    frame = listener.frames
    listener.pass_s(0.2)
    assert not listener.sound()[frame:].any()
    (tmp_path / "a.wav").unlink()
    with pytest.raises(AudioError, match=r"no audio file .*a\.wav"):
        player.play(timeline, tmp_path, 0, 1_000)
