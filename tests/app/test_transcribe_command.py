"""Several interviews transcribed by one command; and which of them are still to be."""

import dataclasses
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from interview_tui import transcribing
from interview_tui.cli import main
from interview_tui.record.transcript import Provenance, Transcript, to_json
from interview_tui.transcribe.provenance import file_hashes
from interview_tui.transcribing import Choice
from tests.app.laid_study import CASE, LaidStudy
from tests.audio.laid import LAID_RATE, Laid, lay, noise


@pytest.fixture
def made(tmp_path: Path) -> LaidStudy:
    """A study with one interview, which has ended and was recorded."""
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, Laid(noise(LAID_RATE, 1), 0, segment_s=1)))
    made.end()
    return made


def transcribe(made: LaidStudy, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["--study", str(made.study.path), "transcribe", *arguments])


def with_transcript(made: LaidStudy) -> Provenance:
    """Give the interview the transcript that it would have; gives where that comes from."""
    spec = transcribing.transcription_spec(made.study, CASE)
    provenance = Provenance("faster-whisper", "tiny.en", "0" * 64, "en", audio_sha256=tuple(file_hashes(spec).values()))
    write(made, provenance)
    return provenance


def write(made: LaidStudy, provenance: Provenance) -> None:
    (made.folder / "transcript.json").write_text(json.dumps(to_json(Transcript((), provenance))), encoding="utf-8")


def test_those_that_cannot_be_transcribed_are_named_and_do_not_stop_one_another(made: LaidStudy) -> None:
    result = transcribe(made, "P98", "P99", "P98")
    assert result.exit_code == 1
    assert "P98: There is no interview with P98" in result.stderr
    assert "P99: There is no interview with P99" in result.stderr
    assert result.stderr.endswith("2 of 2 were not transcribed: P98, P99.\n")


def test_a_single_one_fails_with_its_own_code(made: LaidStudy) -> None:
    result = transcribe(made, "P99")
    assert result.exit_code == 3
    assert result.stderr.startswith("There is no interview with P99")


@pytest.mark.parametrize("arguments", [(), ("--all", CASE)])
def test_cases_are_named_or_all_of_them_are_meant(made: LaidStudy, arguments: tuple[str, ...]) -> None:
    assert transcribe(made, *arguments).exit_code == 2


def test_with_nothing_left_to_do_all_says_so(made: LaidStudy) -> None:
    with_transcript(made)
    result = transcribe(made, "--all")
    assert result.exit_code == 0
    assert "has its transcript" in result.stderr


def test_an_interview_that_has_not_ended_is_not_outstanding(tmp_path: Path) -> None:
    made = LaidStudy.make(tmp_path / "study")
    made.journal_span(lay(made.folder, 1, Laid(noise(LAID_RATE, 1), 0, segment_s=1)))
    assert transcribing.outstanding(made.study) == []


def test_an_interview_is_outstanding_until_it_has_the_transcript_of_its_sound(made: LaidStudy) -> None:
    assert transcribing.outstanding(made.study) == [CASE]
    provenance = with_transcript(made)
    assert transcribing.outstanding(made.study) == []
    write(made, dataclasses.replace(provenance, audio_sha256=("f" * 64,)))
    assert transcribing.outstanding(made.study) == [CASE]


@pytest.mark.parametrize(
    "parameters", [{"fillers": "drop"}, {"heard": "0.500 s"}], ids=["fillers", "before a stretch was restored"]
)
def test_a_transcript_of_less_or_of_other_words_is_made_again(made: LaidStudy, parameters: dict[str, str]) -> None:
    write(made, dataclasses.replace(with_transcript(made), parameters=parameters))
    assert transcribing.outstanding(made.study) == [CASE]


@pytest.mark.parametrize("choice", [Choice(model="base"), Choice(engine="openai-whisper"), Choice(anew=True)])
def test_who_asks_for_another_transcript_gets_it(made: LaidStudy, choice: Choice) -> None:
    with_transcript(made)
    assert transcribing.outstanding(made.study, choice) == [CASE]
    assert transcribing.outstanding(made.study, Choice(model="tiny.en")) == []


def test_a_transcript_that_cannot_be_read_is_made_again(made: LaidStudy) -> None:
    (made.folder / "transcript.json").write_text("{", encoding="utf-8")
    assert transcribing.outstanding(made.study) == [CASE]


def test_every_clip_says_which_frame_of_which_span_it_begins_with(made: LaidStudy) -> None:
    clips = transcribing.transcription_spec(made.study, CASE).clips
    assert [(clip.span, clip.span_frame) for clip in clips] == [(1, 0)]


def test_a_transcript_of_what_was_not_packed_yet_is_that_of_what_was_packed_since(made: LaidStudy) -> None:
    journal = made.study.journal(CASE)
    provenance = with_transcript(made)
    assert list(made.folder.glob("*.wav"))
    journal.close(10.0)
    assert transcribing.outstanding(made.study) == []
    assert [file.name for file in made.folder.glob("span-*")] == ["span-001.flac"]
    assert provenance.audio_sha256 == (made.study.interview(CASE).spans[1].sha256,)
