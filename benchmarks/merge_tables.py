"""The scores of the merge as tables: each call and log beside the baseline, their means, and the ablation."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Sequence
from typing import Any

Run = dict[str, Any]

COLUMNS: dict[str, tuple[str, ...]] = {
    "question": ("question", "accuracy"),
    "in asides": ("question", "accuracy_asides"),
    "incident F1": ("incident", "f1"),
    "valence": ("incident", "valence_accuracy"),
    "notes: right turn": ("notes", "right_turn"),
    "right question": ("notes", "right_question"),
    "median off, s": ("notes", "median_error_s"),
}
OWN: dict[str, tuple[str, ...]] = {  # of which the baseline has what is perfect
    "right speaker": ("speaker", "accuracy"),
    "leaked": ("off_record", "leaked"),
    "word error": ("wer", "wer"),
    "merge CPU s": ("merge_cpu_s",),
}
ASIDES_S = ("question", "asides_s")
ABLATED = ("question", "in asides", "incident F1", "right question")


def figure(run: Run, keys: Sequence[str]) -> float | None:
    """One figure of a run; None where the scorer has none."""
    found: Any = run
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return found if isinstance(found, int | float) else None


def table(runs: Sequence[Run]) -> Iterator[str]:
    """Every run beside its baseline (in brackets), and the mean of each log."""
    yield "| call | log | " + " | ".join([*COLUMNS, *OWN]) + " |"
    yield "|---" * (2 + len(COLUMNS) + len(OWN)) + "|"
    for run in runs:
        yield _row(run["call"], run["log"], [run])
    for log in dict.fromkeys(run["log"] for run in runs):
        same = [run for run in runs if run["log"] == log]
        if len(same) > 1:
            yield _row(f"mean of {len(same)}", log, same)


def ablation(runs: Sequence[Run]) -> Iterator[str]:
    """The means of each log with each source left out; in brackets how much better or worse that is than with all."""
    sources = list(dict.fromkeys(run["without"] for run in runs))
    if len(sources) < 2:
        return
    yield ""
    yield "| log | left out | " + " | ".join(ABLATED) + " |"
    yield "|---" * (2 + len(ABLATED)) + "|"
    for log in dict.fromkeys(run["log"] for run in runs):
        same = [run for run in runs if run["log"] == log]
        whole = [run for run in same if not run["without"]]
        for source in sources:
            left = [run for run in same if run["without"] == source]
            cells = (_beside(_mean(left, name), _mean(whole, name) if source else None) for name in ABLATED)
            yield f"| {log} | {source or 'nothing'} | " + " | ".join(cells) + " |"


def _row(call: str, log: str, runs: Sequence[Run]) -> str:
    cells = []
    baselines = [run["baseline"] for run in runs]
    for name in COLUMNS:
        cell, beside = _told(_mean(runs, name)), _told(_mean(baselines, name))
        length_s = sum(figure(run, ASIDES_S) or 0.0 for run in runs)
        if name == "in asides" and length_s:
            cell += f" of {length_s:.0f} s"
        cells.append(f"{cell} ({beside})" if beside != "–" else cell)
    for keys in OWN.values():
        values = [value for run in runs if (value := figure(run, keys)) is not None]
        cells.append(_told(sum(values) if keys[-1] == "leaked" else statistics.fmean(values)) if values else "–")
    return f"| {call} | {log} | " + " | ".join(cells) + " |"


def _mean(runs: Sequence[Run], name: str) -> float | None:
    """The mean of a figure over the calls that have it; of asides over their seconds."""
    found = [(value, run) for run in runs if (value := figure(run, COLUMNS[name])) is not None]
    weights = [figure(run, ASIDES_S) or 0.0 if name == "in asides" else 1.0 for _, run in found]
    return statistics.fmean([value for value, _ in found], weights) if sum(weights) else None


def _told(value: float | None) -> str:
    if value is None:
        return "–"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


def _beside(value: float | None, whole: float | None) -> str:
    if value is None or whole is None:
        return _told(value)
    return f"{value:.3f} ({value - whole:+.3f})"
