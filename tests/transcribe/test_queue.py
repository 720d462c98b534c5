"""The queue of transcriptions, with processes that only play them."""

import json
import sys
from pathlib import Path

import psutil
import pytest

from interview_tui.errors import ConfigError, TranscriptionError
from interview_tui.record.ports import JobState
from interview_tui.transcribe.jobs.job import RESTARTS, TranscriptionJob
from interview_tui.transcribe.jobs.process import TranscriptionProcess
from interview_tui.transcribe.spec import JobSpec
from tests.transcribe.making import clip_of, until
from tests.transcribe.test_transcriber_contract import PLAYED


class Queue:
    """A queue whose cases have folders of their own; `P00` has no recording."""

    def __init__(self, call: Path, folder: Path) -> None:
        self.folder, self._call = folder, call
        self.job = TranscriptionJob(self.spec_of, lambda spec: [sys.executable, str(PLAYED), str(spec)])

    def spec_of(self, case: str) -> JobSpec:
        if case == "P00":
            raise ConfigError("Nothing was recorded of P00.")
        return JobSpec(case, (clip_of(self._call),), self.folder / case)

    def asked(self, case: str) -> dict[str, object]:
        """What the process of a case was asked to do."""
        file = self.folder / case / "asked"
        until(lambda: file.exists() and file.read_text(encoding="utf-8").endswith("}"), "the order")
        found: dict[str, object] = json.loads(file.read_text(encoding="utf-8"))
        return found

    def processes(self, case: str) -> list[psutil.Process]:
        order = str(self.folder / case / "job.json")
        return [one for one in psutil.Process().children() if one.is_running() and order in _command(one)]

    def process(self, case: str) -> psutil.Process:
        """The one process of a case, once its command can be read: for a moment a new one has none."""
        until(lambda: len(self.processes(case)) == 1, "its process")
        (process,) = self.processes(case)
        return process


def _command(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []


@pytest.fixture
def queue(call: Path, tmp_path: Path):
    made = Queue(call, tmp_path)
    yield made
    made.job.cancel()
    for case in ("P07", "P08"):
        made.job.unfollow(case)


def test_one_that_cannot_even_be_begun_is_said_at_once_and_keeps_nobody_waiting(queue: Queue) -> None:
    with pytest.raises(TranscriptionError, match="Nothing was recorded of P00"):
        queue.job.begin("P00")
    queue.job.begin("P07")
    queue.job.begin("P00")
    queue.job.begin("P08")
    (queue.folder / "P07" / "done").touch()
    until(lambda: (told := queue.job.poll()) is not None and told.case == "P08", "the turn of P08")
    failed = queue.job.poll("P00")
    assert failed is not None
    assert (failed.state, failed.message) == (JobState.FAILED, "Nothing was recorded of P00.")


def test_what_was_just_heard_is_told(queue: Queue) -> None:
    queue.job.begin("P07")
    until(lambda: (told := queue.job.poll()) is not None and bool(told.words), "words")
    told = queue.job.poll()
    assert told is not None
    assert (told.words, told.done_s, told.left_s) == ("… my fellow Americans", 13.0, 26.0)


def test_a_process_that_is_set_aside_or_cancelled_is_gone(queue: Queue) -> None:
    queue.job.begin("P07")
    assert queue.process("P07")
    queue.job.begin("P08", urgent=True)
    assert not queue.processes("P07")
    assert queue.process("P08")
    queue.job.cancel()
    assert not queue.processes("P08")


def test_a_call_that_goes_on_is_heard_by_one_process_that_nothing_notices(queue: Queue) -> None:
    queue.job.follow("P07")
    asked = queue.asked("P07")
    assert (asked["open"], asked["lowest"], asked["threads"]) == (True, True, 1)
    process = queue.process("P07")
    queue.job.follow("P07")
    assert queue.process("P07") == process
    assert queue.job.poll() is None


def test_a_call_that_has_ended_is_heard_to_its_end_by_another_process(queue: Queue) -> None:
    queue.job.follow("P07")
    open_one = queue.process("P07")
    (queue.folder / "P07" / "asked").unlink(missing_ok=True)
    queue.job.begin("P07", urgent=True)
    assert open_one not in queue.processes("P07")
    assert queue.asked("P07")["open"] is False


def test_more_of_a_call_is_asked_for_in_its_order(queue: Queue) -> None:
    queue.job.follow("P07")
    order = queue.folder / "P07" / "job.json"
    first = order.stat().st_ino, order.stat().st_mtime_ns
    queue.job.follow("P07")
    assert (order.stat().st_ino, order.stat().st_mtime_ns) != first


def test_who_hears_a_call_along_is_started_again_after_its_death_but_not_for_ever(queue: Queue) -> None:
    log = queue.folder / "P07" / "transcription.log"
    for _ in range(RESTARTS + 1):
        queue.job.follow("P07")
        process = queue.process("P07")
        process.kill()
        until(lambda: (told := queue.job.poll("P07")) is not None and told.state is JobState.FAILED, "its death")
    queue.job.follow("P07")
    assert queue.processes("P07") == []
    assert log.read_text(encoding="utf-8").count("is started again") == RESTARTS


def test_the_order_of_one_that_is_not_started_again_is_up_to_date_all_the_same(queue: Queue) -> None:
    order = queue.folder / "P07" / "job.json"
    for _ in range(RESTARTS + 1):
        queue.job.follow("P07")
        process = queue.process("P07")
        process.kill()
        until(lambda: (told := queue.job.poll("P07")) is not None and told.state is JobState.FAILED, "its death")
    order.unlink()
    queue.job.follow("P07")
    assert order.exists()


def said_by(queue: Queue, *lines: bytes, then: str = "") -> TranscriptionProcess:
    """A process that says these lines, and then does something."""
    said = queue.folder / "said"
    said.write_bytes(b"".join(lines))
    script = f"import pathlib, sys\nsys.stdout.buffer.write(pathlib.Path(sys.argv[1]).read_bytes())\n{then}"
    return TranscriptionProcess(queue.spec_of("P07"), lambda _: [sys.executable, "-c", script, str(said)])


RUNS = b'{"state": "transcribing", "done_s": 2, "total_s": 4, "left_s": null, "message": "", "words": "so"}\n'
DONE = RUNS.replace(b"transcribing", b"done")


@pytest.mark.parametrize(
    "foreign",
    [
        b"\n",
        b"a warning of some library\n",
        b"\xff\xfe\x00\n",
        b"[1, 2]\n",
        b"null\n",
        b'{"state": "transcribing", "done_s": 2}\n',
        RUNS.replace(b"transcribing", b"thinking"),
        RUNS.replace(b"4", b'"a lot"'),
        b"." * 200_000 + b"\n",
    ],
)
def test_a_line_that_is_no_progress_is_passed_over(queue: Queue, foreign: bytes) -> None:
    told = list(said_by(queue, RUNS, foreign, DONE).follow())
    assert {one.state for one in told} == {JobState.RUNNING, JobState.DONE}
    assert (told[-1].state, told[-1].done_s, told[-1].words) == (JobState.DONE, 2.0, "so")


def test_one_that_is_cut_off_in_a_line_has_failed(queue: Queue) -> None:
    told = list(said_by(queue, RUNS, RUNS[:40], then="sys.exit(3)").follow())
    assert (told[-1].state, told[-1].words) == (JobState.FAILED, "so")
    assert "code 3" in told[-1].message


def test_one_that_talks_nonsense_keeps_nobody_waiting(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    nonsense = [sys.executable, "-c", "print('no progress')"]
    plays = queue.job._command
    monkeypatch.setattr(queue.job, "_command", lambda spec: nonsense if "P07" in str(spec) else plays(spec))
    queue.job.begin("P07")
    queue.job.begin("P08")
    until(lambda: (told := queue.job.poll()) is not None and told.case == "P08", "the turn of P08")
    failed = queue.job.poll("P07")
    assert failed is not None
    assert failed.state is JobState.FAILED


def test_what_the_first_process_wrote_in_its_log_outlives_the_start_of_a_second(queue: Queue) -> None:
    for word in ("first", "second"):
        list(said_by(queue, then=f"print({word!r}, file=sys.stderr)").follow())
    log = queue.spec_of("P07").log
    assert log.read_text(encoding="utf-8").split() == ["first", "second"]


def test_the_environment_keeps_libraries_to_one_thread_and_to_this_machine(queue: Queue) -> None:
    script = (
        "import json, os, pathlib, sys; "
        "pathlib.Path(sys.argv[1]).with_name('asked').write_text(json.dumps(dict(os.environ)))"
    )
    process = TranscriptionProcess(queue.spec_of("P07"), lambda spec: [sys.executable, "-c", script, str(spec)])
    assert [told.state for told in process.follow()] == [JobState.FAILED]  # it has said nothing at all
    assert (queue.asked("P07")["OMP_NUM_THREADS"], queue.asked("P07")["ORT_DISABLE_TELEMETRY"]) == ("1", "1")
