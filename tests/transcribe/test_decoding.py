"""Chunks heard, checked, and heard again: what is kept, what is doubted, what is left out, and where it was said."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest

from interview_tui.transcribe.engines.engine import HeardWord, Hearing
from interview_tui.transcribe.hearing.checks import FAST, LANGUAGE, LOOP, MADE_UP, NO_WORDS, RECITED, UNSURE
from interview_tui.transcribe.hearing.decoding import LONGEST, Heard, HeardUnit, hear
from interview_tui.transcribe.listening.chunk import PAD, WIDE_PAD, Chunk, ChunkSound, Piece
from interview_tui.transcribe.listening.sound import RATE, Samples
from tests.transcribe.making import said

ORDINARY = "so we rehearsed it for a whole evening and then she knew it"
PAD_MS = PAD * 1000 // RATE
WIDE_MS = WIDE_PAD * 1000 // RATE


class ScriptedEngine:
    """An engine that hears what it is told to, first and on the second, careful hearing."""

    name = "scripted"
    language = "en"
    side_by_side = 1

    def __init__(self, first: Hearing, careful: Hearing | None = None) -> None:
        self.first, self.careful = first, careful
        self.parameters: dict[str, str] = {}
        self.versions: dict[str, str] = {}
        self.asked: list[tuple[list[int], str, bool]] = []

    def load(self) -> None:
        pass

    def transcribe(self, sounds: Sequence[Samples], *, prompt: str = "", careful: bool = False) -> list[Hearing]:
        self.asked.append(([len(sound) for sound in sounds], prompt, careful))
        if careful:
            assert self.careful is not None, "heard twice"
            return [self.careful]
        return [self.first] * len(sounds)


def chunk_sound(*pieces: tuple[float, float], number: int = 0) -> ChunkSound:
    """Pieces of a passage, from and to these seconds, with all the sound around them that a chunk may have."""
    cut = tuple(Piece(round(first * RATE), round(last * RATE), WIDE_PAD, WIDE_PAD) for first, last in pieces)
    speech = tuple((piece.first, piece.last) for piece in cut)
    sounds = tuple(np.zeros(piece.last - piece.first + 2 * WIDE_PAD, np.float32) for piece in cut)
    return ChunkSound(Chunk("1+0", 0, number, "respondent", cut, speech, ()), sounds)


SOUND = chunk_sound((10, 16))


def hearing(text: str, begin_ms: int = PAD_MS, each_ms: int = 450, silence: float = 0.0) -> Hearing:
    """The words of a text, from `begin_ms` of the heard sound on."""
    return Hearing(tuple(said(text, begin_ms, each_ms)), silence)


def once(engine: ScriptedEngine, sound: ChunkSound = SOUND, prompt: str = "") -> Heard:
    (found,) = hear([sound], engine, prompt)
    return found


def text_of(found: Heard) -> str:
    return " ".join(word.text for word in found.words)


def test_ordinary_words_are_heard_once_and_stand_in_their_passage() -> None:
    engine = ScriptedEngine(hearing(ORDINARY))
    found = once(engine, prompt="Wexcombe")
    assert text_of(found) == ORDINARY
    assert (found.words[0].first, found.words[1].first) == (10 * RATE, round(10.45 * RATE))
    assert found.doubts == ()
    assert engine.asked == [([6 * RATE + 2 * PAD], "Wexcombe", False)]


def test_chunks_are_heard_together_and_come_back_in_their_order() -> None:
    engine = ScriptedEngine(hearing(ORDINARY))
    sounds = [chunk_sound((10 * number, 10 * number + 6), number=number) for number in (1, 2, 3)]
    found = hear(sounds, engine)
    assert [(one.number, one.words[0].first) for one in found] == [(1, 10 * RATE), (2, 20 * RATE), (3, 30 * RATE)]
    assert len(engine.asked) == 1


def test_nothing_is_asked_of_nothing() -> None:
    assert hear([], ScriptedEngine(Hearing(()))) == []


def test_words_after_a_pause_that_was_left_out_stand_after_it() -> None:
    found = once(ScriptedEngine(hearing(ORDINARY)), chunk_sound((10, 12), (40, 44)))
    begins = [word.first / RATE for word in found.words]
    spliced = 12 + PAD / RATE  # the heard sound goes on 28 s later from here on
    assert all(begin < spliced or begin >= 40 - PAD / RATE for begin in begins)
    assert begins == sorted(begins)
    assert begins[0] < spliced < begins[-1]


def test_a_word_stretched_over_a_splice_is_where_its_voice_is() -> None:
    words = [*said(ORDINARY, PAD_MS, 150), HeardWord("now", 2000 + PAD_MS, 2000 + 3 * PAD_MS + 300, 0.9)]
    found = once(ScriptedEngine(Hearing(tuple(words))), chunk_sound((10, 12), (40, 41)))
    assert (found.words[-1].first, found.words[-1].last) == (40 * RATE, round(40.3 * RATE))


def test_no_word_lasts_over_a_pause_that_was_left_out() -> None:
    words = said(ORDINARY, 0, each_ms=700)
    found = once(ScriptedEngine(Hearing(tuple(words))), chunk_sound((10, 12), (20, 22), (40, 44)))
    assert all(word.last - word.first <= 0.7 * RATE for word in found.words)
    assert all(one.last <= other.first for one, other in pairwise(found.words))


def test_a_loop_is_heard_again_with_more_around_it_and_the_better_hearing_is_kept() -> None:
    engine = ScriptedEngine(hearing("or " * 13), hearing(ORDINARY, WIDE_MS))
    found = once(engine, prompt="Wexcombe")
    assert text_of(found) == ORDINARY
    assert found.words[0].first == 10 * RATE
    assert (found.doubts, found.looped) == ((), 0)
    assert engine.asked[1:] == [([6 * RATE + 2 * WIDE_PAD], "", True)]


def test_words_crammed_into_no_time_are_odder_than_nothing() -> None:
    crammed = Hearing((*said(ORDINARY, PAD_MS), *said("and then she knew it", PAD_MS + 5000, each_ms=0)))
    found = once(ScriptedEngine(crammed, hearing(ORDINARY, WIDE_MS)))
    assert (text_of(found), found.doubts) == (ORDINARY, ())


def test_a_careful_hearing_is_never_of_more_than_an_engine_hears_at_once() -> None:
    pieces = [(2.0 * number, 2.0 * number + 0.2) for number in range(17)]
    engine = ScriptedEngine(Hearing(()), Hearing(()))
    once(engine, chunk_sound(*pieces))
    assert all(length <= LONGEST for lengths, _, _ in engine.asked for length in lengths)
    assert [careful for _, _, careful in engine.asked] == [False, True]


def test_what_stays_odd_is_kept_with_a_doubt() -> None:
    found = once(ScriptedEngine(hearing("or " * 13), hearing("and " * 13, WIDE_MS)))
    assert text_of(found) == ("or " * 13).strip()
    assert [(doubt.first, doubt.reason) for doubt in found.doubts] == [(10 * RATE, LOOP)]
    assert found.looped == 13


def test_a_voice_that_yields_no_words_even_carefully_is_a_doubt_about_all_of_it() -> None:
    found = once(ScriptedEngine(Hearing(()), Hearing(())))
    doubts = [(doubt.first, doubt.last) for doubt in found.doubts if doubt.reason == NO_WORDS]
    assert doubts == [(10 * RATE, 16 * RATE)]


def test_words_beside_any_voice_are_left_out_and_told_of() -> None:
    beside = Hearing((*said(ORDINARY, WIDE_MS), *said("Thank you.", WIDE_MS + 6400)))
    found = once(ScriptedEngine(hearing("or " * 13), beside))
    assert text_of(found) == ORDINARY
    assert [(doubt.reason, doubt.detail) for doubt in found.doubts] == [(MADE_UP, "Thank you.")]


@pytest.mark.parametrize("again", [Hearing(()), Hearing((), silence=1.0), hearing("you", silence=0.95)])
def test_words_made_up_over_music_are_left_out_and_told_of(again: Hearing) -> None:
    words = tuple(said("Thank you very much.", confidence=0.5))
    found = once(ScriptedEngine(Hearing(words, 0.48), again))
    assert found.words == ()
    assert [doubt.reason for doubt in found.doubts] == [MADE_UP]
    assert "you" in found.doubts[0].detail


def test_words_that_a_careful_hearing_makes_sense_of_are_no_longer_taken_for_made_up() -> None:
    words = tuple(said("mumble mumble", confidence=0.2))
    found = once(ScriptedEngine(Hearing(words, 0.5), hearing(ORDINARY, WIDE_MS)))
    assert (text_of(found), found.doubts) == (ORDINARY, ())


@pytest.mark.parametrize("careful", [Hearing(()), hearing("and so " * 60, WIDE_MS, 5)])
def test_a_loop_that_nobody_could_say_in_that_time_is_no_words_but_a_doubt_that_holds_them(careful: Hearing) -> None:
    looped = hearing("and so " * 75, each_ms=6)
    found = once(ScriptedEngine(looped, careful), chunk_sound((10, 11)))
    assert (text_of(found), found.looped) == ("", 0)
    assert (LOOP, "and so") in [(doubt.reason, doubt.detail) for doubt in found.doubts]
    assert FAST in [doubt.reason for doubt in found.doubts]


def test_words_before_a_loop_outlive_it() -> None:
    loop = said("no " * 60, PAD_MS + 1_350, 4)
    found = once(
        ScriptedEngine(Hearing((*said("well I said", PAD_MS, 450), *loop), 0.0), Hearing(())), chunk_sound((10, 12))
    )
    assert text_of(found) == "well I said"


def test_words_hardly_understood_are_not_lost_because_a_careful_hearing_has_none() -> None:
    words = Hearing(tuple(said("mm well yes", PAD_MS, confidence=0.2)), 0.1)
    found = once(ScriptedEngine(words, Hearing((), 1.0)), chunk_sound((10, 11)))
    assert text_of(found) == "mm well yes"
    assert [doubt.reason for doubt in found.doubts] == [UNSURE]


def test_a_vocabulary_recited_in_silence_is_not_what_was_said() -> None:
    vocabulary = "We talked about Wexcombe, Brackley Hall, Abiola, Thornbury."
    engine = ScriptedEngine(hearing(f"{ORDINARY} Wexcombe, Brackley Hall, Abiola"), hearing(ORDINARY, WIDE_MS))
    assert text_of(once(engine, prompt=vocabulary)) == ORDINARY
    worse = ScriptedEngine(engine.first, Hearing(()))
    found = once(worse, prompt=vocabulary)
    assert text_of(found) == ORDINARY
    assert [(doubt.reason, doubt.detail) for doubt in found.doubts] == [(RECITED, "")]


def test_another_language_is_a_doubt_and_no_reason_to_hear_it_again() -> None:
    found = once(ScriptedEngine(Hearing(tuple(said(ORDINARY, PAD_MS, 450)), 0.0, "de", 0.99)))
    assert text_of(found) == ORDINARY
    assert [(doubt.reason, doubt.detail) for doubt in found.doubts] == [(LANGUAGE, "de")]


def test_what_was_heard_survives_its_json_form() -> None:
    unit = HeardUnit("1+0/0/3", (once(ScriptedEngine(Hearing(()), Hearing(()))),), 2.5, 6.0)
    assert HeardUnit.from_json(unit.to_json()) == unit
    plain = once(ScriptedEngine(Hearing(tuple(said(ORDINARY, PAD_MS, 450)), 0.1, "en", 0.9)))
    assert Heard.from_json(plain.to_json()) == plain
