"""A whole job in its own process: its transcript, its progress, its end, and going on after it."""

import dataclasses
import itertools
import json
import os
import shutil
import sys
from pathlib import Path

import psutil
import pytest

from interview_tui.errors import TranscriptionError
from interview_tui.record.ports import JobState
from interview_tui.record.transcript import Transcript, from_json, to_json
from interview_tui.transcribe.jobs.job import TranscriptionJob, run
from interview_tui.transcribe.spec import JobSpec, read_spec, write_spec
from interview_tui.transcribe.vocabulary import Term
from tests.transcribe.conftest import Finished
from tests.transcribe.killing import lines_in, without_time_taken
from tests.transcribe.making import clip_of, command, job, plain, silence, two_people, until, written

FIRST, SECOND = "fellow americans", "can do for you"  # how they end; int8 differs from machine to machine


def ends_of(transcript: Transcript) -> list[tuple[str, str]]:
    """Who speaks in each turn, and how much of `FIRST` or `SECOND` it ends with."""
    said = [(turn.speaker, " ".join(plain([word.text for word in turn.words]))) for turn in transcript.turns]
    return [(speaker, next((end for end in (FIRST, SECOND) if text.endswith(end)), text)) for speaker, text in said]


def test_each_persons_words_are_in_turns_at_their_times(finished: Finished) -> None:
    transcript = finished.transcript
    assert ends_of(transcript) == [("interviewer", FIRST), ("respondent", SECOND)] * 2
    for turn, expected_ms in zip(transcript.turns, (1_300, 9_100, 20_300, 29_100), strict=True):
        assert abs(turn.start_ms - expected_ms) < 700
    assert transcript.doubts == ()


def test_a_transcript_says_where_it_comes_from(finished: Finished) -> None:
    provenance = finished.transcript.provenance
    assert (provenance.engine, provenance.model, provenance.language) == ("faster-whisper", "tiny.en", "en")
    assert len(provenance.model_sha256) == len(provenance.audio_sha256[0]) == 64
    assert {"faster-whisper", "ctranslate2"} <= set(provenance.versions)
    assert provenance.seconds_taken > 0
    kept = (finished.folder / "chunks.jsonl").read_text(encoding="utf-8")
    chunks, again = kept.count('"again": '), kept.count('"again": true')
    assert provenance.parameters["heard again"] == f"{again} of {chunks} chunks"


def test_the_transcript_is_kept_in_the_jobs_folder_for_its_owner_only(finished: Finished) -> None:
    folder, transcript = finished.folder, finished.transcript
    kept = folder / "transcript.json"
    assert from_json(json.loads(kept.read_text(encoding="utf-8"))) == transcript
    if os.name == "posix":
        private = ("transcript.json", "chunks.jsonl", "job.json", "transcription.log")
        assert {(folder / name).stat().st_mode & 0o077 for name in private} == {0}


def test_a_finished_job_is_not_done_again(finished: Finished, call: Path, cache: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(finished.folder, tmp_path / "job")
    again = run(job(folder, cache, clip_of(call)), command=command)
    assert without_time_taken(again) == without_time_taken(finished.transcript)
    assert (folder / "chunks.jsonl").read_bytes() == (finished.folder / "chunks.jsonl").read_bytes()


def test_a_job_that_is_done_anew_forgets_what_was_finished(
    finished: Finished, call: Path, cache: Path, tmp_path: Path
) -> None:
    folder = shutil.copytree(finished.folder, tmp_path / "job")
    ledger = folder / "chunks.jsonl"
    ledger.write_bytes(ledger.read_bytes().replace(b"Americans", b"Icelanders"))
    spec = job(folder, cache, clip_of(call))
    assert "Icelanders" in words_of(run(spec, command=command))
    again = run(dataclasses.replace(spec, anew=True), command=command)
    assert without_time_taken(again) == without_time_taken(finished.transcript)


def words_of(transcript: Transcript) -> str:
    return " ".join(turn.text for turn in transcript.turns)


def test_a_job_killed_in_the_middle_goes_on_to_the_same_transcript(
    finished: Finished, call: Path, cache: Path, tmp_path: Path
) -> None:
    transcriber = TranscriptionJob(lambda _: job(tmp_path, cache, clip_of(call)), command)
    transcriber.begin("P07")
    ledger = tmp_path / "chunks.jsonl"
    until(lambda: ledger.exists() and b'"unit"' in ledger.read_bytes(), "the first words")
    (worker,) = (child for child in psutil.Process().children() if str(tmp_path / "job.json") in command_of(child))
    worker.kill()
    until(lambda: state_of(transcriber) is JobState.FAILED, "the end of the process")
    with ledger.open("ab") as file:
        file.write(b'{"unit": "1+0/1/0", "heard": [["torn')
    resumed = run(job(tmp_path, cache, clip_of(call)), command=command)
    assert without_time_taken(resumed) == without_time_taken(finished.transcript)
    assert lines_in(ledger) == lines_in(finished.folder / "chunks.jsonl")


def test_a_job_killed_again_and_again_comes_to_the_same_transcript(
    finished: Finished, call: Path, cache: Path, tmp_path: Path
) -> None:
    spec = job(tmp_path, cache, clip_of(call))
    for whole in (0, 1, 3):  # before it was listened to, while it is, while it is heard
        transcriber = TranscriptionJob(lambda _: spec, command)
        transcriber.begin("P07")
        until(lambda: lines_in(spec.ledger) >= whole, "so many lines")  # noqa: B023 - called at once
        transcriber.cancel()
    assert without_time_taken(run(spec, command=command)) == without_time_taken(finished.transcript)


def command_of(process: psutil.Process) -> list[str]:
    """What a process was started with; nothing for one that has ended and was not waited for yet."""
    try:
        return process.cmdline()
    except psutil.ZombieProcess:
        return []


def state_of(transcriber: TranscriptionJob) -> JobState | None:
    progress = transcriber.poll()
    return progress.state if progress else None


def test_a_process_that_dies_is_told_with_where_to_look(tmp_path: Path, call: Path, cache: Path) -> None:
    dies = [sys.executable, "-c", "import os; os._exit(9)"]
    with pytest.raises(TranscriptionError, match=r"ended unexpectedly \(code 9\).*transcription\.log"):
        run(job(tmp_path, cache, clip_of(call)), command=lambda _: dies)


def test_another_recording_in_the_same_folder_begins_anew(finished: Finished, cache: Path, tmp_path: Path) -> None:
    folder = shutil.copytree(finished.folder, tmp_path / "job")
    other = written(tmp_path / "other.wav", two_people()[: 6 * 16_000])
    words = plain(words_of(run(job(folder, cache, clip_of(other)), command=command)).split())
    assert " ".join(words).endswith("americans")
    assert len(words) < 8  # those of the first phrase, and no more
    assert b"country" not in (folder / "chunks.jsonl").read_bytes()


def test_only_what_the_clips_hold_is_heard_and_it_stands_on_the_call_clock(
    call: Path, cache: Path, tmp_path: Path
) -> None:
    on_record = (
        clip_of(call, first_frame=0, frames=6 * 16_000, start_ms=100_000),
        clip_of(call, first_frame=27 * 16_000, frames=12 * 16_000, start_ms=400_000),
    )
    transcript = run(job(tmp_path, cache, *on_record), command=command)
    assert ends_of(transcript) == [("interviewer", FIRST), ("respondent", SECOND)]
    assert abs(transcript.turns[0].start_ms - 101_300) < 500
    assert abs(transcript.turns[1].start_ms - 402_100) < 500


def test_a_recording_in_many_files_is_heard_as_one(finished: Finished, cache: Path, tmp_path: Path) -> None:
    sound = two_people()
    edges = [0, 2 * 16_000, 11 * 16_000, len(sound)]
    clips = [
        clip_of(written(tmp_path / f"part{number}.wav", sound[low:high]), start_ms=low // 16)
        for number, (low, high) in enumerate(itertools.pairwise(edges))
    ]
    assert run(job(tmp_path / "job", cache, *clips), command=command).turns == finished.transcript.turns


def test_a_silent_recording_has_no_turns_and_says_so(cache: Path, tmp_path: Path) -> None:
    transcript = run(job(tmp_path, cache, clip_of(written(tmp_path / "silent.wav", silence(8)))), command=command)
    assert transcript.turns == ()
    assert [(doubt.end_ms, doubt.reason) for doubt in transcript.doubts] == [(8_000, "nobody speaks")]


def test_progress_only_grows_and_ends_with_done(finished: Finished) -> None:
    told = finished.told
    assert [told[0].state, told[-1].state] == [JobState.LOADING, JobState.DONE]
    running = [progress for progress in told if progress.state is JobState.RUNNING]
    assert [progress.done_s for progress in running] == sorted(progress.done_s for progress in running)
    assert any(progress.words for progress in running)
    assert told[-1].done_s == told[-1].total_s == 39.0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"model": "smal"}, "There is no model 'smal'"),
        ({"engine": "whisperer"}, "There is no engine 'whisperer'"),
        ({"language": "de"}, "knows English only"),
        ({"clips": ()}, "There is no recording of P07"),
    ],
)
def test_a_job_that_cannot_be_done_fails_with_a_sentence(
    changes: dict[str, object], sentence: str, call: Path, cache: Path, tmp_path: Path
) -> None:
    spec = dataclasses.replace(job(tmp_path, cache, clip_of(call)), **changes)  # type: ignore[arg-type]
    with pytest.raises(TranscriptionError, match=sentence):
        run(spec, command=command)


def test_a_recording_that_is_gone_or_is_none_fails_with_its_name(cache: Path, tmp_path: Path, call: Path) -> None:
    clip = clip_of(call)
    with pytest.raises(TranscriptionError, match=r"gone\.wav cannot be read"):
        run(job(tmp_path, cache, dataclasses.replace(clip, file=tmp_path / "gone.wav")), command=command)


def test_a_job_survives_its_json_form(cache: Path, tmp_path: Path, call: Path) -> None:
    spec: JobSpec = job(
        tmp_path / "new", cache, clip_of(call, start_ms=5), terms=(Term("Wexcombe", None), Term("Yusuf", 5))
    )
    assert read_spec(write_spec(spec)) == spec
    (tmp_path / "job.json").write_text('{"case": 1}')
    with pytest.raises(TranscriptionError, match="is no transcription job"):
        read_spec(tmp_path / "job.json")


def test_a_transcript_is_written_whole_or_not_at_all(finished: Finished) -> None:
    folder, transcript = finished.folder, finished.transcript
    assert (folder / "transcript.json").read_text(encoding="utf-8") == json.dumps(
        to_json(transcript), ensure_ascii=False
    )
    assert not list(folder.glob("*.part"))
