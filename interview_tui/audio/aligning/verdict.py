"""When an alignment is believed, and the sentence that says why or why not."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from interview_tui.audio.aligning.alignment import Alignment, Confidence, Piece
from interview_tui.audio.aligning.windows import WINDOW_S

SHORTEST_S = 30
LEAST_RATIO = 2.0
LEAST_SHARE = 0.7
MOST_PPM = 300.0
LEAST_WINDOWS = 5
LONGEST_DOUBT_S = 90
ENOUGH_S = 300  # of agreement; less must be most of what sounds in the shorter recording: hold music is alike as well
MOST_PART = 0.7
OVERLAP_MS = 250  # a codec pads the end of a file
GOES_ON_MS = 5000  # what a recorder takes to begin its next file


def too_short(name: str, length_s: float) -> str:
    """Said of a file that holds too little to be lined up."""
    return f"{name} lasts {length_s:.0f} s; less than {SHORTEST_S} s cannot be lined up for certain."


def too_silent(name: str) -> str:
    """Said of a file in which nothing sounds."""
    return f"Nothing can be heard in {name}."


def nothing_alike(name: str) -> str:
    """Said of a file that has no place in the call."""
    return f"Nothing in {name} was found again in the recording of this call."


def no_scratch(name: str) -> str:
    """Said where there is nothing to compare with."""
    return f"Nothing of this call was recorded here, so there is nothing to lay {name} beside."


class Judgement(NamedTuple):
    """Whether an alignment is believed, and the sentence that says why.

    `scant`: it is not, and for this alone that too little of the file lies within the call.
    """

    accepted: bool
    why: str
    scant: bool = False


def judged(name: str, pieces: Sequence[Piece], confidence: Confidence, shorter_s: float) -> Judgement:
    """Whether these pieces are believed, and why. `shorter_s`: what sounds in the file or the call, the lesser."""
    used, windows = sum(piece.windows_used for piece in pieces), sum(piece.windows for piece in pieces)
    counted = f"{used} of {windows} windows of {WINDOW_S} s agree"
    drift_ppm = max((abs(piece.drift_ppm) for piece in pieces), default=0.0)
    if used < LEAST_WINDOWS or confidence.share <= LEAST_SHARE:
        return Judgement(False, f"Only {counted}: {name} may be of another call.")
    if confidence.longest_doubt_s >= LONGEST_DOUBT_S:
        doubt_s = confidence.longest_doubt_s
        return Judgement(False, f"{counted}, but for {doubt_s:.0f} s on end {name} holds something else.")
    if confidence.peak_ratio <= LEAST_RATIO:
        ratio = f"{confidence.peak_ratio:.1f} to 1"
        return Judgement(False, f"{name} fits nearly as well elsewhere in the call ({ratio}).")
    if drift_ppm >= MOST_PPM:
        return Judgement(False, f"The clock of {name} would be off by {drift_ppm:.0f} ppm, more than any recorder's.")
    if used * WINDOW_S < min(ENOUGH_S, MOST_PART * shorter_s):
        why = f"Only {used * WINDOW_S} s of {name} are found in this call, too little to be certain."
        return Judgement(False, why, scant=True)
    residual_ms = max(piece.residual_ms for piece in pieces)
    where = "" if len(pieces) == 1 else f" in {len(pieces)} pieces"
    ratio = f"{confidence.peak_ratio:.1f} times as well as anywhere else in the call"
    return Judgement(True, f"{counted}{where}, to {residual_ms:.2f} ms; {name} fits {ratio}.")


def judged_parts(parts: Sequence[Alignment]) -> tuple[bool, str]:
    """Whether files follow one another as they were given, and why not.

    Of one of them little may lie within the call, if it goes on without a gap in another that is certain: the same
    recorder was only switched on long before, or off long after.
    """
    if not parts:
        return False, "No file was given."
    for place, part in enumerate(parts):
        if not part.accepted and not (part.scant and _goes_on(parts, place)):
            return False, part.verdict
    for before, after in pairwise(parts):
        if after.start_ms < before.start_ms:
            return False, f"{after.file.name} was recorded before {before.file.name}: give them in their order."
        if after.start_ms < before.end_ms - OVERLAP_MS:
            overlap_s = (before.end_ms - after.start_ms) / 1000
            return False, f"{after.file.name} begins {overlap_s:.1f} s before {before.file.name} ends."
    return True, parts[0].verdict if len(parts) == 1 else f"All {len(parts)} files fit, one after the other."


def _goes_on(parts: Sequence[Alignment], place: int) -> bool:
    """Whether a file ends where the next begins, or begins where the one before ends, and that one is believed."""
    part = parts[place]
    gaps_ms = [after.start_ms - part.end_ms for after in parts[place + 1 : place + 2] if after.accepted]
    gaps_ms += [part.start_ms - before.end_ms for before in parts[max(0, place - 1) : place] if before.accepted]
    return any(-OVERLAP_MS <= gap_ms <= GOES_ON_MS for gap_ms in gaps_ms)
