"""Listening: where on each channel of a passage somebody speaks, block by block, as the recording grows.

A block is a minute on a fixed grid; the first minute is three blocks, so that the first words come soon. What is found
in a block rests on the sound up to its end (and half a second more) and on the blocks before it: the same, whether the
recording is listened to while it grows or afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from interview_tui.transcribe.listening.chunk import Ranges
from interview_tui.transcribe.listening.crosstalk import (
    FRAME,
    QUIET_DB,
    Frames,
    Levels,
    Loudness,
    leak_db,
    loudness,
    measured,
    own_frames,
    same_sound,
    usual_loudness,
)
from interview_tui.transcribe.listening.sound import RATE, AudioReader, Passage, Samples
from interview_tui.transcribe.listening.speech import Stretch, dips, speech_probability, stretches, without_rumble

BLOCK = 60 * RATE  # a whole number of frames
EARLY_BLOCK = BLOCK // 3  # the same
WARM_UP = 375 * FRAME  # 12 s, heard before a block, so that the detector is used to the voice
LOOK_AHEAD = 16 * FRAME  # heard after it, so that no pause and no gate is misjudged at its end


@dataclass(frozen=True, slots=True)
class Block:
    """What was found in a minute of a passage, or in a third of its first.

    Places are samples of the passage; ranges exclude their end.

    `one_sound` says that there is one channel, or that both carry the same sound: then there is one entry per field,
    else one for each of the first two channels. `leaks` is how loudly the other's voice was taken to be heard in each
    channel, dB; `levels` what this rests on. `speech` is where the voice is, `closed` where a channel only carries
    the other's. At the `quietest` places a stretch of speech is cut if it is too long.
    """

    number: int
    first: int
    last: int
    one_sound: bool
    leaks: tuple[float, float]
    speech: tuple[Ranges, ...]
    closed: tuple[Ranges, ...]
    quietest: tuple[tuple[int, ...], ...]
    levels: Levels

    def to_json(self) -> dict[str, Any]:
        """The block as a JSON object."""
        return {
            "number": self.number,
            "first": self.first,
            "last": self.last,
            "one_sound": self.one_sound,
            "leaks": self.leaks,
            "speech": self.speech,
            "closed": self.closed,
            "quietest": self.quietest,
            "loud": self.levels.loud,
            "talking": self.levels.talking,
            "alike": self.levels.alike,
            "leaks_here": self.levels.leaks,
        }

    @staticmethod
    def from_json(data: dict[str, Any]) -> Block:
        """The block that `to_json` made this of.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        into_first, into_second = data["leaks"]
        return Block(
            number=data["number"],
            first=data["first"],
            last=data["last"],
            one_sound=data["one_sound"],
            leaks=(into_first, into_second),
            speech=_channels(data["speech"]),
            closed=_channels(data["closed"]),
            quietest=tuple(tuple(places) for places in data["quietest"]),
            levels=_levels(data),
        )


def listen(passage: Passage, reader: AudioReader, so_far: Sequence[Block], final: bool) -> Iterator[Block]:
    """The blocks of a passage that come after those `so_far`; of one that still grows (not `final`) whole ones only.

    Of two channels each is one person's; of more, the first two are.

    Raises:
        AudioError: a file cannot be read.
    """
    known = list(so_far)
    while (first := known[-1].last if known else 0) < passage.samples:
        if not final and _end(first) + LOOK_AHEAD > passage.samples:
            return
        known.append(_block(passage, reader, known, first))
        yield known[-1]


def _end(first: int) -> int:
    """Where the block that begins there ends, unless the passage does."""
    return first + (BLOCK if first >= BLOCK else EARLY_BLOCK)


def _block(passage: Passage, reader: AudioReader, before: Sequence[Block], first: int) -> Block:
    """The block that begins at `first`."""
    last = min(_end(first), passage.samples)
    begin, frames = max(0, first - WARM_UP), -(-(last - first) // FRAME)
    length = first - begin + frames * FRAME + LOOK_AHEAD
    read = (passage.read(reader, begin, length, channel) for channel in range(min(passage.channels, 2)))
    sounds = [without_rumble(sound) for sound in read]
    levels = [loudness(sound) for sound in sounds]
    low = (first - begin) // FRAME
    earlier = [block.levels for block in before]
    told = [*earlier, measured(levels[0][low : low + frames], levels[-1][low : low + frames], earlier)]
    leaks = (leak_db(told, 0), leak_db(told, 1))
    gates = [] if len(sounds) < 2 or same_sound(told) else _gates(levels, leaks)
    heard = [
        _speech(sound, gate, _loud(told, channel), low, frames)
        for channel, (sound, gate) in enumerate(zip(sounds, gates or [np.ones(len(levels[0]), bool)], strict=False))
    ]
    return Block(
        number=len(before),
        first=first,
        last=last,
        one_sound=not gates,
        leaks=leaks,
        speech=tuple(_ranges(found, first, last) for found, _ in heard),
        closed=tuple(_ranges(_shut(gate[low : low + frames]), first, last) for gate in gates) or ((),),
        quietest=tuple(tuple(first + place * FRAME for place in places) for _, places in heard),
        levels=told[-1],
    )


def _gates(levels: Sequence[Loudness], leaks: tuple[float, float]) -> list[Frames]:
    """The frames in which each of two channels is open."""
    left, right = levels
    return [own_frames(left, right, leaks[0]), own_frames(right, left, leaks[1])]


def _loud(told: Sequence[Levels], channel: int) -> float:
    """How loud a channel is in the newest of these blocks; if nobody speaks there, how loud it usually is, dBFS."""
    here = told[-1].loud[channel]
    usual = usual_loudness(levels.loud[channel] for levels in told)
    return here if here > usual - QUIET_DB else usual


def _speech(sound: Samples, gate: Frames, loud_db: float, low: int, frames: int) -> tuple[list[Stretch], list[int]]:
    """The stretches of speech in the `frames` frames of a sound from frame `low` on, and where they may be cut."""
    probability = speech_probability(sound, gate, loud_db)[:-1]
    within = [(max(first - low, 0), min(last - low, frames)) for first, last in stretches(probability)]
    found = [(first, last) for first, last in within if first < last]
    here = probability[low : low + frames]
    return found, [place for stretch in found for place in dips(here, stretch)]


def _shut(gate: Frames) -> list[Stretch]:
    """The stretches in which a gate is closed."""
    edges = np.flatnonzero(np.diff(np.concatenate([[True], gate, [True]])))
    return [(int(first), int(last)) for first, last in edges.reshape(-1, 2)]


def _ranges(found: Sequence[Stretch], first: int, last: int) -> Ranges:
    """Frames of a block that begins at `first` and ends at `last` as places of the passage."""
    return tuple((first + low * FRAME, min(first + high * FRAME, last)) for low, high in found)


def _channels(data: Sequence[Sequence[Sequence[int]]]) -> tuple[Ranges, ...]:
    return tuple(tuple((first, last) for first, last in ranges) for ranges in data)


def _levels(data: dict[str, Any]) -> Levels:
    (loud, loud_other), (leak, leak_other) = data["loud"], data["leaks_here"]
    return Levels((loud, loud_other), data["talking"], data["alike"], (leak, leak_other))
