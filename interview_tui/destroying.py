"""Destroys what was taken back, wherever the study keeps it, and certifies that.

Every step may be cut off and done again: what is known beforehand is written down first, beside the certificate, and
the certificate is the last thing written.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from interview_tui import copies, packing, pseudonymising
from interview_tui.at_rest import files
from interview_tui.audio.stored import segments
from interview_tui.bootstrap import CLOSE_TIMEOUT_S, reopen_call
from interview_tui.certifying import BEYOND, Hashes, changes, hashes, moment
from interview_tui.errors import ConfigError, InterviewTuiError, Refused, StorageError
from interview_tui.interview import debriefing, reach, withholding
from interview_tui.interview.call import Call
from interview_tui.interview.event_json import to_json as event_json
from interview_tui.interview.events import Event, Stretch
from interview_tui.interview.facts import Withholding
from interview_tui.interview.ports import Draft
from interview_tui.interview.session import Session
from interview_tui.interview.state import Interview
from interview_tui.record.review.edit_json import to_json as edit_json
from interview_tui.record.review.remains import remains
from interview_tui.record.transcript import outside
from interview_tui.store import certificates, derived, erasure
from interview_tui.store.coding_lines import erase_extracts, extract_files
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_folder, write_content, write_whole
from interview_tui.store.study import DATABASE_FILE, ERROR_LOG, StudyFolder
from interview_tui.transcribe import erasing as words

SAVE_WAIT_S = 30.0
_LOOK_S = 0.01


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known before anything is destroyed: how much it is, the SHA-256 of every file by its path, and a
    sentence for every copy that is not in reach.
    """

    notes: int
    recorded_ms: int
    files: Hashes
    beyond: Sequence[str] = ()


def destroy(study: StudyFolder, call: Call, withheld: str, on_step: Callable[[str], None] = lambda _: None) -> Path:
    """Destroy audio, notes, answers and words that are withheld in an interview that has ended; gives the certificate.

    What was destroyed before has its certificate already. `on_step` is told the name of each step before it is done.
    Other commands may be given to the call meanwhile.

    Raises:
        Refused: nothing is withheld under this id, or the interview goes on.
        StorageError, AudioError, TranscriptionError: something cannot be destroyed now; asked for again, it goes on.
    """
    work = _Destruction(study, call, withheld)
    for name, step in work.steps().items():
        on_step(name)
        step()
    return work.certificate


def destroy_alone(study: StudyFolder, case: str, withheld: str, confirmed: str) -> Path:
    """Destroy what is withheld in an interview that nobody has open; `confirmed` is the case id, typed once more.

    Raises:
        ConfigError: something else was typed.
        As `destroy` and `bootstrap.reopen_call` do.
    """
    if confirmed.strip() != case:
        raise ConfigError(f"{confirmed.strip()!r} is not {case}: nothing was destroyed.", f"Type {case} to destroy it.")
    call = reopen_call(study, case)
    try:
        certificate = destroy(study, call, withheld)
    finally:
        written = call.journal.close(CLOSE_TIMEOUT_S)
    if not written:
        raise call.journal.failure or StorageError(f"The journal of {case} could not be closed.")
    return certificate


def listed(study: StudyFolder, case: str, withheld: str = "") -> list[str]:
    """What is withheld in an interview, one line each, or the line of one; destroyed, half destroyed or not.

    Raises:
        Refused: nothing is withheld under that id.
    """
    interview = study.interview(case)
    found = interview.soundtrack.withholdings
    chosen = [_withholding(interview, withheld)] if withheld else list(found.values())
    return [_line(interview, one, begun=certificates.begun(study.path, case, one.id).is_file()) for one in chosen]


def _line(interview: Interview, found: Withholding, *, begun: bool) -> str:
    times = ", ".join(f"{_clock(stretch.start_ms)}–{_clock(stretch.end_ms)}" for stretch in found.stretches)
    if begun:
        return f"{found.id}  {times}  begun to be destroyed, and cut off: destroy it again"
    if found.destroyed:
        return f"{found.id}  {times}  destroyed"
    size = debriefing.extent(interview, found)
    return f"{found.id}  {times}  {size.recorded_ms / 1000:.0f} s of audio, notes: {size.notes}  ({found.scope})"


def _withholding(interview: Interview, withheld: str) -> Withholding:
    found = interview.soundtrack.withholdings.get(withheld)
    if found is None:
        known = ", ".join(interview.soundtrack.withholdings) or "nothing"
        raise Refused(f"Nothing is withheld as {withheld} in {interview.case}.", f"Withheld is: {known}.")
    return found


class _Destruction:
    """One withholding on its way out."""

    def __init__(self, study: StudyFolder, call: Call, withheld: str) -> None:
        self._study = study
        self._call = call
        self._case = call.interview.case
        self._found = _withholding(call.interview, withheld)
        self._session = Session(call.interview)  # of its own: a screen may use the call's at this moment
        self._database = study.path / DATABASE_FILE
        self._begun = certificates.begun(study.path, self._case, withheld)
        self._names_gone = False  # from the log of pseudonyms: those that only what is destroyed has said
        self._names_stay = ""  # why they are still in it
        self.certificate = certificates.certificate(study.path, self._case, withheld)
        if not call.interview.ended:
            raise Refused(f"{self._case} goes on: nothing is destroyed before its end.", "End the interview first.")
        if self._found.destroyed and not (self._begun.is_file() or self.certificate.is_file()):
            raise Refused(f"{withheld} of {self._case} is destroyed already.", "Its certificate was moved away.")

    def steps(self) -> dict[str, Callable[[], None]]:
        """Everything left to be done, in order. Each step finds out for itself what of it is done already."""
        clear_up: dict[str, Callable[[], None]] = {"clear up": partial(self._begun.unlink, missing_ok=True)}
        if self.certificate.is_file():
            return clear_up
        return {
            "note down": self._note_down,
            "names": self._forget_names,
            "audio": self._destroy_audio,
            "transcript": self._erase_words,
            "review": self._erase_edits,
            "coding": lambda: erase_extracts(self._study.path, self._case, self._wide(), self._found.rounds),
            "exports": self._delete_copies,
            "journal": self._destroy_rows,
            "search": partial(derived.forget, self._study.path, self._case),
            "destroyed": self._say_so,
            "certificate": self._certify,
            **clear_up,
        }

    def _note_down(self) -> None:
        if not self._begun.is_file():
            size = debriefing.extent(self._call.interview, self._found)
            beyond = tuple(copies.beyond(self._study, self._case))
            known = _Known(size.notes, size.recorded_ms, self._hashes(), beyond)
            make_folder(self._begun.parent)
            write_content(self._begun, json.dumps(asdict(known)))

    def _forget_names(self) -> None:
        """Take names out of the log of pseudonyms that will be said nowhere any more; before, while it is known which.

        Where the log is not at hand nothing waits for it: the certificate says so.
        """
        self._until_saved()
        try:
            study, case = self._study, self._case
            before, left = pseudonymising.texts_of(study, case), self._texts_left()
            self._names_gone = pseudonymising.forget(study, case, before, left)
        except InterviewTuiError as error:
            self._names_stay = error.message

    def _texts_left(self) -> Iterator[str]:
        """Every text that the case will have when this is done."""
        events, wide = self._study.events(self._case), self._wide()
        left = remains_of(self._found, events)
        for number, event in enumerate(events):
            yield from pseudonymising.texts_in(event_json(left.get(number, event)))
        transcript = self._study.transcript(self._case)
        for turn in outside(transcript.turns, wide) if transcript is not None else ():
            yield turn.text
        for edit in self._study.review_log(self._case).edits:
            yield from pseudonymising.texts_in(edit_json(remains(edit, self._found, wide)))

    def _destroy_audio(self) -> None:
        folder, interview = self._study.audio_folder(self._case), self._call.interview
        keep = partial(packing.keep_durably, self._call.journal)
        packing.pack(folder, interview, keep, although_changed=True)
        reached = reach.frames(interview, [self._found])
        closed = {number: frames for number, frames in reached.items() if interview.spans[number].closed}
        packing.silence(folder, interview, closed, keep)

    def _erase_words(self) -> None:
        words.erase(self._study.audio_folder(self._case), self._wide())

    def _erase_edits(self) -> None:
        wide = self._wide()
        self._study.review_folder(self._case).rewrite(lambda edit: remains(edit, self._found, wide))

    def _wide(self) -> list[Stretch]:
        return reach.wide(self._call.interview, self._found)

    def _delete_copies(self) -> None:
        copies.delete(self._study, copies.copies_of(self._study, self._case))
        log = self._study.path / ERROR_LOG
        with explained(log):
            log.unlink(missing_ok=True)

    def _destroy_rows(self) -> None:
        self._until_saved()
        erasure.erase(self._database, self._case, partial(remains_of, self._found), self._is_gone)

    def _is_gone(self, draft: Draft) -> bool:
        """Whether a half-typed line goes: one of the call itself, and what is typed about a note that goes."""
        _, _, about = draft.box.partition("/")
        return not draft.box or about in self._found.notes or about in self._found.rounds

    def _say_so(self) -> None:
        if not self._found.destroyed:
            known = self._known()
            now = self._call.clock.now()
            self._give(self._session.destroyed(self._found.id, known.notes, known.recorded_ms, now))
            self._until_saved()

    def _certify(self) -> None:
        write_whole(self.certificate, "\n".join(self._statements(self._known())) + "\n")

    def _statements(self, known: _Known) -> Iterator[str]:
        interview, found = self._call.interview, self._found
        yield f"Certificate of destruction: {self._case}, {found.id}"
        yield ""
        yield f"Study: {self._study.name}"
        yield f"Destroyed: {moment(self._call.clock.now().wall_ms)}"
        yield f"Taken back: {moment(interview.opened_wall_ms + found.at_ms)}"
        if found.rounds:
            yield f"Withdrawn whole, after the call: {', '.join(found.rounds)}"
        for stretch in found.stretches:
            yield f"Said from {_both_clocks(interview, stretch)}"
        yield f"Audio: {known.recorded_ms / 1000:.1f} s, of which only silence of the same length is left"
        yield f"Notes: {known.notes}"
        yield ""
        yield "Files"
        yield from changes(known.files, self._hashes())
        yield f"{DATABASE_FILE}"
        yield "    rewritten: the words are in none of its pages; it is written to on every use, so no hash is given"
        if (self._study.path / derived.DERIVED_FILE).is_file():
            yield f"{derived.DERIVED_FILE}"
            yield "    rewritten without this case, which is made again of what is left when it is next searched"
        if self._names_gone:
            yield "log of pseudonyms"
            yield "    has no name in any line that is said nowhere in what is left"
        yield ""
        if self._names_stay:
            yield f"Not reached: the log of pseudonyms. {self._names_stay} A name that was said only in what is"
            yield "destroyed may stand in it; whoever keeps it deletes the lines of such a name."
        yield from known.beyond
        yield from BEYOND
        yield "Not searched for what was said: notes that were kept, the debrief, remarks on the case."

    def _hashes(self) -> dict[str, str]:
        """Every file that may hold something of it, but for the database."""
        folder = self._study.audio_folder(self._case)
        with explained(folder):
            recorded = [file for file in sorted(folder.iterdir()) if file.is_file()]
        reviews = self._study.review_folder(self._case).files()
        taken_out = [copy.file for copy in copies.copies_of(self._study, self._case) if copy.in_reach]
        beside = (*reviews, *extract_files(self._study.path), *erasure.backups(self._database))
        errors = self._study.path / ERROR_LOG
        return hashes(self._study.path, (*recorded, *segments.elsewhere(folder), *taken_out, *beside, errors))

    def _known(self) -> _Known:
        with explained(self._begun):
            text = files.read_text(self._begun)
        return _Known(**json.loads(text))

    def _give(self, events: tuple[Event, ...]) -> None:
        self._call.keep(events)

    def _until_saved(self) -> None:
        """Wait until the journal has everything: rows that are still on their way cannot be rewritten."""
        journal, deadline = self._call.journal, time.monotonic() + SAVE_WAIT_S
        while journal.saved < self._call.interview.events:
            if time.monotonic() > deadline:
                raise journal.failure or StorageError(f"The journal of {self._case} does not get written.")
            time.sleep(_LOOK_S)


def remains_of(found: Withholding, events: Sequence[Event]) -> Mapping[int, Event]:
    """What stands in the journal once this is destroyed: by position in `events`, for every event that changes."""
    return {**withholding.remains(events, found), **debriefing.remains(events, found)}


def _both_clocks(interview: Interview, stretch: Stretch) -> str:
    start, end = (moment(interview.opened_wall_ms + at_ms) for at_ms in (stretch.start_ms, stretch.end_ms))
    return f"{_clock(stretch.start_ms)} to {_clock(stretch.end_ms)} of the call ({start} to {end})"


def _clock(at_ms: int) -> str:
    """A time on the call clock, as the screens write it."""
    minutes, seconds = divmod(max(0, at_ms) // 1000, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}" if minutes >= 60 else f"{minutes:02}:{seconds:02}"
