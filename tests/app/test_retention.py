"""When audio is due to be destroyed, and its destruction on request: the transcript stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest
import soundfile
from click.testing import CliRunner

from interview_tui import bootstrap, transcribing
from interview_tui.cli import main
from interview_tui.errors import ConfigError, Refused
from interview_tui.store.settings import write_settings
from interview_tui.store.study import StudyFolder
from interview_tui.withdrawing.retention import destroy_audio, due, kept
from tests.app.laid_study import CASE, LaidStudy
from tests.audio.laid import LAID_RATE, Laid, lay, noise


@pytest.fixture
def study(tmp_path: Path) -> StudyFolder:
    """A study with an interview of two spans that was recorded and has ended, with a transcript."""
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, Laid(noise(3 * LAID_RATE, 1), 0, segment_s=1)))
    made.journal_span(lay(made.folder, 2, Laid(noise(3 * LAID_RATE, 2), 5_000)))
    made.end()
    (made.folder / "transcript.json").write_text("{}", encoding="utf-8")
    return made.study


def until(study: StudyFolder, said: str) -> StudyFolder:
    """The study with this said of how long audio is kept."""
    write_settings(study.path / "study.toml", replace(study.settings, audio_until=said))
    return bootstrap.open_study(study.path)


def test_it_is_due_at_a_date_or_so_many_months_after_the_interview(study):
    day = date(2026, 1, 31)
    assert due(study, day) is None
    assert due(until(study, "2027-12-31"), day) == date(2027, 12, 31)
    assert due(until(study, "1 month"), day) == date(2026, 2, 28)
    assert due(until(study, "36 months"), day) == date(2029, 1, 31)
    with pytest.raises(ConfigError, match=r"study\.toml: retention\.audio is 'soon'"):
        due(until(study, "soon"), day)


def test_what_is_due_is_listed_and_nothing_is_destroyed_by_itself(study):
    (one,) = kept(until(study, "1 month"))
    assert (one.case, one.recorded_ms, one.due) == (CASE, 6_000, date(2026, 10, 21))
    runner, at = CliRunner(), ["--study", str(study.path)]
    until(study, (date.today() - timedelta(days=1)).isoformat())  # noqa: DTZ011 - as people count
    told = runner.invoke(main, [*at, "retention"])
    assert f"{CASE}  interviewed 2026-09-21  0 min  DUE since" in told.output
    assert "Audio that is due: 1" in told.output
    until(study, (date.today() + timedelta(days=9)).isoformat())  # noqa: DTZ011 - as people count
    assert "DUE" not in runner.invoke(main, [*at, "retention"]).output
    assert list(study.audio_folder(CASE).glob("*.wav"))


def test_only_silence_of_the_same_length_is_left_and_the_transcript_stays(study):
    timeline = [(span.start_ms, span.end_ms) for span in study.interview(CASE).timeline().spans]
    certificate = destroy_audio(study, CASE, f"{CASE} ")
    assert certificate.name == f"{CASE}-audio.txt"
    spans = study.interview(CASE).spans.values()
    sounds = [soundfile.read(study.audio_folder(CASE) / span.parts[0].file)[0] for span in spans]
    assert [len(sound) for sound in sounds] == [3 * LAID_RATE] * 2
    assert not any(np.any(sound) for sound in sounds)
    assert not list(study.audio_folder(CASE).glob("*.wav"))
    assert [(span.start_ms, span.end_ms) for span in study.interview(CASE).timeline().spans] == timeline
    assert (study.audio_folder(CASE) / "transcript.json").is_file()
    told = certificate.read_text(encoding="utf-8")
    assert "Audio: 6.0 s" in told
    assert "span-001-0001.wav\n    was " in told
    assert kept(study) == []
    assert destroy_audio(study, CASE, CASE) == certificate
    assert certificate.read_text(encoding="utf-8") == told


def test_silence_is_never_transcribed_in_place_of_what_was_said(study):
    destroy_audio(study, CASE, CASE)
    assert transcribing.outstanding(study) == []
    with pytest.raises(ConfigError, match="was destroyed"):
        transcribing.transcription_spec(study, CASE)


@pytest.mark.parametrize("step", ["audio", "exports", "certificate", "clear up"])
def test_cut_off_at_any_step_it_is_finished_by_the_next_try(study, step):
    def interrupt(name: str) -> None:
        if name == step:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        destroy_audio(study, CASE, CASE, interrupt)
    told = destroy_audio(study, CASE, CASE).read_text(encoding="utf-8")
    assert "span-001-0001.wav\n    was " in told
    assert not list(study.path.glob("certificates/.*"))


def test_something_else_typed_or_nothing_recorded_destroys_nothing(study, tmp_path):
    with pytest.raises(ConfigError, match="nothing was destroyed"):
        destroy_audio(study, CASE, "yes")
    bare = LaidStudy.make(tmp_path / "bare")
    with pytest.raises(Refused, match="goes on"):
        destroy_audio(bare.study, CASE, CASE)
    bare.end()
    with pytest.raises(Refused, match="Nothing was recorded"):
        destroy_audio(bare.study, CASE, CASE)
    assert list(study.audio_folder(CASE).glob("*.wav"))
