"""One interview of a bundle: looked through, set against what is here, and put together with it.

Looking changes nothing. What is then done may be cut off at any step and done again; it ends the same.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from interview_tui import copies, packing, pseudonymising
from interview_tui.at_rest import files
from interview_tui.errors import AudioError, ConfigError, InterviewTuiError, StorageError
from interview_tui.interview import branches, debriefing, reach
from interview_tui.interview.branches import Joined, Outcome
from interview_tui.interview.events import Event, InterviewOpened
from interview_tui.interview.facts import Withholding
from interview_tui.interview.ports import Draft
from interview_tui.interview.state import Interview, fold
from interview_tui.joining_sound import JoinedSound
from interview_tui.laid_aside import LaidAside
from interview_tui.record.review.remains import remains
from interview_tui.record.transcript import Transcript
from interview_tui.record.transcript import from_json as transcript_of
from interview_tui.schedule.model import Schedule
from interview_tui.schedule.reader import read_schedule
from interview_tui.store import cases, certificates, derived, erasure, joining_journals
from interview_tui.store.bundles import JOURNAL, SCHEDULE, TRANSCRIPT, Bundle
from interview_tui.store.coding_lines import erase_extracts
from interview_tui.store.event_rows import event_of
from interview_tui.store.failures import explained
from interview_tui.store.private_files import make_folder, put_in_place, write_content, write_whole
from interview_tui.store.reviews import ReviewFolder
from interview_tui.store.study import DATABASE_FILE, StudyFolder
from interview_tui.transcribe import erasing as words

Step = Callable[[str], None]


class Where(Enum):
    """On which side something was done."""

    HERE = "here"
    THERE = "there"


@dataclass(frozen=True, slots=True)
class Sent:
    """An interview as it came."""

    case: str
    schedule: Schedule
    events: tuple[Event, ...]
    interview: Interview
    transcript: Transcript | None


@dataclass(frozen=True, slots=True)
class Standing:
    """An interview as it came beside what is here of it, and what both add up to.

    `gone` is what was destroyed on either side, with all of it that the other side still has; `anew` those of it that
    are to be destroyed here.
    """

    sent: Sent
    ours: tuple[Event, ...]
    joined: Joined
    interview: Interview
    gone: tuple[Withholding, ...]
    anew: tuple[Withholding, ...]


@dataclass(slots=True)
class Told:
    """What came of a case: sentences about it, and why nothing of it was taken, if so."""

    case: str
    lines: list[str] = field(default_factory=list)
    refused: str = ""


def sent(bundle: Bundle, case: str, staging: Path) -> Sent:
    """An interview of a bundle, of which everything was understood; its reviews are in `staging` then.

    Raises:
        StorageError: something of it is damaged, or of a newer version.
    """
    inside = bundle.under(f"cases/{case}")
    if JOURNAL not in inside or SCHEDULE not in inside:
        raise _wrong(case, "its journal or its schedule is missing")
    schedule = _schedule(bundle.text(inside[SCHEDULE]))
    events = tuple(_events(case, bundle.text(inside[JOURNAL])))
    first = events[0] if events else None
    if not isinstance(first, InterviewOpened) or (first.case, first.schedule_sha256) != (case, schedule.sha256):
        raise _wrong(case, "its journal does not begin with it, or its schedule is another one")
    interview = fold(schedule, events)
    if not interview.ended:
        raise _wrong(case, "the interview had not ended")
    transcript = None
    if TRANSCRIPT in inside:
        try:
            transcript = transcript_of(json.loads(bundle.text(inside[TRANSCRIPT])))
        except (ValueError, RecursionError) as error:
            raise _wrong(case, f"its transcript cannot be read ({error})") from error
    for entry in bundle.under(f"cases/{case}/certificates").values():
        bundle.text(entry)
    folder = make_folder(staging / "reviews" / case)
    for name, entry in bundle.under(f"cases/{case}/reviews").items():
        bundle.copy(entry, folder / name)
    if damage := ReviewFolder(staging, case).damage():
        raise StorageError(f"The bundle is not whole. {damage[0]}", "Have it made once more; nothing was changed.")
    return Sent(case, schedule, events, interview, transcript)


@lru_cache(maxsize=8)
def _schedule(text: str) -> Schedule:
    """Read once: nearly all interviews of a bundle are conducted with one."""
    return read_schedule(text, "the schedule in the bundle")


def _events(case: str, text: str) -> Iterator[Event]:
    for number, line in enumerate(text.splitlines(), 1):
        try:
            row: Any = json.loads(line)
            if (row["case"], row["number"]) != (case, number) or not isinstance(row["body"], str):
                raise ValueError(f"event {number} is not where it belongs")
            if type(row["at_ms"]) is not int or type(row["wall_ms"]) is not int:
                raise ValueError(f"event {number} has no time")
            yield event_of(row)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise _wrong(case, f"its journal cannot be read ({error})") from error


def _wrong(case: str, why: str) -> StorageError:
    return StorageError(
        f"The bundle is not whole: of {case}, {why}.", "Have it made and sent once more; nothing was changed."
    )


def standing(study: StudyFolder, case: Sent) -> Standing:
    """What came set against what is here.

    Raises:
        Apart: they are two interviews, or cannot be put together.
        ConfigError: the case was withdrawn here, or differs from a known one only in capitals.
        StorageError: what is here cannot be read.
    """
    certificates.refuse_withdrawn(study.path, case.case)
    known = joining_journals.cases_in(study.path / DATABASE_FILE)
    if other := cases.like(case.case, known):
        raise ConfigError(f"There is an interview with {other} here, which differs from {case.case} only in capitals.")
    if case.case not in known:
        gone = branches.destroyed_in(case.events, ())
        return Standing(case, (), Joined(case.events, Outcome.THEIRS), case.interview, gone, ())
    ours = tuple(study.events(case.case))
    joined = branches.join(ours, case.events)
    try:
        interview = fold(case.schedule, joined.events)
    except StorageError as error:
        raise branches.Apart(f"What was done after the end on both sides does not go together: {error.message}") from (
            error
        )
    theirs_gone, ours_gone = branches.destroyed_in(case.events, ours), branches.destroyed_in(ours, case.events)
    already = {found.id for found in ours_gone}
    anew = tuple(found for found in theirs_gone if found.id not in already)
    return Standing(case, ours, joined, interview, (*ours_gone, *anew), anew)


class Joining:
    """One case on its way into the study; whoever does it holds the lock of the case."""

    def __init__(self, study: StudyFolder, bundle: Bundle, staging: Path, on_step: Step) -> None:
        self._study = study
        self._bundle = bundle
        self._staging = staging
        self._on_step = on_step
        self._database = study.path / DATABASE_FILE

    def take(self, came: Sent) -> Told:
        """Put a case together with what is here of it; gives what is to be said.

        Raises:
            As `standing` does. StorageError, AudioError, TranscriptionError: something cannot be read or written;
            asked for again, it goes on.
        """
        told = Told(came.case)
        aside = LaidAside(self._study.path, came.case, self._staging)
        self._step(came, "schedule")
        self._study.keep_schedule(came.schedule)
        found = standing(self._study, came)
        if found.ours:
            self._step(came, "pack")
            found = self._packed(found, told)
        names_before = pseudonymising.texts_of(self._study, came.case) if found.anew else []
        if found.anew:
            self._destroy(found, told)
        self._step(came, "audio")
        self._bring_sound(found, aside, told)
        self._step(came, "review")
        self._take_reviews(found, told)
        self._step(came, "transcript")
        self._take_transcript(found, aside, told)
        self._step(came, "certificates")
        self._take_certificates(came.case, aside, only_ours=bool(found.ours))
        if found.anew:
            with suppress(InterviewTuiError):  # a log that is elsewhere holds up nothing
                left = pseudonymising.texts_of(self._study, came.case)
                pseudonymising.forget(self._study, came.case, names_before, left)
        told.lines += aside.told
        return told

    def _step(self, came: Sent, name: str) -> None:
        self._on_step(f"{came.case} {name}")

    def _packed(self, found: Standing, told: Told) -> Standing:
        """Pack what is here, so that the same sound is the same file on both sides."""
        case, ours = found.sent.case, fold(found.sent.schedule, found.ours)
        if not ours.ended:
            return found
        folder, keep = self._study.audio_folder(case), partial(joining_journals.add, self._database, case)
        try:
            packing.pack(folder, ours, keep)
            packing.silence_off_record(folder, ours, keep)
        except AudioError as error:
            told.lines.append(f"{case}: {error.message}")
        return standing(self._study, found.sent)

    def _destroy(self, found: Standing, told: Told) -> None:
        """Destroy here what was destroyed on the other side: everywhere but in the sound, which follows."""
        case = found.sent.case
        self._step(found.sent, "words")
        for gone in found.anew:
            wide = reach.wide(found.interview, gone)
            words.erase(self._study.audio_folder(case), wide)
            self._study.review_folder(case).rewrite(partial(remains, found=gone, gone=wide))
            erase_extracts(self._study.path, case, wide, gone.rounds)
        found_copies = copies.copies_of(self._study, case)
        copies.delete(self._study, [one for one in found_copies if not one.file.is_relative_to(self._staging)])
        self._step(found.sent, "rows")
        for gone in found.anew:
            erasure.erase(self._database, case, partial(_remains, gone), partial(_is_gone, gone))
            told.lines.append(f"{case}: {gone.id} was destroyed on the other side, and is destroyed here now.")
        derived.forget(self._study.path, case)

    def _bring_sound(self, found: Standing, aside: LaidAside, told: Told) -> None:
        case = found.sent.case
        changed: list[bool] = []

        def keep(events: Sequence[Event]) -> None:
            self._step(found.sent, "journal")
            changed.append(joining_journals.put(self._database, case, events))
            self._step(found.sent, "old audio")

        ours = fold(found.sent.schedule, found.ours) if found.ours else None
        destroyed = self._without_audio(case)
        if destroyed is Where.HERE:
            told.lines.append(f"{case}: its audio was destroyed here, and was not taken.")
        if destroyed is Where.THERE and ours is not None:
            way = f"to destroy it here as well: interview-tui retention {case}"
            told.lines.append(f"{case}: its audio was destroyed on the other side; {way}")
        folder = self._study.audio_folder(case)
        sound = JoinedSound(self._bundle, case, folder, self._staging, aside)
        events, only_ours = found.joined.events, destroyed is not None
        sound.bring(ours, found.sent.interview, found.interview, events, keep, only_ours=only_ours)
        told.lines += sound.told
        if sound.taken:
            told.lines.append(f"{case}: audio taken: {', '.join(sound.taken)}.")
        told.lines.insert(0, _about(found, changed=any(changed)))
        if found.joined.boxes:
            boxes = ", ".join(found.joined.boxes)
            told.lines.append(f"{case}: both wrote into the debrief ({boxes}); what was written later stands there.")

    def _without_audio(self, case: str) -> Where | None:
        """Where all audio of a case was destroyed, if only on one side."""
        name = certificates.certificate(self._study.path, case, certificates.AUDIO).name
        here = certificates.is_audio_destroyed(self._study.path, case)
        there = self._bundle.entry(f"cases/{case}/certificates/{name}") is not None
        return None if here == there else Where.HERE if here else Where.THERE

    def _take_reviews(self, found: Standing, told: Told) -> None:
        case = found.sent.case
        folder = self._study.review_folder(case)
        known = {edit.id for edit in folder.entries()}
        new = [edit for edit in ReviewFolder(self._staging, case).read().edits if edit.id not in known]
        for gone in found.gone:
            wide = reach.wide(found.interview, gone)
            new = [remains(edit, gone, wide) for edit in new]
        for writer in sorted({(edit.by, edit.machine) for edit in new}):
            folder.append(*(edit for edit in new if (edit.by, edit.machine) == writer))
        if new:
            told.lines.append(f"{case}: {_count(len(new), 'change')} of review taken.")

    def _take_transcript(self, found: Standing, aside: LaidAside, told: Told) -> None:
        case, transcript = found.sent.case, found.sent.transcript
        if transcript is None:
            return
        folder = make_folder(self._staging / "words" / case)
        target = self._study.audio_folder(case) / TRANSCRIPT
        write_content(folder / TRANSCRIPT, self._bundle.text(f"cases/{case}/{TRANSCRIPT}"))
        for gone in found.gone:
            words.erase(folder, reach.wide(found.interview, gone))
        came = folder / TRANSCRIPT
        if not target.exists():
            with explained(target):
                put_in_place(came, target)
            told.lines.append(f"{case}: the transcript was taken.")
        elif self._study.transcript(case) != _read(came):
            aside.keep(came, f"{case}: its transcript is another one there; yours stays, theirs is laid aside")

    def _take_certificates(self, case: str, aside: LaidAside, *, only_ours: bool) -> None:
        folder = self._study.path / certificates.CERTIFICATES
        for name, entry in self._bundle.under(f"cases/{case}/certificates").items():
            target, text = folder / name, self._bundle.text(entry)
            if not target.exists():
                if only_ours and name == certificates.certificate(self._study.path, case, certificates.AUDIO).name:
                    continue  # of what was not done here
                make_folder(folder)
                write_whole(target, text)
            elif target.read_bytes() != text.encode():
                draft = self._staging / name
                self._bundle.copy(entry, draft)
                aside.keep(draft, f"{case}: another certificate {name}")


def _remains(gone: Withholding, events: Sequence[Event]) -> dict[int, Event]:
    return dict(branches.remains(events, gone))


def _is_gone(gone: Withholding, draft: Draft) -> bool:
    """Whether a half-typed line goes: one of the call itself, and what is typed about a note that goes."""
    return not draft.box or draft.box.removeprefix(debriefing.ABOUT_NOTE) in gone.notes


def _read(file: Path) -> Transcript:
    return transcript_of(json.loads(files.read_bytes(file)))


def _about(found: Standing, *, changed: bool) -> str:
    """What came of the journal, in words."""
    case, theirs = found.sent.case, found.sent.interview
    if not found.ours:
        recorded = theirs.timeline().recorded_ms() / 60_000
        return f"{case}: taken in: {recorded:.1f} minutes of audio, {_count(len(theirs.notes), 'note')}."
    more = len(found.joined.events) - len(found.ours)
    if not changed:
        return f"{case}: the interview was there already."
    if found.joined.outcome is Outcome.BOTH:
        return f"{case}: both sides had gone on after the end; they were put together ({_count(more, 'event')} more)."
    return f"{case}: the interview goes on: {_count(more, 'event')} more."


def _count(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"
