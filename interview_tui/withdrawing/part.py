"""A part of an interview withdrawn: shown first, taken back after the end, destroyed as what was taken back in a call
is, searched for, and certified by the same certificate.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from interview_tui import certifying, copies, destroying, pseudonymising
from interview_tui.at_rest import files
from interview_tui.bootstrap import CLOSE_TIMEOUT_S, reopen_call
from interview_tui.errors import ConfigError, Refused, StorageError
from interview_tui.interview import withholding
from interview_tui.interview.call import Call
from interview_tui.interview.debriefing import extent
from interview_tui.interview.event_json import to_json as event_json
from interview_tui.interview.events import Stretch
from interview_tui.interview.facts import Withholding
from interview_tui.interview.state import Interview
from interview_tui.interview.withholding import Proposal
from interview_tui.packing import keep_durably, this_moment
from interview_tui.record.model import PlacedTurn
from interview_tui.record.review.edit_json import to_json as edit_json
from interview_tui.record.review.remains import remains
from interview_tui.record.transcript import Turn, outside
from interview_tui.store import certificates
from interview_tui.store.coding_lines import coding_lines, told_of
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_folder, write_content, write_whole
from interview_tui.store.study import StudyFolder
from interview_tui.transcribe.erasing import nobody_at_work
from interview_tui.withdrawing.places import many
from interview_tui.withdrawing.searching import SHUT, UNSEALED, Runs, folders_of, look
from interview_tui.withdrawing.wanted import placed_elsewhere, proposed
from interview_tui.withdrawing.whole import Held, Told, others_of, refuse_unfinished

_SEARCHED = "Searched afterwards: every file of the study, packed ones unpacked, for any five words running that were"


@dataclass(frozen=True, slots=True)
class PartFindings:
    """What would go of an interview: how much, from when to when (of the recording, ms), and where."""

    held: tuple[Held, ...]
    stretches: tuple[Stretch, ...]
    files: tuple[str, ...]
    beyond: tuple[str, ...] = ()


def find_part(study: StudyFolder, case: str, part: str) -> PartFindings:
    """What there is of a part of an interview. Changes nothing.

    Raises:
        ConfigError: there is no such part.
        Refused: the interview goes on.
        StorageError: there is no such interview, or it cannot be read.
    """
    interview = _ended(study, case)
    record = study.record(case)
    proposal = proposed(interview, record, part)
    found = _as_withholding(interview, proposal)
    amount = extent(interview, found)
    heard = _heard_in(study, case, found)
    edits = sum(remains(edit, found, found.stretches) != edit for edit in study.review_log(case).edits)
    coded = coding_lines(study.path).count(told_of(case, found.stretches, found.rounds))
    taken_out = [copy for copy in copies.copies_of(study, case) if copy.in_reach]
    words = sum(len(turn.words) for turn in heard)
    elsewhere = placed_elsewhere(record, found.rounds) if found.rounds else []
    other = sum(len(one.turn.words) - len(left.words) for one, left in _cut(elsewhere, found.stretches))
    held = (
        Held("audio", f"{amount.recorded_ms / 1000:.0f} s", "silence of the same length in its place"),
        Held("transcript", many(words, "word"), "deleted; what a transcription kept as well"),
        Held(
            "placed elsewhere",
            f"{other} of these words" if other else "",
            "deleted too; in review, place what is to stay",
        ),
        Held("notes", str(amount.notes or ""), "deleted, in the journal and its backups"),
        Held("answers", str(len(found.answers) or ""), "deleted, in the journal and its backups"),
        Held("reviews", many(edits, "change"), "emptied: who and when stays"),
        Held("coding", many(coded, "entry", "entries"), "deleted"),
        Held("exports and bundles", str(len(taken_out) or ""), "deleted, to be written again without it"),
    )
    origin_ms = record.origin_ms
    return PartFindings(
        tuple(one for one in held if one.amount),
        tuple(Stretch(one.start_ms - origin_ms, one.end_ms - origin_ms) for one in found.stretches),
        tuple(certifying.named(study.path, copy.file) for copy in taken_out),
        tuple(copies.beyond(study, case)),
    )


def _cut(placed: Iterable[PlacedTurn], stretches: Sequence[Stretch]) -> Iterator[tuple[PlacedTurn, Turn]]:
    """Turns, each with what would be left of it."""
    for one in placed:
        left = outside([one.turn], stretches)
        yield one, left[0] if left else replace(one.turn, words=())


def withdraw_part(study: StudyFolder, case: str, part: str, confirmed: str, on_step: Told = lambda _: None) -> Path:
    """Destroy a part of an interview that nobody has open; gives the certificate. `confirmed` is the case id.

    What was cut off is finished, and nothing else is begun before it is.

    Raises:
        ConfigError: something else was typed, or there is no such part.
        Refused: the interview goes on, nothing was said in that part, or another part was begun and cut off.
        StorageError, AudioError, TranscriptionError: the case is open elsewhere or being transcribed, or something
            cannot be destroyed now; asked for again, it goes on.
    """
    if confirmed.strip() != case:
        raise ConfigError(f"{confirmed.strip()!r} is not {case}: nothing was withdrawn.", f"Type {case} to go on.")
    _ended(study, case)
    with nobody_at_work(study.audio_folder(case)):
        pass  # before anything goes: what is being transcribed would be written again
    call = reopen_call(study, case)
    try:
        certificate = _Part(study, call, part).withdraw(on_step)
    finally:
        written = call.journal.close(CLOSE_TIMEOUT_S)
    if not written:
        raise call.journal.failure or StorageError(f"The journal of {case} could not be closed.")
    return certificate


def refuse_another(study: StudyFolder, case: str, part: str) -> None:
    """Let nothing else be withdrawn of a case before what was cut off is finished.

    Raises:
        Refused: another part was begun.
    """
    begun = begun_part(study, case)
    if begun and begun != part:
        raise Refused(
            f"{begun} of {case} was begun to be withdrawn, and cut off.",
            f"Finish it first: interview-tui withdraw {case} {begun}",
        )


def begun_part(study: StudyFolder, case: str) -> str:
    """The part of a case that was begun to be withdrawn, and cut off, as it was asked for; empty if there is none."""
    begun = certificates.begun(study.path, case, certificates.PARTLY)
    if not begun.is_file():
        return ""
    with explained(begun):
        return str(json.loads(files.read_text(begun))["part"])


class _Part:
    """One part on its way out."""

    def __init__(self, study: StudyFolder, call: Call, part: str) -> None:
        self._study, self._call, self._part = study, call, part
        self._case = call.interview.case
        self._begun = certificates.begun(study.path, self._case, certificates.PARTLY)
        self._runs = self._begun.with_suffix(".runs")
        refuse_another(study, self._case, part)

    def withdraw(self, on_step: Told) -> Path:
        """All of it, from where it was left."""
        on_step("take back")
        withheld = self._taken_back()
        certificate = destroying.destroy(self._study, self._call, withheld, on_step)
        on_step("search afterwards")
        self._say_what_was_found(certificate)
        on_step("clear up afterwards")
        for file in (self._runs, self._begun):
            with explained(file):
                file.unlink(missing_ok=True)
        return certificate

    def _taken_back(self) -> str:
        """Withhold it, unless that was done; gives under which id."""
        interview = self._call.interview
        if not self._begun.is_file():
            proposal = proposed(interview, self._study.record(self._case), self._part)
            withheld = interview.soundtrack.next_withheld
            make_folder(self._begun.parent)
            runs = _runs_of(self._study, self._case, _as_withholding(interview, proposal))
            write_content(self._runs, runs.to_bytes().hex())
            write_content(self._begun, json.dumps({"part": self._part, "withheld": withheld}))
        with explained(self._begun):
            withheld = str(json.loads(files.read_text(self._begun))["withheld"])
        if withheld not in interview.soundtrack.withholdings:
            proposal = proposed(interview, self._study.record(self._case), self._part)
            self._call.keep(self._call.session.withdraw(proposal, this_moment(interview)))
            keep_durably(self._call.journal, ())
        return withheld

    def _say_what_was_found(self, certificate: Path) -> None:
        """Look for what was withdrawn in every file of the study, and add to the certificate what was found."""
        with explained(certificate):
            said = certificate.read_text(encoding="utf-8")
        if _SEARCHED in said or not self._runs.is_file():
            return
        with explained(self._runs):
            runs = Runs.from_bytes(bytes.fromhex(files.read_text(self._runs)))
        looked = look(runs, folders_of(self._study), (self._runs, self._begun))
        lines = ["", _SEARCHED, "in this part and nowhere else. Not searched: sound."]
        lines += [UNSEALED] if self._study.is_encrypted else []
        lines += [f"Found: in {len(looked.found)} files" if looked.found else "Found: none"]
        lines += [
            f"Not reached: {certifying.named(self._study.path, file)} still holds five words running of it; look at it."
            for file in looked.found
        ]
        lines += [f"Not reached: {certifying.named(self._study.path, file)} {SHUT}" for file in looked.shut]
        write_whole(certificate, said + "\n".join(lines) + "\n")


def _ended(study: StudyFolder, case: str) -> Interview:
    refuse_unfinished(study, case)
    return study.interview(case)


def _as_withholding(interview: Interview, proposal: Proposal) -> Withholding:
    """What a proposal will be once it is taken back."""
    event = withholding.withheld_event(interview, proposal, this_moment(interview), keep_notes=False)
    return Withholding(
        event.withheld, event.at_ms, event.stretches, event.notes, event.answers, event.scope, rounds=event.rounds
    )


def _heard_in(study: StudyFolder, case: str, found: Withholding) -> list[Turn]:
    """The turns of the transcript with those of their words alone that touch what goes."""
    transcript = study.transcript(case)
    if transcript is None:
        return []
    left = {turn.number: {*turn.words} for turn in outside(transcript.turns, found.stretches)}
    cut = [(turn, [word for word in turn.words if word not in left.get(turn.number, ())]) for turn in transcript.turns]
    return [Turn(turn.number, turn.speaker, tuple(words)) for turn, words in cut if words]


def _runs_of(study: StudyFolder, case: str, found: Withholding) -> Runs:
    """What is to be searched for afterwards: five words running of the part, and of nothing that stays."""
    events = study.events(case)
    gone = destroying.remains_of(found, events)
    edits = study.review_log(case).edits
    emptied = {edit.id: remains(edit, found, found.stretches) for edit in edits}
    transcript = study.transcript(case)
    own: list[Iterator[str]] = [
        (turn.text for turn in _heard_in(study, case, found)),
        chain.from_iterable(pseudonymising.texts_in(event_json(events[number])) for number in gone),
        chain.from_iterable(pseudonymising.texts_in(edit_json(edit)) for edit in edits if emptied[edit.id] != edit),
    ]
    stays: list[Iterator[str]] = [
        (turn.text for turn in outside(transcript.turns, found.stretches)) if transcript else iter(()),
        chain.from_iterable(
            pseudonymising.texts_in(event_json(gone.get(number, event))) for number, event in enumerate(events)
        ),
        chain.from_iterable(pseudonymising.texts_in(edit_json(edit)) for edit in emptied.values()),
        others_of(study, case),
    ]
    return Runs.of(chain.from_iterable(own), chain.from_iterable(stays))
