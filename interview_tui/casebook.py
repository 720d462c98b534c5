"""The cases of a study and who they are, as the app and the commands are handed them."""

from __future__ import annotations

import platform
import time
import uuid
from collections.abc import Iterable, Mapping, Sequence

from interview_tui.calling_times import meant
from interview_tui.errors import ConfigError, Refused
from interview_tui.fieldwork.card import Appointment, CaseCard
from interview_tui.fieldwork.cards import cards
from interview_tui.fieldwork.changes import AttributeGiven, CaseChange, CaseListed, Noted, Notes
from interview_tui.fieldwork.identity import Identity, Lock
from interview_tui.fieldwork.noting import checked
from interview_tui.fieldwork.plan import Attribute
from interview_tui.grow_only import Signed
from interview_tui.record.ports import InterviewSummary
from interview_tui.store.attribute_settings import read_attributes
from interview_tui.store.case_notes import CaseNotes
from interview_tui.store.cases import checked as checked_id
from interview_tui.store.cases import like
from interview_tui.store.certificates import withdrawn
from interview_tui.store.identities import IdentityFile, has_identities, identities_of, new_identities
from interview_tui.store.preferences import reviewer
from interview_tui.store.study import SETTINGS_FILE, StudyFolder


class StudyCases:
    """The cases of a study; implements `fieldwork.ports.CaseBook`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study
        self._notes = CaseNotes(study.path)

    @property
    def attributes(self) -> Sequence[Attribute]:
        """What the study wants to know of each, as study.toml says it now.

        Raises:
            ConfigError: study.toml does not say it as it can be understood.
            StorageError: it cannot be read.
        """
        return read_attributes(self._study.path / SETTINGS_FILE)

    @property
    def damage(self) -> tuple[str, ...]:
        """A sentence for every line of the notes that cannot be read."""
        return self._notes.damage()

    def now_ms(self) -> int:
        """The wall clock."""
        return time.time_ns() // 1_000_000

    def moment(self, text: str) -> int:
        """The moment that is meant by the clock on this machine's wall."""
        return meant(text, self.now_ms())

    def cards(self) -> list[CaseCard]:
        """Every case that is listed, was interviewed, or has withdrawn."""
        return self._cards(self._notes.read())

    def _cards(self, notes: Notes) -> list[CaseCard]:
        interviews = self._study.interviews()
        return cards(notes, interviews, withdrawn(self._study.path), call_backs(interviews))

    def note(self, *changes: CaseChange) -> None:
        """Note changes, each after those before it."""
        notes = self._notes.read()
        by_case = {card.case: card for card in self._cards(notes)}
        be_fit(changes, by_case)
        wanted = self.attributes if any(isinstance(change, AttributeGiven) for change in changes) else ()
        kept = checked(changes, by_case, wanted, self.now_ms())
        if kept:
            self._notes.append(*signed(kept, notes.heads, reviewer(), platform.node() or "machine"))


def call_backs(interviews: Iterable[InterviewSummary]) -> dict[str, Appointment]:
    """What was agreed in calls that are to go on; words that name no time count as *now*, and are shown."""
    agreed = {}
    for each in interviews:
        if each.call_back:
            try:
                due, definite = meant(each.call_back, each.call_back_wall_ms), True
            except Refused:
                due, definite = each.call_back_wall_ms, False
            agreed[each.case] = Appointment(due, definite, f"agreed in the call: {each.call_back}")
    return agreed


def be_fit(changes: Sequence[CaseChange], known: Mapping[str, CaseCard]) -> None:
    """See that the ids of new cases can be the names of folders, and differ from known ones in more than capitals.

    Raises:
        Refused: one is not.
    """
    ids = list(known)
    for change in changes:
        if not isinstance(change, CaseListed):
            continue
        try:
            checked_id(change.case)
        except ConfigError as error:
            raise Refused(error.message, error.hint) from error
        other = like(change.case, ids)
        if other is not None:
            raise Refused(
                f"{change.case} differs from {other}, which is known, only in capitals.",
                "Take another case id: on many systems both would share one folder.",
            )
        ids.append(change.case)


def signed(changes: Sequence[CaseChange], heads: tuple[str, ...], by: str, machine: str) -> list[Noted]:
    """Changes with who made them where, each after the one before it and the first after all that is known."""
    entries: list[Noted] = []
    seen = heads
    for change in changes:
        entries.append(Signed(uuid.uuid4().hex, by, machine, seen, change))
        seen = (entries[-1].id,)
    return entries


class StudyIdentities:
    """Who they are; implements `fieldwork.ports.IdentityBook`."""

    def __init__(self, study: StudyFolder) -> None:
        self._study = study
        self._file: IdentityFile | None = None

    @property
    def lock(self) -> Lock:
        """Whether there is a file of identities, and whether it can be read. One that is elsewhere is locked."""
        if self._file is not None:
            return Lock.UNLOCKED
        return Lock.LOCKED if has_identities(self._study) else Lock.ABSENT

    def unlock(self, passphrase: str) -> None:
        """Let it be read; begins one under this passphrase if there is none."""
        path = identities_of(self._study)
        self._file = new_identities(self._study, passphrase) if path is None else IdentityFile.open(path, passphrase)

    def lock_again(self) -> None:
        """Forget the passphrase's key and all that was read."""
        self._file = None

    def of(self, case: str) -> Identity | None:
        """Who a case is."""
        return self._unlocked().read().get(case)

    def everyone(self) -> dict[str, Identity]:
        """Who all cases are; raises as `of` does."""
        return self._unlocked().read()

    def keep(self, case: str, identity: Identity | None) -> None:
        """Keep who a case is; None: nothing any more."""
        self.keep_all({case: identity})

    def keep_all(self, identities: Mapping[str, Identity | None]) -> None:
        """Keep who several cases are, all of them or none; raises as `keep` does."""
        self._unlocked().keep(identities)

    def change_passphrase(self, passphrase: str) -> None:
        """Have the file opened by another passphrase from now on, and by the one before no more.

        Raises:
            ConfigError: it is too short.
            Refused: the identities are locked.
            StorageError: the file cannot be written.
        """
        self._unlocked().change_passphrase(passphrase)

    def _unlocked(self) -> IdentityFile:
        if self._file is None:
            raise Refused("The identities are locked.", "Unlock them with their passphrase first.")
        return self._file
