"""Takes in a call that was conducted elsewhere, as if it had been conducted here."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from interview_tui.at_rest.files import read_text
from interview_tui.audio.files import import_copy
from interview_tui.bootstrap import CLOSE_TIMEOUT_S, crosswalk_in, known_crosswalk, study_schedule
from interview_tui.errors import ConfigError, StorageError
from interview_tui.interview.elsewhere import TapeFile, read_call, take_in
from interview_tui.interview.ports import Moment
from interview_tui.interview.session import Session
from interview_tui.store.study import StudyFolder

AUDIO_SUFFIXES = (".wav", ".flac", ".m4a", ".mp3", ".ogg", ".opus", ".wma")  # lossless first


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What `import_call` took in: the case, how much audio, and how many typed notes were left out (off the record)."""

    case: str
    recorded_ms: int
    notes: int
    left_out: int


def import_call(
    study: StudyFolder,
    folder: Path,
    *,
    case: str = "",
    events_file: str = "events.json",
    audio: Sequence[str] = (),
    crosswalk_file: Path | None = None,
) -> TakenIn:
    """Take in a call that was conducted elsewhere, as if it had been conducted here.

    `folder` holds the events and the audio (`audio.*`, and `audio.part2.*` … after a dropped line, unless named).

    Raises:
        ConfigError: something is missing or not in the format, or there is an interview with that case already.
    """
    schedule = study_schedule(study)
    source = folder / events_file
    names = crosswalk_in(crosswalk_file, schedule) if crosswalk_file else known_crosswalk(study, schedule)
    if names is None:
        raise ConfigError(
            f"There is no crosswalk for the schedule {study.schedule_file().name}.",
            "Write one beside it, or name one with --crosswalk.",
        )
    call = read_call(_json_of(source), str(source), names)
    case = case or call.participant
    if not case:
        raise ConfigError(f"{source} names no participant.", "Give the case with --case.")
    if case in {summary.case for summary in study.interviews()}:
        raise ConfigError(f"There is an interview with {case} already.", "Give it another case id with --case.")
    files = [folder / name for name in audio] or _audio_files(folder)
    journal = study.journal(case)
    try:
        kept = study.audio_folder(case)
        taken = [import_copy(file, kept, file.stem) for file in files]
        tapes = [TapeFile(one.file, one.info.rate, one.info.channels, one.info.frames) for one in taken]
        opened = Moment(0, round(files[0].stat().st_mtime * 1000))
        session, events = Session.open(
            schedule, case, study.settings.interviewer, opened, lag_ms=study.settings.lag_ms, at_first_item=False
        )
        taken_in = take_in(session, call, tapes, opened, source.name)
        study.keep_schedule(schedule)
        journal.append(events)
        journal.append(taken_in.events)
    finally:
        written = journal.close(CLOSE_TIMEOUT_S)
    if not written or journal.failure is not None:
        raise journal.failure or StorageError(f"The interview with {case} could not be saved.")
    interview = session.interview
    return TakenIn(case, interview.timeline().recorded_ms(), len(interview.notes), taken_in.left_out)


def _json_of(path: Path) -> object:
    try:
        return json.loads(read_text(path))
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}.", "Name a folder that holds it.") from error
    except ValueError as error:
        raise ConfigError(f"{path} is not JSON: {error}.") from error


def _audio_files(folder: Path) -> list[Path]:
    """`audio.*`, then `audio.part2.*` and so on; of several of one name the lossless one."""
    found: list[Path] = []
    while True:
        stem = "audio" if not found else f"audio.part{len(found) + 1}"
        same = [folder / f"{stem}{suffix}" for suffix in AUDIO_SUFFIXES if (folder / f"{stem}{suffix}").is_file()]
        if not same:
            break
        found.append(same[0])
    if not found:
        raise ConfigError(f"{folder} holds no audio (audio.wav, audio.flac …).", "Name it with --audio.")
    return found
