"""`interview-tui search` as it speaks with its user: what was found, where it stands, and the words around it."""

from __future__ import annotations

import json
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from interview_tui.errors import InterviewTuiError

if TYPE_CHECKING:
    from interview_tui.record.findable import Hit
    from interview_tui.store.study import StudyFolder

KINDS = {"notes": "note", "talk": "talk", "fields": "field"}
"""The kinds of rows as they are called here, and as `record.findable` calls them."""
SIGNS = {"note": "✎ ", "field": "told: "}
WIDTH = 96


@click.command()
@click.argument("words", nargs=-1, required=True)
@click.option("--case", default="", help="Only in the interview with this case.")
@click.option("--kind", type=click.Choice(tuple(KINDS)), help="Only in notes, in talk, in the parts of incidents.")
@click.option("--speaker", default="", help="Only what this speaker said: interviewer, respondent.")
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many, the best first.")
@click.option("--json", "as_json", is_flag=True, help="What was found, as JSON.")
@click.pass_obj
def search(
    study: Path, words: tuple[str, ...], case: str, kind: str | None, speaker: str, limit: int, as_json: bool
) -> None:
    """Search notes and talk of the whole study for WORDS: all of them, or what is asked for.

    '"in a row"', begin*, one OR another, one NOT another. The exit code is 1 if nothing was found.
    """
    from interview_tui.bootstrap import open_study
    from interview_tui.record.findable import Source
    from interview_tui.store.search import search as searched

    opened, query = open_study(study), " ".join(words)
    if case:
        opened.schedule(case)  # a case that is unknown is said, and not only that nothing was found
    _bring_up_to_date(opened)
    source = Source(KINDS[kind]) if kind else None
    found = searched(opened, query, source=source, case=case, speaker=speaker, limit=limit)
    if as_json:
        click.echo(json.dumps([_as_json(hit) for hit in found.hits], ensure_ascii=False, indent=1))
    else:
        for hit in found.hits:
            click.echo(_in_words(hit))
    if found.total > len(found.hits):
        click.echo(f"These are {len(found.hits)} of {found.total}: say more, or take a larger --limit.", err=True)
    if not found.total:
        click.echo(f"Nothing was found for {query}{f' in {case}' if case else ''}.", err=True)
        sys.exit(InterviewTuiError.exit_code)


def _bring_up_to_date(study: StudyFolder) -> None:
    from interview_tui.progress import CountLine
    from interview_tui.store import derived

    line = CountLine(sys.stderr, "Reading")
    try:
        brought = derived.bring_up_to_date(study, on_case=line.show)
    finally:
        line.clear()
    for case, error in brought.failed.items():
        click.echo(f"{case} is not searched: {error}", err=True)


def _in_words(hit: Hit) -> str:
    """`P07  12:37  Incident 2 · What happened?` and below it the words around the matches, which stand in »«."""
    place = " · ".join(part for part in (hit.row.incident, hit.row.question) if part)
    said = "".join(f"»{piece}«" if matches else piece for piece, matches in hit.passage)
    whose = f"{hit.row.speaker}: " if hit.row.speaker else SIGNS.get(hit.row.source.value, "")
    lines = textwrap.wrap(f"{whose}{said}", WIDTH, initial_indent="    ", subsequent_indent="      ")
    return "\n".join([f"{hit.case}  {_minutes(hit.since_ms)}  {place}".rstrip(), *lines])


def _minutes(since_ms: int) -> str:
    seconds = max(0, since_ms) // 1000
    return f"{seconds // 60:02d}:{seconds % 60:02d}"


def _as_json(hit: Hit) -> dict[str, Any]:
    """A hit with its time in seconds from the first recorded sample, as exports have it."""
    row = hit.row
    return {
        "case": hit.case,
        "t": hit.since_ms / 1000,
        "kind": next(name for name, source in KINDS.items() if source == row.source.value),
        "speaker": row.speaker,
        "item": row.place.item if row.place else "",
        "round": row.place.round if row.place else "",
        "question": row.question,
        "incident": row.incident,
        "text": row.text,
        "passage": [{"text": piece, "matches": matches} for piece, matches in hit.passage],
    }
