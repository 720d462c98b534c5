"""Other recorders' files lined up with whole calls: how far off at worst, and that no other call is ever taken.

The calls are those beside the repository. The figures of every case: `pytest --campaign --log-cli-level=info FILE`.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview_tui.audio.aligning.align import line_up, line_up_parts
from interview_tui.audio.aligning.alignment import Alignment
from interview_tui.audio.aligning.scratch import Scratch, ScratchClip
from tests.audio.other_recorder import CODECS, TALK_RATE, OtherRecorder, Sound, hold_music, ringing

pytestmark = pytest.mark.campaign
FIGURES = logging.getLogger("alignment")
CALLS = ("01_mentor", "02_mentee", "03_one_experience", "04_yes_to_all")
CASES = 20
GAP_S = 90.0
PAUSE_S = 40.0
WORST_MS = 1.0


@dataclass(frozen=True)
class Stretch:
    """So much of the call, from `call_s` on, as it lies in the other recorder's file from `file_s` of true time on."""

    file_s: float
    call_s: float
    length_s: float


def _call(bench: Path, name: str) -> Path:
    return bench / "calls" / "dev" / name / "audio.flac"


def _sound(path: Path) -> Sound:
    sound, rate = soundfile.read(path, dtype="float32", always_2d=True)
    assert rate == TALK_RATE
    return sound


@pytest.fixture(scope="module")
def long_call(bench: Path) -> tuple[Scratch, Sound]:
    """Two recordings with a gap of 90 s between them, 54 min in all, and what was said, the gap included."""
    first, second = (_call(bench, name) for name in CALLS[:2])
    before, after = _sound(first), _sound(second)
    missed = _sound(_call(bench, CALLS[2]))[: round(GAP_S * TALK_RATE)]
    begins_ms = (len(before) + len(missed)) * 1000 / TALK_RATE
    clips = [
        ScratchClip(first, 0, len(before), TALK_RATE, float(TALK_RATE), 0.0),
        ScratchClip(second, 0, len(after), TALK_RATE, float(TALK_RATE), begins_ms),
    ]
    return Scratch(clips), np.concatenate([before, missed, after])


def _worst_ms(aligned: Alignment, stretches: list[Stretch], recorder: OtherRecorder, delay_ms: float) -> float:
    """How far off it is at worst, 2 s inside both ends of every stretch and at 50 moments between."""
    off = []
    for stretch in stretches:
        for inside_s in np.linspace(2, stretch.length_s - 2, 52):
            true_s = stretch.file_s + inside_s + delay_ms / 1000
            frame = round(true_s * recorder.codec.rate * (1 + recorder.drift_ppm / 1e6))
            piece = next(piece for piece in aligned.pieces if frame < piece.end_frame)
            rounding_ms = (frame / recorder.codec.rate / (1 + recorder.drift_ppm / 1e6) - true_s) * 1000
            off.append(abs(piece.ms_at(frame) - (stretch.call_s + inside_s) * 1000 - rounding_ms))
    return max(off)


def _written(
    folder: Path, seed: int, said: Sound, before: Sound
) -> tuple[list[Path], list[list[Stretch]], OtherRecorder, str]:
    """One random file or two of what was said: which stretches of the call each holds, by whom, and in words."""
    chance = np.random.default_rng(1000 + seed)
    name = list(CODECS)[seed % len(CODECS)]
    recorder = OtherRecorder(CODECS[name], float(chance.uniform(-100, 100)), 10.0, seed)
    length_s = float(chance.uniform(8, 14) * 60)
    early = seed % 4 == 3
    start_s = 0.0 if early else float(chance.uniform(0, 40 * 60))
    early_s = float(chance.uniform(2, 25) * 60) if early else 0.0
    cut_s = float(chance.uniform(0.3, 0.7)) * length_s
    gap_s = (0.0, PAUSE_S, 3.0)[seed % 3]
    held = [Stretch(early_s, start_s, cut_s), Stretch(early_s + cut_s, start_s + cut_s + gap_s, length_s - cut_s)]
    sounds = [said[round(h.call_s * TALK_RATE) : round((h.call_s + h.length_s) * TALK_RATE)] for h in held]
    told = f"{name}, {recorder.drift_ppm:+.0f} ppm, from {start_s - early_s:+.0f} s, {length_s:.0f} s of it"
    if seed % 3 == 2:
        sounds[0] = np.concatenate([before[: round(early_s * TALK_RATE)], sounds[0]])
        paths = [recorder.writes(folder / f"case{seed}-{n}", sound) for n, sound in enumerate(sounds, 1)]
        return paths, [[held[0]], [Stretch(0.0, held[1].call_s, held[1].length_s)]], recorder, f"{told}, two files"
    whole = np.concatenate([before[: round(early_s * TALK_RATE)], *sounds])
    path = recorder.writes(folder / f"case{seed}", whole)
    return [path], [held], recorder, told + (", paused for 40 s" if gap_s else "")


def test_random_cases(tmp_path: Path, bench: Path, long_call: tuple[Scratch, Sound]):
    scratch, said = long_call
    before = _sound(_call(bench, CALLS[3]))
    off: list[float] = []
    for seed in range(CASES):
        paths, held, recorder, told = _written(tmp_path, seed, said, before)
        delay_ms = recorder.codec_delay_ms(tmp_path)
        parts = line_up_parts(scratch, paths)
        assert parts.accepted, f"case {seed} ({told}): {parts.verdict}"
        worst = [
            _worst_ms(aligned, stretches, recorder, delay_ms)
            for aligned, stretches in zip(parts.parts, held, strict=True)
        ]
        assert len(parts.parts[0].pieces) == (2 if "paused" in told else 1), told
        drift = max(abs(p.drift_ppm - recorder.drift_ppm) for part in parts.parts for p in part.pieces)
        FIGURES.info(f"case {seed:2}: {told}: worst {max(worst):.4f} ms, drift off by {drift:.2f} ppm, {parts.verdict}")
        off.append(max(worst))
        for path in paths:
            path.unlink()
    FIGURES.info(
        f"{CASES} cases: error over the whole of each, median {np.median(off):.4f} ms, worst {max(off):.4f} ms"
    )
    assert max(off) < WORST_MS


def test_a_recording_of_another_call_is_refused_every_time(tmp_path: Path, bench: Path):
    refused = 0
    for seed in range(CASES):
        chance = np.random.default_rng(2000 + seed)
        ours, theirs = chance.permutation(len(CALLS))[:2]
        call, other = (_sound(_call(bench, CALLS[n]))[:, :2].sum(axis=1) for n in (ours, theirs))
        at = round(float(chance.uniform(0, 8)) * 60 * TALK_RATE)
        call, other = call[: 15 * 60 * TALK_RATE], other[at : at + round(float(chance.uniform(3, 10)) * 60 * TALK_RATE)]
        alike = (None, hold_music(120), ringing(40), hold_music(90))[seed % 4]
        if alike is not None:
            at = 0 if seed % 4 == 3 else 200 * TALK_RATE
            call = np.concatenate([call[:at], alike, call[at:]])
            other = np.concatenate([other, alike] if seed % 4 == 3 else [alike, other])
        soundfile.write(tmp_path / "call.flac", np.clip(call, -1, 1), TALK_RATE)
        scratch = Scratch([ScratchClip(tmp_path / "call.flac", 0, len(call), TALK_RATE, float(TALK_RATE), 0.0)])
        recorder = OtherRecorder(
            list(CODECS.values())[seed % len(CODECS)], float(chance.uniform(-100, 100)), 10.0, seed
        )
        found = line_up(scratch, recorder.writes(tmp_path / f"other{seed}", other))
        kind = ("another call", "the same hold music", "the same ringing", "the music that ends it begins the other")[
            seed % 4
        ]
        FIGURES.info(f"case {seed:2}: {kind}: accepted {found.accepted}: {found.verdict}")
        refused += not found.accepted
    FIGURES.info(f"refused {refused} of {CASES}")
    assert refused == CASES
