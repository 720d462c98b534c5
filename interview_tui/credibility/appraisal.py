"""The figures of a study, made of what is known of its interviews, its codebook and its coding."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from interview_tui.credibility.appraised import Appraised, Kinds
from interview_tui.credibility.changes import Coding, Task
from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.coding import Given, Named, extracts, given, incident_name, main_coder, sample
from interview_tui.credibility.extraction import matched
from interview_tui.credibility.figures import (
    Agreement,
    Exhausted,
    Extraction,
    Figures,
    Participation,
    Share,
    ToDoAgain,
)
from interview_tui.credibility.kappa import agreement
from interview_tui.credibility.versions import Versions

NO_CODEBOOK = Codebook(0, ())


def figures_of(
    interviews: Iterable[Appraised],
    versions: Versions,
    coding: Coding,
    coder: str = "",
    attributes: Mapping[str, Kinds] | None = None,
) -> Figures:
    """All figures over the interviews that count; `coder` is whom the study names, `attributes` those of its cases."""
    held = sorted((one for one in interviews if one.counts), key=lambda one: (one.fidelity.opened_wall_ms, one.case))
    named = {(one.case, incident.id) for one in held for incident in one.incidents}
    book = versions.newest or NO_CODEBOOK
    coded = given(coding, Task.CODING)
    main = main_coder(coded, coder)
    now, again = followed(coded.get(main, {}), versions, named)
    study = _Study(held, book, now, attributes or {})
    return Figures(
        codebook=book.version,
        incidents=len(named),
        coded=len(now),
        fidelity=tuple(one.fidelity for one in held),
        exhausted=tuple(study.exhausted()),
        participation=tuple(study.participation()),
        agreement=tuple(_agreements(main, now, coding, versions, named)),
        extraction=tuple(_extractions(held, coding)),
        coder=main,
        coder_is_set=bool(coder),
        again=tuple(again),
    )


def followed(
    theirs: Mapping[Named, Given], versions: Versions, known: Iterable[Named]
) -> tuple[dict[Named, str], list[ToDoAgain]]:
    """What a coder assigned, by the keys that the categories have now, and what of it is to be done again."""
    now: dict[Named, str] = {}
    again: list[ToDoAgain] = []
    for name in sorted(known):
        if name not in theirs:
            continue
        then = theirs[name]
        category = versions.now(then.codebook, then.category)
        if category is None:
            again.append(ToDoAgain(*name, then.category, then.codebook))
        else:
            now[name] = category
    return now, again


@dataclass(frozen=True, slots=True)
class _Study:
    """The interviews in the order in which they were held, and the category of each incident."""

    held: Sequence[Appraised]
    book: Codebook
    category: Mapping[Named, str]
    attributes: Mapping[str, Kinds]

    def exhausted(self) -> Iterator[Exhausted]:
        """The interviews one by one, with the categories that were new."""
        so_far: dict[str, None] = {}
        incidents = 0
        for one in self.held:
            theirs = (self.category.get((one.case, incident.id), "") for incident in one.incidents)
            new = tuple(dict.fromkeys(key for key in theirs if key and key not in so_far))
            so_far |= dict.fromkeys(new)
            incidents += len(one.incidents)
            yield Exhausted(one.case, one.fidelity.opened_wall_ms, len(one.incidents), incidents, new, len(so_far))

    def participation(self) -> Iterator[Participation]:
        """The categories of the codebook from top to bottom, each with those below it."""
        incidents: dict[str, int] = defaultdict(int)
        takers: dict[str, set[str]] = defaultdict(set)
        of_kind: dict[tuple[str, tuple[str, str]], set[str]] = defaultdict(set)
        everyone: dict[tuple[str, str], set[str]] = defaultdict(set)
        for one in self.held:
            own = (*one.kinds, *self.attributes.get(one.case, ()))
            for pair in own:
                everyone[pair].add(one.case)
            for incident in one.incidents:
                kinds = dict.fromkeys((*incident.kinds, *own))
                for pair in kinds:
                    everyone[pair].add(one.case)
                for key in self.book.upwards(self.category.get((one.case, incident.id), "")):
                    incidents[key] += 1
                    takers[key].add(one.case)
                    for pair in kinds:
                        of_kind[key, pair].add(one.case)
        pairs = _in_groups(everyone)
        for category in self.book.categories:
            key = category.key
            yield Participation(
                category=key,
                incidents=incidents[key],
                share=Share(len(takers[key]), len(self.held)),
                split=tuple((*pair, Share(len(of_kind[key, pair]), len(everyone[pair]))) for pair in pairs),
            )


def _in_groups(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Kinds with those beside each other that are told apart by the same."""
    groups: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for pair in pairs:
        groups[pair[0]].append(pair)
    return [pair for group in groups.values() for pair in group]


def _agreements(
    main: str, now: Mapping[Named, str], coding: Coding, versions: Versions, known: Iterable[Named]
) -> Iterator[Agreement]:
    """The study's assignments against those of each judge, in what both have sorted."""
    order = [one.key for one in versions.newest.categories] if versions.newest else []
    firsts = {incident_name(*name): category for name, category in now.items()}
    for judge, theirs in sorted(given(coding, Task.JUDGING).items()):
        judged, _ = followed(theirs, versions, known)
        if judge != main:
            seconds = {incident_name(*name): category for name, category in judged.items()}
            yield agreement(main, judge, firsts, seconds, order)


def _extractions(held: Sequence[Appraised], coding: Coding) -> Iterator[Extraction]:
    """What each extractor found in the sample, against the incidents of the records."""
    members = sample(coding, Task.EXTRACTION).members
    drawn = [one for one in held if one.case in members]
    for extractor, theirs in sorted(extracts(coding).items()):
        done = [one for one in drawn if one.case in theirs.cases]
        found = [
            matched(
                [incident.stretch for incident in one.incidents if incident.end_ms > incident.start_ms],
                theirs.stretches(one.case),
            )
            for one in done
        ]
        yield Extraction(
            extractor,
            len(done),
            len(drawn),
            sum(one.both for one in found),
            sum(one.only_first for one in found),
            sum(one.only_second for one in found),
        )
