"""Chooses the weights of the merge: `python benchmarks/merge_weights.py DIR… [--words real|perfect] [--tries 300]`.

DIR are folders as for `merge.py`, each a case under each of its three logs. Each call is left out once: the weights are
chosen on the others, and the call that was left out is scored with them, beside the program's weights, which may have
been chosen on it. Last, weights are chosen on all and printed as they stand in `record/attribution/weights.py`.

A search begins with guesses in half decades (10, 3, 1, 0.3), which know little of any call, or with the program's
weights (`--from program`), which may know the call that is left out. A quarter of the tries are drawn about the
beginning, the rest change one to three weights of the best so far. The floor comes first, judged by the talk in order,
then the asides over the floor that was chosen. The die is seeded: the same cases give the same weights.
"""

from __future__ import annotations

import argparse
import math
import random
import statistics
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path
from typing import TypeVar

from cases import LOGS, PERFECT, REAL, Call, Case, Words, cases
from gains import Gains, Shares
from weighing import AsideTrial, FloorTrial, overhear

from interview_tui.errors import InterviewTuiError
from interview_tui.record.attribution.attribution import ASIDES, FLOOR
from interview_tui.record.attribution.weights import AsideWeights, FloorWeights

W = TypeVar("W", FloorWeights, AsideWeights)
GUESSED = 3.0
GUESSES = {
    10.0: ("wording", "moved", "outlast", "said"),
    1.0: ("answer", "advance", "statement", "skip", "recalled", "back"),
    0.3: ("faint", "said_faint", "plain", "further_back", "deeper", "begin", "away"),
}
LIKENESSES = frozenset({"faint", "plain", "said_faint"})
DRAWN = 4  # one try in so many is drawn about the beginning
SPREAD = 2.0  # within this factor of it
FACTORS = (0.3, 0.5, 0.7, 0.85, 1.2, 1.4, 2.0, 3.0)
INCIDENTS, IN_ASIDES = 0.2, 0.25  # of the score, beside the share of talk under the right question
SEED = 6


class Trial:
    """A case with what decides about its floor, whatever the weights."""

    def __init__(self, case: Case) -> None:
        """Holds the arrays against the program."""
        found = overhear(case, FLOOR, ASIDES)
        self.case = case
        self._floor = FloorTrial(found)
        self._gains = Gains(case, found.found, found.floor_asked[1])
        self._known: dict[FloorWeights, Shares] = {}
        self._floor.check()
        AsideTrial(found).check()

    @property
    def name(self) -> str:
        """The call's name."""
        return self.case.call.name

    def floor(self, weights: FloorWeights) -> Shares:
        """What the floor gets right under some weights."""
        if weights not in self._known:
            self._known[weights] = self._gains.shares(self._floor.path(weights))
        return self._known[weights]


def trials(folders: Sequence[Path], words: Words, work: Path) -> Iterator[Trial]:
    """Every call under every log."""
    for number, folder in enumerate(folders):
        for case in cases(Call.in_folder(folder), list(LOGS), words, work / str(number)):
            yield Trial(case)


def guessed(weights: W) -> W:
    """Weights to begin with that hold little of any call; 3 where nothing else is guessed."""
    guess = {name: value for value, names in GUESSES.items() for name in names}
    return type(weights)(**{field.name: guess.get(field.name, GUESSED) for field in fields(weights)})


def searched(begin: W, score: Callable[[W], float], tries: int) -> W:
    """The best of some tries."""
    die = random.Random(SEED)
    best, most = begin, score(begin)
    for number in range(tries):
        tried = _drawn(begin, die) if number < tries // DRAWN else _changed(best, die)
        reached = score(tried)
        if reached > most:
            best, most = tried, reached
    return best


def chosen(
    trials: Sequence[Trial], begin: tuple[FloorWeights, AsideWeights], tries: int
) -> tuple[FloorWeights, AsideWeights]:
    """The best weights for some cases: those of the floor, then those of asides over it."""

    def in_order(weights: FloorWeights) -> float:
        return statistics.fmean(_of_floor(each.floor(weights)) for each in trials)

    floor = searched(begin[0], in_order, tries)
    over = [_over(each, floor) for each in trials]

    def in_all(weights: AsideWeights) -> float:
        return statistics.fmean(_of_all(gains.shares(trial.path(weights))) for trial, gains in over)

    return floor, searched(begin[1], in_all, tries)


def told(trial: Trial, weights: tuple[FloorWeights, AsideWeights]) -> Shares:
    """What the program itself gets right of a case under some weights."""
    found = overhear(trial.case, *weights)
    spoken = found.asides_asked[0]
    return Gains(trial.case, found.found, [each.passage for each in spoken]).shares(found.asides_states)


def left_out(trials: Sequence[Trial], begin: tuple[FloorWeights, AsideWeights], tries: int) -> Iterator[str]:
    """A table: each call scored with the weights that were chosen on the others."""
    yield "| left out | log | question (program's weights) | in asides | incident F1 |"
    yield "|---|---|---|---|---|"
    rows: dict[str, list[tuple[Shares, Shares]]] = {}
    for name in dict.fromkeys(each.name for each in trials):
        weights = chosen([each for each in trials if each.name != name], begin, tries)
        for trial in (each for each in trials if each.name == name):
            both = told(trial, weights), told(trial, (FLOOR, ASIDES))
            rows.setdefault(trial.case.log, []).append(both)
            yield _row(name, trial.case.log, [both])
    for log, found in rows.items():
        yield _row(f"mean of {len(found)}", log, found)


def as_written(weights: FloorWeights | AsideWeights, before: FloorWeights | AsideWeights) -> Iterator[str]:
    """Weights as their class has them, with what the program has beside each."""
    yield f"class {type(weights).__name__}:"
    was = asdict(before)
    for name, value in asdict(weights).items():
        yield f"    {name}: float = {value:.3g}  # {was[name]:g}"


def _over(trial: Trial, floor: FloorWeights) -> tuple[AsideTrial, Gains]:
    found = overhear(trial.case, floor, ASIDES)
    return AsideTrial(found), Gains(trial.case, found.found, [each.passage for each in found.asides_asked[0]])


def _of_floor(shares: Shares) -> float:
    return shares.in_order + INCIDENTS * shares.incidents


def _of_all(shares: Shares) -> float:
    asides = 0.0 if math.isnan(shares.asides) else shares.asides
    return shares.all + INCIDENTS * shares.incidents + IN_ASIDES * asides


def _drawn(begin: W, die: random.Random) -> W:
    reach = math.log(SPREAD)
    return _legal(replace(begin, **{k: v * math.exp(die.uniform(-reach, reach)) for k, v in asdict(begin).items()}))


def _changed(best: W, die: random.Random) -> W:
    names = die.sample([field.name for field in fields(best)], die.choice((1, 1, 2, 3)))
    return _legal(replace(best, **{name: getattr(best, name) * die.choice(FACTORS) for name in names}))


def _legal(weights: W) -> W:
    """A hop leads less far than a jump, so it never costs more; a likeness is no more than 1."""
    known = asdict(weights)
    within = {name: min(1.0, known[name]) for name in LIKENESSES & set(known)}
    if isinstance(weights, FloorWeights):
        within["hop"] = min(weights.hop, weights.jump)
    return replace(weights, **within)


def _row(name: str, log: str, found: Sequence[tuple[Shares, Shares]]) -> str:
    cells = []
    for kind in ("all", "asides", "incidents"):
        values = [[getattr(shares, kind) for shares in column] for column in zip(*found, strict=True)]
        means = [
            statistics.fmean(known) if (known := [v for v in column if not math.isnan(v)]) else math.nan
            for column in values
        ]
        cells.append("–" if math.isnan(means[0]) else f"{means[0]:.3f} ({means[1]:.3f})")
    return f"| {name} | {log} | " + " | ".join(cells) + " |"


def main() -> None:
    """Search and print."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("calls", nargs="+", type=Path, metavar="DIR")
    asked.add_argument("--words", choices=(REAL, PERFECT), default=PERFECT)
    asked.add_argument("--engine", default="auto")
    asked.add_argument("--model", default="base")
    asked.add_argument("--kept", type=Path, help="a folder in which transcripts are kept, to be used again")
    asked.add_argument("--from", dest="begin", choices=("guesses", "program"), default="guesses")
    asked.add_argument("--tries", type=int, default=300, help="of each search: floor and asides, each call left out")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        words = Words(given.words, given.kept or work / "kept", given.engine, given.model)
        try:
            known = list(trials(given.calls, words, work))
        except InterviewTuiError as error:
            sys.exit(str(error))
        begin = (FLOOR, ASIDES) if given.begin == "program" else (guessed(FLOOR), guessed(ASIDES))
        if len({each.name for each in known}) > 1:
            for line in left_out(known, begin, given.tries):
                sys.stdout.write(line + "\n")
                sys.stdout.flush()
        floor, asides = chosen(known, begin, given.tries)
        for line in ("", *as_written(floor, FLOOR), "", *as_written(asides, ASIDES)):
            sys.stdout.write(line + "\n")


if __name__ == "__main__":
    main()
