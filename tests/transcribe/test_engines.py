"""What every engine promises, with the packaged weights, on real speech."""

from concurrent.futures import ThreadPoolExecutor
from difflib import SequenceMatcher
from pathlib import Path

import pytest

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe.engines import engine
from interview_tui.transcribe.engines.engine import ENGINES, Engine, EngineKind, HeardWord, Hearing, choose, whole_words
from interview_tui.transcribe.hearing.checks import made_up
from interview_tui.transcribe.listening.sound import RATE, Samples
from interview_tui.transcribe.weights import models
from interview_tui.transcribe.weights.models import Model
from tests.transcribe.making import joined, kennedy, plain, silence

SAID = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"


def differing(text: str, heard: list[str]) -> int:
    """How many words of a text were not heard, or not in order; int8 differs a little from machine to machine."""
    blocks = SequenceMatcher(None, text.split(), heard, autojunk=False).get_matching_blocks()
    return len(text.split()) - sum(block.size for block in blocks)


@pytest.fixture(scope="module", params=["faster-whisper", pytest.param("openai-whisper", marks=pytest.mark.openai)])
def ears(request: pytest.FixtureRequest, cache: Path) -> Engine:
    """An engine with its weights loaded."""
    made = engine.make(request.param, models.find("tiny.en", "en", cache), "en", threads=2)
    made.load()
    return made


@pytest.fixture(scope="module")
def heard(ears: Engine) -> Hearing:
    """What it hears in a clip of clear speech."""
    return alone(ears, kennedy())


def alone(ears: Engine, sound: Samples, *, prompt: str = "", careful: bool = False) -> Hearing:
    (found,) = ears.transcribe([sound], prompt=prompt, careful=careful)
    return found


def words_of(found: Hearing) -> list[str]:
    return plain([word.text for word in found.words])


def test_every_word_of_clear_speech_is_heard(heard: Hearing) -> None:
    assert differing(SAID, words_of(heard)) <= 2


def test_words_come_in_order_and_lie_within_the_sound(ears: Engine, heard: Hearing) -> None:
    short = kennedy()[: 4 * RATE]
    for found, length_ms in ((heard, 11_000), (alone(ears, short), 4000), (alone(ears, short, careful=True), 4000)):
        assert [word.start_ms for word in found.words] == sorted(word.start_ms for word in found.words)
        assert all(0 <= word.start_ms <= word.end_ms <= length_ms for word in found.words)
        assert all(0 <= word.confidence <= 1 for word in found.words)


def test_words_stand_where_they_are_spoken(heard: Hearing) -> None:
    begins = dict(zip(words_of(heard), (word.start_ms for word in heard.words), strict=True))
    assert abs(begins["country"] - 9_900) < 400  # the last one; by ear
    assert abs(begins["fellow"] - 1_300) < 400


def test_the_same_sound_gives_the_same_words_whatever_was_heard_before(ears: Engine, heard: Hearing) -> None:
    ears.transcribe([kennedy()[3 * RATE : 6 * RATE]], prompt="Wexcombe", careful=True)
    assert alone(ears, kennedy()) == heard


def test_sounds_heard_together_come_back_in_their_order(ears: Engine) -> None:
    beginning, end = kennedy()[: int(2.3 * RATE)], kennedy()[int(7.4 * RATE) :]
    found = ears.transcribe([end, beginning, end])
    assert ["fellow" in words_of(one) for one in found] == [False, True, False]
    assert ["country" in words_of(one) for one in found] == [True, False, True]
    assert found[0] == found[2]


def test_words_heard_together_are_within_their_own_sound(ears: Engine) -> None:
    sounds = [kennedy()[: seconds * RATE] for seconds in (3, 5, 2)]
    for sound, found in zip(sounds, ears.transcribe(sounds), strict=True):
        assert found.words
        assert all(0 <= word.start_ms <= word.end_ms <= len(sound) * 1000 // RATE for word in found.words)


def test_no_sound_gives_no_hearing(ears: Engine) -> None:
    assert ears.transcribe([]) == []


@pytest.mark.parametrize("careful", [False, True])
def test_in_silence_nothing_is_said_or_the_silence_is_told(ears: Engine, careful: bool) -> None:
    found = alone(ears, silence(6), careful=careful)
    assert not found.words or made_up(found.words, found.silence)


def test_speech_is_not_silence(heard: Hearing) -> None:
    assert heard.silence < 0.3
    assert not made_up(heard.words, heard.silence)


def test_a_vocabulary_reaches_the_model_and_does_no_harm(ears: Engine) -> None:
    prompt = "We talked about Wexcombe, Brackley Hall."
    assert differing(SAID, words_of(alone(ears, kennedy(), prompt=prompt))) <= 3
    brief = kennedy()[: 3 * RATE]
    assert alone(ears, brief, prompt="WE ALL SHOUT. MY FELLOW AMERICANS.") != alone(ears, brief)


def test_a_vocabulary_may_be_too_long_to_be_heeded(ears: Engine) -> None:
    assert isinstance(alone(ears, kennedy()[: 3 * RATE], prompt="Wexcombe, Abiola, " * 200), Hearing)


def test_careful_decoding_hears_the_same_clear_speech(ears: Engine) -> None:
    assert differing(SAID, words_of(alone(ears, kennedy(), careful=True))) <= 3


def test_thirty_seconds_are_not_too_long(ears: Engine) -> None:
    sound = joined(kennedy(), silence(8), kennedy())
    assert len(sound) == pytest.approx(30 * RATE, abs=RATE // 100)
    assert words_of(alone(ears, sound))[-1] == "country"


def test_as_many_threads_as_it_says_may_hear_at_once(ears: Engine, heard: Hearing) -> None:
    with ThreadPoolExecutor(ears.side_by_side) as threads:
        found = list(threads.map(lambda _: alone(ears, kennedy()), range(2 * ears.side_by_side)))
    assert found == [heard] * len(found)


def test_an_engine_says_what_its_words_depend_on(ears: Engine) -> None:
    assert ears.name in ENGINES
    assert ears.language == "en"
    assert {"compute_type", "beam_size", "temperature"} <= set(ears.parameters)
    assert ears.name in ears.versions


@pytest.mark.parametrize("name", ["faster-whisper", pytest.param("openai-whisper", marks=pytest.mark.openai)])
def test_weights_that_are_none_are_refused_in_a_sentence(name: str, tmp_path: Path) -> None:
    broken = Model("broken", tmp_path / "broken", "0" * 64, True, tmp_path / "cache")
    broken.folder.mkdir()
    (broken.folder / "model.bin").write_bytes(b"no weights")
    (broken.folder / "config.json").write_text("{}", encoding="utf-8")
    with pytest.raises(TranscriptionError, match="broken") as raised:
        engine.make(name, broken, "en").load()
    assert raised.value.hint


@pytest.mark.openai
def test_both_engines_hear_the_same_words_at_the_same_times(cache: Path) -> None:
    model = models.find("tiny.en", "en", cache)
    one, other = (alone(engine.make(name, model, "en"), kennedy()).words for name in ENGINES)
    said = plain([word.text for word in one]), plain([word.text for word in other])
    assert differing(" ".join(said[0]), said[1]) <= 1
    same = [block for block in SequenceMatcher(None, *said, autojunk=False).get_matching_blocks() if block.size]
    apart = sorted(
        abs(one[block.a + at].start_ms - other[block.b + at].start_ms) for block in same for at in range(block.size)
    )
    assert apart[len(apart) // 2] <= 100


def test_an_engine_that_is_not_installed_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    absent = EngineKind("whisper-on-a-toaster", "x", "X", "no_such_package", "pip install toaster")
    monkeypatch.setitem(ENGINES, absent.name, absent)
    with pytest.raises(TranscriptionError, match="not installed") as raised:
        choose(absent.name)
    assert raised.value.hint == "Run: pip install toaster"


def test_an_engine_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(TranscriptionError) as raised:
        choose("whisperer")
    assert "faster-whisper" in raised.value.hint


def test_auto_prefers_faster_whisper_and_takes_what_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    assert choose("auto").name == "faster-whisper"
    for name in list(ENGINES):
        monkeypatch.setitem(ENGINES, name, EngineKind(name, "x", "X", "no_such_package", "pip install it"))
    with pytest.raises(TranscriptionError, match="No transcription engine"):
        choose("auto")


def test_pieces_without_a_space_before_them_belong_to_the_word_before() -> None:
    pieces = [HeardWord(" forty", 0, 300, 0.9), HeardWord("-two", 300, 500, 0.5), HeardWord(" per", 600, 700, 0.8)]
    assert whole_words(pieces, "en") == [HeardWord("forty-two", 0, 500, 0.5), HeardWord("per", 600, 700, 0.8)]


def test_languages_without_spaces_keep_their_pieces() -> None:
    pieces = [HeardWord("你", 0, 100, 0.9), HeardWord("好", 100, 200, 0.9)]
    assert whole_words(pieces, "zh") == pieces


def test_punctuation_alone_is_no_word() -> None:
    pieces = [HeardWord(" ...", 0, 100, 0.9), HeardWord(" so", 100, 300, 0.9), HeardWord(".", 300, 400, 0.9)]
    assert [word.text for word in whole_words([*pieces, HeardWord(" -", 400, 500, 0.9)], "en")] == ["so."]
