"""The laws of cutting: all speech once, nothing too long, and nothing that later sound changes."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.transcribe.listening.blocks import BLOCK, Block
from interview_tui.transcribe.listening.chunk import PAD, WIDE_PAD, Chunk, ChunkSound, Ranges
from interview_tui.transcribe.listening.crosstalk import FRAME, Levels
from interview_tui.transcribe.listening.cutting import LONGEST, LONGEST_GAP, LONGEST_WIDE, Unit, chunks, units
from interview_tui.transcribe.listening.sound import RATE
from interview_tui.transcribe.listening.speech import SHORTEST_PAUSE

LEVELS = Levels((-20.0, -20.0), 1000, 0, (-20.0, -20.0))

runs = st.lists(st.tuples(st.integers(1, 1200), st.integers(1, 500)), max_size=40)  # frames of speech and of pause
holds = st.lists(st.tuples(st.integers(1, 300), st.sampled_from([10, 60, 3000, 4500, 6000])), max_size=12)


def ranges_of(plan: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Runs of speech and pause as places, the first pause before the first speech."""
    found, at = list[tuple[int, int]](), 0
    for speech, pause in plan:
        at += pause * FRAME
        found.append((at, at + speech * FRAME))
        at += speech * FRAME
    return found


def blocks_of(
    *channels: Sequence[tuple[int, int]], one_sound: frozenset[int] = frozenset(), end: int = 0
) -> list[Block]:
    """The blocks of a passage in which this is said, its pauses closed, to be cut every two seconds."""
    end = max([end, *(last for ranges in channels for _, last in ranges)], default=0)
    blocks: list[Block] = []
    for number, first in enumerate(range(0, max(end, 1), BLOCK)):
        last = min(first + BLOCK, end)
        heard = channels[:1] if number in one_sound else channels
        speech = tuple(within(ranges, first, last) for ranges in heard)
        pauses = tuple(
            within([(0, 10**9)], first, last) if not ranges else between(ranges, first, last) for ranges in heard
        )
        quietest = tuple(
            tuple(place for low, high in ranges for place in range(low + RATE, high, 2 * RATE)) for ranges in speech
        )
        alike = number in one_sound or len(channels) < 2
        blocks.append(Block(number, first, last, alike, (-20.0, -20.0), speech, pauses, quietest, LEVELS))
    return blocks


def within(ranges: Sequence[tuple[int, int]], first: int, last: int) -> Ranges:
    shared = ((max(low, first), min(high, last)) for low, high in ranges)
    return tuple((low, high) for low, high in shared if low < high)


def between(ranges: Sequence[tuple[int, int]], first: int, last: int) -> Ranges:
    edges = [0, *(place for pair in ranges for place in pair), 10**9]
    return within(list(zip(edges[::2], edges[1::2], strict=True)), first, last)


def frames(ranges: Sequence[tuple[int, int]]) -> list[int]:
    return [frame for low, high in ranges for frame in range(low // FRAME, high // FRAME)]


def breath(before: tuple[int, int], after: tuple[int, int]) -> list[int]:
    """The edges of a pause; none if it is too short to be one."""
    pause = [before[1], after[0]]
    return pause if pause[1] - pause[0] >= SHORTEST_PAUSE * FRAME else []


def heard(chunk: Chunk, pad: int) -> int:
    """How many samples an engine gets of a chunk."""
    wide = tuple(np.zeros(one.before + one.last - one.first + one.after, np.float32) for one in chunk.pieces)
    return len(ChunkSound(chunk, wide).heard(pad))


@given(runs)
def test_all_speech_is_in_exactly_one_chunk_in_order(plan: list[tuple[int, int]]) -> None:
    said = ranges_of(plan)
    found = chunks("1+0", blocks_of(said), 0, final=True)
    edges = [said[0][0], *(place for pair in pairwise(said) for place in breath(*pair)), said[-1][1]] if said else []
    joined = list(zip(edges[::2], edges[1::2], strict=True))
    assert frames([one for chunk in found for one in chunk.speech]) == frames(joined)
    assert [chunk.number for chunk in found] == list(range(len(found)))


@given(runs)
def test_no_chunk_is_too_long_to_be_heard(plan: list[tuple[int, int]]) -> None:
    for chunk in chunks("1+0", blocks_of(ranges_of(plan)), 0, final=True):
        assert heard(chunk, PAD) <= LONGEST
        assert heard(chunk, WIDE_PAD) <= LONGEST_WIDE


@given(runs)
def test_no_sound_is_heard_twice_and_pieces_hold_the_speech(plan: list[tuple[int, int]]) -> None:
    found = chunks("1+0", blocks_of(ranges_of(plan)), 0, final=True)
    pieces = [piece for chunk in found for piece in chunk.pieces]
    assert all(one.last + one.after <= other.first - other.before for one, other in pairwise(pieces))
    assert all(piece.first - piece.before >= 0 and max(piece.before, piece.after) <= WIDE_PAD for piece in pieces)
    for chunk in found:
        spans = [(piece.first, piece.last) for piece in chunk.pieces]
        assert all(any(low <= first and last <= high for low, high in spans) for first, last in chunk.speech)


@given(st.one_of(runs, holds), st.one_of(runs, holds), st.sets(st.integers(0, 8)), st.integers(0, 30))
def test_what_is_cut_of_a_growing_recording_stays(
    left: list[tuple[int, int]], right: list[tuple[int, int]], alike: set[int], count: int
) -> None:
    blocks = blocks_of(ranges_of(left), ranges_of(right), one_sound=frozenset(alike), end=4 * BLOCK)
    whole = chunks("1+0", blocks, 0, final=True)
    part = chunks("1+0", blocks[:count], 0, final=False)
    for channel in (0, 1):
        growing = [chunk for chunk in part if chunk.channel == channel]
        assert growing == [chunk for chunk in whole if chunk.channel == channel][: len(growing)]
    assert set(units(part, final=False)) <= set(units(whole, final=True))


@given(holds)
def test_no_chunk_reaches_over_a_hold(plan: list[tuple[int, int]]) -> None:
    for chunk in chunks("1+0", blocks_of(ranges_of(plan)), 0, final=True):
        assert all(after[0] - before[1] <= LONGEST_GAP for before, after in pairwise(chunk.speech))


def test_a_quiet_channels_last_words_are_out_after_two_minutes() -> None:
    blocks = blocks_of([(RATE, 3 * RATE)], [(0, 5 * BLOCK)], end=5 * BLOCK)
    ready = [
        [chunk for chunk in chunks("1+0", blocks[:count], 0, final=False) if chunk.channel == 0] for count in (1, 2, 3)
    ]
    assert [len(found) for found in ready] == [0, 0, 1]


def test_speech_going_on_over_the_edge_of_a_block_is_one_stretch() -> None:
    said = [(BLOCK - 5 * RATE, BLOCK + 5 * RATE)]
    (chunk,) = chunks("1+0", blocks_of(said), 0, final=True)
    assert chunk.speech == tuple(said)
    assert chunks("1+0", blocks_of(said)[:1], 0, final=False) == []


def test_endless_speech_is_cut_at_a_quiet_place() -> None:
    found = chunks("1+0", blocks_of([(0, 50 * RATE)]), 0, final=True)
    assert [chunk.first / RATE for chunk in found] == [0, 17, 33]
    assert [(piece.before, piece.after) for chunk in found for piece in chunk.pieces] == [(0, 0)] * 3


def test_a_cut_falls_into_a_long_pause_rather_than_into_a_breath() -> None:
    seconds = [(0, 8), (8.4, 12), (14, 16), (16.3, 17), (17.3, 21)]
    said = [(round(low * RATE), round(high * RATE)) for low, high in seconds]
    found = chunks("1+0", blocks_of(said), 0, final=True)
    assert [chunk.speech for chunk in found] == [tuple(said[:2]), tuple(said[2:])]


def test_speech_that_still_goes_on_decides_nothing_before_it_has_ended() -> None:
    seconds = [(-20.9, -8.4), (-7.4, -5.4), (-5.0, 11.0)]
    blocks = blocks_of([(BLOCK + round(low * RATE), BLOCK + round(high * RATE)) for low, high in seconds])
    whole = chunks("1+0", blocks, 0, final=True)
    assert [len(chunk.speech) for chunk in whole] == [2, 1]
    assert all(heard(chunk, PAD) <= LONGEST for chunk in whole)
    assert chunks("1+0", blocks[:1], 0, final=False) == []


def test_pauses_are_left_out_of_what_is_heard() -> None:
    said = [(10 * RATE, 12 * RATE), (40 * RATE, 42 * RATE), (42 * RATE + PAD, 44 * RATE)]
    (chunk,) = chunks("1+0", blocks_of(said, end=BLOCK), 0, final=True)
    assert [(piece.first, piece.last) for piece in chunk.pieces] == [said[0], (said[1][0], said[2][1])]
    assert heard(chunk, PAD) == 6 * RATE + 4 * PAD


def test_a_chunk_is_muted_where_its_channel_is_closed_around_it() -> None:
    (chunk,) = chunks("1+0", blocks_of([(10 * FRAME, 100 * FRAME)], end=BLOCK), 0, final=True)
    assert chunk.closed == ((0, 10 * FRAME), (100 * FRAME, 129 * FRAME))


def test_whose_a_chunk_is_goes_by_channel_where_the_channels_differ() -> None:
    said = [(RATE, 2 * RATE), (BLOCK + RATE, BLOCK + 2 * RATE)]
    found = chunks("1+0", blocks_of(said, said, one_sound=frozenset({0})), 1, final=True)
    assert [(chunk.channel, chunk.speaker) for chunk in found] == [
        (0, "unknown"),
        (0, "respondent"),
        (1, "interviewer"),
    ]


def test_nothing_said_is_no_chunk_and_no_unit() -> None:
    assert chunks("1+0", blocks_of([], [], end=BLOCK), 0, final=True) == []
    assert chunks("1+0", [], 0, final=False) == []
    assert units([], final=True) == []


def test_the_first_unit_is_one_chunk_the_others_are_three() -> None:
    said = [(20 * RATE * at, 20 * RATE * at + 15 * RATE) for at in range(11)]
    found = chunks("7+5", blocks_of(said, [(5 * RATE, 6 * RATE)]), 0, final=True)

    def shape(some: list[Unit]) -> list[tuple[str, int]]:
        return [(unit.key, len(unit.chunks)) for unit in some]

    whole = [("7+5/0/0", 1), ("7+5/1/0", 1), ("7+5/0/1", 3), ("7+5/0/2", 3), ("7+5/0/3", 3), ("7+5/0/4", 1)]
    assert shape(units(found, final=True)) == whole
    assert shape(units(found, final=False)) == whole[:-1]
    assert all(unit.first == unit.chunks[0].first and unit.last == unit.chunks[-1].last for unit in units(found, True))
