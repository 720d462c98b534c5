"""How long the figures of a study of 60 interviews take: of records that were never merged, and again.

    python -m benchmarks.credibility CALLS [FOLDER]

CALLS is the folder of simulated calls that `tests.generated_study` makes the study of. Every incident is sorted. The
seconds are printed, those of a command that prints the figures, and the memory that it took.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from interview_tui.appraising import StudyCoding
from interview_tui.credibility.changes import CategoryGiven, Task
from interview_tui.store import derived
from tests.generated_study import generate

INTERVIEWS = 60


def main(calls: Path, folder: Path) -> None:
    began = time.perf_counter()
    study = generate(folder, calls, interviews=INTERVIEWS, transcripts=True)
    print(f"{INTERVIEWS} interviews made in {time.perf_counter() - began:.1f} s")
    coding = StudyCoding(study)
    coding.codebooks.begin("".join(f"Category {number}\n" for number in range(12)))
    book, _ = coding.codebooks.keep("ab", coding.now_ms())
    began = time.perf_counter()
    derived.bring_up_to_date(study)
    print(f"records merged for the first time: {time.perf_counter() - began:.1f} s")
    chance = random.Random(1)
    given = [
        CategoryGiven(
            wall_ms=coding.now_ms(),
            case=one.case,
            incident=one.incident,
            category=chance.choice(book.categories).key,
            codebook=1,
        )
        for one in coding.incidents(Task.CODING)
    ]
    began = time.perf_counter()
    for change in given:
        coding.note(change)
    print(f"{len(given)} incidents sorted, one by one: {(time.perf_counter() - began) / len(given) * 1000:.0f} ms each")
    coding.draw(Task.JUDGING)
    for what in ("figures", "figures again"):
        began = time.perf_counter()
        found = coding.figures(lambda *_: None, lambda: False)
        print(f"{what}: {time.perf_counter() - began:.2f} s ({len(found.fidelity)} interviews, {found.coded} sorted)")
    began = time.perf_counter()
    coding.write(found)
    print(f"written as tables: {time.perf_counter() - began:.2f} s")
    began = time.perf_counter()
    command = [sys.executable, "-m", "interview_tui", "--study", str(folder), "figures"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"interview-tui figures: {time.perf_counter() - began:.2f} s, {most:.0f} MB at most")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as made:
        main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else made) / "study")
