"""Recorded talk that is played in place of a call: what is said in it when, and what it calls for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Caption:
    """Words of a recording, from `start_ms` to `end_ms` of it; `is_asking` if the interviewer says them."""

    start_ms: int
    end_ms: int
    is_asking: bool
    text: str


@dataclass(frozen=True, slots=True)
class Cue:
    """The stretch of a recording in which a step is called for."""

    step: str
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Part:
    """A file of recorded talk: how long it plays, what is said in it, and what it calls for."""

    file: str
    length_ms: int
    captions: tuple[Caption, ...] = ()
    cues: tuple[Cue, ...] = ()


@dataclass(frozen=True, slots=True)
class Talk:
    """What is heard in a rehearsal: the `opening`, from the first step on until something is recorded, and the `call`,
    which is played from when the recorder is started on, whether it is recorded or not.
    """

    opening: Part | None = None
    call: Part | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What is heard at a moment: `at_ms` of `part`."""

    part: Part
    at_ms: int

    @property
    def caption(self) -> Caption | None:
        """What is being said; in a pause, what was said last."""
        said = [caption for caption in self.part.captions if caption.start_ms <= self.at_ms]
        return said[-1] if said and self.at_ms < self.part.length_ms else None

    @property
    def called_for(self) -> tuple[str, ...]:
        """The steps that it is the moment for."""
        return tuple(cue.step for cue in self.part.cues if cue.start_ms <= self.at_ms < cue.end_ms)
