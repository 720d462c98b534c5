"""What is found on the channels of a recording, the same while it grows as afterwards."""

import json
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview_tui.transcribe.listening import blocks as listening
from interview_tui.transcribe.listening.blocks import BLOCK, EARLY_BLOCK, LOOK_AHEAD, Block, listen
from interview_tui.transcribe.listening.crosstalk import FRAME
from interview_tui.transcribe.listening.sound import RATE, Passage, Samples, passages
from tests.transcribe.making import clip_of, joined, kennedy, silence, two_people, written
from tests.transcribe.worker_entry import read_sound

SHORT_BLOCK = 400 * FRAME
BAD_MICROPHONE = Path(__file__).parents[3] / "shared" / "bench" / "speech" / "mfa_cold_corpus3.flac"


@pytest.fixture(autouse=True)
def even_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of a minute from the first on."""
    monkeypatch.setattr(listening, "EARLY_BLOCK", BLOCK)


@pytest.fixture
def short_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 12.8 seconds."""
    monkeypatch.setattr(listening, "BLOCK", SHORT_BLOCK)
    monkeypatch.setattr(listening, "EARLY_BLOCK", SHORT_BLOCK)


@pytest.fixture
def early_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks as they are: three in the first minute."""
    monkeypatch.setattr(listening, "EARLY_BLOCK", EARLY_BLOCK)


def passage_of(folder: Path, sound: Samples) -> Passage:
    """A recording that is one passage."""
    (passage,) = passages([clip_of(written(folder / "sound.wav", sound))])
    return passage


def blocks_of(folder: Path, sound: Samples) -> list[Block]:
    return list(listen(passage_of(folder, sound), read_sound, [], final=True))


def cut_short(passage: Passage, samples: int) -> Passage:
    """As much of a passage as was recorded up to there."""
    (clip,) = passage.clips
    return Passage((replace(clip, frames=samples * clip.rate // RATE),))


def spoken(blocks: list[Block], channel: int, start_s: float, end_s: float) -> float:
    """The share of this stretch that is speech."""
    low, high = start_s * RATE, end_s * RATE
    ranges = [pair for block in blocks for pair in block.speech[channel]]
    return sum(max(0.0, min(last, high) - max(first, low)) for first, last in ranges) / (high - low)


def test_each_voice_is_found_on_its_own_channel_only(tmp_path: Path) -> None:
    blocks = blocks_of(tmp_path, two_people())
    for channel, own, others in ((0, (1.2, 3.0), (9.2, 13.2)), (1, (9.4, 13.2), (1.2, 3.0))):
        assert spoken(blocks, channel, *own) > 0.7
        assert spoken(blocks, channel, *others) == 0.0
    assert not any(block.one_sound for block in blocks)
    assert blocks[-1].leaks == pytest.approx((-20.0, -20.0), abs=1.5)


def test_a_channel_is_closed_where_the_other_speaks(tmp_path: Path) -> None:
    (block,) = blocks_of(tmp_path, two_people())
    assert any(first < 10 * RATE and last > 13 * RATE for first, last in block.closed[0])
    assert not any(first < 11 * RATE < last for first, last in block.closed[1])


def test_one_channel_is_listened_to_as_it_is(tmp_path: Path) -> None:
    (block,) = blocks_of(tmp_path, two_people().mean(axis=1, dtype=np.float32))
    assert block.one_sound
    assert block.closed == ((),)
    assert min(spoken([block], 0, 1.2, 3.0), spoken([block], 0, 9.4, 13.2)) > 0.7


def test_one_microphone_in_stereo_is_heard_once(tmp_path: Path) -> None:
    voice = joined(silence(1), kennedy())
    (block,) = blocks_of(tmp_path, np.stack([voice, voice], axis=1))
    assert block.one_sound
    assert len(block.speech) == len(block.quietest) == 1


@pytest.mark.usefixtures("short_blocks")
def test_two_lines_with_the_same_noise_before_anybody_speaks_stay_two(tmp_path: Path) -> None:
    noise = np.random.default_rng(5).standard_normal((90 * RATE, 1)).astype(np.float32) * np.float32(1e-4)
    sound = np.concatenate([np.zeros((51 * RATE, 2), np.float32), two_people()]) + noise
    blocks = blocks_of(tmp_path, sound.astype(np.float32))
    assert not any(block.one_sound for block in blocks[4:])
    assert spoken(blocks, 0, 71.2, 73.0) > 0.8
    assert spoken(blocks, 1, 71.2, 73.0) == 0.0


def test_a_dead_channel_holds_no_speech(tmp_path: Path) -> None:
    voice = joined(silence(1), kennedy())
    (block,) = blocks_of(tmp_path, np.stack([np.zeros_like(voice), voice], axis=1))
    assert block.speech[0] == ()
    assert spoken([block], 1, 1.5, 3.0) > 0.8


def test_silence_holds_nothing(tmp_path: Path) -> None:
    assert [block.speech for block in blocks_of(tmp_path, silence(70))] == [((),), ((),)]


@pytest.mark.usefixtures("short_blocks")
@pytest.mark.parametrize("channels", [1, 2])
def test_a_growing_recording_is_heard_as_if_it_were_whole(tmp_path: Path, channels: int) -> None:
    sound = np.concatenate([two_people(), two_people()])
    passage = passage_of(tmp_path, sound if channels == 2 else sound[:, 0])
    whole = list(listen(passage, read_sound, [], final=True))
    growing: list[Block] = []
    for samples in range(3 * RATE, passage.samples, 7 * RATE):
        growing.extend(listen(cut_short(passage, samples), read_sound, growing, final=False))
        assert growing == whole[: len(growing)]
        assert len(growing) == max(0, (samples - LOOK_AHEAD) // SHORT_BLOCK)
    growing.extend(listen(passage, read_sound, growing, final=True))
    assert growing == whole


@pytest.mark.usefixtures("short_blocks")
def test_blocks_follow_one_another_to_the_end_of_the_passage(tmp_path: Path) -> None:
    passage = cut_short(passage_of(tmp_path, two_people()), 30 * RATE + 77)
    blocks = list(listen(passage, read_sound, [], final=True))
    assert [block.first for block in blocks] == [0, SHORT_BLOCK, 2 * SHORT_BLOCK]
    assert blocks[-1].last == passage.samples
    assert all(one.last == other.first for one, other in pairwise(blocks))
    for block in blocks:
        for ranges in (*block.speech, *block.closed):
            assert all(block.first <= first < last <= block.last for first, last in ranges)


@pytest.mark.usefixtures("short_blocks")
def test_speech_over_the_edge_of_a_block_goes_up_to_it_on_both_sides(tmp_path: Path) -> None:
    at = SHORT_BLOCK / RATE
    sound = joined(silence(at - 1.3), kennedy()[: int(2.3 * RATE)], silence(6))
    before, after, *_ = blocks_of(tmp_path, sound)
    assert before.speech[0][-1][1] == SHORT_BLOCK == after.speech[0][0][0]


def test_a_long_stretch_has_quiet_places_in_it(tmp_path: Path) -> None:
    (block,) = blocks_of(tmp_path, joined(silence(1), kennedy()))
    for first, last in block.speech[0]:
        places = [place for place in block.quietest[0] if first <= place < last]
        assert all(after - before <= 4 * RATE for before, after in pairwise([first, *places, last]))


def test_a_block_survives_its_json_form(tmp_path: Path) -> None:
    for block in blocks_of(tmp_path, two_people()):
        assert Block.from_json(json.loads(json.dumps(block.to_json()))) == block


def test_a_block_is_a_whole_number_of_frames() -> None:
    assert BLOCK % FRAME == EARLY_BLOCK % FRAME == listening.WARM_UP % FRAME == 0


@pytest.mark.usefixtures("early_blocks")
def test_the_first_minute_is_listened_to_in_three_blocks_growing_or_not(tmp_path: Path) -> None:
    passage = passage_of(tmp_path, np.concatenate([two_people(), two_people(), two_people()]))
    whole = list(listen(passage, read_sound, [], final=True))
    ends = [round(block.last / RATE, 1) for block in whole]
    assert ends == [20.0, 40.0, 60.0, 117.0]
    growing: list[Block] = []
    for seconds, count in ((20, 0), (21, 1), (59, 2), (61, 3), (116, 3)):
        growing.extend(listen(cut_short(passage, seconds * RATE), read_sound, growing, final=False))
        assert growing == whole[:count]


@pytest.mark.usefixtures("short_blocks")
def test_little_is_read_at_once_and_hardly_anything_twice(tmp_path: Path) -> None:
    asked: list[int] = []

    def reading(path: Path, first_frame: int, frames: int, channel: int) -> Samples:
        asked.append(frames)
        return read_sound(path, first_frame, frames, channel)

    passage = passage_of(tmp_path, np.concatenate([two_people(), two_people()]))
    blocks = list(listen(passage, reading, [], final=True))
    extra = listening.WARM_UP + LOOK_AHEAD
    assert max(asked) <= SHORT_BLOCK + extra
    assert sum(asked) <= 2 * (passage.samples + len(blocks) * extra)


@pytest.mark.parametrize("samples", [1, FRAME, RATE // 2, 2 * RATE - 1])
@pytest.mark.parametrize("channels", [1, 2])
def test_what_little_is_left_between_two_stretches_taken_back_is_listened_to(
    tmp_path: Path, samples: int, channels: int
) -> None:
    sound = two_people()[RATE : RATE + samples, :channels]
    (block,) = listen(passage_of(tmp_path, sound), read_sound, (), final=True)
    assert (block.first, block.last) == (0, samples)


@pytest.mark.skipif(not BAD_MICROPHONE.exists(), reason="the bench of real speech is not beside this checkout")
@pytest.mark.parametrize("gain", [1.0, 0.4, 0.2])
def test_a_voice_on_a_bad_microphone_is_found_however_loud_it_is(tmp_path: Path, gain: float) -> None:
    sound, rate = soundfile.read(BAD_MICROPHONE, dtype="float32")
    assert rate == RATE
    (block,) = blocks_of(tmp_path, sound * np.float32(gain))
    assert spoken([block], 0, 1.5, 23.5) > 0.75
