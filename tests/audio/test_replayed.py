"""What is heard at the speaker is what a reviewer asked for: a field with a stretch taken back in it, slower or faster,
and after jumps. Every moment of the recording has a pitch of its own, so that what is heard tells where it lies.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from interview_tui import monotonic
from interview_tui.audio.playing.player import SoundPlayer
from interview_tui.interview.events import Stretch
from interview_tui.interview.sound import AudioPart
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.record.review.log import Log
from interview_tui.record.transcript import INTERVIEWER
from interview_tui.record.under_review import under_review
from interview_tui.tui.desk import Lying
from interview_tui.tui.replay import JUMP_MS, Replay
from tests.audio.listening import Listener, listening, spoken
from tests.audio.signals import RATE, until
from tests.audio.virtual_sound import VirtualSound
from tests.record.talking import Call, transcript, turn

pytestmark = [pytest.mark.device, pytest.mark.heard, pytest.mark.usefixtures("sound")]
LOWEST_HZ, HZ_A_MS = 500, 0.4
RECORDED_S = 15
FIELD, WITHHELD = Stretch(4_000, 13_300), Stretch(6_000, 9_000)
WINDOW, HOP = RATE // 50, RATE // 100
WITHIN_MS, EDGE_MS = 50, 20
Places = npt.NDArray[np.float64]


@pytest.fixture
def player() -> Iterator[SoundPlayer]:
    made = SoundPlayer()
    yield made
    made.close()


@pytest.fixture
def listener(sound: VirtualSound) -> Iterator[Listener]:
    with listening(sound) as made:
        yield made


@pytest.fixture
def lying(tmp_path: Path) -> Lying:
    """A call of which a stretch was taken back, and its sound."""
    t_ms = np.arange(RECORDED_S * RATE) * 1000 / RATE
    turns = 2 * np.pi * (LOWEST_HZ * t_ms + HZ_A_MS * t_ms**2 / 2) / 1000
    soundfile.write(tmp_path / "a.wav", np.repeat(0.5 * np.sin(turns)[:, None], 2, axis=1), RATE, subtype="PCM_16")
    span = Span(1, 0, RATE, 2, RECORDED_S * RATE, (AudioPart("a.wav", 0, RECORDED_S * RATE),))
    talk = transcript(turn(1, INTERVIEWER, 9_500, 12_500, "How was it? What came then?"))
    found = under_review(Call().interview, talk, Log([]))
    return Lying(found, Timeline([span], [WITHHELD]), tmp_path, playable=True)


def places(sound: npt.NDArray[np.int16]) -> Places:
    """Where on the call clock lies what is heard, every 10 ms, by its pitch."""
    windows = np.lib.stride_tricks.sliding_window_view(sound[:, 0].astype(np.float64), WINDOW)[::HOP]
    spectra = np.abs(np.fft.rfft(windows * np.hanning(WINDOW), 16 * WINDOW))
    hz = np.argmax(spectra, axis=1) * RATE / (16 * WINDOW)
    return (hz - LOWEST_HZ) / HZ_A_MS


def played(at_ms: npt.ArrayLike) -> Places:
    """Moments of the call clock, counted in what was recorded and not taken back."""
    at = np.asarray(at_ms, np.float64)
    return at - np.clip(at - WITHHELD.start_ms, 0, WITHHELD.end_ms - WITHHELD.start_ms)


def unbroken(heard: Places) -> list[Places]:
    """What is heard, in pieces between jumps."""
    return np.split(heard, np.flatnonzero(np.abs(np.diff(heard)) > 500) + 1)


@dataclass(frozen=True)
class Pressed:
    """Where a jump leads, of what was recorded: it counts from what is heard while the player takes it in."""

    least_ms: float
    most_ms: float


class Reviewer:
    """Who listens and presses keys."""

    def __init__(self, player: SoundPlayer, listener: Listener) -> None:
        self.player, self.listener, self.replay = player, listener, Replay(player)
        self.pressed: list[Pressed] = []

    async def until(self, done: Callable[[int | None], bool]) -> None:
        """Listen until the player is where it is wanted."""
        await asyncio.to_thread(until, lambda: done(self.player.at_ms()), "the place")

    async def jumps(self, command: str, by_ms: int, at_ms: int) -> None:
        """Press a key that jumps, at a moment of the call clock."""
        await self.until(lambda now_ms: now_ms is not None and now_ms >= at_ms)
        before_ns, from_ms = monotonic.now_ns(), self.player.at_ms()
        assert from_ms is not None
        await self.replay.do(command)
        taken_ms = (monotonic.now_ns() - before_ns) / 1e6
        least_ms = float(played(from_ms)) + by_ms
        self.pressed.append(Pressed(least_ms, least_ms + taken_ms * self.player.speed))


@pytest.mark.parametrize("speed", [1.0, 1.5])
async def test_a_field_is_heard_as_asked_for_without_what_was_taken_back_and_after_jumps_where_they_lead(
    speed: float, player: SoundPlayer, listener: Listener, lying: Lying
):
    reviewer = Reviewer(player, listener)
    player.set_speed(speed)
    await reviewer.replay.play(lying, FIELD)
    await reviewer.jumps("on", JUMP_MS, 4_700)
    await reviewer.jumps("back", -JUMP_MS, 12_900)
    await reviewer.until(lambda at_ms: at_ms is None)
    listener.pass_s(0.3)
    assert player.trouble == ""

    heard = places(spoken(listener.sound()))
    assert not np.any((heard > WITHHELD.start_ms + EDGE_MS) & (heard < WITHHELD.end_ms - EDGE_MS))
    pieces = unbroken(played(heard))
    for piece in pieces:
        asked = piece[0] + np.arange(len(piece)) * HOP * 1000 / RATE * speed
        assert np.abs(piece - asked).max() < WITHIN_MS, "no hole, no stumbling, and the speed that was asked for"
    assert pieces[0][0] == pytest.approx(played(FIELD.start_ms), abs=WITHIN_MS)
    assert pieces[-1][-1] == pytest.approx(played(FIELD.end_ms), abs=WITHIN_MS)
    for pressed, piece in zip(reviewer.pressed, pieces[1:], strict=True):
        assert pressed.least_ms - WITHIN_MS < piece[0] < pressed.most_ms + WITHIN_MS


async def test_a_sentence_had_again_is_heard_from_its_first_word_to_where_it_was_to_be_played(
    player: SoundPlayer, listener: Listener, lying: Lying
):
    reviewer = Reviewer(player, listener)
    await reviewer.replay.play(lying, Stretch(9_500, 11_500))
    await reviewer.until(lambda at_ms: at_ms is not None and at_ms > 10_600)
    assert await reviewer.replay.repeat(lying, 0) == Stretch(9_500, 11_000)
    await reviewer.until(lambda at_ms: at_ms is None)
    listener.pass_s(0.3)
    first, again = unbroken(places(spoken(listener.sound())))
    assert first[0] == pytest.approx(9_500, abs=WITHIN_MS)
    assert again[0] == pytest.approx(9_500, abs=WITHIN_MS)
    assert again[-1] == pytest.approx(11_500, abs=WITHIN_MS)
