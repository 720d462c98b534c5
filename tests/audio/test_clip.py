from __future__ import annotations

import shutil
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile

from interview_tui.audio import files
from interview_tui.audio.keeping.clip import write_clip
from interview_tui.errors import AudioError
from interview_tui.interview.timeline import Clip
from tests.audio.signals import counter

RATE = 8_000
FADE = 40  # frames at either end that are faded


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two files of ten seconds."""
    for name, first in (("a.wav", 0), ("b.flac", 500_000)):
        soundfile.write(tmp_path / name, counter(10 * RATE, first), RATE, subtype="PCM_16")
    return tmp_path


CLIPS = [Clip("a.wav", 2 * RATE, 3 * RATE, RATE, 12_000), Clip("b.flac", RATE, RATE, RATE, 15_000)]


@pytest.mark.parametrize("kind", ["wav", "flac"])
def test_a_clip_holds_its_stretches_one_after_the_other(folder: Path, kind: str):
    out = folder / f"clip.{kind}"
    write_clip(CLIPS, folder, out)
    found, rate = soundfile.read(out, dtype="int16")
    assert (rate, len(found)) == (RATE, 4 * RATE)
    first, second = counter(3 * RATE, 2 * RATE), counter(RATE, 500_000 + RATE)
    assert np.array_equal(found[FADE : 3 * RATE - FADE], first[FADE:-FADE])
    assert np.array_equal(found[3 * RATE + FADE : -FADE], second[FADE:-FADE])
    assert out.stat().st_mode & 0o077 in (0, 0o066)  # private, where the system knows that


@pytest.mark.ffmpeg
@pytest.mark.parametrize("kind", ["mp3", "m4a", "ogg"])
def test_with_ffmpeg_a_clip_may_be_compressed(folder: Path, kind: str):
    write_clip(CLIPS, folder, folder / f"clip.{kind}")
    info = files.info(folder / f"clip.{kind}")
    assert info.frames / info.rate == pytest.approx(4, abs=0.2)
    with av.open(str(folder / f"clip.{kind}")) as container:
        assert container.streams.audio[0].codec_context.name.startswith({"mp3": "mp3", "m4a": "aac"}.get(kind, ""))


def test_without_ffmpeg_the_way_out_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PATH", str(folder))
    assert shutil.which("ffmpeg") is None
    with pytest.raises(AudioError, match=r"needs the ffmpeg program") as caught:
        write_clip(CLIPS, folder, folder / "clip.mp3")
    assert ".wav" in caught.value.hint


@pytest.mark.parametrize(
    ("clips", "name", "words"),
    [
        ([], "clip.wav", "Nothing was recorded there"),
        (CLIPS, "clip.doc", "cannot be written as clip.doc"),
        (CLIPS, "nowhere/clip.wav", "cannot be written"),
        ([Clip("absent.wav", 0, 100, RATE, 0)], "clip.wav", "no audio file"),
        ([Clip("a.wav", 0, 31 * 60 * RATE, RATE, 0)], "clip.wav", "30 minutes at most"),
    ],
)
def test_what_cannot_be_cut_is_said_and_leaves_the_file_that_was_there(
    folder: Path, clips: list[Clip], name: str, words: str
):
    (folder / "clip.wav").write_bytes(b"an earlier clip")
    with pytest.raises(AudioError, match=words):
        write_clip(clips, folder, folder / name)
    assert (folder / "clip.wav").read_bytes() == b"an earlier clip"
    assert sorted(file.name for file in folder.iterdir()) == ["a.wav", "b.flac", "clip.wav"]
