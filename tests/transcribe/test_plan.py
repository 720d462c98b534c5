"""What of a recording is heard, by whom it is said, and what is heard around it."""

import json
from pathlib import Path

import numpy as np
import pytest

from interview_tui.transcribe.plan import CAREFUL_PAD, PAD, Chunk, Plan, make_plan
from interview_tui.transcribe.sound import RATE, Passage, Samples, passages
from tests.transcribe.making import clip_of, joined, kennedy, silence, two_people, written
from tests.transcribe.worker_entry import read_sound


def plan_of(folder: Path, sound: Samples, interviewer_channel: int = 0) -> tuple[Plan, Passage]:
    """The plan of a recording that is one passage."""
    (passage,) = passages([clip_of(written(folder / "sound.wav", sound))])
    return make_plan([passage], read_sound, interviewer_channel), passage


def starts(chunks: list[Chunk]) -> list[int]:
    """At which second each begins."""
    return [round(chunk.first / RATE) for chunk in chunks]


def test_each_channel_is_one_persons(tmp_path: Path) -> None:
    plan, _ = plan_of(tmp_path, two_people())
    assert [chunk.speaker for chunk in plan.chunks] == ["interviewer", "respondent"] * 2
    assert starts(list(plan.chunks)) == [1, 9, 20, 29]
    assert "by channel" in plan.note


def test_the_interviewer_may_be_on_the_other_channel(tmp_path: Path) -> None:
    plan, _ = plan_of(tmp_path, two_people(), interviewer_channel=1)
    assert [chunk.speaker for chunk in plan.chunks] == ["respondent", "interviewer"] * 2


def test_voices_on_one_channel_are_not_told_apart(tmp_path: Path) -> None:
    plan, _ = plan_of(tmp_path, two_people().mean(axis=1, dtype=np.float32))
    assert {chunk.speaker for chunk in plan.chunks} == {"unknown"}
    assert "one channel" in plan.note


def test_one_microphone_in_stereo_is_heard_once(tmp_path: Path) -> None:
    voice = joined(silence(1), kennedy())
    plan, _ = plan_of(tmp_path, np.stack([voice, voice], axis=1))
    assert {(chunk.channel, chunk.speaker) for chunk in plan.chunks} == {(0, "unknown")}
    assert "same sound" in plan.note


def test_a_dead_channel_tells_nobody_apart(tmp_path: Path) -> None:
    voice = joined(silence(1), kennedy())
    plan, _ = plan_of(tmp_path, np.stack([np.zeros_like(voice), voice], axis=1))
    assert {(chunk.channel, chunk.speaker) for chunk in plan.chunks} == {(1, "unknown")}


def test_silence_has_no_chunks(tmp_path: Path) -> None:
    assert plan_of(tmp_path, silence(20))[0].chunks == ()


def test_a_plan_survives_its_json_form(tmp_path: Path) -> None:
    plan, _ = plan_of(tmp_path, two_people())
    assert Plan.from_json(json.loads(json.dumps(plan.to_json()))) == plan


def test_the_sound_of_a_chunk_is_its_own_channel_with_its_pad(tmp_path: Path) -> None:
    recorded = two_people()
    plan, passage = plan_of(tmp_path, recorded)
    chunk = plan.chunks[1]
    heard = chunk.sound(passage, read_sound, PAD)
    assert len(heard) == chunk.last - chunk.first + 2 * PAD
    middle = slice(chunk.first + RATE, chunk.first + 2 * RATE)
    assert np.allclose(heard[PAD + RATE : PAD + 2 * RATE], recorded[middle, 1], atol=1e-3)


def test_a_careful_hearing_has_more_sound_around_the_same_chunk(tmp_path: Path) -> None:
    plan, passage = plan_of(tmp_path, two_people())
    chunk = plan.chunks[1]
    plain, careful = chunk.sound(passage, read_sound, PAD), chunk.sound(passage, read_sound, CAREFUL_PAD)
    assert len(careful) - len(plain) == 2 * (CAREFUL_PAD - PAD)
    assert np.allclose(careful[CAREFUL_PAD:-CAREFUL_PAD], plain[PAD:-PAD])


@pytest.mark.parametrize("leak", [-20.0, -60.0])
def test_the_others_voice_is_silent_in_what_is_heard(tmp_path: Path, leak: float) -> None:
    plan, passage = plan_of(tmp_path, two_people(leak))
    left = [chunk for chunk in plan.chunks if chunk.channel == 0]
    heard = left[0].sound(passage, read_sound, CAREFUL_PAD)
    assert left[0].last / RATE < 4.0
    assert np.abs(heard).max() > 0.1


def test_how_much_has_been_listened_to_is_told(tmp_path: Path) -> None:
    told: list[float] = []
    (passage,) = passages([clip_of(written(tmp_path / "sound.wav", two_people()))])
    make_plan([passage], read_sound, 0, told.append)
    assert sum(told) == pytest.approx(2 * passage.seconds, rel=0.01)
