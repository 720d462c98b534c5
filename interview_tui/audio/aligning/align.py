"""Lines up the file of another recorder with the call's own recording.

First by rhythm, anywhere in the call (`places`); then as a waveform, window by window along what was found
(`windows`); from these the lines are fitted (`chains`), the breaks between them found (`breaks`), and it is judged
(`verdict`).
The file is decoded twice and never held: what is kept of an hour is 2 MB of levels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from interview_tui.audio import files
from interview_tui.audio.aligning import envelope, verdict
from interview_tui.audio.aligning.alignment import Alignment, Confidence, PartsAlignment, Piece
from interview_tui.audio.aligning.breaks import Break, find_break
from interview_tui.audio.aligning.chains import Line, Match, chains, fitted
from interview_tui.audio.aligning.envelope import STEPS_PER_S, Levels, Mask
from interview_tui.audio.aligning.places import CallRhythm, peak_ratio, places
from interview_tui.audio.aligning.scratch import Scratch
from interview_tui.audio.aligning.windows import WINDOW_S, Sounding, Window, windows

COARSE_S, FINE_S = 0.06, 0.01  # how far a match may lie off its line, by rhythm and as a waveform
COARSE_BREAK, FINE_BREAK = 8.0, 15.0  # what a break costs, in the weights of matches
SHORTEST_PIECE = 3  # windows


def line_up(scratch: Scratch, file: Path) -> Alignment:
    """Find where `file` lies on the call clock.

    Any format, rate and number of channels; it may begin before the call and end after it, cover only a part of it,
    and have breaks (a recorder that was paused): then there are several pieces. An unrelated recording is refused.
    Takes some 20 s for an hour: call it in a thread or a child process.

    Raises:
        AudioError: `file`, or a file of the scratch recording, is no audio file or cannot be read.
    """
    heard = _listened(file)
    if heard.length_s < verdict.SHORTEST_S:
        return heard.refused(verdict.too_short(file.name, heard.length_s))
    if not heard.sounding.any():
        return heard.refused(verdict.too_silent(file.name))
    call = scratch.levels
    if not call.there.any():
        return heard.refused(verdict.no_scratch(file.name))
    rhythm = CallRhythm(envelope.rhythm(call.raw, call.there), call.there, call.start_ms / 1000)
    coarse = chains(places(rhythm, heard.rhythm, heard.sounding), COARSE_S, COARSE_BREAK)
    if not coarse:
        return heard.refused(verdict.nothing_alike(file.name))
    call_sounding = Sounding(call.start_ms / 1000, envelope.sounding(call.raw, call.there))
    lines = [(_middle_s(chain), fitted(chain, COARSE_S)) for chain in coarse]
    compared = windows(scratch, call_sounding, Sounding(0.0, heard.sounding), _telephone(file, heard.rate), lines)
    fine = [
        chain
        for chain in chains([window.match for window in compared], FINE_S, FINE_BREAK)
        if len(chain) >= SHORTEST_PIECE
    ]
    if not fine:
        return heard.refused(verdict.nothing_alike(file.name))
    pieces = _pieces(scratch, heard, fine, compared)
    confidence = _confidence(rhythm, heard, pieces, compared)
    shorter_s = min(heard.sounding.sum(), call_sounding.steps.sum()) / STEPS_PER_S
    judged = verdict.judged(file.name, pieces, confidence, shorter_s)
    return Alignment(
        file, heard.rate, heard.frames, pieces, confidence, judged.accepted, judged.why, scant=judged.scant
    )


def line_up_parts(scratch: Scratch, files: Sequence[Path]) -> PartsAlignment:
    """Find where each of several files of one recorder lies, and whether they follow one another as they are given.

    Raises:
        AudioError: as `line_up`.
    """
    parts = tuple(line_up(scratch, file) for file in files)
    return PartsAlignment(parts, *verdict.judged_parts(parts))


@dataclass(frozen=True, slots=True)
class _Heard:
    """What is kept of the file after listening to it once."""

    file: Path
    rate: int
    frames: int
    rhythm: Levels
    sounding: Mask

    @property
    def length_s(self) -> float:
        return self.frames / self.rate

    def refused(self, why: str) -> Alignment:
        return Alignment(self.file, self.rate, self.frames, (), Confidence(), False, why)


def _listened(file: Path) -> _Heard:
    rate, _ = files.shape(file)
    frames = 0

    def counted() -> Iterator[files.Samples]:
        nonlocal frames
        for block in files.stream_frames(file):
            frames += len(block)
            yield block

    raw = envelope.levels(envelope.telephone_blocks(counted(), rate))
    there = np.ones(len(raw), bool)
    return _Heard(file, rate, frames, envelope.rhythm(raw, there), envelope.sounding(raw, there))


def _telephone(file: Path, rate: int) -> Iterator[envelope.Samples]:
    return envelope.telephone_blocks(files.stream_frames(file), rate)


def _middle_s(chain: Sequence[Match]) -> float:
    return (chain[0].file_s + chain[-1].file_s) / 2


def _pieces(
    scratch: Scratch, heard: _Heard, fine: Sequence[Sequence[Match]], compared: Sequence[Window]
) -> tuple[Piece, ...]:
    """The pieces of the file: a line for each chain of windows, cut where the breaks are."""
    lines = [fitted(chain, FINE_S) for chain in fine]
    breaks = [Break(0.0, 0.0, max(0.0, fine[0][0].file_s - WINDOW_S / 2))]
    for place in range(1, len(fine)):
        between = fine[place - 1][-1].file_s - WINDOW_S, fine[place][0].file_s + WINDOW_S
        breaks.append(find_break(scratch, heard.file, heard.rate, between, (lines[place - 1], lines[place])))
    end_s = heard.length_s
    breaks.append(Break(min(end_s, fine[-1][-1].file_s + WINDOW_S / 2), end_s, end_s))
    return tuple(_piece(heard, line, breaks[place], breaks[place + 1], compared) for place, line in enumerate(lines))


def _piece(heard: _Heard, line: Line, begins: Break, ends: Break, compared: Sequence[Window]) -> Piece:
    at = {window.file_s for window in compared if begins.at_s <= window.file_s < ends.at_s}
    off = _off_line([window for window in compared if window.file_s in at], line)
    near_ms = [abs(seconds) * 1000 for seconds, _ in off.values() if abs(seconds) <= FINE_S]
    first, end = round(begins.at_s * heard.rate), round(ends.at_s * heard.rate)
    if ends.at_s >= heard.length_s:
        end = heard.frames
    return Piece(
        first_frame=first,
        frames=end - first,
        rate=heard.rate,
        start_ms=line.call_s(first / heard.rate) * 1000,
        drift_ppm=(1 / (1 + line.slope) - 1) * 1e6,
        residual_ms=float(np.median(near_ms)) if near_ms else 0.0,
        worst_residual_ms=max(near_ms, default=0.0),
        windows_used=len(near_ms),
        windows=sum(telling or abs(seconds) <= FINE_S for seconds, telling in off.values()),
        sure_first=round(begins.sure_start_s * heard.rate),
        sure_end=round(ends.sure_end_s * heard.rate),
    )


def _off_line(compared: Sequence[Window], line: Line) -> dict[float, tuple[float, bool]]:
    """For each window: how far off the line it was found at best (s), and whether it should have been found there."""
    off: dict[float, tuple[float, bool]] = {}
    for window in compared:
        seconds = window.match.call_s - line.call_s(window.file_s)
        before, telling = off.get(window.file_s, (np.inf, False))
        off[window.file_s] = min(before, seconds, key=abs), telling or window.telling
    return off


def _confidence(rhythm: CallRhythm, heard: _Heard, pieces: Sequence[Piece], compared: Sequence[Window]) -> Confidence:
    used, counted = sum(piece.windows_used for piece in pieces), sum(piece.windows for piece in pieces)
    return Confidence(
        peak_ratio(rhythm, _laid(rhythm, heard, pieces)),
        used / counted if counted else 0.0,
        _longest_doubt_s(heard, pieces, compared),
    )


def _laid(call: CallRhythm, heard: _Heard, pieces: Sequence[Piece]) -> Levels:
    """The rhythm of the file on the steps of the call, 0 where the file is not."""
    laid = np.zeros_like(call.rhythm)
    at_ms = (call.start_s + np.arange(len(laid)) / STEPS_PER_S) * 1000
    centres_s = (np.arange(len(heard.rhythm)) + 1) / STEPS_PER_S
    for piece in pieces:
        held = (at_ms >= piece.start_ms) & (at_ms < piece.end_ms)
        file_s = (piece.first_frame + (at_ms[held] - piece.start_ms) * piece.true_rate / 1000) / heard.rate
        for band in range(laid.shape[1]):
            laid[held, band] = np.interp(file_s, centres_s, heard.rhythm[:, band])
    return laid


def _longest_doubt_s(heard: _Heard, pieces: Sequence[Piece], compared: Sequence[Window]) -> float:
    """The longest stretch in which both recordings sound and no window is where its line says."""
    longest = run = 0
    for piece in pieces:
        line = Line(piece.start_ms / 1000 - piece.first_frame / piece.true_rate, piece.rate / piece.true_rate - 1)
        first_s, end_s = piece.first_frame / heard.rate, piece.end_frame / heard.rate
        off = _off_line([window for window in compared if first_s <= window.file_s < end_s], line)
        for _, (seconds, telling) in sorted(off.items()):
            run = 0 if abs(seconds) <= FINE_S else run + telling
            longest = max(longest, run)
    return longest * float(WINDOW_S)
