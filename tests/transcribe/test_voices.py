"""Two voices on one channel: heard by the real networks, learnt from the call, and given to words."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile
import soxr

from interview_tui.transcribe.engines.engine import HeardWord
from interview_tui.transcribe.listening.sound import RATE, Passage, Samples, SoundClip
from interview_tui.transcribe.voices import networks as network_files
from interview_tui.transcribe.voices.fbank import fbank
from interview_tui.transcribe.voices.networks import Networks
from interview_tui.transcribe.voices.telling_apart import DOUBTFUL, Voice, only_one, tell_apart

JFK = Path(__file__).parents[1] / "data" / "jfk.flac"
CALL = Path(__file__).parents[3] / "shared" / "bench" / "speech" / "call1_mono8k_ulaw.flac"
REHEARSAL = Path(network_files.__file__).parents[2] / "data" / "rehearsal"
TALK_S = 32
DATA = Path(network_files.__file__).parents[2] / "data" / "voices"


def kennedy() -> Samples:
    return np.asarray(soundfile.read(JFK, dtype="float32")[0])


class Memory:
    """Reads sounds that lie in memory, by the name of their file."""

    def __init__(self, **sounds: Samples) -> None:
        self.sounds = sounds

    def __call__(self, path: Path, first_frame: int, frames: int, channel: int) -> Samples:
        assert channel == 0
        return self.sounds[path.name][first_frame : first_frame + frames]

    def passages(self) -> list[Passage]:
        return [
            Passage((SoundClip(Path(name), 0, len(sound), RATE, RATE, 0, 1),)) for name, sound in self.sounds.items()
        ]


def words(start_s: float, end_s: float) -> list[HeardWord]:
    """A word every 0.3 s."""
    return [
        HeardWord("word", round(at * 1000), round(at * 1000) + 300, 1.0)
        for at in np.arange(start_s, end_s - 0.3, 0.3).tolist()
    ]


@dataclass(frozen=True)
class Talk:
    """Sound of two people on one channel, its words, and who says them: 0 speaks first."""

    sound: Samples
    words: list[HeardWord]
    who: list[int]


@pytest.fixture(scope="module")
def talk() -> Talk:
    """Half a minute of the rehearsal's call, mixed to one channel."""
    both = soundfile.read(REHEARSAL / "call.ogg", dtype="float32", frames=TALK_S * RATE)[0]
    captions = json.loads((REHEARSAL / "captions.json").read_text(encoding="utf-8"))["call"]["captions"]
    said, who = list[HeardWord](), list[int]()
    for caption in captions:
        if caption["end_ms"] < TALK_S * 1000:
            spoken = words(caption["start_ms"] / 1000, caption["end_ms"] / 1000)
            said += spoken
            who += [int(caption["speaker"] != captions[0]["speaker"])] * len(spoken)
    return Talk(np.asarray(both.mean(axis=1), dtype=np.float32), said, who)


@pytest.fixture(scope="module")
def told(talk: Talk) -> list[Voice]:
    """Who speaks in it."""
    memory = Memory(call=talk.sound)
    return tell_apart(memory.passages(), [talk.words], memory)[0]


def test_features_are_those_of_kaldi():
    features = fbank(kennedy()[RATE : 2 * RATE])
    assert features.shape == (98, 80)
    recorded = {(0, 0): -9.4308, (0, 79): -10.5718, (20, 10): -1.9279, (50, 40): -1.3556, (97, 5): -4.9341}
    assert {place: float(features[place]) for place in recorded} == pytest.approx(recorded, abs=2e-3)


@pytest.mark.parametrize("samples", [0, 399, 400, 560])
def test_only_whole_frames_have_features(samples):
    assert len(fbank(np.zeros(samples, dtype=np.float32))) == {0: 0, 399: 0, 400: 1, 560: 2}[samples]


def test_silence_has_features_and_they_are_finite():
    assert np.isfinite(fbank(np.zeros(RATE, dtype=np.float32))).all()


def test_the_networks_are_the_ones_whose_origin_is_written_down():
    about = (DATA / "README.md").read_text(encoding="utf-8")
    for name in ("campplus.onnx", "segmentation.onnx"):
        assert f"`{hashlib.sha256((DATA / name).read_bytes()).hexdigest()}` | `{name}`" in about


def test_a_voice_has_the_embedding_that_was_recorded():
    features = fbank(kennedy()[RATE : 3 * RATE])
    embedding = Networks().embedding((features - features.mean(axis=0))[:198])
    assert embedding.shape == (192,)
    assert embedding[:6].tolist() == pytest.approx([-0.0639, -0.0295, -0.0407, 0.0324, -0.0711, -0.0835], abs=2e-3)


def test_the_segmentation_hears_one_man_and_his_pauses():
    activity = Networks().activity(kennedy()[: 10 * RATE])
    assert activity.shape == (589, 3)
    assert activity[::60].sum(axis=1).tolist() == pytest.approx(
        [0.16, 1.0, 0.98, 0.06, 1.04, 0.04, 1.0, 1.0, 0.48, 1.0], abs=0.05
    )


def test_two_voices_are_told_apart_and_the_first_is_voice_0(talk, told):
    assert set(talk.who) == {0, 1}
    assert not only_one([told])
    assert np.mean([voice.number == speaker for voice, speaker in zip(told, talk.who, strict=True)]) > 0.95
    assert told[0].number == 0
    assert np.mean([voice.sure >= DOUBTFUL for voice in told]) > 0.9


def test_voices_keep_their_numbers_from_passage_to_passage(talk):
    cut_ms = next(word.start_ms for word, who in zip(talk.words, talk.who, strict=True) if who == 1) - 150
    cut = cut_ms * RATE // 1000
    memory = Memory(first=talk.sound[:cut], second=talk.sound[cut:])
    first = [word for word in talk.words if word.end_ms <= cut_ms]
    later = talk.words[len(first) :]
    moved = [HeardWord(word.text, word.start_ms - cut_ms, word.end_ms - cut_ms, 1.0) for word in later]
    found = tell_apart(memory.passages(), [first, moved], memory)
    assert [len(one) for one in found] == [len(first), len(later)]
    numbers = [voice.number for one in found for voice in one]
    assert np.mean([number == who for number, who in zip(numbers, talk.who, strict=True)]) > 0.95


def test_the_same_sound_is_told_apart_the_same_way_every_time(talk):
    memory = Memory(call=talk.sound[: 12 * RATE])
    said = [word for word in talk.words if word.end_ms < 12_000]
    one, other = (tell_apart(memory.passages(), [said], memory) for _ in range(2))
    assert one == other


def test_a_call_over_a_telephone_has_its_turns_right():
    if not CALL.exists():
        pytest.skip(f"the calls to measure with are not at {CALL.parent}")
    manifest = json.loads((CALL.parent / "manifest.json").read_text(encoding="utf-8"))
    turns = next(about for about in manifest if about["path"] == CALL.name)["turns"][:8]
    sound = np.asarray(soxr.resample(soundfile.read(CALL, dtype="float32")[0], 8000, RATE), dtype=np.float32)
    spoken = [words(turn["start"], turn["end"]) for turn in turns]
    memory = Memory(call=sound[: int(turns[-1]["end"] * RATE)])
    (found,) = tell_apart(memory.passages(), [[word for turn in spoken for word in turn]], memory)
    first = turns[0]["spk"]
    for turn, said in zip(turns, spoken, strict=True):
        these, found = found[: len(said)], found[len(said) :]
        assert round(np.mean([voice.number for voice in these])) == (turn["spk"] != first), turn["text"]


def test_somebody_alone_is_one_voice(talk):
    both = soundfile.read(REHEARSAL / "call.ogg", dtype="float32", frames=TALK_S * RATE)[0]
    memory = Memory(call=np.asarray(both[:, 1], dtype=np.float32))
    said = [word for word, who in zip(talk.words, talk.who, strict=True) if who == 1]
    found = tell_apart(memory.passages(), [said], memory)
    assert only_one(found)
    assert set(found[0]) == {Voice(0, 0.0)}


def test_words_in_silence_are_nobodys_for_sure():
    memory = Memory(call=np.zeros(12 * RATE, dtype=np.float32))
    (found,) = tell_apart(memory.passages(), [words(1, 4)], memory)
    assert all(voice.sure < DOUBTFUL for voice in found)


def test_words_without_speech_beyond_the_end_and_of_no_length_have_a_doubtful_voice(talk):
    memory = Memory(call=np.concatenate([talk.sound, np.zeros(8 * RATE, dtype=np.float32)]))
    said = talk.words
    odd = [HeardWord("ghost", *at, 1.0) for at in ((37_000, 37_300), (37_500, 37_500), (40_500, 40_900))]
    (found,) = tell_apart(memory.passages(), [[*said, *odd]], memory)
    assert len(found) == len(said) + 3
    assert all(voice.sure < DOUBTFUL for voice in found[-3:])


def test_no_words_need_no_networks(monkeypatch):
    monkeypatch.setattr(Networks, "__init__", lambda _: pytest.fail("the networks were loaded"))
    memory = Memory(call=np.zeros(RATE, dtype=np.float32), after=np.zeros(RATE, dtype=np.float32))
    assert tell_apart(memory.passages(), [[], []], memory) == [[], []]
