"""Records of a study out as files: what is exported of each interview, and what has to be known before."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from interview_tui.at_rest.leaving import READABLE
from interview_tui.bootstrap import foreign_names, known_crosswalk, pseudonyms_of
from interview_tui.copies import note_written
from interview_tui.errors import ConfigError
from interview_tui.export.document import build
from interview_tui.export.json_record import render as as_json
from interview_tui.export.naming import safe_name
from interview_tui.export.options import Enclosed, Options
from interview_tui.export.registry import Collection, Format, chosen
from interview_tui.export.templating import idle
from interview_tui.export.versions import Versions
from interview_tui.export.writing import Outgoing, write
from interview_tui.exported_sound import ExportedSound
from interview_tui.packing import pack_what_can_be
from interview_tui.reading_ahead import records
from interview_tui.record.export_ports import Choice, Names, OnCase, Written
from interview_tui.record.model import Record
from interview_tui.record.paradata import paradata
from interview_tui.record.pseudonyms.pseudonym import Pseudonym
from interview_tui.record.review.changes import ReviewState
from interview_tui.store.private_files import make_folder
from interview_tui.store.pseudonym_log import log_of
from interview_tui.store.study import StudyFolder

TEMPLATES = "templates"
_GONE_THROUGH = (ReviewState.PSEUDONYMISED, ReviewState.SIGNED_OFF)


def export(study: StudyFolder, cases: Sequence[str], choice: Choice, on_case: OnCase = lambda *_: None) -> Written:
    """Write interviews of a study as files; of several, formats that can hold many are one file.

    Audio is packed first, where it can be.

    Raises:
        ConfigError: nobody has gone through an interview for names, and that was asked for; or the folder lies in an
            encrypted study.
        ExportError: a format is unknown, a marked name is not replaced, a name would be left, or a file cannot be
            written.
        StorageError: an interview, or its pseudonyms, cannot be read.
    """
    cases = list(dict.fromkeys(cases))
    exporting = _Exporting(study, choice)
    folder = choice.folder or make_folder(study.exports_folder)
    written = write(
        exporting.outgoing(cases, on_case),
        choice.formats,
        folder,
        exporting.options,
        study=study.settings.name or study.schedule(cases[0]).study or study.name,
        many=len(cases) > 1,
    )
    exporting.versions.keep()
    note_written(study, written.files, cases, folder)
    return Written(written.files, (*exporting.remarks(), *written.remarks), study.is_encrypted)


def finished(study: StudyFolder) -> list[str]:
    """The interviews of a study that all can be exported together: those that have ended and are no rehearsals."""
    return sorted(found.case for found in study.interviews() if found.ended and not found.rehearsal)


class _Exporting:
    """One export: what was chosen, and what is found out about the interviews on the way."""

    def __init__(self, study: StudyFolder, choice: Choice) -> None:
        self._study = study
        self._choice = choice
        templates = study.path / TEMPLATES
        self.options = Options(
            names=choice.names,
            sound=choice.sound,
            target=choice.target,
            times=choice.times,
            line_numbers=choice.line_numbers,
            crlf=choice.crlf,
            before_consent=choice.before_consent,
            written_wall_ms=time.time_ns() // 1_000_000,
            templates=templates if templates.is_dir() else None,
        )
        self.versions = Versions(make_folder(study.export_lists))
        wanted = chosen(choice.formats).values()
        self._needs_steps = any(isinstance(each, Collection) for each in wanted)
        needs_one = any(each.one_recording for each in wanted)
        plays = any(each.plays for each in wanted if isinstance(each, Format))
        folder = choice.folder or study.exports_folder
        self._sound = ExportedSound(study, choice, folder, needs_one=needs_one, plays=plays)
        self._not_gone_through: list[str] = []
        self._renamed: list[str] = []

    def outgoing(self, cases: Sequence[str], on_case: OnCase) -> Iterator[Outgoing]:
        """The interviews, one after the other, as they may leave the study."""
        with self._sound, records(self._study, cases) as record_of:
            for number, case in enumerate(cases):
                on_case(case, number, len(cases))
                yield self._outgoing(case, record_of)

    def remarks(self) -> Iterator[str]:
        """What is to be known about the interviews."""
        if self._study.is_encrypted:
            yield READABLE
        if self._not_gone_through:
            yield (
                f"No name is replaced in {', '.join(self._not_gone_through)}: nothing stands for one there, and nobody "
                "has said that it was gone through for names."
            )
        if self._choice.names is Names.FULL:
            yield "The names of people are in these files as they were said."
        yield from self._renamed
        if self.options.templates is not None:
            for name in idle(self.options.templates):
                yield f"{TEMPLATES}/{name} overrides nothing: none of ours is named so."
        yield from self._sound.remarks()

    def _outgoing(self, case: str, record_of: Callable[[str], Record]) -> Outgoing:
        study = self._study
        pack_what_can_be(study, case)
        record, schedule = record_of(case), study.schedule(case)
        if study.settings.name:
            record = replace(record, study=study.settings.name)
        pseudonyms = () if self._choice.names is Names.FULL else pseudonyms_of(study, case)
        self._see_to_names(record, pseudonyms)
        if safe_name(case) != case:
            self._renamed.append(f"In the names of the files “{case}” is written {safe_name(case)}.")
        enclosed = Enclosed(
            schedule=schedule,
            steps=paradata(study.events(case)) if self._needs_steps else (),
            audio=self._sound.audio(case, record),
            recording=self._sound.recording(case, record),
            foreign=foreign_names(known_crosswalk(study, schedule)),
            role=_role(record, study.settings.role),
            version=self.versions.of(case, as_json(build(record), Options()).encode("utf-8", "replace")),
        )
        log = None if self._choice.names is Names.FULL else log_of(study)
        return Outgoing(record, enclosed, pseudonyms, log.no_names(case) if log is not None else ())

    def _see_to_names(self, record: Record, pseudonyms: tuple[Pseudonym, ...]) -> None:
        """Whether anybody went through an interview for names: demanded, or else remembered to be told."""
        if self._choice.names is Names.FULL or pseudonyms or record.review in _GONE_THROUGH:
            return
        if self._choice.names is Names.GONE_THROUGH:
            raise ConfigError(
                f"No name is replaced in {record.case} yet, and nobody has said that it was gone through for names.",
                f"See which may be: interview-tui pseudonyms {record.case}.",
            )
        self._not_gone_through.append(record.case)


def _role(record: Record, item: str) -> str:
    """What was answered to the item that asks for the participant's role; in several rounds, all of it."""
    given = (answer for entry in record.entries if item and entry.place.item == item for answer in entry.answer)
    return " ".join(dict.fromkeys(given))
