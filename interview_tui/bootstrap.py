"""The composition root: the only module that names concrete adapters and hands them to those who use them."""

from __future__ import annotations

import contextlib
import time
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING

from interview_tui import monotonic
from interview_tui.at_rest.leaving import READABLE
from interview_tui.errors import ConfigError, InterviewTuiError, ScheduleError
from interview_tui.interview.call import Call
from interview_tui.interview.ports import Moment
from interview_tui.interview.session import Session
from interview_tui.record.model import Record
from interview_tui.schedule.crosswalk import Crosswalk, read_crosswalk
from interview_tui.schedule.model import Schedule
from interview_tui.schedule.reader import read_schedule_file
from interview_tui.sources import recorder_of, source_of
from interview_tui.store.private_files import write_whole
from interview_tui.store.settings import StudySettings
from interview_tui.store.study import SETTINGS_FILE, StudyFolder

if TYPE_CHECKING:  # the heavy rooms are entered only by those who need them
    from interview_tui.audio.capture import SourceSpec
    from interview_tui.export.options import Foreign
    from interview_tui.record.pseudonyms.pseudonym import Pseudonym

DEFAULT_SCHEDULE = "political-mentoring"
DEFAULT_ROLE_ITEM = "role"
CROSSWALK_SUFFIX = ".crosswalk.yaml"
TALLIES_SUFFIX = ".tallies.toml"
CLOSE_TIMEOUT_S = 10.0


class CallClock:
    """The call clock: milliseconds since an interview was opened.

    It runs on the monotonic clock; where an interview was opened by an earlier process, it goes on from the wall clock,
    and never before `not_before_ms`, the last event that is known.
    """

    def __init__(self, opened_wall_ms: int | None = None, not_before_ms: int = 0) -> None:
        passed_ms = 0 if opened_wall_ms is None else max(_wall_ms() - opened_wall_ms, not_before_ms)
        self._zero_ns = monotonic.now_ns() - passed_ms * 1_000_000

    def now(self) -> Moment:
        """This moment."""
        return Moment(self.at_ms_of(monotonic.now_ns()), _wall_ms())

    def at_ms_of(self, monotonic_ns: int) -> int:
        """The call clock at a reading of `monotonic.now_ns`."""
        return (monotonic_ns - self._zero_ns) // 1_000_000


def _wall_ms() -> int:
    return time.time_ns() // 1_000_000


def bundled(name: str) -> Path:
    """A file that came with the program: `schedules/…` or `data/…`.

    Raises:
        ConfigError: it is missing from this installation.
    """
    package = Path(str(resources.files("interview_tui")))
    for root in (package, package / "data", package.parent):
        if (root / name).exists():
            return root / name
    raise ConfigError(f"{name} is missing from this installation.", "Install interview-tui again.")


def open_study(folder: Path) -> StudyFolder:
    """The study in a folder. Makes nothing."""
    return StudyFolder.open(folder)


def ready_study(folder: Path) -> StudyFolder:
    """The study in a folder, made there if there is none, with a schedule to begin with."""
    if not folder.is_dir() or not (folder / SETTINGS_FILE).exists():
        schedule = f"schedules/{DEFAULT_SCHEDULE}.yaml"
        StudyFolder.create(folder, StudySettings(schedule=schedule, role=DEFAULT_ROLE_ITEM))
        _offer_tallies(folder / SETTINGS_FILE)
        for name in (f"{DEFAULT_SCHEDULE}.yaml", f"{DEFAULT_SCHEDULE}{CROSSWALK_SUFFIX}"):
            target = folder / "schedules" / name
            if not target.exists():
                write_whole(target, bundled(f"schedules/{name}").read_text(encoding="utf-8"))
    return StudyFolder.open(folder)


def _offer_tallies(settings: Path) -> None:
    """Add the tallies that go with the schedule to a new file of settings, as remarks."""
    offered = bundled(f"schedules/{DEFAULT_SCHEDULE}{TALLIES_SUFFIX}").read_text(encoding="utf-8")
    write_whole(settings, settings.read_text(encoding="utf-8") + offered)


def study_schedule(study: StudyFolder) -> Schedule:
    """The schedule that the study's new interviews begin with."""
    return read_schedule_file(study.schedule_file())


def next_schedule(study: StudyFolder) -> Schedule:
    """The schedule that the next interview will begin with, though the study may have to be made yet. Makes nothing."""
    if not (study.path / SETTINGS_FILE).exists():
        return bundled_schedule()
    return study_schedule(StudyFolder.open(study.path))


def bundled_schedule() -> Schedule:
    """The schedule that came with the program."""
    return read_schedule_file(bundled(f"schedules/{DEFAULT_SCHEDULE}.yaml"))


def crosswalk_in(file: Path, schedule: Schedule) -> Crosswalk:
    """The crosswalk in a file, for this schedule."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"The crosswalk {file} cannot be read: {error}.") from error
    return read_crosswalk(text, str(file), schedule)


def known_crosswalk(study: StudyFolder, schedule: Schedule) -> Crosswalk | None:
    """The crosswalk beside the study's schedule, else the bundled one: the first that fits `schedule`."""
    files = [bundled(f"schedules/{DEFAULT_SCHEDULE}{CROSSWALK_SUFFIX}")]
    with contextlib.suppress(ConfigError):  # a study whose schedule is not settled can still be read
        beside = study.schedule_file()
        files.insert(0, beside.with_name(beside.stem + CROSSWALK_SUFFIX))
    for file in files:
        if file.exists():
            with contextlib.suppress(ScheduleError):
                return crosswalk_in(file, schedule)
    return None


def open_call(
    study: StudyFolder, case: str, source: SourceSpec, *, schedule: Schedule | None = None, rehearsal: bool = False
) -> Call:
    """Begin the interview with a case (with `schedule`, else the study's), or go on with it if it is unfinished.

    Raises:
        ConfigError: the interview with this case has ended.
        StorageError: the case is open elsewhere, or cannot be read.
    """
    is_new = not study.knows(case)
    if is_new:
        schedule = schedule or study_schedule(study)
        study.keep_schedule(schedule)
        clock = CallClock()
        session, events = Session.open(
            schedule,
            case,
            study.settings.interviewer,
            clock.now(),
            lag_ms=study.settings.lag_ms,
            rehearsal=rehearsal,
        )
    else:
        interview = study.interview(case)
        if interview.ended:
            raise ConfigError(f"The interview with {case} has ended.", f"Read it: interview-tui show {case}.")
        clock = CallClock(interview.opened_wall_ms, interview.at_ms)
        session, events = Session(interview, study.settings.lag_ms), ()
    journal = study.journal(case)
    try:
        call = Call(session, journal, recorder_of(study, source), clock, study.audio_folder(case))
        call.keep(events)
        if not is_new:
            call.resume()
    except InterviewTuiError:
        journal.close(CLOSE_TIMEOUT_S)
        raise
    return call


def reopen_call(study: StudyFolder, case: str) -> Call:
    """Open an interview that has ended, for its debrief; nothing more is recorded or noted in it.

    Raises:
        StorageError: the case is open elsewhere, or cannot be read.
    """
    interview = study.interview(case)
    clock = CallClock(interview.opened_wall_ms, interview.at_ms)
    journal, recorder = study.journal(case), recorder_of(study, source_of(study))
    return Call(Session(interview, study.settings.lag_ms), journal, recorder, clock, study.audio_folder(case))


def pseudonyms_of(study: StudyFolder, case: str) -> tuple[Pseudonym, ...]:
    """What stands for names in a case.

    Raises:
        StorageError: it is somewhere else, or cannot be read.
    """
    from interview_tui.store.pseudonym_log import log_of

    log = log_of(study)
    return log.holding(case) if log is not None else ()


def foreign_names(names: Crosswalk | None) -> Foreign | None:
    """A crosswalk as exports ask it: a place and the key of its round → the name that others use."""
    if names is None:
        return None
    return lambda place, round_key: names.foreign_of(place.item, round_key, place.line)


def shown(study: StudyFolder, case: str, crosswalk_file: Path | None = None) -> tuple[Record, Foreign | None]:
    """The record of a case, and the names that others use for its questions, if there is a crosswalk."""
    schedule = study.schedule(case)
    names = crosswalk_in(crosswalk_file, schedule) if crosswalk_file else known_crosswalk(study, schedule)
    return study.record(case), foreign_names(names)


def model_cache() -> Path:
    """Where models and what is known of them are kept on this machine."""
    from interview_tui.transcribe.weights.models import default_cache

    return default_cache()


def cut_clip(study: StudyFolder, case: str, start: str, end: str, file: Path) -> str:
    """Cut the audio between two moments of the recording (`minutes:seconds` from its first sample) into a file; gives
    what is to be said of it, if anything is.

    Raises:
        ConfigError: a moment cannot be read, or nothing was recorded between them.
        AudioError: the file cannot be written in that format.
    """
    from interview_tui.audio.keeping.clip import write_clip

    timeline = study.interview(case).timeline()
    origin = timeline.spans[0].start_ms if timeline.spans else 0
    clips = timeline.clips(origin + moment_ms(start), origin + moment_ms(end))
    if not clips:
        raise ConfigError(f"Nothing was recorded of {case} from {start} to {end}.")
    write_clip(clips, study.audio_folder(case), file)
    return READABLE if study.is_encrypted else ""


def moment_ms(text: str) -> int:
    """`12:37`, `1:02:03.5` or seconds, in milliseconds; raises ConfigError for anything else."""
    try:
        seconds = 0.0
        for part in text.split(":"):
            seconds = seconds * 60 + float(part)
    except ValueError as error:
        raise ConfigError(f"{text!r} is no moment of a recording.", "Write it as minutes:seconds, 12:37.") from error
    return round(seconds * 1000)
