"""What is to be heard: the chunks of a job, found by listening to the whole recording once."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from interview_tui.record.transcript import INTERVIEWER, RESPONDENT, UNKNOWN
from interview_tui.transcribe.crosstalk import FRAME, Frames, Loudness, leak_db, loudness, muted, own_frames, same_sound
from interview_tui.transcribe.sound import RATE, AudioReader, Passage, Samples
from interview_tui.transcribe.speech import WINDOW, Core, cut, speech_probability, stretches

PAD = RATE // 2  # samples heard before and after a chunk
CAREFUL_PAD = (RATE * 9) // 10

Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one voice, short enough for Whisper. Places are samples of its passage; ranges exclude their end.

    `before` and `after` are how much of the sound around it is its own to hear: up to the middle of the pause.
    `speech` is where the voice is, `closed` where the channel only carries the other's voice and is muted.
    """

    number: int
    passage: int
    channel: int
    speaker: str
    first: int
    last: int
    before: int
    after: int
    speech: Ranges
    closed: Ranges

    def sound(self, passage: Passage, reader: AudioReader, pad: int) -> Samples:
        """What an engine is to hear: the chunk between `pad` samples on either side, silent where not its own.

        Raises:
            AudioError: a file cannot be read.
        """
        before, after = min(pad, self.before), min(pad, self.after)
        low = (self.first - before) // FRAME * FRAME
        heard = passage.read(reader, low, self.last + after - low, self.channel)
        heard = muted(heard, self._open(low // FRAME, -(-len(heard) // FRAME)))[self.first - before - low :]
        return np.pad(heard, (pad - before, pad - after))

    def _open(self, first: int, frames: int) -> Frames:
        open_frames = np.ones(frames, dtype=bool)
        for low, high in self.closed:
            open_frames[max(0, low // FRAME - first) : max(0, high // FRAME - first)] = False
        return open_frames


@dataclass(frozen=True, slots=True)
class Plan:
    """The chunks of a job in the order they are heard, and what was found out about the channels."""

    chunks: tuple[Chunk, ...]
    note: str = ""

    def to_json(self) -> dict[str, Any]:
        """The plan as a JSON object."""
        return {"note": self.note, "chunks": [list(dataclasses.astuple(chunk)) for chunk in self.chunks]}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Plan:
        """The plan that `to_json` made this of."""
        return Plan(tuple(_chunk(row) for row in data["chunks"]), data["note"])


def make_plan(
    passages: Sequence[Passage],
    reader: AudioReader,
    interviewer_channel: int,
    listened: Callable[[float], None] = lambda _: None,
) -> Plan:
    """Listen to all passages and cut what is said in them into chunks, in order of time.

    Of two channels each is one person's; of more, the first two are. `listened` is told how many seconds of a channel
    have just been listened to.

    Raises:
        AudioError: a file cannot be read.
    """
    gates, note = _gates(passages, reader)
    chunks: list[Chunk] = []
    for number, (passage, channels) in enumerate(zip(passages, gates, strict=True)):
        for channel, open_frames in channels.items():
            cores = _cores(passage, reader, channel, open_frames, listened)
            speaker = _speaker(channel, len(channels), interviewer_channel)
            chunks.extend(_chunks(number, passage, channel, speaker, cores, open_frames))
    if {chunk.speaker for chunk in chunks} in ({INTERVIEWER}, {RESPONDENT}):
        chunks = [dataclasses.replace(chunk, speaker=UNKNOWN) for chunk in chunks]
        note = "all speech is on one of the two channels"
    in_order = sorted(chunks, key=lambda chunk: (chunk.passage, chunk.first, chunk.channel))
    return Plan(tuple(dataclasses.replace(chunk, number=at) for at, chunk in enumerate(in_order)), note)


def _speaker(channel: int, channels: int, interviewer_channel: int) -> str:
    """Whose a channel is; nobody's if it is the only one."""
    if channels == 1:
        return UNKNOWN
    return INTERVIEWER if channel == interviewer_channel else RESPONDENT


def _gates(passages: Sequence[Passage], reader: AudioReader) -> tuple[list[dict[int, Frames]], str]:
    """For each passage the channels to be heard, with the frames in which each is open; and what that rests on."""
    levels = [
        (_levels(passage, reader, 0), _levels(passage, reader, 1)) if passage.channels >= 2 else None
        for passage in passages
    ]
    pairs = [pair for pair in levels if pair is not None]
    one_channel = [{0: np.ones(-(-passage.samples // FRAME), dtype=bool)} for passage in passages]
    if not pairs:
        return one_channel, "one channel: the voices are not told apart"
    left, right = (np.concatenate([pair[channel] for pair in pairs]) for channel in (0, 1))
    if same_sound(left, right):
        return one_channel, "both channels carry the same sound: the voices are not told apart"
    into_left, into_right = leak_db(left, right), leak_db(right, left)
    gates = [
        {0: own_frames(pair[0], pair[1], into_left), 1: own_frames(pair[1], pair[0], into_right)} if pair else alone
        for pair, alone in zip(levels, one_channel, strict=True)
    ]
    return gates, f"speakers by channel, crosstalk {into_left:.0f} and {into_right:.0f} dB"


def _levels(passage: Passage, reader: AudioReader, channel: int) -> Loudness:
    """The loudness of a channel, frame by frame, read a few minutes at a time."""
    step = WINDOW * FRAME
    return np.concatenate(
        [
            loudness(passage.read(reader, first, min(step, passage.samples - first), channel))
            for first in range(0, passage.samples, step)
        ]
    )


def _cores(
    passage: Passage, reader: AudioReader, channel: int, open_frames: Frames, listened: Callable[[float], None]
) -> list[Core]:
    """Where a channel's own voice is, cut."""

    def read(first: int, frames: int) -> Samples:
        listened(frames * FRAME / RATE)
        gate = open_frames[first : first + frames]
        gate = np.pad(gate, (0, frames - len(gate)), constant_values=True)
        return muted(passage.read(reader, first * FRAME, frames * FRAME, channel), gate)

    probability = speech_probability(read, len(open_frames))
    return cut(stretches(probability), probability)


def _chunks(
    number: int, passage: Passage, channel: int, speaker: str, cores: Sequence[Core], open_frames: Frames
) -> list[Chunk]:
    """The cores of a channel as chunks; two neighbours share the pause between them."""
    starts = [core.first * FRAME for core in cores]
    ends = [min(core.last * FRAME, passage.samples) for core in cores]
    gaps_before = [start - end for start, end in zip(starts, [-starts[0], *ends], strict=False)] if cores else []
    gaps_after = [*gaps_before[1:], 2 * (passage.samples - ends[-1])] if cores else []
    return [
        Chunk(
            number=0,
            passage=number,
            channel=channel,
            speaker=speaker,
            first=start,
            last=end,
            before=min(CAREFUL_PAD, before // 2),
            after=min(CAREFUL_PAD, after // 2),
            speech=tuple((speech.first * FRAME, min(speech.last * FRAME, end)) for speech in core.speech),
            closed=_closed(open_frames, core),
        )
        for core, start, end, before, after in zip(cores, starts, ends, gaps_before, gaps_after, strict=True)
    ]


def _closed(open_frames: Frames, core: Core) -> Ranges:
    """Where a gate is closed in a core and what may be heard around it, in samples."""
    reach = -(-CAREFUL_PAD // FRAME) + 1
    low, high = max(0, core.first - reach), min(len(open_frames), core.last + reach)
    shut = np.concatenate([[False], ~open_frames[low:high], [False]])
    edges = np.flatnonzero(shut[1:] != shut[:-1]) + low
    return tuple((int(first) * FRAME, int(last) * FRAME) for first, last in edges.reshape(-1, 2))


def _chunk(row: list[Any]) -> Chunk:
    number, passage, channel, speaker, first, last, before, after, speech, closed = row
    return Chunk(number, passage, channel, speaker, first, last, before, after, _ranges(speech), _ranges(closed))


def _ranges(pairs: list[list[int]]) -> Ranges:
    return tuple((first, last) for first, last in pairs)
