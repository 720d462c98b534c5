"""What may be names in a case, what is given to stand for them and taken off, and names that are to be forgotten."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from interview_tui.errors import ConfigError
from interview_tui.interview.event_json import to_json as event_json
from interview_tui.record.pseudonyms.candidates import Candidate, candidates, small_words
from interview_tui.record.pseudonyms.neighbours import neighbours
from interview_tui.record.pseudonyms.proposals import next_replacement, proposed, unreplaced, with_forms
from interview_tui.record.pseudonyms.pseudonym import Pseudonym, checked, folded
from interview_tui.record.pseudonyms.surviving import survivors
from interview_tui.record.release import released
from interview_tui.record.review.edit_json import to_json as edit_json
from interview_tui.store.preferences import reviewer
from interview_tui.store.pseudonym_log import Logged, log_of, new_log
from interview_tui.store.study import DATABASE_FILE, StudyFolder

OTHERS = 30
"""Of how many other interviews, the last that were opened, the words tell what is ordinary: a hundred thousand words.

Those of a thousand interviews would take ten seconds to read, and tell hardly more.
"""
_APART = "\ue001" * 9
"""What stands between two texts: wider than what may stand between the words of a name."""
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


def forget(study: StudyFolder, case: str, before: Iterable[str], after: Iterable[str]) -> bool:
    """Take out of every line of the log the names that are in none of a case's texts any more.

    `before` are all texts of the case, `after` those that are left when something of it is destroyed. Of the case's own
    names those go that were there before and are not after; and those of which no form is left, wherever they came
    from, once the case is transcribed. A name of the whole study goes if it was there before and is in no interview
    any more. Gives whether the study has a log.

    Raises:
        StorageError: the log is somewhere else, or cannot be rewritten; another interview cannot be read.
    """
    log = log_of(study)
    if log is None:
        return False
    forms = {form for entry in log.entries() if entry.pseudonym.case in ("", case) for form in entry.pseudonym.forms}
    left = _forms_in(after, forms)
    lost = _forms_in(before, forms) - left
    wide = lost & {form for entry in log.entries() if not entry.pseudonym.case for form in entry.pseudonym.forms}
    for other in study.interviews() if wide else ():
        if other.case != case:
            wide -= _forms_in(texts_of(study, other.case), wide)
    if study.transcript(case) is not None:
        lost |= _unsaid(log.entries(), case, left)
    log.rewrite(partial(_without, names=_kept(log.entries(), case, lost, wide)))
    return True


def texts_of(study: StudyFolder, case: str) -> list[str]:
    """Every text that a case has: in its journal, in its transcript and in what was changed of it."""
    transcript = study.transcript(case)
    return [
        *(text for event in study.events(case) for text in texts_in(event_json(event))),
        *(turn.text for turn in (transcript.turns if transcript else ())),
        *(text for edit in study.review_log(case).edits for text in texts_in(edit_json(edit))),
    ]


def texts_in(data: object) -> Iterator[str]:
    """Every text in what JSON can hold."""
    match data:
        case str():
            yield data
        case dict():
            yield from (text for value in data.values() for text in texts_in(value))
        case list() | tuple():
            yield from (text for value in data for text in texts_in(value))


def _forms_in(texts: Iterable[str], forms: Iterable[str]) -> set[str]:
    """Those forms of names that stand in one of the texts, written in any way."""
    looked_for = [Pseudonym(form, _APART) for form in forms]
    return {each.form for each in survivors(_APART.join(texts), looked_for)}


_Key = tuple[str, str]


def _key(given: Pseudonym) -> _Key:
    return given.case, folded(given.name)


def _unsaid(entries: Iterable[Logged], case: str, left: Collection[str]) -> set[str]:
    """All forms of the case's own names of which none is left."""
    of_each: dict[_Key, set[str]] = {}
    for entry in entries:
        if entry.pseudonym.case == case:
            of_each.setdefault(_key(entry.pseudonym), set()).update(entry.pseudonym.forms)
    return {form for forms in of_each.values() if forms.isdisjoint(left) for form in forms}


def _kept(entries: Iterable[Logged], case: str, lost: Collection[str], wide: Collection[str]) -> dict[_Key, list[str]]:
    """What is left of the forms of each name, over all lines that speak of it, the name before its other forms."""
    kept: dict[_Key, list[str]] = {}
    for entry in entries:
        given = entry.pseudonym
        gone = {case: lost, "": wide}.get(given.case, ())
        kept.setdefault(_key(given), []).extend(form for form in given.forms if form not in gone)
    return kept


def _without(entry: Logged, names: Mapping[_Key, list[str]]) -> Logged | None:
    """A line with what is left of its name; the first form that is left is the name. None where nothing is."""
    given, kept = entry.pseudonym, names[_key(entry.pseudonym)]
    if not kept:
        return None
    name = given.name if given.name in kept else kept[0]
    aliases = tuple(form for form in given.aliases if form in kept and form != name)
    ordinary = tuple(form for form in given.ordinary if form in kept)
    return replace(entry, pseudonym=replace(given, name=name, aliases=aliases, ordinary=ordinary))
