"""`interview-tui attach` as it speaks with its user: what was found, what was kept, what remains to be done."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

import click

from interview_tui import attaching, bootstrap
from interview_tui.attaching import Attached, clock
from interview_tui.audio.aligning.alignment import Alignment
from interview_tui.errors import ConfigError
from interview_tui.interview.attached import BY_HAND, BY_MARK, BY_RECORDING
from interview_tui.interview.state import Interview
from interview_tui.progress import CountLine
from interview_tui.store.study import StudyFolder

LAST = "last"
STEPS = 2
WORTH_SAYING_MS = 5000
STILL_THERE = (
    "The original holds everything that was said, off the record too. It is not kept here: see that it is deleted."
)


def attach(study: Path, case: str, originals: Sequence[Path], *, unbroken: bool) -> None:
    """Attach the files of one recorder where they lie beside the recording that was made here.

    `unbroken` says that it was never paused, so that what cannot be compared is kept too.
    """
    opened = bootstrap.open_study(study)
    _named(originals)
    attaching.check(opened, case, originals)
    line = CountLine(sys.stderr, case)
    try:
        found = attaching.lined_up(opened, case, originals, lambda step: line.show(step, 0, STEPS))
        line.clear()
        for alignment in found:
            for said in _described(alignment):
                click.echo(said, err=True)
        done = attaching.attach(
            opened, case, found, BY_RECORDING, lambda step: line.show(step, 1, STEPS), unbroken=unbroken
        )
    finally:
        line.clear()
    _tell(case, done)
    if not unbroken:
        _tell_uncompared(opened.interview(case), found)


def attach_at(study: Path, case: str, originals: Sequence[Path], at: str, mark: str) -> None:
    """Attach a file that begins at a time of the call, or in which a mark of the call is heard."""
    opened = bootstrap.open_study(study)
    original = _one(originals)
    interview = attaching.check(opened, case, originals)
    if at:
        start_ms, how = attaching.clock_ms(at), BY_HAND
    else:
        flag, _, heard = mark.partition("=")
        marked_ms = attaching.mark_ms(interview, flag)
        start_ms = marked_ms - (attaching.clock_ms(heard) if heard else _chosen(original, flag))
        how = BY_MARK
    _tell(case, _attached_whole(opened, case, original, start_ms, how))


def attach_by_hand(study: Path, case: str, originals: Sequence[Path]) -> None:
    """Attach a file that is lined up by ear, on the screen."""
    from interview_tui import application

    opened = bootstrap.open_study(study)
    original = _one(originals)
    attaching.check(opened, case, originals)
    start_ms = application.line_up_by_ear(opened, case, original)
    if start_ms is None:
        click.echo("Nothing was attached.", err=True)
        return
    _tell(case, _attached_whole(opened, case, original, start_ms, BY_HAND))


def take_off(study: Path, case: str, attached: str) -> None:
    """Take a recording off again, after asking."""
    opened = bootstrap.open_study(study)
    known = attaching.attached_to(opened, case)
    if not known:
        attaching.detach(opened, case)  # refuses, and deletes what an undoing that was killed has left
    found = next((one for one in reversed(known) if attached in (one.id, LAST)), None)
    if found is None:
        raise ConfigError(f"{attached} is not attached to {case}.", f"There are: {', '.join(map(_lies, known))}.")
    if click.confirm(f"Take {_lies(found)} off {case}? Its copy is deleted", default=True, err=True):
        attaching.detach(opened, case, found.id)
        click.echo(f"{case}: {found.original} is off; what was recorded here counts again.", err=True)


def _attached_whole(study: StudyFolder, case: str, original: Path, start_ms: int, how: str) -> list[Attached]:
    """Attach a file that begins where somebody said, as one that was never paused."""
    placed = attaching.placed(original, start_ms)
    return attaching.attach(study, case, [placed], how, lambda _: None, unbroken=True)


def _named(originals: Sequence[Path]) -> None:
    if not originals:
        raise ConfigError("No recording was named.", "Write: interview-tui attach P07 FILE…")


def _one(originals: Sequence[Path]) -> Path:
    _named(originals)
    if len(originals) > 1:
        raise ConfigError("One file at a time, please: each begins at another time.", "Attach them one by one.")
    return originals[0]


def _chosen(original: Path, flag: str) -> int:
    """Ask which sharp sound of a file is the mark; gives its time in the file, in ms."""
    found = attaching.marks_in(original)
    if not found:
        raise ConfigError(f"No clap is heard in {original.name}.", f"Name its time: --mark {flag}=0:07.3.")
    for number, seconds in enumerate(found, 1):
        click.echo(f"  {number}  {clock(seconds * 1000)}", err=True)
    if not sys.stdin.isatty():
        raise ConfigError(f"Which of them is {flag}?", f"Name its time: --mark {flag}={clock(found[0] * 1000)}.")
    chosen = click.prompt(f"Which of them is {flag}?", type=click.IntRange(1, len(found)), err=True)
    return round(found[chosen - 1] * 1000)


def _described(alignment: Alignment) -> list[str]:
    """Where each piece of a file lies, and how well it fits."""
    return [
        f"{alignment.file.name}: from {clock(piece.start_ms)} to {clock(piece.end_ms)} of the call, "
        f"off by {piece.residual_ms:.1f} ms (worst {piece.worst_residual_ms:.1f}), drift {piece.drift_ppm:+.1f} ppm, "
        f"{piece.windows_used} of {piece.windows} windows agree"
        for piece in alignment.pieces
    ]


def _tell(case: str, done: Sequence[Attached]) -> None:
    for one in done:
        click.echo(f"{case}: {_lies(one)}. Off again: interview-tui attach {case} --undo {one.id}", err=True)
    click.echo(STILL_THERE, err=True)


def _tell_uncompared(interview: Interview, found: Sequence[Alignment]) -> None:
    """Say what was not kept because nothing that was recorded here could show where it belongs."""
    for alignment in found:
        left_ms = attaching.uncompared_ms(interview, alignment, BY_RECORDING)
        if left_ms >= WORTH_SAYING_MS:
            click.echo(
                f"{clock(left_ms)} of {alignment.file.name} was not kept: nothing was recorded here to compare it "
                "with. If that recorder was never paused: --undo, then attach it with --unbroken.",
                err=True,
            )


def _lies(one: Attached) -> str:
    return f"{one.id}, {one.original}, kept from {clock(one.start_ms)} to {clock(one.end_ms)}"
