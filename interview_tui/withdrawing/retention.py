"""How long audio is kept: when that of each interview is due to be destroyed, and its destruction on request.

Nothing is ever destroyed by itself. Of the audio only silence of the same length is left, so that every time stays
right; the transcript and everything else stay.
"""

from __future__ import annotations

import json
import re
import time
from calendar import monthrange
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from interview_tui import certifying, copies, packing
from interview_tui.at_rest import files
from interview_tui.audio.stored import segments
from interview_tui.errors import ConfigError, Refused
from interview_tui.interview.state import Interview
from interview_tui.store import certificates
from interview_tui.store.failures import explained
from interview_tui.store.preferences import reviewer
from interview_tui.store.private_files import make_folder, write_content, write_whole
from interview_tui.store.study import SETTINGS_FILE, StudyFolder
from interview_tui.withdrawing.searching import SOUND

_MONTHS = re.compile(r"([0-9]{1,3})\s*months?")


@dataclass(frozen=True, slots=True)
class Kept:
    """The audio of an interview that is still kept: of which day, how long it is, and when it is due (None: never)."""

    case: str
    held: date
    recorded_ms: int
    due: date | None


def kept(study: StudyFolder) -> list[Kept]:
    """Every interview whose audio is still there, the first that is due at the head.

    Raises:
        ConfigError: the date in study.toml cannot be understood.
        StorageError: the study cannot be read.
    """
    found = []
    for each in study.interviews():
        if each.recorded_ms and not certificates.is_audio_destroyed(study.path, each.case):
            day = datetime.fromtimestamp(each.opened_wall_ms / 1000).astimezone().date()
            found.append(Kept(each.case, day, each.recorded_ms, due(study, day)))
    return sorted(found, key=lambda one: (one.due or date.max, one.case))


def due(study: StudyFolder, held: date) -> date | None:
    """When the audio of an interview of this day is due; None where nothing says.

    Raises:
        ConfigError: what says it is neither a date nor a number of months.
    """
    said = study.settings.audio_until.strip()
    if not said:
        return None
    months = _MONTHS.fullmatch(said)
    if months is not None:
        return _later(held, int(months[1]))
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise ConfigError(
            f"{study.path / SETTINGS_FILE}: retention.audio is {said!r}, which is no date.",
            "Write a date, 2027-12-31, or a time after each interview, 36 months.",
        ) from error


def destroy_audio(
    study: StudyFolder, case: str, confirmed: str, on_step: Callable[[str], None] = lambda _: None
) -> Path:
    """Destroy the audio of an interview and whatever was exported with it; its transcript stays. Gives the certificate.

    May be cut off anywhere and asked for again. `confirmed` is the case id, typed once more.

    Raises:
        ConfigError: something else was typed.
        Refused: the interview goes on, or nothing was recorded.
        StorageError, AudioError: the case is open elsewhere, or something cannot be destroyed now.
    """
    if confirmed.strip() != case:
        raise ConfigError(f"{confirmed.strip()!r} is not {case}: nothing was destroyed.", f"Type {case} to destroy it.")
    interview = study.interview(case)
    if not interview.ended:
        raise Refused(f"The interview with {case} goes on.", "End it first: its audio is still being recorded.")
    if not interview.spans:
        raise Refused(f"Nothing was recorded of {case}.")
    work = _Audio(study, case)
    for name, step in work.steps():
        on_step(name)
        step()
    return work.certificate


class _Audio:
    """The audio of one interview on its way out."""

    def __init__(self, study: StudyFolder, case: str) -> None:
        self._study, self._case = study, case
        self._folder = study.audio_folder(case)
        self._begun = certificates.begun(study.path, case, certificates.AUDIO)
        self.certificate = certificates.certificate(study.path, case, certificates.AUDIO)

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Everything left to be done, in order. Each step finds out for itself what of it is done already."""
        if not self.certificate.is_file():
            yield "note down", self._note_down
            yield "audio", self._silence
            yield "exports", self._delete_copies
            yield "certificate", self._certify
        yield "clear up", self._clear_up

    def _note_down(self) -> None:
        if not self._begun.is_file():
            beyond = list(copies.beyond(self._study, self._case))
            recorded_ms = self._interview().timeline().recorded_ms()
            make_folder(self._begun.parent)
            known = {"recorded_ms": recorded_ms, "hashes": self._hashes(), "beyond": beyond}
            write_content(self._begun, json.dumps(known))

    def _silence(self) -> None:
        with packing.ALONE, packing.journal_of(self._study, self._case) as keep:
            packing.pack(self._folder, self._interview(), keep, although_changed=True)
            interview = self._interview()
            whole = {span.number: [(0, span.frames)] for span in interview.spans.values() if span.closed}
            packing.silence(self._folder, interview, whole, keep)

    def _delete_copies(self) -> None:
        """Exports may have it beside them or inside; all are deleted, to be written again without it."""
        copies.delete(self._study, copies.copies_of(self._study, self._case))

    def _certify(self) -> None:
        with explained(self._begun):
            known = json.loads(files.read_text(self._begun))
        lines = [
            f"Certificate of destruction: {self._case}, audio",
            "",
            f"Study: {self._study.name}",
            f"Destroyed: {certifying.moment(time.time_ns() // 1_000_000)}",
            f"By: {reviewer()}",
            f"Audio: {known['recorded_ms'] / 1000:.1f} s, of which only silence of the same length is left",
            "Kept: the transcript, the notes and the record",
            "",
            "Files",
            *certifying.changes(known["hashes"], self._hashes()),
            "",
            *known["beyond"],
            *certifying.BEYOND,
        ]
        write_whole(self.certificate, "\n".join(lines) + "\n")

    def _clear_up(self) -> None:
        with explained(self._begun):
            self._begun.unlink(missing_ok=True)

    def _hashes(self) -> dict[str, str]:
        """The files that hold sound of it, or may."""
        with explained(self._folder):
            sound = [file for file in sorted(self._folder.iterdir()) if file.suffix.lower() in SOUND]
        taken_out = [copy.file for copy in copies.copies_of(self._study, self._case) if copy.in_reach]
        return certifying.hashes(self._study.path, [*sound, *segments.elsewhere(self._folder), *taken_out])

    def _interview(self) -> Interview:
        return self._study.interview(self._case)


def _later(day: date, months: int) -> date:
    """The same day so many months later; the last of the month where that is shorter."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
