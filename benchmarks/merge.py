"""How right the merge is: `python benchmarks/merge.py DIR… [--words real|perfect] [--without each] [--long] [--json]`.

Each DIR is a folder like those of bench/calls/dev (audio, truth.json, events.json, events_sloppy.json). It is taken in
under three logs (see `cases.py`), transcribed once, merged under each, and scored with the bench's own scorer. Beside
each figure stands, in brackets, the scorer's baseline: perfect words and speakers, each stretch under the question at
which the screen stood, each note where it was typed. Needs the extra [test].

`--without` leaves out sources of evidence, each by itself (`evidence.py` says what they are). `--long` measures only
the time: the first call with perfect words, over and over until it is so long. `--json` prints a JSON object a line,
one for each call and log, and with `--without` one for each source that is left out as well; nothing else goes to the
standard output. CPU seconds are those of this process, in `merge` alone.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

from cases import CAREFUL, LOGS, NONE, PERFECT, REAL, Call, Case, Words, cases
from evidence import ALL, SOURCES, merged
from lengths import lengths
from merge_tables import ablation, table

from interview_tui.errors import InterviewTuiError
from interview_tui.export.json_record import record_json

SCORER = Path(__file__).parents[2] / "shared" / "bench" / "calls" / "score.py"
EACH = "each"


def measured(case: Case, scorer: Any, without: str = "") -> dict[str, Any]:
    """The scores of a case's record, with a source of evidence left out (or none), and what the merge took."""
    interview = case.interview()
    began = time.process_time()
    record = merged(interview, case.transcript, SOURCES.get(without, ALL))
    took_s = time.process_time() - began
    heard = case.transcript.provenance
    return {
        "call": case.call.name,
        "log": case.log,
        "without": without,
        "engine": heard.engine,
        "model": heard.model,
        "call_s": case.call.truth["duration"],
        "merge_cpu_s": round(took_s, 3),
        **scorer.score(case.call.truth, record_json(record, case.foreign())),
    }


def baseline(case: Case, scorer: Any) -> dict[str, Any]:
    """The scores of the system to beat."""
    truth = case.call.truth
    scores: dict[str, Any] = scorer.score(truth, scorer.baseline(truth, case.call.events(case.log)))
    return scores


def measure(given: argparse.Namespace, scorer: Any) -> Iterator[dict[str, Any]]:
    """Every call under every log, with everything and then with each of some sources left out."""
    sources = ["", *(SOURCES if EACH in given.without else given.without)]
    for folder in given.calls:
        with tempfile.TemporaryDirectory() as name:
            work = Path(name)
            words = Words(given.words, given.kept or work / "kept", given.engine, given.model, given.mono)
            for case in cases(Call.in_folder(folder), given.log or list(LOGS), words, work):
                sys.stderr.write(f"{case.call.name}, {case.log} …\n")
                beside = baseline(case, scorer)
                for source in sources:
                    found = measured(case, scorer, source)
                    yield {**found, "words": given.words, "mono": given.mono, "baseline": beside}


def loaded_scorer(file: Path) -> Any:
    """The bench's scorer as a module."""
    spec = spec_from_file_location("score", file)
    if spec is None or spec.loader is None or not file.is_file():
        sys.exit(f"There is no scorer at {file}: name it with --scorer.")
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def arguments() -> argparse.Namespace:
    """What was asked for."""
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("calls", nargs="+", type=Path, metavar="DIR")
    asked.add_argument("--log", action="append", choices=LOGS, help="again for more (all three)")
    asked.add_argument("--words", choices=(REAL, PERFECT), default=REAL)
    asked.add_argument("--engine", default="auto")
    asked.add_argument("--model", default="base")
    asked.add_argument("--mono", action="store_true", help="both channels mixed down to one")
    asked.add_argument("--kept", type=Path, help="a folder in which transcripts are kept, to be used again")
    asked.add_argument("--without", nargs="+", choices=(EACH, *SOURCES), default=[], metavar="SOURCE")
    asked.add_argument("--long", nargs="*", type=float, metavar="MINUTES", help="only times, at 40, 120, 240 minutes")
    asked.add_argument("--scorer", type=Path, default=SCORER)
    asked.add_argument("--json", action="store_true")
    given = asked.parse_args()
    if given.mono and given.words == PERFECT:
        asked.error("--mono is about how a call is heard: it does not go with --words perfect.")
    if given.json and given.long is not None:
        asked.error("--json tells scores, --long only times: ask for one of them.")
    return given


def printed(given: argparse.Namespace) -> Iterator[str]:
    """What there is to be told, as it becomes known."""
    if given.long is not None:
        yield from lengths(Call.in_folder(given.calls[0]), given.log or [CAREFUL, NONE], given.long)
        return
    runs: list[dict[str, Any]] = []
    for run in measure(given, loaded_scorer(given.scorer)):
        if given.json:
            yield json.dumps(run, ensure_ascii=False)
        runs.append(run)
    if not given.json:
        yield from table([run for run in runs if not run["without"]])
        yield from ablation(runs)


def main() -> None:
    """Measure and print."""
    given = arguments()
    try:
        for line in printed(given):
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
    except InterviewTuiError as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
