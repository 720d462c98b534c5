"""Names of a case given pseudonyms, and taken off them: what may be a name, what stands for it, who logged it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from interview_tui.errors import ConfigError
from interview_tui.record.pseudonyms.candidates import Candidate, candidates, small_words
from interview_tui.record.pseudonyms.neighbours import neighbours
from interview_tui.record.pseudonyms.proposals import next_replacement
from interview_tui.record.pseudonyms.pseudonym import Pseudonym, checked, folded
from interview_tui.record.release import released
from interview_tui.store.preferences import reviewer
from interview_tui.store.pseudonym_log import log_of, new_log
from interview_tui.store.study import StudyFolder


def found_in(study: StudyFolder, case: str) -> list[Candidate]:
    """What may be names in a case, by how the talk of all the study and the case's schedule use the words."""
    record = released(study.record(case))
    transcripts = (study.transcript(each.case) for each in study.interviews() if each.transcribed)
    talk = (turn.text for transcript in transcripts if transcript is not None for turn in transcript.turns)
    ordinary = small_words(talk) + small_words([study.schedule(case).text])
    return candidates([each.turn for each in record.turns], record.notes, ordinary, study.settings.language)


def taken(study: StudyFolder, case: str) -> set[str]:
    """Every replacement that stands for something in a case; for the whole study (no case), anywhere in it."""
    log = log_of(study)
    return {each.replacement for each in log.holding(case or None)} if log is not None else set()


def give(study: StudyFolder, case: str, wanted: Pseudonym, at_ms: int, *, any_case: bool = False) -> Pseudonym:
    """Log a pseudonym (wall clock, ms), completed by what its candidate in a case tells of the name; gives it.

    Without a replacement it gets the next that is free. A form that is said as an ordinary word in the case is replaced
    only with a capital, unless in `any_case`.

    Raises:
        ConfigError: it would give its name away.
        StorageError: it cannot be logged.
    """
    found = next((each for each in found_in(study, case) if folded(each.name) == folded(wanted.name)), None)
    language = study.settings.language
    kind = found.kind if found else wanted.kind
    label = found.label if found else neighbours(language).labels[kind]
    aliases = tuple(dict.fromkeys((*wanted.aliases, *(found.parts if found else ()))))
    forms = (wanted.name, *aliases)
    free = wanted.replacement or next_replacement(label, forms, taken(study, wanted.case), language)
    ordinary = () if any_case else _ordinary(study, case, forms)
    given = checked(replace(wanted, replacement=free, kind=kind, aliases=aliases, ordinary=ordinary))
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


def _ordinary(study: StudyFolder, case: str, forms: Iterable[str]) -> tuple[str, ...]:
    """Those forms of a name that are said as ordinary words in the case; what is typed in haste does not count."""
    said = small_words(each.turn.text for each in study.record(case).turns)
    return tuple(form for form in forms if form.casefold() in said)
