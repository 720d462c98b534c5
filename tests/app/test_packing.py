"""Packing an interview that has ended: what cannot be packed keeps nothing else from being packed or read."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import soundfile

from interview_tui import packing, transcribing
from interview_tui.errors import AudioError
from interview_tui.exporting import export
from interview_tui.progress import CountLine
from interview_tui.record.export_ports import Choice
from tests.app.laid_study import CASE, LaidStudy
from tests.audio.laid import LAID_RATE, Laid, lay, noise


def laid(seed: int, start_ms: int = 0) -> Laid:
    return Laid(noise(3 * LAID_RATE, seed), start_ms, segment_s=1)


def change(file: Path) -> None:
    """Change a sample."""
    content = bytearray(file.read_bytes())
    content[1_000] ^= 1
    file.write_bytes(content)


@pytest.fixture
def made(tmp_path: Path) -> LaidStudy:
    """An interview of two spans that has ended."""
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, laid(1)))
    made.journal_span(lay(made.folder, 2, laid(2, 5_000)))
    made.end()
    return made


def test_an_interview_that_goes_on_is_not_packed(tmp_path: Path):
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, laid(1)))
    packing.pack_audio(made.study, CASE)
    assert len(list(made.folder.glob("*.wav"))) == 3
    assert packing.unpacked(made.study) == []


def test_the_journal_knows_the_file_and_its_hash_and_the_hash_of_what_was_recorded(made: LaidStudy):
    assert packing.unpacked(made.study) == [CASE]
    packing.pack_audio(made.study, CASE)
    assert packing.unpacked(made.study) == []
    spans = made.study.interview(CASE).spans
    assert [span.parts[0].file for span in spans.values()] == ["span-001.flac", "span-002.flac"]
    assert [span.sha256 for span in spans.values()] == [laid(1).sha256, laid(2).sha256]
    events = len(made.study.events(CASE))
    packing.pack_audio(made.study, CASE)
    assert len(made.study.events(CASE)) == events


def test_a_span_that_was_changed_stays_as_it_is_and_the_others_are_packed(made: LaidStudy):
    change(made.folder / "span-001-0002.wav")
    with pytest.raises(AudioError, match=r"span 1 .* is not any more what was recorded"):
        packing.pack_audio(made.study, CASE)
    names = sorted(file.name for file in made.folder.glob("span-*"))
    assert names == ["span-001-0001.wav", "span-001-0002.wav", "span-001-0003.wav", "span-002.flac"]


def test_what_cannot_be_packed_can_be_transcribed_and_exported_as_it_was_recorded(made: LaidStudy):
    change(made.folder / "span-001-0002.wav")
    clips = transcribing.transcription_spec(made.study, CASE).clips
    assert [clip.file.name for clip in clips] == [f"span-001-000{n}.wav" for n in (1, 2, 3)] + ["span-002.flac"]
    assert export(made.study, [CASE], Choice(("text",))).files


def test_half_of_two_tracks_is_not_taken_for_the_whole(tmp_path: Path):
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, laid(1), laid(2)))
    made.end()
    change(made.folder / "span-001-line-0002.wav")
    with pytest.raises(AudioError, match=r"span 1 .* is not any more what was recorded"):
        transcribing.transcription_spec(made.study, CASE)


def test_two_tracks_are_two_channels_of_the_journal(tmp_path: Path):
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, laid(1), laid(2)))
    made.end()
    packing.pack_audio(made.study, CASE)
    (span,) = made.study.interview(CASE).spans.values()
    assert (span.channels, span.beside) == (2, None)
    both, _ = soundfile.read(made.folder / span.parts[0].file, dtype="int16")
    assert np.array_equal(both, np.hstack([laid(1).sound, laid(2).sound]))


class Terminal(io.StringIO):
    """A terminal that keeps what it is told."""

    def isatty(self) -> bool:
        return True


def test_the_progress_line_is_for_terminals_only():
    terminal, file = Terminal(), io.StringIO()
    for out in (terminal, file):
        line = CountLine(out, "Verifying")
        line.show("P07", 11, 60)
        line.clear()
    assert terminal.getvalue() == "\r\x1b[KVerifying P07  12 of 60\r\x1b[K"
    assert file.getvalue() == ""
