"""Transcription in an encrypted study: the same words, by the same ways, and none of them for who has no key."""

import dataclasses
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from interview_tui.at_rest.encrypted_folder import KEY_FILE
from interview_tui.at_rest.files import RawFile, appending, copy, is_sealed, read_bytes, read_text
from interview_tui.at_rest.study_key import lock
from interview_tui.errors import StorageError, TranscriptionError
from interview_tui.record.ports import JobProgress, JobState
from interview_tui.transcribe.jobs import process_log
from interview_tui.transcribe.jobs.job import run
from interview_tui.transcribe.jobs.process import TranscriptionProcess
from interview_tui.transcribe.spec import JobSpec, read_spec, write_spec
from interview_tui.transcribe.transcription import WAITING
from interview_tui.transcribe.vocabulary import Term
from tests.at_rest.encrypted import encrypted_study
from tests.transcribe.killing import without_time_taken
from tests.transcribe.making import LONGEST_WAIT_S, WORKER, clip_of, command, job, put, two_people, written

WORDS = ("wexcombe", "outline", "americans", "country")
"""What is in a job, and what is said in its recording."""
TOLD = {"terms": (Term("Wexcombe", 30_000),), "questions": ("Could you outline it?",)}
LEFT = {"chunks.jsonl", "job.json", "transcription.log"}
WHISPERS = """
import runpy, sys
print("Wexcombe is in the country", file=sys.stderr, flush=True)
del sys.argv[0]
runpy.run_path(sys.argv[0], run_name="__main__")
"""


def whispering(order: Path) -> list[str]:
    """Starts a process with a library that tells of what it was told."""
    return [sys.executable, "-c", WHISPERS, str(WORKER), str(order)]


def everything_in(study: Path) -> list[Path]:
    """Its files, but for that of its key."""
    return [file for file in study.rglob("*") if file.is_file() and file.name != KEY_FILE]


def files_with_words(folder: Path) -> set[str]:
    """The files whose bytes have any of `WORDS`."""
    files = everything_in(folder)
    return {file.name for file in files if any(word.encode() in file.read_bytes().lower() for word in WORDS)}


def lines_in(spec: JobSpec) -> int:
    return read_bytes(spec.ledger).count(b"\n") if spec.ledger.exists() else 0


def killed_when(spec: JobSpec, reached: Callable[[JobProgress], bool]) -> None:
    """Start a job's process, and kill it as soon as it tells of something."""
    process = TranscriptionProcess(spec, whispering)
    for told in process.follow():
        if reached(told):
            psutil.Process(process._process.pid).kill()
            break
    process.end()
    assert process.code != 0


@pytest.fixture
def study(tmp_path: Path) -> Path:
    encrypted_study(tmp_path / "study")
    return tmp_path / "study"


def test_a_sealed_call_heard_along_and_killed_twice_comes_to_the_same_words_which_lie_nowhere_open(
    study: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "of libraries"))
    sound = written(tmp_path / "call.wav", two_people()[: 25 * 16_000])
    in_the_open = job(tmp_path / "open", cache, clip_of(sound), **TOLD)
    expected = run(in_the_open, command=whispering)
    assert files_with_words(in_the_open.folder) == {*LEFT, "transcript.json"}

    copy(sound, study / "call.wav")
    clip = dataclasses.replace(clip_of(sound), file=study / "call.wav")
    spec = job(study / "P07", cache, clip, **TOLD)
    killed_when(dataclasses.replace(spec, open=True, threads=1), lambda told: told.message == WAITING)
    heard_along = lines_in(spec)
    assert heard_along > 1
    assert not spec.transcript.exists()
    killed_when(spec, lambda told: told.state is JobState.RUNNING)
    assert heard_along < lines_in(spec)
    transcript = run(spec, command=whispering)

    assert without_time_taken(transcript) == without_time_taken(expected)
    assert lines_in(spec) == lines_in(in_the_open)  # nothing was heard twice
    assert read_text(spec.log).count("Wexcombe is in the country") == 3
    assert files_with_words(study) == set()
    assert not [file for file in everything_in(study) if file.stat().st_size and not is_sealed(file)]
    assert {file.name for file in spec.folder.iterdir()} == {*LEFT, "job.lock", "transcript.json"}
    assert not list((tmp_path / "of libraries").rglob("onnxruntime*"))  # what it would tell its makers


def test_a_job_of_a_study_that_is_locked_ends_with_the_sentence_for_that_and_leaves_all_as_it_is(
    study: Path, call: Path, cache: Path
) -> None:
    spec = job(study / "P07", cache, clip_of(call), **TOLD)
    write_spec(spec)
    for name in ("chunks.jsonl", "transcript.json"):
        put(spec.folder / name, b"of yesterday")
    before = {name: (spec.folder / name).read_bytes() for name in ("chunks.jsonl", "transcript.json")}
    lock(study)
    with pytest.raises(StorageError, match=r"job\.json is encrypted, and the study is locked\. Unlock it: .* unlock"):
        run(spec, command=command)
    with pytest.raises(StorageError, match="locked"):
        read_spec(spec.folder / "job.json")
    worker = subprocess.run(
        command(spec.folder / "job.json"), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False
    )
    assert worker.returncode == StorageError.exit_code
    assert {file.name for file in spec.folder.iterdir()} == {"job.json", *before}
    assert {name: (spec.folder / name).read_bytes() for name in before} == before


def saying(study: Path, call: Path, script: str) -> TranscriptionProcess:
    """A process of a job of this study that does nothing but this."""
    spec = JobSpec("P07", (clip_of(call),), study / "P07")
    return TranscriptionProcess(spec, lambda _: [sys.executable, "-c", f"import os, sys\n{script}"])


def test_what_a_process_said_as_it_died_is_told_and_lies_sealed(study: Path, call: Path) -> None:
    said = "print('Wexcombe\\nKilled in the country', file=sys.stderr, flush=True)"
    (*_, told) = saying(study, call, f"{said}\nos._exit(9)").follow()
    assert told.state is JobState.FAILED
    assert "(code 9); the last that it said: Killed in the country. Start again" in told.message
    (*_, told) = saying(study, call, "os._exit(8)").follow()
    assert "(code 8); it did not say why. Start again" in told.message
    assert read_text(study / "P07" / "transcription.log") == "Wexcombe\nKilled in the country\n"
    assert files_with_words(study) == set()


def test_the_app_adds_to_the_sealed_log_what_processes_have_said(study: Path, call: Path) -> None:
    process = saying(study, call, "print('Wexcombe', file=sys.stderr)")
    list(process.follow())
    process.log("It is started again in the country.")
    first, second = read_text(study / "P07" / "transcription.log").splitlines()
    assert (first, second[25:]) == ("Wexcombe", " It is started again in the country.")
    assert files_with_words(study) == set()


def test_nothing_is_added_to_a_log_once_its_process_was_ended(
    study: Path, call: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing = threading.Event()

    def slowly(path: Path) -> RawFile:
        sealing.set()
        time.sleep(0.2)
        return appending(path)

    monkeypatch.setattr(process_log, "appending", slowly)
    process = saying(study, call, "while True: print('Wexcombe', file=sys.stderr)")
    assert sealing.wait(LONGEST_WAIT_S)
    process.end()
    shutil.rmtree(study / "P07")
    assert not [thread.name for thread in threading.enumerate() if thread.name.startswith("log ")]
    assert not (study / "P07").exists()


def test_where_the_program_failed_is_told_since_nobody_reads_a_sealed_log(study: Path, call: Path, cache: Path) -> None:
    put(study / "call.wav", b"no sound at all")
    clip = dataclasses.replace(clip_of(call), file=study / "call.wav")
    with pytest.raises(TranscriptionError, match=r"The transcription failed: .* It was at \w+\.py, line \d+\."):
        run(job(study / "P07", cache, clip), command=command)
    assert "Traceback" in read_text(study / "P07" / "transcription.log")
