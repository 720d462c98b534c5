"""What a capture process says arrives as it was said, or not at all."""

from __future__ import annotations

import io
import os

from hypothesis import given
from hypothesis import strategies as st

from interview_tui.audio.sources.capture_messages import Kind, Message, read, send, send_block

BLOCKS = st.tuples(st.binary(max_size=400), st.integers(0, 2**62), st.integers(0, 3))


def _said(blocks: list[tuple[bytes, int, int]], source: str) -> bytes:
    """What comes out of a pipe into which these are said."""
    out_fd, in_fd = os.pipe()
    send(in_fd, Kind.HELLO, source=source)
    for pcm, arrival_ns, flags in blocks:
        send_block(in_fd, pcm, arrival_ns, flags)
    os.close(in_fd)
    with os.fdopen(out_fd, "rb") as out:
        return out.read()


def _heard(said: bytes) -> list[Message]:
    pipe = io.BytesIO(said)
    return list(iter(lambda: read(pipe), None))


@given(st.lists(BLOCKS, max_size=8), st.text(max_size=50))
def test_every_message_arrives_as_it_was_said(blocks: list[tuple[bytes, int, int]], source: str):
    hello, *heard = _heard(_said(blocks, source))
    assert (hello.kind, hello.facts()) == (Kind.HELLO, {"source": source})
    assert heard == [Message(Kind.BLOCK, pcm, arrival_ns, flags) for pcm, arrival_ns, flags in blocks]


@given(st.lists(BLOCKS, max_size=4), st.data())
def test_of_a_pipe_that_is_torn_only_whole_messages_arrive(blocks: list[tuple[bytes, int, int]], data: st.DataObject):
    said = _said(blocks, "a device")
    torn = said[: data.draw(st.integers(0, len(said)))]
    whole, heard = _heard(said), _heard(torn)
    assert heard == whole[: len(heard)]
    assert len(heard) == len(whole) or len(torn) < len(said)
