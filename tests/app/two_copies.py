"""Two copies of a study on two machines, what is done in them, and bundles from one to the other."""

from __future__ import annotations

import hashlib
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pyrage

from interview_tui import bundling, receiving
from interview_tui.at_rest import files
from interview_tui.credibility.changes import CategoryGiven
from interview_tui.fieldwork.changes import CaseListed, RemarkWritten
from interview_tui.grow_only import Signed
from interview_tui.interview.events import AudioRepacked, DebriefWritten
from interview_tui.interview.sound import AudioPart
from interview_tui.record.review.changes import Settled
from interview_tui.record.review.log import Edit
from interview_tui.store import joining_journals
from interview_tui.store.case_notes import CaseNotes
from interview_tui.store.coding_log import CodingFolder
from interview_tui.store.database import opened
from interview_tui.store.line_logs import LineLogs
from interview_tui.store.reviews import ReviewFolder
from interview_tui.store.study import StudyFolder
from tests.at_rest.encrypted import encrypted_study
from tests.examples import handover
from tests.store.conducting import conducted
from tests.store.making import NOON_MS

KEY = pyrage.x25519.Identity.generate()
RECIPIENT = str(KEY.to_public())


@dataclass
class Side:
    """One copy of a study, and who works on it."""

    name: str
    study: StudyFolder
    random: Random = field(default_factory=lambda: Random(1))
    made: int = 0

    @property
    def database(self) -> Path:
        return self.study.path / "study.db"

    def cases(self) -> list[str]:
        with opened(self.database) as db:
            return sorted(row[0] for row in db.execute('SELECT "case" FROM interviews'))

    def interview(self, case: str = "") -> str:
        """Conduct one more, with audio that is a few bytes."""
        self.made += 1
        case = case or f"{self.name}{self.made}"
        self.study.keep_schedule(handover())
        events = conducted(case, NOON_MS + self.made)[:-1]
        for span in (1, 2):
            file, sound = f"span-00{span}.flac", f"span {span} of {case}, told to {self.name}".encode()
            with files.making(self.study.audio_folder(case) / file) as audio:
                audio.write(sound)
            parts, sha256 = (AudioPart(file, 0, 8000),), (hashlib.sha256(sound).hexdigest(),)
            last = events[-1]
            events.append(
                AudioRepacked(at_ms=last.at_ms + 1, wall_ms=last.wall_ms + 1, span=span, parts=parts, sha256=sha256)
            )
        joining_journals.put(self.database, case, events)
        return case

    def debrief(self, case: str, box: str, text: str, after_ms: int = 1) -> None:
        """Write into a box of the debrief."""
        at_ms = max(event.at_ms for event in self.study.events(case)) + after_ms
        event = DebriefWritten(at_ms=at_ms, wall_ms=NOON_MS + at_ms, box=box, text=text)
        joining_journals.add(self.database, case, [event])

    def review(self, case: str) -> None:
        """Change something in the review of a case."""
        change = Settled(at_ms=1, wall_ms=self.random.randrange(9), start_ms=0, end_ms=9, doubt="loop", comment="")
        heads = self.study.review_log(case).heads
        self.study.append_review(case, Edit(self._id(), self.name.lower(), "lab", heads, change))

    def note(self, case: str) -> None:
        """Note something of a case."""
        change = self.random.choice([
            CaseListed(case=case, wall_ms=1), RemarkWritten(case=case, wall_ms=2, text="rings back")
        ])  # fmt: skip
        CaseNotes(self.study.path).append(Signed(self._id(), self.name.lower(), "lab", (), change))

    def code(self, case: str) -> None:
        """Put an incident into a category."""
        change = CategoryGiven(wall_ms=3, case=case, incident="S1-smooth", category="c", codebook=1)
        CodingFolder(self.study.path).append(Signed(self._id(), self.name.lower(), "lab", (), change))

    def anything(self) -> None:
        """Do one of all this."""
        known = self.cases()
        case = self.random.choice(known) if known else self.interview()
        match self.random.randrange(24):
            case 0:
                self.interview()
            case 1 | 2 | 3 | 4 | 5:
                self.note(case)
            case 6 | 7 | 8 | 9 | 10:
                self.code(case)
            case 11 | 12 | 13 | 14 | 15 | 16:
                self.debrief(case, self.random.choice(["went", "rapport"]), self.random.choice("abc"))
            case _:
                self.review(case)

    def bundle(self, file: Path, *cases: str) -> Path:
        """Bundle these cases, or all."""
        bundling.bundle(self.study, cases or self.cases(), file, [RECIPIENT])
        return file

    def receive(self, file: Path, **how: Any) -> receiving.Received:
        return receiving.receive(self.study, file, [KEY], **how)

    def _id(self) -> str:
        return f"{self.random.getrandbits(128):032x}"


def two_copies(folder: Path, seed: int = 1) -> tuple[Side, Side]:
    """Two copies of a study with one interview."""
    study = StudyFolder.create(folder / "a")
    first = Side("A", study, Random(seed))
    first.interview("P01")
    bundling.id_of(study)
    shutil.copytree(folder / "a", folder / "b")
    return Side("A", StudyFolder.open(folder / "a"), Random(seed)), Side(
        "B", StudyFolder.open(folder / "b"), Random(seed + 1)
    )


def two_kinds(folder: Path, *encrypted: bool, seed: int = 1) -> tuple[Side, Side]:
    """The same, each of them encrypted or not; the second is what came of a bundle of the first."""
    for name, sealed in zip("ab", encrypted, strict=True):
        if sealed:
            encrypted_study(folder / name)
    (folder / "b").mkdir(exist_ok=True)
    first = Side("A", StudyFolder.create(folder / "a"), Random(seed))
    first.interview("P01")
    second = Side("B", StudyFolder.open(folder / "b"), Random(seed + 1))
    second.receive(first.bundle(folder / "begun.bundle"))
    return first, Side("B", StudyFolder.open(folder / "b"), second.random)


def held(study: StudyFolder) -> dict[str, Any]:
    """All that two copies should have alike: journals row by row, lists by writer, audio by hash."""
    cases = sorted(summary.case for summary in study.interviews())
    lists: dict[str, LineLogs[Any]] = {
        "cases": CaseNotes(study.path),
        "coding": CodingFolder(study.path),
        **{f"review {case}": ReviewFolder(study.path, case) for case in cases},
    }
    return {
        "journals": {case: study.events(case) for case in cases},
        "audio": {case: sound_in(study.path / "recordings" / case) for case in cases},
        "lists": {
            name: {file.name: sorted(lines) for file in logs.files() if (lines := files.read_bytes(file).splitlines())}
            for name, logs in lists.items()
        },
        "codebook": hashes(study.path / "codebook"),
    }


def sound_in(folder: Path) -> dict[str, str]:
    """The audio of a case by name and hash; the recorder's own log is each machine's."""
    return {name: digest for name, digest in hashes(folder).items() if name.endswith((".flac", ".wav"))}


def hashes(folder: Path) -> dict[str, str]:
    """Every file of a folder with the hash of what it holds; locks are no part of a study."""
    return {
        file.relative_to(folder).as_posix(): hashlib.sha256(files.read_bytes(file)).hexdigest()
        for file in sorted(folder.rglob("*"))
        if file.is_file() and "locks" not in file.relative_to(folder).parts
    }
