"""A chunk heard, checked, and heard again: what is kept, what is doubted, and when it was said."""

from pathlib import Path

import numpy as np

from interview_tui.transcribe.checks import LOOP, NO_WORDS
from interview_tui.transcribe.decoding import Heard, hear
from interview_tui.transcribe.engine import HeardWord
from interview_tui.transcribe.plan import CAREFUL_PAD, PAD, Chunk
from interview_tui.transcribe.sound import RATE, Passage, Samples, SoundClip
from tests.transcribe.making import said

ORDINARY = "so we rehearsed it for a whole evening and then she knew it"


class ScriptedEngine:
    """An engine that hears what it is told to, first and on the second, careful hearing."""

    name = "scripted"

    def __init__(self, first: list[HeardWord], careful: list[HeardWord] | None = None) -> None:
        self.first, self.careful = first, careful
        self.parameters: dict[str, str] = {}
        self.versions: dict[str, str] = {}
        self.lengths: list[int] = []
        self.prompts: list[str] = []

    def load(self) -> None:
        pass

    def transcribe(self, audio: Samples, *, prompt: str = "", careful: bool = False) -> list[HeardWord]:
        self.lengths.append(len(audio))
        self.prompts.append(prompt)
        if careful:
            assert self.careful is not None, "heard twice"
            return self.careful
        return self.first


PASSAGE = Passage((SoundClip(Path("call"), 0, 60 * RATE, RATE, RATE, 100_000, 1),))
CHUNK = Chunk(0, 0, 0, "respondent", 10 * RATE, 16 * RATE, RATE, RATE, ((10 * RATE, 16 * RATE),), ())


def read_nothing(path: Path, first_frame: int, frames: int, channel: int) -> Samples:  # noqa: ARG001
    return np.zeros(frames, dtype=np.float32)


def heard(engine: ScriptedEngine) -> Heard:
    return hear(CHUNK, PASSAGE, read_nothing, engine, "Wexcombe")


def after(pad: int, text: str, each_ms: int = 450) -> list[HeardWord]:
    """The words of a text from the beginning of the chunk on, in the time of a sound padded by so much."""
    return said(text, pad * 1000 // RATE, each_ms)


def text_of(found: Heard) -> str:
    return " ".join(word.text for word in found.words)


def test_ordinary_words_are_heard_once_and_stand_on_the_call_clock() -> None:
    engine = ScriptedEngine(after(PAD, ORDINARY))
    found = heard(engine)
    assert text_of(found) == ORDINARY
    assert (found.words[0].start_ms, found.words[1].start_ms) == (110_000, 110_450)
    assert found.doubts == ()
    assert engine.lengths == [6 * RATE + 2 * PAD]
    assert engine.prompts == ["Wexcombe"]


def test_a_loop_is_heard_again_with_more_around_it_and_the_better_hearing_is_kept() -> None:
    engine = ScriptedEngine(after(PAD, "or " * 13), after(CAREFUL_PAD, ORDINARY))
    found = heard(engine)
    assert text_of(found) == ORDINARY
    assert found.words[0].start_ms == 110_000
    assert (found.doubts, found.looped) == ((), 0)
    assert engine.lengths == [6 * RATE + 2 * PAD, 6 * RATE + 2 * CAREFUL_PAD]


def test_what_stays_odd_is_kept_with_a_doubt() -> None:
    found = heard(ScriptedEngine(after(PAD, "or " * 13), after(CAREFUL_PAD, "and " * 13)))
    assert text_of(found) == ("or " * 13).strip()
    assert [(doubt.start_ms, doubt.reason) for doubt in found.doubts] == [(110_000, LOOP)]
    assert found.looped == 13


def test_a_voice_that_yields_no_words_even_carefully_is_a_doubt_about_all_of_it() -> None:
    found = heard(ScriptedEngine([], []))
    doubts = [(doubt.start_ms, doubt.end_ms) for doubt in found.doubts if doubt.reason == NO_WORDS]
    assert doubts == [(110_000, 116_000)]


def test_words_made_up_beside_the_voice_are_left_out() -> None:
    longer = Chunk(0, 0, 0, "respondent", 10 * RATE, 20 * RATE, RATE, RATE, ((10 * RATE, 16 * RATE),), ())
    made_up = said("Thank you.", PAD * 1000 // RATE + 8_000)
    found = hear(longer, PASSAGE, read_nothing, ScriptedEngine([*after(PAD, ORDINARY), *made_up]))
    assert text_of(found) == ORDINARY


def test_what_was_heard_survives_its_json_form() -> None:
    found = heard(ScriptedEngine([], []))
    assert Heard.from_json(found.to_json()) == found
