"""A study as a folder: `study.toml`, `schedules/`, `recordings/CASE/`, `reviews/CASE/`, `exports/`, `study.db`.

Opening a folder makes nothing in it; what is missing is made when something is first written there. Exports of an
encrypted study, which others are to read, lie in a folder beside it.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from interview_tui.at_rest.encrypted_folder import study_of
from interview_tui.at_rest.files import read_bytes
from interview_tui.errors import ConfigError, StorageError
from interview_tui.interview.events import Event
from interview_tui.interview.ports import Draft
from interview_tui.interview.state import Interview, fold
from interview_tui.record.merge import merge
from interview_tui.record.model import Record
from interview_tui.record.ports import InterviewSummary
from interview_tui.record.review.log import Edit, Log
from interview_tui.record.review.review import review_of
from interview_tui.record.transcript import Transcript, from_json
from interview_tui.schedule.model import Schedule
from interview_tui.schedule.reader import read_schedule
from interview_tui.store import cases
from interview_tui.store.certificates import refuse_withdrawn
from interview_tui.store.database import create, opened
from interview_tui.store.event_rows import read_draft, read_events
from interview_tui.store.failures import explained
from interview_tui.store.journal import SqliteJournal
from interview_tui.store.listing import summaries
from interview_tui.store.private_files import make_folder
from interview_tui.store.reviews import ReviewFolder
from interview_tui.store.settings import StudySettings, read_settings, write_settings

SETTINGS_FILE = "study.toml"
DATABASE_FILE = "study.db"
ERROR_LOG = "error.log"
"""Where the details of an error lie that should not have happened; nobody knows what words stand in them."""
RECORDING_LOG = "spans.jsonl"  # of the recorder: audio that was taken in from elsewhere has none


class StudyFolder:
    """A study on disk; see `record.ports.Study`.

    `settings` are those of `study.toml`, `warnings` a sentence for every key in it that is unknown. Every method may be
    called from any thread, while a journal is being written.
    """

    def __init__(self, path: Path, settings: StudySettings, warnings: tuple[str, ...] = ()) -> None:
        self.path = path
        self.settings = settings
        self.warnings = warnings
        self._schedules: dict[str, Schedule] = {}

    @classmethod
    def open(cls, path: Path) -> StudyFolder:
        """The study in a folder that exists; an empty folder is a study without interviews.

        Raises:
            ConfigError: there is no such folder, or its settings cannot be used.
            StorageError: its settings cannot be read.
        """
        if not path.is_dir():
            raise ConfigError(f"There is no folder {path}.", "Make it first, or name the folder that holds study.toml.")
        file = path / SETTINGS_FILE
        settings, warnings = read_settings(file) if file.is_file() else (StudySettings(), ())
        return cls(path.resolve(), settings, warnings)

    @classmethod
    def create(cls, path: Path, settings: StudySettings | None = None) -> StudyFolder:
        """Make a study: the folder, if need be, its settings with a comment on each, and its three folders.

        Raises:
            ConfigError: a study with settings is there already.
            StorageError: the folder cannot be written.
        """
        if (path / SETTINGS_FILE).exists():
            raise ConfigError(f"{path} holds a study already.", "Open it, or take another folder.")
        for name in ("", "schedules", "recordings", "exports"):
            make_folder(path / name)
        write_settings(path / SETTINGS_FILE, settings or StudySettings())
        return cls.open(path)

    @property
    def name(self) -> str:
        """The study's name: as set, else that of the folder."""
        return self.settings.name or self.path.name

    @property
    def is_encrypted(self) -> bool:
        """Whether what it holds lies sealed."""
        return study_of(self.path) is not None

    @property
    def exports_folder(self) -> Path:
        """Where exports go, which anybody can read; whoever writes there makes it. Of an encrypted study, beside it."""
        return self.path.with_name(f"{self.path.name}-exports") if self.is_encrypted else self.export_lists

    @property
    def export_lists(self) -> Path:
        """Where it is noted which exports were written elsewhere; whoever writes there makes it."""
        return self.path / "exports"

    def schedule_file(self) -> Path:
        """The file of the interview schedule that new interviews begin with.

        One with a second dot in its name (`x.crosswalk.yaml`) goes with a schedule and is none.

        Raises:
            ConfigError: none is set and `schedules/` does not hold exactly one, or the one that is set is missing.
        """
        if self.settings.schedule:
            file = self.path / self.settings.schedule
            if not file.is_file():
                raise ConfigError(
                    f"{self.path / SETTINGS_FILE}: schedule names {self.settings.schedule}, which is not there.",
                    "Write its path from the study folder, with /: schedules/my-schedule.yaml.",
                )
            return file
        found = sorted(file for file in (self.path / "schedules").glob("*.yaml") if "." not in file.stem)
        if len(found) != 1:
            there = ", ".join(file.name for file in found) or "no .yaml file"
            raise ConfigError(
                f"{self.path / 'schedules'} holds {there}, so it is not clear which schedule to use.",
                f'Put one there, or name it in {SETTINGS_FILE}: schedule = "schedules/my-schedule.yaml".',
            )
        return found[0]

    def interviews(self) -> list[InterviewSummary]:
        """All interviews, the last opened first. One that cannot be read has its line all the same."""
        if not self._database.exists():
            return []
        with opened(self._database) as db:
            return summaries(
                db,
                self._kept_schedule,
                lambda case: self._transcript_file(case).is_file(),
                lambda case: (self._recordings / case / RECORDING_LOG).is_file(),
            )

    def knows(self, case: str) -> bool:
        """Whether there is an interview with a case."""
        if not self._database.exists():
            return False
        with opened(self._database) as db:
            return db.execute('SELECT 1 FROM interviews WHERE "case" = ?', [case]).fetchone() is not None

    def events(self, case: str) -> list[Event]:
        """The events of a case, in order.

        Raises:
            ConfigError: it is no case id.
            StorageError: there is no interview with it, or an event cannot be read.
        """
        cases.checked(case)
        if self._database.exists():
            with opened(self._database) as db:
                found = read_events(db, case)
            if found:
                return found
        raise self._unknown(case)

    def interview(self, case: str) -> Interview:
        """The interview with a case, folded from its journal; raises as `events` and `schedule` do."""
        events = self.events(case)
        return fold(self.schedule(case), events)

    def draft(self, case: str) -> Draft | None:
        """The half-typed line that an unfinished interview was left with.

        Raises:
            StorageError: it cannot be read.
        """
        if not self._database.exists():
            return None
        with opened(self._database) as db:
            return read_draft(db, cases.checked(case))

    def journal(self, case: str) -> SqliteJournal:
        """The journal to append to, taken for this process until it is closed.

        Raises:
            ConfigError: it is no case id, differs from a known one only in capitals, or was withdrawn.
            StorageError: the case is open elsewhere, or the database cannot be used.
        """
        other = cases.like(cases.checked(case), self._known_cases())
        if other:
            raise ConfigError(
                f"There is an interview with {other} already, which differs from {case} only in capitals.",
                f"Open {other}, or take another case id: on many systems both would share one folder.",
            )
        refuse_withdrawn(self.path, case)
        return SqliteJournal(self._database, case)

    def schedule(self, case: str) -> Schedule:
        """The schedule that an interview was begun with, from the text kept with it.

        Raises:
            ConfigError: it is no case id.
            StorageError: there is no such interview, or its schedule was not kept whole.
            ScheduleError: this version does not understand its schedule.
        """
        cases.checked(case)
        if self._database.exists():
            with opened(self._database) as db:
                row = db.execute('SELECT schedule_sha256 FROM interviews WHERE "case" = ?', [case]).fetchone()
            if row is not None:
                return self._kept_schedule(row[0])
        raise self._unknown(case)

    def keep_schedule(self, schedule: Schedule) -> None:
        """Keep a schedule's text, by its hash, before an interview is opened with it.

        Raises:
            StorageError: it cannot be written.
        """
        create(self._database)
        with opened(self._database) as db:
            db.table("schedules").insert(
                {
                    "sha256": schedule.sha256,
                    "title": schedule.title,
                    "version": schedule.version,
                    "incident_loop": schedule.incident_loop(),
                    "text": schedule.text,
                },
                ignore=True,
            )
        self._schedules[schedule.sha256] = schedule

    def audio_folder(self, case: str) -> Path:
        """Where the audio of a case lies; made if need be.

        Raises:
            ConfigError: it is no case id.
            StorageError: the folder cannot be made.
        """
        return make_folder(self._recordings / cases.checked(case))

    def transcript(self, case: str) -> Transcript | None:
        """The transcript of a case, if there is one.

        Raises:
            StorageError: it cannot be read.
        """
        file = self._transcript_file(cases.checked(case))
        with explained(file):
            if not file.is_file():
                return None
            data = read_bytes(file)
        try:
            return from_json(json.loads(data))
        except ValueError as error:
            raise StorageError(
                f"{file} is damaged: {error}.", "Transcribe the interview again: its audio is untouched."
            ) from error

    def record(self, case: str) -> Record:
        """The record of a case, merged from what is there now.

        Raises as `interview`, `transcript` and `review_log` do.
        """
        return merge(self.interview(case), self.transcript(case), review_of(self.review_log(case)))

    def review_log(self, case: str) -> Log:
        """What all reviewers of a case have changed.

        Raises:
            ConfigError: it is no case id.
            StorageError: a line of their files cannot be read; names it.
        """
        return self.review_folder(case).read()

    def append_review(self, case: str, edit: Edit) -> None:
        """Add an edit to the review of a case; it is on disk when this returns.

        Raises:
            ConfigError: it is no case id.
            StorageError: it cannot be written.
        """
        self.review_folder(case).append(edit)

    def review_folder(self, case: str) -> ReviewFolder:
        """Where the review of a case lies; raises ConfigError if it is no case id."""
        return ReviewFolder(self.path, cases.checked(case))

    @property
    def _database(self) -> Path:
        return self.path / DATABASE_FILE

    @property
    def _recordings(self) -> Path:
        return self.path / "recordings"

    def _transcript_file(self, case: str) -> Path:
        return self._recordings / case / "transcript.json"

    def _known_cases(self) -> list[str]:
        """Every case that has an interview or a folder of audio."""
        with explained(self._recordings):
            folders = [file.name for file in self._recordings.iterdir()] if self._recordings.is_dir() else []
        if not self._database.exists():
            return folders
        with opened(self._database) as db:
            return [*folders, *(row[0] for row in db.execute('SELECT "case" FROM interviews'))]

    def _unknown(self, case: str) -> StorageError:
        other = cases.like(case, self._known_cases())
        return StorageError(
            f"There is no interview with {case} in {self.path}.",
            f"Did you mean {other}?" if other else "See which there are in the list of interviews.",
        )

    def _kept_schedule(self, sha256: str) -> Schedule:
        """A kept schedule by its hash, read once."""
        if sha256 not in self._schedules:
            with opened(self._database) as db:
                row = db.execute("SELECT text FROM schedules WHERE sha256 = ?", [sha256]).fetchone()
            if row is None or hashlib.sha256(row[0].encode()).hexdigest() != sha256:
                raise StorageError(
                    f"The schedule {sha256[:12]} in {self._database} is {'missing' if row is None else 'damaged'}.",
                    "The events and audio of its interviews are untouched; the newest file of backups may hold it.",
                )
            self._schedules[sha256] = read_schedule(row[0], f"schedule {sha256[:12]} in {DATABASE_FILE}")
        return self._schedules[sha256]
