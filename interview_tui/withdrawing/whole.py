"""A whole case withdrawn: shown first, then removed from every place, searched for, and certified.

As in destroying, what is known beforehand is written down first, beside the certificate, and the certificate is the
last thing written; from the first step on the case counts as withdrawn. Every step may be cut off and done again.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from interview_tui import certifying, copies, pseudonymising
from interview_tui.at_rest.files import read_text
from interview_tui.errors import ConfigError, InterviewTuiError, Refused, StorageError
from interview_tui.fieldwork.ports import IdentityBook
from interview_tui.interview import route
from interview_tui.store import certificates, removal
from interview_tui.store.cases import checked
from interview_tui.store.failures import explained
from interview_tui.store.journal import taken
from interview_tui.store.preferences import reviewer
from interview_tui.store.private_files import make_folder, write_content, write_whole
from interview_tui.store.study import DATABASE_FILE, StudyFolder
from interview_tui.transcribe.erasing import nobody_at_work
from interview_tui.withdrawing.places import OF_ANY_CASE, UNKNOWN, Place, places_of
from interview_tui.withdrawing.searching import SHUT, UNSEALED, Runs, any_of, folders_of, look

LOCK_WAIT_S = 1.0
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Held:
    """What a place holds of a case, and what is done there."""

    place: str
    amount: str
    deed: str


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything that is known of a case before anything is removed: no word of it.

    `files` are those that hold it, `beyond` a sentence for each copy that is not in reach, `strangers` files of the
    study that hold words of it though nobody knows what they are.
    """

    held: tuple[Held, ...]
    files: tuple[str, ...]
    beyond: tuple[str, ...] = ()
    strangers: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.held)


def find(study: StudyFolder, case: str, identities: IdentityBook) -> Findings:
    """Everything there is of a case, wherever it is kept. Changes nothing.

    Raises:
        ConfigError: it is no case id.
        Refused: its interview goes on.
        StorageError: something cannot be looked into.
    """
    refuse_unfinished(study, case)
    found = _without_strangers(study, case, identities)
    files = [study.path / name for name in found.files]
    strangers = _strangers(study, case, files) if found else []
    return replace(found, strangers=tuple(certifying.named(study.path, file) for file in strangers))


def refuse_unfinished(study: StudyFolder, case: str) -> None:
    """Let nothing be withdrawn of an interview that goes on; raises as `find` does."""
    rows = removal.rows_of(study.path / DATABASE_FILE, checked(case))
    if rows.events and not rows.ended:
        raise Refused(
            f"The interview with {case} goes on: nothing is withdrawn before its end.",
            f"End it first: interview-tui conduct {case}, then Ctrl+L e.",
        )


def _without_strangers(study: StudyFolder, case: str, identities: IdentityBook) -> Findings:
    """What the places hold; files that nobody knows take longer to be found."""
    places = places_of(study, case, identities)
    held = tuple(Held(place.name, amount, place.deed) for place in places if (amount := place.held()))
    files = [file for place in places for file in place.files() if file.is_file()]
    beyond = tuple(copies.beyond(study, case))
    return Findings(_of_the_case(held), tuple(certifying.named(study.path, file) for file in files), beyond)


def withdraw(
    study: StudyFolder, case: str, identities: IdentityBook, confirmed: str, on_step: Told = lambda _: None
) -> Path:
    """Remove a case from everywhere; gives the certificate. `confirmed` is the case id, typed once more.

    What was cut off is finished; `on_step` is told the name of each step before it is done.

    Raises:
        ConfigError: something else was typed.
        Refused: its interview goes on.
        StorageError, TranscriptionError: the case is open elsewhere or being transcribed, or something cannot be
            removed now; asked for again, it goes on.
    """
    if confirmed.strip() != case:
        raise ConfigError(f"{confirmed.strip()!r} is not {case}: nothing was withdrawn.", f"Type {case} to go on.")
    refuse_unfinished(study, case)
    with _alone(study, case), nobody_at_work(study.path / "recordings" / case):
        pass  # before anything goes: what is being transcribed would be written again
    with _alone(study, case):
        work = _Withdrawal(study, case, identities)
        for name, step in work.steps():
            on_step(name)
            step()
    return work.certificate


def is_begun(study: StudyFolder, case: str) -> bool:
    """Whether a case was begun to be withdrawn, and cut off."""
    return certificates.begun(study.path, case, certificates.WITHDRAWN).is_file()


class _Withdrawal:
    """One case on its way out."""

    def __init__(self, study: StudyFolder, case: str, identities: IdentityBook) -> None:
        self._study, self._case, self._identities = study, case, identities
        self._places = places_of(study, case, identities)
        self._begun = certificates.begun(study.path, case, certificates.WITHDRAWN)
        self._runs = self._begun.with_suffix(".runs")
        self._not_removed: list[str] = []
        self._found_again: Sequence[str] | None = None
        self._shut: Sequence[str] = ()
        self.certificate = certificates.certificate(study.path, case, certificates.WITHDRAWN)

    def steps(self) -> Iterator[tuple[str, Callable[[], None]]]:
        """Everything left to be done, in order. Each step finds out for itself what of it is done already."""
        if self._is_certified():
            yield "clear up", self._clear_up
            return
        yield "note down", self._note_down
        for place in self._places:
            yield place.name, partial(self._clear, place)
        yield "parts begun", self._forget_parts
        yield "search", self._search
        yield "certificate", self._certify
        yield "clear up", self._clear_up

    def _is_certified(self) -> bool:
        """Whether all is done but for clearing up."""
        return self._begun.is_file() and len(self._certified()) > self._known()["certified"]

    def _certified(self) -> str:
        """The certificate as it is now; nothing if there is none."""
        with explained(self.certificate):
            return self.certificate.read_text(encoding="utf-8") if self.certificate.is_file() else ""

    def _note_down(self) -> None:
        if self._begun.is_file():
            return
        found = _without_strangers(self._study, self._case, self._identities)
        if not found:
            raise StorageError(
                f"There is nothing of {self._case} in {self._study.path}.",
                "Nothing was changed; see which cases there are in the list.",
            )
        make_folder(self._begun.parent)
        self._keep_runs()
        known = {
            **asdict(found),
            "hashes": certifying.hashes(self._study.path, map(self._place_of, found.files)),
            "by": reviewer(),
            "certified": len(self._certified()),
        }
        write_content(self._begun, json.dumps(known))

    def _keep_runs(self) -> None:
        """Keep what has to be searched for afterwards: no words, only their hashes."""
        runs = runs_of(self._study, self._case)
        if runs is not None:
            write_content(self._runs, runs.to_bytes().hex())

    def _clear(self, place: Place) -> None:
        left = place.remove()
        if left:
            self._not_removed.append(left)

    def _forget_parts(self) -> None:
        """What was known of parts that were begun to be destroyed: they are gone with the whole."""
        what = f"w[0-9]+|{certificates.PARTLY}|{certificates.AUDIO}"
        ours = re.compile(rf"\.{re.escape(self._case)}-(?:{what})\.(?:json|runs)")
        for file in self._begun.parent.iterdir():
            if ours.fullmatch(file.name):
                _unlink(file)

    def _search(self) -> None:
        """Look for what was withdrawn in every file that is left, and in what lies elsewhere."""
        if self._runs.is_file():
            with explained(self._runs):
                runs = Runs.from_bytes(bytes.fromhex(read_text(self._runs)))
            apart = [self._place_of(name) for name in self._known()["files"] if Path(name).is_absolute()]
            looked = look(runs, folders_of(self._study), (self._runs, self._begun))
            found = dict.fromkeys([*looked.found, *any_of(runs, apart)])
            self._found_again = [certifying.named(self._study.path, file) for file in found]
            self._shut = [certifying.named(self._study.path, file) for file in looked.shut]

    def _certify(self) -> None:
        """Write the certificate; what came in after an earlier withdrawal is added to that one's."""
        earlier = self._certified()
        statements = "\n".join(self._statements())
        write_whole(self.certificate, f"{earlier}\n\n{statements}\n" if earlier else f"{statements}\n")

    def _clear_up(self) -> None:
        _unlink(self._runs)
        _unlink(self._begun)

    def _statements(self) -> Iterator[str]:
        known = self._known()
        yield f"Certificate of withdrawal: {self._case}, everything"
        yield ""
        yield f"Study: {self._study.name}"
        yield f"Withdrawn: {certifying.moment(time.time_ns() // 1_000_000)}"
        yield f"By: {known['by']}"
        yield ""
        yield "What was found, and what was done with it"
        yield from told([Held(**each) for each in known["held"]])
        yield ""
        yield "Files"
        files = [self._place_of(name) for name in known["files"]]
        yield from certifying.changes(known["hashes"], certifying.hashes(self._study.path, files))
        yield DATABASE_FILE
        yield "    rewritten: the case is in none of its pages; it is written to on every use, so no hash is given"
        yield ""
        yield from self._proof()
        yield ""
        for left in self._not_removed:
            yield f"Not reached: {left}"
        yield from known["beyond"]
        yield from certifying.BEYOND

    def _proof(self) -> Iterator[str]:
        if self._found_again is None:
            yield "Searched afterwards: no; its words could not be read before, so none could be looked for."
            return
        yield "Searched afterwards: every file of the study, packed ones unpacked, for any five words running that were"
        yield "in this case, in no other and in no question. Not searched: sound."
        if self._study.is_encrypted:
            yield UNSEALED
        yield "Found: none" if not self._found_again else f"Found: in {len(self._found_again)} files"
        for name in self._found_again:
            yield f"Not reached: {name} holds five words running of it; look at it."
        for name in self._shut:
            yield f"Not reached: {name} {SHUT}"

    def _known(self) -> dict[str, Any]:
        with explained(self._begun):
            known: dict[str, Any] = json.loads(read_text(self._begun))
        return known

    def _place_of(self, name: str) -> Path:
        return self._study.path / name


def told(held: Iterable[Held]) -> list[str]:
    """What was found, a line a place, in columns."""
    rows = list(held)
    width, amounts = (max((len(text) for text in texts), default=0) for texts in _columns(rows))
    return [f"    {row.place:<{width}}  {row.amount:<{amounts}}  {row.deed}" for row in rows]


def runs_of(study: StudyFolder, case: str) -> Runs | None:
    """What is to be searched for when a case is gone; None where its words cannot be read."""
    try:
        if not study.knows(case):
            return Runs.of(())
        return Runs.of(pseudonymising.texts_of(study, case), others_of(study, case))
    except InterviewTuiError:
        return None


def others_of(study: StudyFolder, case: str) -> Iterator[str]:
    """Every text of every other case, and the questions as they were worded in any: what is there is nobody's own.

    What cannot be read of another case is left out: more is searched for then, not less.
    """
    for each in study.interviews():
        with suppress(InterviewTuiError):
            yield study.schedule(each.case).text
            interview = study.interview(each.case)
            yield from [route.wording(interview, step.place) for step in route.steps(interview)]
            if each.case != case:
                yield from pseudonymising.texts_of(study, each.case)


def _strangers(study: StudyFolder, case: str, known: Sequence[Path]) -> list[Path]:
    """Files of the study that hold words of a case though they are none that the program knows."""
    runs = runs_of(study, case)
    own = {*known, *(study.path / name for name in (DATABASE_FILE, f"{DATABASE_FILE}-wal", "derived.db"))}
    return list(look(runs, folders_of(study), own).found) if runs is not None else []


def _of_the_case(held: tuple[Held, ...]) -> tuple[Held, ...]:
    """Nothing where only those places hold something whose files may be of any case."""
    return held if any(each.place not in OF_ANY_CASE and each.amount != UNKNOWN for each in held) else ()


@contextmanager
def _alone(study: StudyFolder, case: str) -> Iterator[None]:
    """Be the only one that has the case open, while nothing is received."""
    lock = taken(study.path / DATABASE_FILE, case)
    try:
        with FileLock(study.path / "locks" / "receiving.lock", timeout=LOCK_WAIT_S, mode=0o600):
            yield
    except Timeout as error:
        raise StorageError("A bundle is being received.", "Withdraw the case when that is done.") from error
    finally:
        lock.release()


def _columns(rows: Sequence[Held]) -> tuple[list[str], list[str]]:
    return [row.place for row in rows], [row.amount for row in rows]


def _unlink(file: Path) -> None:
    with explained(file):
        file.unlink(missing_ok=True)
