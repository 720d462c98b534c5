"""What every engine promises, with the packaged weights, on real speech."""

from difflib import SequenceMatcher
from pathlib import Path

import pytest

from interview_tui.errors import TranscriptionError
from interview_tui.transcribe import engine, models
from interview_tui.transcribe.engine import ENGINES, Engine, EngineKind, HeardWord, choose, whole_words
from interview_tui.transcribe.sound import RATE
from tests.transcribe.making import kennedy, plain

SAID = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"


def differing(text: str, heard: list[str]) -> int:
    """How many words of a text were not heard, or not in order; int8 differs a little from machine to machine."""
    blocks = SequenceMatcher(None, text.split(), heard, autojunk=False).get_matching_blocks()
    return len(text.split()) - sum(block.size for block in blocks)


@pytest.fixture(scope="module", params=["faster-whisper", pytest.param("openai-whisper", marks=pytest.mark.openai)])
def ears(request: pytest.FixtureRequest, cache: Path) -> Engine:
    """An engine with its weights loaded."""
    made = engine.make(request.param, models.find("tiny.en", "en", cache), "en")
    made.load()
    return made


@pytest.fixture(scope="module")
def heard(ears: Engine) -> list[HeardWord]:
    """What it hears in a clip of clear speech."""
    return ears.transcribe(kennedy())


def test_every_word_of_clear_speech_is_heard(heard: list[HeardWord]) -> None:
    assert differing(SAID, plain([word.text for word in heard])) <= 2


def test_words_come_in_order_and_lie_within_the_sound(heard: list[HeardWord]) -> None:
    assert [word.start_ms for word in heard] == sorted(word.start_ms for word in heard)
    assert all(0 <= word.start_ms <= word.end_ms <= 11_000 and 0 <= word.confidence <= 1 for word in heard)


def test_words_stand_where_they_are_spoken(heard: list[HeardWord]) -> None:
    begins = dict(zip(plain([word.text for word in heard]), (word.start_ms for word in heard), strict=True))
    assert abs(begins["country"] - 9_900) < 400  # the last one; by ear
    assert abs(begins["fellow"] - 1_300) < 400


def test_the_same_sound_gives_the_same_words_whatever_was_heard_before(ears: Engine, heard: list[HeardWord]) -> None:
    ears.transcribe(kennedy()[3 * RATE :], careful=True)
    assert ears.transcribe(kennedy()) == heard


def test_careful_decoding_hears_the_same_clear_speech(ears: Engine) -> None:
    careful = ears.transcribe(kennedy(), careful=True)
    assert differing(SAID, plain([word.text for word in careful])) <= 3


def test_an_engine_says_what_its_words_depend_on(ears: Engine) -> None:
    assert ears.name in ENGINES
    assert {"compute_type", "beam_size", "temperature"} <= set(ears.parameters)
    assert ears.name in ears.versions


@pytest.mark.openai
def test_both_engines_hear_the_same_words_at_the_same_times(cache: Path) -> None:
    model = models.find("tiny.en", "en", cache)
    one, other = (engine.make(name, model, "en").transcribe(kennedy()) for name in ENGINES)
    said = plain([word.text for word in one]), plain([word.text for word in other])
    assert differing(" ".join(said[0]), said[1]) <= 1
    same = [block for block in SequenceMatcher(None, *said, autojunk=False).get_matching_blocks() if block.size]
    apart = sorted(
        abs(one[block.a + at].start_ms - other[block.b + at].start_ms) for block in same for at in range(block.size)
    )
    assert apart[len(apart) * 9 // 10] <= 100


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
