"""A recording is lined up by ear in a terminal, with real ears: what a listener hears, and what the journal has."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile

if sys.platform == "win32":
    pytest.skip("needs pseudo-terminals", allow_module_level=True)

from tests.app.attached_study import CASE, CONSENT_MS, TALK_S, Conducted
from tests.audio.other_recorder import TALK_RATE
from tests.audio.virtual_sound import RATE, VirtualSound, virtual_sound
from tests.e2e.screen import Screen
from tests.e2e.terminal import Terminal, until

pytestmark = pytest.mark.device
FLAG_MS = 30_000
MOVED_MS = 3_230
TONES_HZ = (440, 1000)
BEGINS = r"begins at (-?)(\d+):(\d\d)\.(\d\d) of the call"
RIGHT = "\x1b[C"


@pytest.fixture
def sound(monkeypatch: pytest.MonkeyPatch) -> Iterator[VirtualSound]:
    with virtual_sound() as running:
        for name, value in running.environment.items():
            monkeypatch.setenv(name, value)
        yield running


def _tone(hz: float) -> np.ndarray:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(TALK_S * TALK_RATE) / TALK_RATE)).astype(np.float32)


def _loud_at(sound: np.ndarray, hz: float) -> float:
    """How much of a sound is a tone, 0 to 1."""
    spectrum = np.abs(np.fft.rfft(sound)) ** 2
    near = np.abs(np.fft.rfftfreq(len(sound), 1 / RATE) - hz) < 5
    return float(spectrum[near].sum() / max(spectrum.sum(), 1e-9))


@pytest.mark.usefixtures("sound")
def test_moved_heard_and_attached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    passing = tmp_path / "passing"
    passing.mkdir()
    monkeypatch.setenv("TMPDIR", str(passing))
    here, other = TONES_HZ
    conducted = Conducted.make(tmp_path / "study", _tone(here), flagged=FLAG_MS)
    original = tmp_path / "DS_0042.wav"
    soundfile.write(original, _tone(other), TALK_RATE, subtype="PCM_16")
    terminal = Terminal("--study", str(conducted.study.path), "attach", CASE, str(original), "--by-hand")
    until("the screen", lambda: b"flag f1" in terminal.painted)
    heard = _heard_when_played(terminal, tmp_path / "heard.raw")
    assert _loud_at(heard[:, 0], here) > 0.9
    assert _loud_at(heard[:, 1], other) > 0.9
    assert [path.stat().st_mode & 0o777 for path in passing.glob("interview-tui-by-ear-*")] == [0o700]
    assert [path.stat().st_mode & 0o777 for path in passing.glob("*/heard-*.wav")] == [0o600]
    guessed_ms = _begins_ms(terminal)
    terminal.press(*["pagedown"] * 3, "]", "]", *[RIGHT] * 3)
    until("the move", lambda: _begins_ms(terminal) == guessed_ms + MOVED_MS)
    terminal.press("enter")
    assert terminal.wait() == 0
    assert b"a1, DS_0042.wav, kept from" in terminal.painted
    (attached,) = conducted.interview.soundtrack.attached.values()
    assert attached.how == "hand"
    first = min(attached.pieces, key=lambda piece: piece.start_ms)
    assert first.start_ms == guessed_ms + MOVED_MS > CONSENT_MS + 1500
    assert not list(passing.glob("interview-tui-by-ear-*"))


def _heard_when_played(terminal: Terminal, file: Path) -> np.ndarray:
    """What comes out of the speaker, shape (frames, 2), once a second of sound has."""
    with file.open("wb") as raw:
        listener = subprocess.Popen(
            ["parec", "--device=speaker.monitor", f"--rate={RATE}", "--channels=2", "--format=s16le"],
            stdin=subprocess.DEVNULL,
            stdout=raw,
        )
        try:
            until("the listener", lambda: file.stat().st_size)
            terminal.press(" ")
            until("a second of sound", lambda: len(_sounding(file)) > RATE)
        finally:
            listener.kill()
            listener.wait()
    return _sounding(file)


def _sounding(file: Path) -> np.ndarray:
    samples = np.frombuffer(file.read_bytes()[: file.stat().st_size // 4 * 4], "<i2").reshape(-1, 2)
    return samples[samples.any(axis=1)].astype(np.float32)


def _begins_ms(terminal: Terminal) -> int:
    """Where the file begins, as the screen has it."""
    screen = Screen(100, 30)
    screen.feed(terminal.painted)
    sign, minutes, seconds, hundredths = re.findall(BEGINS, "\n".join(screen.lines))[-1]
    return (-1 if sign else 1) * (int(minutes) * 60_000 + int(seconds) * 1000 + int(hundredths) * 10)
