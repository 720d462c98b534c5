"""A sentence had again while typing along: which one is meant, what follows it, and what else the keys do."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from interview_tui.errors import AudioError
from interview_tui.interview.events import AudioPart, Stretch
from interview_tui.interview.timeline import Span, Timeline
from interview_tui.record.review.log import Log
from interview_tui.record.transcript import INTERVIEWER, RESPONDENT
from interview_tui.record.under_review import under_review
from interview_tui.tui.desk import Lying
from interview_tui.tui.replay import JUMP_MS, REACTION_MS, Replay
from tests.fake_player import FakePlayer
from tests.record.talking import Call, transcript, turn

RATE = 48_000
BEGIN_MS, END_MS = 18_000, 60_000
FIRST, SECOND = Stretch(30_000, 32_000), Stretch(32_000, 34_000)
ANSWER, LAST = Stretch(35_000, 39_500), Stretch(39_500, 40_000)
TALK = [
    turn(1, INTERVIEWER, 30_000, 34_000, "So how was it? What came of it?"),
    turn(2, RESPONDENT, 35_000, 40_000, "Well we went on and on the whole day. Yes."),
]


@pytest.fixture
def lying() -> Lying:
    """A call that is recorded from 18 to 60 s, with talk from 30 to 39.4 s."""
    frames = (END_MS - BEGIN_MS) * RATE // 1000
    timeline = Timeline([Span(1, BEGIN_MS, RATE, 2, frames, (AudioPart("a.wav", 0, frames),))])
    found = under_review(Call().interview, transcript(*TALK), Log([]))
    return Lying(found, timeline, Path("P01"), playable=True)


@pytest.fixture
def player() -> FakePlayer:
    return FakePlayer()


@pytest.fixture
def replay(player: FakePlayer) -> Replay:
    return Replay(player)


def heard(replay: Replay, player: FakePlayer, until_ms: int) -> None:
    """Listen up to a moment, looked at four times a second, as screens do."""
    while (at_ms := player.at_ms()) is not None and at_ms < until_ms:
        replay.shown(0)
        player.clock.advance(min(250, until_ms - at_ms))


async def test_a_sentence_is_played_again_and_what_follows_it_to_where_it_was_to_be_played(
    replay: Replay, player: FakePlayer, lying: Lying
):
    await replay.play(lying, Stretch(30_000, 39_000))
    heard(replay, player, 33_000)
    assert await replay.repeat(lying, 0) == SECOND
    assert player.played[-1] == (32_000, 39_000)
    heard(replay, player, 38_000)
    assert await replay.repeat(lying, 0) == ANSWER
    assert player.played[-1] == (35_000, 39_500), "the sentence is played whole"


async def test_just_after_a_sentence_it_is_still_meant_and_asked_for_again_at_once_it_is_the_one_before(
    replay: Replay, player: FakePlayer, lying: Lying
):
    await replay.play(lying, Stretch(30_000, 40_000))
    heard(replay, player, SECOND.start_ms + REACTION_MS - 100)
    assert await replay.repeat(lying, 0) == FIRST
    heard(replay, player, ANSWER.start_ms + REACTION_MS + 100)
    assert await replay.repeat(lying, 0) == ANSWER
    assert [await replay.repeat(lying, 0) for _ in range(3)] == [SECOND, FIRST, FIRST]
    await replay.do("faster")
    await replay.do("faster")
    assert player.speed == 1.5
    heard(replay, player, SECOND.start_ms + REACTION_MS + 100)
    assert await replay.repeat(lying, 0) == FIRST, "half a second of the listener's is more of the call at this speed"


async def test_what_was_heard_last_is_known_when_it_ended_was_stopped_or_is_paused(
    replay: Replay, player: FakePlayer, lying: Lying
):
    assert replay.heard_ms() is None
    await replay.play(lying, Stretch(35_000, 40_000))
    heard(replay, player, 41_000)
    player.clock.advance(60_000)
    assert replay.shown(0) == ""
    assert replay.heard_ms() == 40_000
    assert await replay.repeat(lying, 0) == LAST
    await replay.play(lying, Stretch(30_000, 40_000))
    heard(replay, player, 33_100)
    await replay.do("stop")
    assert player.at_ms() is None
    assert replay.heard_ms() == 33_100
    assert await replay.repeat(lying, 0) == SECOND
    heard(replay, player, 39_300)
    await replay.do("stop")
    assert replay.heard_ms() == 39_300, "just before the end it was stopped, and has not ended"
    await replay.play(lying, Stretch(30_000, 40_000))
    heard(replay, player, 33_900)
    await replay.toggle()
    assert player.paused
    assert "0:33 paused" in replay.shown(0)
    assert await replay.repeat(lying, 0) == SECOND
    assert not player.paused
    heard(replay, player, 38_000)
    player.stop()  # another screen does
    assert replay.heard_ms() == pytest.approx(38_000, abs=250)


async def test_what_another_part_of_the_program_plays_is_repeated_as_well(
    replay: Replay, player: FakePlayer, lying: Lying
):
    player.play(lying.timeline, lying.folder, 36_000, 38_000)
    heard(replay, player, 37_000)
    assert await replay.repeat(lying, 0) == ANSWER


async def test_before_anything_was_heard_it_is_the_sentence_where_the_reader_is(
    replay: Replay, player: FakePlayer, lying: Lying
):
    assert await replay.repeat(lying, 29_999) is None
    assert player.played == []
    assert await replay.repeat(lying, 32_000) == SECOND
    assert player.played == [(32_000, END_MS)]


async def test_jumps_stay_within_what_was_recorded_and_speed_within_its_steps(
    replay: Replay, player: FakePlayer, lying: Lying
):
    await replay.play(lying, Stretch(30_000, 60_000))
    await replay.do("on")
    assert player.at_ms() == 30_000 + JUMP_MS
    for _ in range(5):
        await replay.do("back")
    assert player.at_ms() == BEGIN_MS
    await asyncio.gather(*(replay.do("slower") for _ in range(9)))
    assert player.speed == 0.5
    assert "0.5×" in replay.shown(0)
    for _ in range(9):
        await replay.do("faster")
    assert player.speed == 2


async def test_without_a_device_it_says_so_and_nothing_counts_as_heard(lying: Lying):
    player = FakePlayer(available=False)
    replay = Replay(player)
    with pytest.raises(AudioError, match="no sound device"):
        await replay.play(lying, FIRST)
    with pytest.raises(AudioError, match="no sound device"):
        await replay.repeat(lying, 31_000)
    assert replay.heard_ms() is None
    assert await replay.repeat(lying, 0) is None
