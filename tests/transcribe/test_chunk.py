"""The sound of a chunk, and the way back from it to the passage."""

import pickle
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interview_tui.transcribe.listening.chunk import WIDE_PAD, Chunk, ChunkSound, Piece, Ranges
from interview_tui.transcribe.listening.crosstalk import FRAME
from interview_tui.transcribe.listening.sound import RATE, Passage, Samples, SoundClip

SECONDS = 20
LINE = np.arange(1, SECONDS * RATE + 1, dtype=np.float32)  # below 2 ** 24: every sample says where it is
PASSAGE = Passage((SoundClip(Path("line"), 0, len(LINE), RATE, RATE, 0, 2),))


def read_line(path: Path, first_frame: int, frames: int, channel: int) -> Samples:
    """`LINE`; the other channel is its negative."""
    assert path.name == "line"
    return LINE[first_frame : first_frame + frames] * np.float32(1 - 2 * channel)


@st.composite
def pieces(draw: st.DrawFn) -> tuple[Piece, ...]:
    """Pieces in order, each with its half of the pauses."""
    lengths = draw(st.lists(st.tuples(st.integers(0, 3 * WIDE_PAD), st.integers(1, RATE // 4)), min_size=1, max_size=5))
    ends = list(accumulate(pause + length for pause, length in lengths))
    pauses = [2 * lengths[0][0], *(pause for pause, _ in lengths[1:]), 2 * (len(LINE) - ends[-1])]
    own = [min(WIDE_PAD, pause // 2) for pause in pauses]
    return tuple(
        Piece(end - length, end, own[at], own[at + 1])
        for at, (end, (_, length)) in enumerate(zip(ends, lengths, strict=True))
    )


def sound_of(some: tuple[Piece, ...], closed: Ranges = (), channel: int = 0) -> ChunkSound:
    speech = tuple((piece.first, piece.last) for piece in some)
    return Chunk("1+0", channel, 0, "unknown", some, speech, closed).cut_out(PASSAGE, read_line)


@given(pieces(), st.integers(0, WIDE_PAD))
def test_every_sample_that_is_heard_finds_back_to_its_place(some: tuple[Piece, ...], pad: int) -> None:
    sound = sound_of(some)
    heard = sound.heard(pad)
    edges = np.flatnonzero(np.diff(heard) != 1)
    for sample in {*range(0, len(heard), 997), *edges.tolist(), *(edges + 1).tolist(), len(heard) - 1}:
        assert LINE[sound.place(sample, pad)] == heard[sample]


@given(pieces(), st.integers(0, WIDE_PAD))
def test_a_chunk_is_heard_in_order_with_all_its_pieces_and_no_more_than_the_pad(
    some: tuple[Piece, ...], pad: int
) -> None:
    heard = sound_of(some).heard(pad).astype(np.int64) - 1
    assert (np.diff(heard) > 0).all()
    wanted = [np.arange(one.first - min(pad, one.before), one.last + min(pad, one.after)) for one in some]
    assert np.array_equal(heard, np.concatenate(wanted))


def test_beyond_the_end_the_places_go_on() -> None:
    sound = sound_of((Piece(RATE, 2 * RATE, 0, 0),))
    assert sound.place(RATE + 100) == 2 * RATE + 100


def test_where_the_channel_is_closed_it_is_silent() -> None:
    piece = Piece(100 * FRAME, 200 * FRAME, 1000, 1000)
    heard = sound_of((piece,), closed=((0, 100 * FRAME), (150 * FRAME, 160 * FRAME)), channel=1).heard()
    at = np.arange(len(heard)) + piece.first - piece.before
    assert not heard[at < 99 * FRAME].any()
    assert not heard[(at > 151 * FRAME) & (at < 159 * FRAME)].any()
    clear = (at > 101 * FRAME) & (at < 149 * FRAME)
    assert np.array_equal(heard[clear], -LINE[at[clear]])


def test_a_chunk_says_where_its_speech_begins_and_ends() -> None:
    chunk = sound_of((Piece(500, 900, 10, 10), Piece(4000, 5000, 10, 10))).chunk
    assert (chunk.first, chunk.last) == (500, 5000)


def test_the_sound_of_a_chunk_can_be_sent_to_another_process() -> None:
    sound = sound_of((Piece(500, 900, 10, 10),))
    sent = pickle.loads(pickle.dumps(sound))
    assert sent.chunk == sound.chunk
    assert np.array_equal(sent.heard(), sound.heard())


def test_another_channel_is_another_sound() -> None:
    one = sound_of((Piece(500, 900, 10, 10),))
    other = replace(one.chunk, channel=1).cut_out(PASSAGE, read_line)
    assert other.heard() == pytest.approx(-one.heard())
