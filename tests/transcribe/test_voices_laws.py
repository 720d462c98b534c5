"""What holds of cells, windows, turn-taking and clustering whatever was said."""

from itertools import pairwise

import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from interview_tui.transcribe.engines.engine import HeardWord
from interview_tui.transcribe.voices.cells import IN_WINDOW, Cell, cells, windows
from interview_tui.transcribe.voices.clustering import learnt, partings
from interview_tui.transcribe.voices.segmentation import Conversation, frame_at, ms_of
from interview_tui.transcribe.voices.turn_taking import second_voice

bits = st.lists(st.booleans(), min_size=1, max_size=300)
moments = st.lists(st.tuples(st.integers(0, 6000), st.integers(0, 900)), max_size=8)
speakers = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30)


def conversation(speech: list[bool]) -> Conversation:
    voiced = np.repeat(np.array(speech, dtype=np.float32), 5)
    return Conversation(voiced, np.zeros_like(voiced), np.zeros_like(voiced))


def laid_out(places: list[tuple[bool, bool]]) -> list[Cell]:
    """Cells of 12 frames, some after a pause of 20."""
    found, at = list[Cell](), 0
    for _, after_pause in places:
        pause = 20 if after_pause else 0
        found.append(Cell(at + pause, at + pause + 12, pause, 0.0))
        at += pause + 12
    return found


def two_clouds(seed: int, first: int, second: int) -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(seed)
    who = np.concatenate([-np.ones(first), np.ones(second)])
    return chance.normal(0, 0.3, (first + second, 8)) + np.outer(who, np.eye(8)[0] * 2), who


@example([True, False, False, True], [(0, 293)])  # bits of speech too short to be any
@given(bits, moments)
def test_cells_are_in_order_and_every_word_has_one_near_it(speech, said):
    heard = conversation(speech)
    length_ms = int(ms_of(len(heard.speech)))
    said = [HeardWord("word", start, start + length, 1.0) for start, length in said if start < length_ms - 200]
    found = cells(heard, said)
    assert all(cell.first < cell.last for cell in found)
    assert all(one.last <= two.first and two.pause == two.first - one.last for one, two in pairwise(found))
    assert bool(found) == bool(said)


@given(speakers)
def test_every_cell_is_in_a_window_and_no_window_reaches_over_a_pause(places):
    found = laid_out(places)
    placed = windows(found)
    assert {cell for one in placed for cell in range(one.first, one.last)} == set(range(len(found)))
    for one in placed:
        assert 1 <= one.last - one.first <= IN_WINDOW
        assert not any(found[cell].pause for cell in range(one.first + 1, one.last))


@given(speakers)
def test_without_noise_everybody_is_found_who_has_a_window_of_his_own(places):
    found = laid_out(places)
    placed = windows(found)
    who = np.array([speaker for speaker, _ in places], dtype=float)
    heard = np.array([2 * who[one.first : one.last].mean() - 1 for one in placed])
    likely = second_voice(found, placed, heard, 0.05)
    assert ((likely >= 0) & (likely <= 1)).all()
    for one, place in zip(placed, heard, strict=True):
        if abs(place) == 1:
            assert ((likely[one.first : one.last] > 0.5) == (place > 0)).all()


@given(speakers, st.integers(0, 99))
def test_swapping_the_voices_swaps_the_answer(places, seed):
    found = laid_out(places)
    placed = windows(found)
    heard = np.random.default_rng(seed).normal(0, 1, len(placed))
    one, other = (second_voice(found, placed, sign * heard, 0.4) for sign in (1, -1))
    assert np.allclose(one, 1 - other)


def test_nothing_said_is_nobody():
    assert len(second_voice([], [], np.zeros(0), 0.3)) == 0


@settings(deadline=None)
@given(st.integers(0, 999), st.integers(4, 40), st.integers(4, 40))
def test_two_clouds_are_parted_and_what_is_learnt_puts_them_at_minus_and_plus_one(seed, first, second):
    embeddings, who = two_clouds(seed, first, second)
    weights = np.ones(len(who))
    assert any(abs(float(guess @ who)) == len(who) for guess in partings(embeddings, weights))
    places = learnt(embeddings, who, weights).places(embeddings)
    assert np.isclose(places[who < 0].mean(), -1, atol=0.2)
    assert np.isclose(places[who > 0].mean(), 1, atol=0.2)


@given(st.integers(0, 999))
def test_weighing_an_embedding_twice_is_having_it_twice(seed):
    embeddings, who = two_clouds(seed, 5, 6)
    weights = np.ones(11)
    weights[3] = 2.0
    doubled = learnt(np.vstack([embeddings, embeddings[3]]), np.append(who, who[3]), np.ones(12))
    weighed = learnt(embeddings, who, weights)
    assert np.allclose(weighed.middle, doubled.middle)
    assert np.allclose(weighed.half, doubled.half)


@given(st.integers(0, 100_000))
def test_frames_and_milliseconds_agree_within_a_frame(ms):
    assert abs(ms_of(frame_at(ms)) - ms) <= 34 or ms < 31
