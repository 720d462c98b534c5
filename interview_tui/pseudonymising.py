"""Names of a case given pseudonyms, and taken off them: what may be a name, what stands for it, who logged it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from interview_tui.errors import ConfigError
from interview_tui.record.pseudonyms.candidates import Candidate, candidates, small_words
from interview_tui.record.pseudonyms.neighbours import neighbours
from interview_tui.record.pseudonyms.proposals import next_replacement, proposed, unreplaced, with_forms
from interview_tui.record.pseudonyms.pseudonym import Pseudonym, checked, folded
from interview_tui.record.release import released
from interview_tui.store.preferences import reviewer
from interview_tui.store.pseudonym_log import log_of, new_log
from interview_tui.store.study import DATABASE_FILE, StudyFolder

OTHERS = 30
"""Of how many other interviews, the last that were opened, the words tell what is ordinary: a hundred thousand words.

All of a large study would take a minute to read, and tell hardly more.
"""
Files = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class Found:
    """What may be names in a case, the likeliest first, and the words that are said in small letters there."""

    candidates: tuple[Candidate, ...]
    small: Counter[str]


class Finder:
    """What may be names in the interviews of a study, remembered for as long as its files stay as they are."""

    def __init__(self, study: StudyFolder) -> None:
        self.study = study
        self._found: dict[str, tuple[Files, Found]] = {}
        self._small: dict[str, tuple[Files, Counter[str]]] = {}

    def found(self, case: str) -> Found:
        """What may be names in a case, by how the talk of the study and the case's schedule use the words.

        Raises:
            StorageError: the case, or the transcript of another one, cannot be read.
        """
        files = self._files_of(case)
        known = self._found.get(case)
        if known is None or known[0] != files:
            self._found = {case: (files, self._made(case))}
        return self._found[case][1]

    def _made(self, case: str) -> Found:
        study = self.study
        record = study.record(case)
        may_leave = released(record)
        small = small_words(each.turn.text for each in record.turns)
        ordinary = small + small_words([study.schedule(case).text])
        others = [each.case for each in study.interviews() if each.transcribed and each.case != case]
        for other in others[:OTHERS]:
            ordinary.update(self._small_words_of(other))
        turns = [each.turn for each in may_leave.turns]
        return Found(tuple(candidates(turns, may_leave.notes, ordinary, study.settings.language)), small)

    def _small_words_of(self, case: str) -> Counter[str]:
        transcript = self.study.audio_folder(case) / "transcript.json"
        files = _stated([transcript])
        known = self._small.get(case)
        if known is None or known[0] != files:
            heard = self.study.transcript(case)
            self._small[case] = (files, small_words(turn.text for turn in heard.turns) if heard else Counter())
        return self._small[case][1]

    def _files_of(self, case: str) -> Files:
        study = self.study
        database = study.path / DATABASE_FILE
        journal = [database, database.with_name(f"{database.name}-wal")]
        return _stated([study.audio_folder(case) / "transcript.json", *study.review_folder(case).files(), *journal])


def _stated(files: Collection[Path]) -> Files:
    """The files that are there, each with its size and its time of change."""
    there = ((file, file.stat()) for file in files if file.is_file())
    return tuple((str(file), stat.st_size, stat.st_mtime_ns) for file, stat in there)


def proposals(study: StudyFolder, case: str, finder: Finder) -> list[tuple[Candidate, Pseudonym]]:
    """What else may be a name in a case, the likeliest first, each with what could stand for it.

    What has a pseudonym or was found to be no name is left out.
    """
    log = log_of(study)
    held = log.holding(case) if log is not None else ()
    known = {folded(form) for each in held for form in each.forms}
    known.update(map(folded, log.no_names(case) if log is not None else ()))
    new = [each for each in finder.found(case).candidates if folded(each.name) not in known]
    new = unreplaced(new, held)
    language = study.settings.language
    return list(zip(new, proposed(new, taken(study, case), case, language, held), strict=True))


def taken(study: StudyFolder, case: str) -> set[str]:
    """Every replacement that stands for something in a case; for the whole study (no case), anywhere in it."""
    log = log_of(study)
    return {each.replacement for each in log.holding(case or None)} if log is not None else set()


def give(finder: Finder, case: str, wanted: Pseudonym, at_ms: int, *, any_case: bool = False) -> Pseudonym:
    """Log a pseudonym (wall clock, ms), completed by what its candidate in a case tells of the name; gives it.

    Without a replacement it gets the next that is free. A form that is said as an ordinary word in the case is replaced
    only with a capital, unless in `any_case`; what is typed in haste, in notes, does not count.

    Raises:
        ConfigError: it would give its name away.
        StorageError: it cannot be logged.
    """
    study, seen = finder.study, finder.found(case)
    found = next((each for each in seen.candidates if folded(each.name) == folded(wanted.name)), None)
    language = study.settings.language
    kind = found.kind if found else wanted.kind
    label = found.label if found else neighbours(language).labels[kind]
    whole = with_forms(wanted, found.parts if found else ())
    free = wanted.replacement or next_replacement(label, whole.forms, taken(study, wanted.case), language)
    ordinary = () if any_case else tuple(form for form in whole.forms if form.casefold() in seen.small)
    given = checked(replace(whole, replacement=free, kind=kind, ordinary=ordinary))
    new_log(study).add([given], reviewer(), at_ms)
    return given


def take_off(study: StudyFolder, case: str, name: str, at_ms: int) -> None:
    """Log that a name of a case (empty: of the whole study) has no pseudonym any more (wall clock, ms).

    Raises:
        ConfigError: it has none.
        StorageError: that cannot be logged.
    """
    log = log_of(study)
    held = log.holding() if log is not None else ()
    given = next((each for each in held if each.case == case and folded(each.name) == folded(name)), None)
    if log is None or given is None:
        raise ConfigError(
            f"{name!r} has no pseudonym {f'in {case}' if case else 'in the whole study'}.",
            "See which there are; those of the whole study are dropped with --study-wide.",
        )
    log.withdraw(given, reviewer(), at_ms)
