"""Counting the tallies of a study, next to reading its list of interviews.

`python -m benchmarks.tallies [--interviews 60] [--runs 15] [--calls FOLDER] [--folder FOLDER]`, where the repository
lies. The study is made of the simulated calls (`tests/generated_study.py`); both are done in turn, in one
process. Printed is the median of each, and of what counting consists of, and the ratio.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from interview_tui import bootstrap
from interview_tui.casebook import StudyCases
from interview_tui.store.interviewed import read_interviewed
from interview_tui.tallying import StudyTallies
from tests.generated_study import generate

CALLS = Path(__file__).parents[2] / "shared" / "bench" / "calls" / "dev"


def main() -> None:
    """Make the study, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--interviews", type=int, default=60)
    parser.add_argument("--runs", type=int, default=15)
    parser.add_argument("--calls", type=Path, default=CALLS)
    parser.add_argument("--folder", type=Path, help="where the study is made; else in a folder of its own")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = (wanted.folder or Path(scratch)) / "study"
        began = time.perf_counter()
        generate(folder, wanted.calls, wanted.interviews)
        print(f"{wanted.interviews} interviews made in {time.perf_counter() - began:.1f} s")
        study = bootstrap.open_study(folder)
        tallies, book = StudyTallies(study), StudyCases(study)
        once = _ms(lambda: StudyTallies(study).counted())
        ways: dict[str, Callable[[], object]] = {
            "the list of interviews": study.interviews,
            "all tallies counted": tallies.counted,
            "  of it: read of the journal": lambda: read_interviewed(folder / "study.db"),
            "  of it: the cards of the cases": book.cards,
        }
        taken = {name: statistics.median(times) for name, times in _in_turn(ways, wanted.runs).items()}
    print(f"{'the first count, schedule read':34}{once:8.1f} ms")
    for name, took_ms in taken.items():
        print(f"{name:34}{took_ms:8.1f} ms {took_ms / taken['the list of interviews']:6.1f} x the list")


def _in_turn(ways: dict[str, Callable[[], object]], runs: int) -> dict[str, list[float]]:
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            taken[name].append(_ms(way))
    return taken


def _ms(way: Callable[[], object]) -> float:
    began = time.perf_counter()
    way()
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main()
