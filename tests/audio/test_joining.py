from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from interview_tui.audio import files
from interview_tui.audio.keeping import joining
from interview_tui.audio.keeping.joining import join
from interview_tui.audio.processes import child
from interview_tui.errors import AudioError
from interview_tui.interview.timeline import Clip
from tests.audio.signals import counter

RATE = 8_000
FADE = 40  # frames at either side of a cut that are faded
SPEECH = Path(__file__).parents[1] / "data" / "jfk.flac"
SPEECH_RATE = 16_000
CLIPS = [Clip("a.wav", 2 * RATE, 3 * RATE, RATE, 12_000), Clip("b.flac", RATE, RATE, RATE, 15_000)]
KILLED = """
import os, sys
from pathlib import Path
from interview_tui.audio import disk
from interview_tui.audio.keeping import joining
from interview_tui.audio.processes import child

def die(draft, path):
    print("a whole draft" if draft.stat().st_size > 1000 else "no draft", flush=True)
    os._exit(9)
disk.put_in_place = die
child.answer(joining._join, Path(sys.argv[1]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of ten seconds."""
    for name, first in (("a.wav", 0), ("b.flac", 500_000)):
        soundfile.write(tmp_path / name, counter(10 * RATE, first), RATE, subtype="PCM_16")
    return tmp_path


def left_behind(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir() if each.name not in ("a.wav", "b.flac"))


def lag(heard: files.Samples, said: files.Samples) -> tuple[int, float]:
    """By how many frames one sound comes later than the other, and how alike they then are."""
    size = len(heard) + len(said)
    alike = np.fft.irfft(np.fft.rfft(heard, size) * np.conj(np.fft.rfft(said, size)), size)
    best = int(alike.argmax())
    return best - size if best > size // 2 else best, float(alike[best] / np.sqrt((heard @ heard) * (said @ said)))


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_the_file_holds_every_sample_of_the_clips_in_their_order(folder: Path, kind: str):
    out = folder / f"whole.{kind}"
    join(CLIPS, folder, out)
    found, rate = soundfile.read(out, dtype="int16")
    assert (rate, len(found)) == (RATE, 4 * RATE)
    first, second = counter(3 * RATE, 2 * RATE), counter(RATE, 500_000 + RATE)
    assert np.array_equal(found[: 3 * RATE - FADE], first[:-FADE])
    assert np.array_equal(found[3 * RATE + FADE :], second[FADE:])
    assert out.stat().st_mode & 0o077 in (0, 0o066)  # private, where the system knows that


def test_a_cut_is_faded_on_both_sides_and_what_goes_on_in_its_file_is_not(folder: Path):
    loud = np.full((RATE, 1), 20_000, np.int16)
    soundfile.write(folder / "loud.wav", loud, RATE)
    half = RATE // 2
    clips = [Clip("loud.wav", first, half, RATE, 0) for first in (0, half, 0)]
    join(clips, folder, folder / "whole.wav")
    found = soundfile.read(folder / "whole.wav", dtype="int16")[0].astype(int)
    assert np.array_equal(found[: RATE - FADE], loud[: RATE - FADE, 0])
    assert np.abs(np.diff(found)).max() <= 20_000 // FADE + 1
    assert (found[RATE - 1], found[RATE]) == (250, 250)
    assert found[-1] == 20_000


def test_clips_of_any_rate_and_channels_take_as_long_as_they_did_and_many_of_them_do_not_drift(tmp_path: Path):
    rates = (11_025, 16_000, 8_000)
    for rate in rates:
        channels = 2 if rate == SPEECH_RATE else 1
        at = np.arange(rate)[:, None] * np.ones(channels)
        soundfile.write(tmp_path / f"{rate}.wav", 0.5 * np.sin(2 * np.pi * 440 * at / rate), rate)
    clips = [Clip(f"{rate}.wav", 100, 1_237, rate, 0) for _ in range(20) for rate in rates]
    join(clips, tmp_path, tmp_path / "whole.wav")
    found, rate = soundfile.read(tmp_path / "whole.wav")
    assert (rate, found.shape[1]) == (16_000, 2)
    assert len(found) == round(20 * 1_237 * sum(Fraction(rate, each) for each in rates))
    assert np.array_equal(found[: 1_237 * 16_000 // 11_025, 0], found[: 1_237 * 16_000 // 11_025, 1])
    begins, rest = 0.0, rate // 50
    for clip in clips:
        length = clip.frames / clip.rate
        heard = found[round(begins * rate) + rest : round((begins + length) * rate) - rest, 0]
        at_s = (np.arange(len(heard)) + round(begins * rate) + rest) / rate - begins + clip.first_frame / clip.rate
        assert np.abs(heard - 0.5 * np.sin(2 * np.pi * 440 * at_s)).max() < 0.1  # a ms aside would be more than 1
        begins += length


def test_more_than_two_channels_are_mixed_and_deeper_samples_stay_as_deep(tmp_path: Path):
    sound = np.array([[0.1, 0.3, 0.5, 0.7]] * RATE)
    soundfile.write(tmp_path / "four.wav", sound, RATE, subtype="PCM_24")
    join([Clip("four.wav", 0, RATE, RATE, 0)], tmp_path, tmp_path / "two.flac")
    assert soundfile.info(tmp_path / "two.flac").subtype == "PCM_24"
    assert np.allclose(soundfile.read(tmp_path / "two.flac")[0], 0.4, atol=1e-6)


def test_time_0_of_an_m4a_is_the_first_sample_and_every_clip_lies_where_it_should(tmp_path: Path):
    said, _ = soundfile.read(SPEECH, dtype="float32")
    soundfile.write(tmp_path / "a.flac", said, SPEECH_RATE, subtype="PCM_16")
    half = len(said) // 2
    clips = [Clip("a.flac", half, half, SPEECH_RATE, 0), Clip("a.flac", 0, half, SPEECH_RATE, 9_000)]
    join(clips, tmp_path, tmp_path / "whole.m4a")
    heard = files.read_frames(tmp_path / "whole.m4a", 0, len(said) + SPEECH_RATE)[:, 0]
    assert 0 <= len(heard) - 2 * half < 1024  # the last packet of AAC is filled up
    for begins, part in ((0, said[half : 2 * half]), (half, said[:half])):
        late, alike = lag(heard[begins : begins + half], part)
        assert abs(late) < SPEECH_RATE * 5 // 1000
        assert alike > 0.98
    assert (tmp_path / "whole.m4a").stat().st_size < len(heard) / SPEECH_RATE * joining.AAC_BITS / 8 * 1.2


def test_an_m4a_takes_a_rate_that_aac_has(tmp_path: Path):
    for rate in (9_000, 96_000):
        soundfile.write(tmp_path / f"{rate}.wav", np.zeros(rate), rate)
        join([Clip(f"{rate}.wav", 0, rate, rate, 0)], tmp_path, tmp_path / f"{rate}.m4a")
    assert [files.shape(tmp_path / f"{rate}.m4a") for rate in (9_000, 96_000)] == [(11_025, 1), (48_000, 1)]


@pytest.mark.parametrize(
    ("clips", "name", "words"),
    [
        ([], "whole.wav", "Nothing was recorded there"),
        (CLIPS, "whole.doc", "cannot be joined as whole.doc"),
        (CLIPS, "nowhere/whole.wav", "cannot be written"),
        ([*CLIPS, Clip("absent.wav", 0, 100, RATE, 0)], "whole.m4a", "no audio file"),
        ([CLIPS[1], Clip("a.wav", 9 * RATE, 2 * RATE, RATE, 0)], "whole.m4a", "ends 1000 ms before"),
        ([Clip("a.wav", 11 * RATE, RATE, RATE, 0)], "whole.wav", "ends 1000 ms before"),
    ],
)
def test_what_cannot_be_joined_is_said_and_leaves_the_file_that_was_there(
    folder: Path, clips: list[Clip], name: str, words: str
):
    if (folder / name).parent.is_dir():
        (folder / name).write_bytes(b"an earlier one")
    with pytest.raises(AudioError, match=words):
        join(clips, folder, folder / name)
    assert left_behind(folder) in ([name], [])
    assert not (folder / name).exists() or (folder / name).read_bytes() == b"an earlier one"


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file grows beyond this, as on a full disk, in this process and its children."""
    import resource

    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("kind", ["m4a", "flac", "wav"])
def test_on_a_full_disk_nothing_is_left(folder: Path, kind: str):
    with room_for(8_000), pytest.raises(AudioError, match=rf"whole\.{kind} cannot be written"):
        join([Clip("a.wav", 0, 10 * RATE, RATE, 0)], folder, folder / f"whole.{kind}")
    assert left_behind(folder) == []


def test_a_disk_that_is_full_is_called_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(joining.shutil, "disk_usage", lambda _: SimpleNamespace(free=9))
    told = joining._explained(tmp_path / "whole.m4a", OSError(28, "No space left on device"))
    assert told.message == f"The disk that holds {tmp_path} is full, so whole.m4a cannot be written."


def test_a_child_that_is_killed_when_all_but_the_name_is_there_leaves_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(child, "command", lambda _, asked: [sys.executable, "-c", KILLED, asked])
    with pytest.raises(AudioError, match=r"exit 9.*a whole draft"):
        join(CLIPS, folder, folder / "whole.m4a")
    assert left_behind(folder) == []
