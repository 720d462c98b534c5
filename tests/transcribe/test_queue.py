"""The queue of transcriptions, with processes that only play them."""

import json
import sys
from pathlib import Path

import psutil
import pytest

from interview_tui.errors import ConfigError, TranscriptionError
from interview_tui.record.ports import JobState
from interview_tui.transcribe.jobs.job import TranscriptionJob
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
    assert queue.processes("P07")
    queue.job.begin("P08", urgent=True)
    assert not queue.processes("P07")
    assert queue.processes("P08")
    queue.job.cancel()
    assert not queue.processes("P08")


def test_a_call_that_goes_on_is_heard_by_one_process_that_nothing_notices(queue: Queue) -> None:
    queue.job.follow("P07")
    asked = queue.asked("P07")
    assert (asked["open"], asked["lowest"], asked["threads"]) == (True, True, 1)
    (process,) = queue.processes("P07")
    queue.job.follow("P07")
    assert queue.processes("P07") == [process]
    assert queue.job.poll() is None


def test_a_call_that_has_ended_is_heard_to_its_end_by_another_process(queue: Queue) -> None:
    queue.job.follow("P07")
    (open_one,) = queue.processes("P07")
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


def test_the_environment_keeps_libraries_to_one_thread(queue: Queue) -> None:
    script = (
        "import json, os, pathlib, sys; "
        "pathlib.Path(sys.argv[1]).with_name('asked').write_text(json.dumps(dict(os.environ)))"
    )
    process = TranscriptionProcess(queue.spec_of("P07"), lambda spec: [sys.executable, "-c", script, str(spec)])
    assert [told.state for told in process.follow()] == [JobState.FAILED]  # it has said nothing at all
    assert queue.asked("P07")["OMP_NUM_THREADS"] == "1"
