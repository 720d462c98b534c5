"""The figures of a study in plain words, line by line."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.figures import (
    LEAST_AGREEMENT,
    LEAST_SHARE,
    SAMPLE_PERCENT,
    Agreement,
    Extraction,
    Fidelity,
    Figures,
    Participation,
)

MINUTE_MS = 60_000
THIN = "!"
_PLAIN_ANSWERS = {"yes", "no", "partly"}
Day = Callable[[int], str]
"""The day of a moment (wall clock, ms), as it is shown."""


def figures_in_words(figures: Figures, book: Codebook | None, day: Day, by: Sequence[str] = ()) -> list[str]:
    """All figures, each with what it is measured by; participation split `by` these, else by what are no yes and no."""
    sections = (
        _head(figures),
        _fidelity(figures.fidelity, day),
        _extraction(figures.extraction),
        _exhaustiveness(figures, book, day),
        _participation(figures.participation, book, by),
        _agreement(figures.agreement, book),
    )
    return [line for section in sections for line in (*section, "")][:-1]


def _head(figures: Figures) -> Iterator[str]:
    held = len(figures.fidelity)
    yield f"{_number(held, 'interview')} that ended, {_number(figures.incidents, 'incident')}."
    if figures.unread:
        yield f"In no figure, because they cannot be read: {', '.join(figures.unread)}."
    if not figures.codebook:
        yield "There is no codebook yet: interview-tui codebook begin."
        return
    if not figures.coder:
        yield f"Codebook version {figures.codebook}. Nothing is sorted yet: interview-tui codebook sort."
        return
    why = "whom study.toml names" if figures.coder_is_set else "who has sorted most; study.toml may name another"
    sorted_ = f"{figures.coded} of {figures.incidents} are sorted, by {figures.coder} ({why})"
    yield f"Codebook version {figures.codebook}: {sorted_}."
    if figures.again:
        yield f"To be sorted again, for their category was deleted: {len(figures.again)}"
        for one in figures.again:
            yield f"  {one.case} {one.incident}, which was {one.category} in version {one.codebook}"


def _fidelity(found: Sequence[Fidelity], day: Day) -> Iterator[str]:
    yield "Recording and fidelity (checks 1 and 2)"
    if not found:
        yield "  No interview has ended."
        return
    rows = [
        (
            one.case,
            day(one.opened_wall_ms),
            one.schedule_version,
            f"{one.covered} of {one.on_route}",
            f"{one.musts_covered} of {one.musts}",
            str(one.skipped),
            f"{one.worded} of {one.heard}",
            str(one.out_of_order),
            f"{_percent(one.recorded)} of {one.length_ms / MINUTE_MS:.0f} min",
            str(one.gaps),
            f"{one.incidents_ms / MINUTE_MS:.0f} min",
        )
        for one in found
    ]
    head = ("case", "day", "schedule", "covered", "musts", "skipped", "as worded", "out of order", "recorded", "breaks")
    yield from _table((*head, "incidents"), rows)
    yield "  covered: of the questions on route; skipped: with a reason; as worded: of those heard to be asked;"
    yield "  out of order: the fewest that must go for the rest to be in order; breaks: nobody asked for them."


def _extraction(found: Sequence[Extraction]) -> Iterator[str]:
    yield f"Independent extraction (check 3; a second extractor on {SAMPLE_PERCENT} % of the transcripts)"
    if not found:
        yield "  Nobody has extracted yet: interview-tui figures sample extraction."
    for one in found:
        yield (
            f"  {one.extractor}: {one.cases} of {_number(one.of_cases, 'transcript')}. Both found {one.both}, only the "
            f"record {one.only_first}, only {one.extractor} {one.only_second}: {_percent(one.rate)} of all."
        )


def _exhaustiveness(figures: Figures, book: Codebook | None, day: Day) -> Iterator[str]:
    yield "Exhaustiveness (check 4; in the order in which they were held)"
    last = figures.last_new
    if last is None:
        yield "  No category has an incident yet."
        return
    rows = [
        (
            str(number),
            one.case,
            day(one.opened_wall_ms),
            str(one.incidents_so_far),
            str(one.categories_so_far),
            ", ".join(_name(book, key) for key in one.new),
        )
        for number, one in enumerate(figures.exhausted, 1)
        if one.new
    ]
    yield from _table(("", "case", "day", "incidents", "categories", "new"), rows)
    at = figures.exhausted.index(last) + 1
    after = len(figures.exhausted) - at
    yield (
        f"  The last new category came with interview {at}, {last.case}, on {day(last.opened_wall_ms)}; the "
        f"{_number(after, 'interview')} after it brought none, with "
        f"{_number(figures.incidents - last.incidents_so_far, 'incident')}."
    )


def _participation(found: Sequence[Participation], book: Codebook | None, by: Sequence[str]) -> Iterator[str]:
    yield f"Participation (check 5; {THIN}: fewer than {LEAST_SHARE:.0%} of the participants)".replace("%", " %")
    if not found:
        yield "  There is no category yet."
        return
    kinds = _kinds(found, by)
    rows = [
        (
            THIN if one.is_thin else "",
            "  " * _depth(book, one.category) + _name(book, one.category),
            str(one.incidents),
            f"{one.share.participants} of {one.share.of}",
            _percent(one.share.rate),
            *(
                f"{share.participants} of {share.of}"
                for split_by, kind, share in one.split
                if (split_by, kind) in kinds
            ),
        )
        for one in found
    ]
    head = ("", "category", "incidents", "participants", "", *(f"{split_by}: {kind}" for split_by, kind in kinds))
    yield from _table(head, rows)


def _kinds(found: Sequence[Participation], by: Sequence[str]) -> list[tuple[str, str]]:
    """The kinds that participation is shown for: those that are asked for, else those that are no mere yes and no."""
    kinds = [(split_by, kind) for split_by, kind, _ in found[0].split]
    if by:
        return [pair for pair in kinds if pair[0] in by]
    plain = {name for name, _ in kinds} - {name for name, kind in kinds if kind not in _PLAIN_ANSWERS}
    return [pair for pair in kinds if pair[0] not in plain]


def _agreement(found: Sequence[Agreement], book: Codebook | None) -> Iterator[str]:
    wanted = f"enough: {LEAST_AGREEMENT:.0%}".replace("%", " %")
    yield f"Independent judge (check 6; {SAMPLE_PERCENT} % of the incidents sorted again; {wanted})"
    if not found:
        yield "  Nobody has judged yet: interview-tui figures sample judging."
    for one in found:
        yield (
            f"  {one.first} and {one.second}: {one.agreed} of {_number(one.of, 'incident')} in the same category, "
            f"{_percent(one.rate)}; by chance {_percent(one.expected)}."
        )
        yield f"  {_kappa(one)}"
        if one.of:
            names = [_name(book, key) for key in one.categories]
            rows = [(name, *map(str, row), str(sum(row))) for name, row in zip(names, one.table, strict=True)]
            yield from _table((f"{one.first} down, {one.second} across", *names, "all"), rows)


def _kappa(one: Agreement) -> str:
    if one.kappa is None:
        return "Kappa cannot be told: chance alone would agree as fully." if one.of else "Nothing was sorted by both."
    bounds = f", 95 %: {one.low:.2f} to {one.high:.2f}" if one.low is not None and one.high is not None else ""
    error = f" (standard error {one.error:.3f}{bounds})" if one.error is not None else ""
    return f"Cohen’s kappa {one.kappa:.3f}{error}"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Columns as wide as what is in them; numbers are to the right."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    right = [all(_is_number(line[column]) for line in lines[1:]) for column in range(len(head))]
    for line in lines:
        cells = (
            cell.rjust(width) if at_right else cell.ljust(width)
            for cell, width, at_right in zip(line, widths, right, strict=True)
        )
        yield f"  {'  '.join(cells)}".rstrip()


def _is_number(cell: str) -> bool:
    return cell[:1].isdigit() and not cell[-1:].isalpha() and "-" not in cell


def _name(book: Codebook | None, key: str) -> str:
    found = book.category(key) if book else None
    return found.name if found else key


def _depth(book: Codebook | None, key: str) -> int:
    found = book.category(key) if book else None
    return found.depth if found else 0


def _percent(rate: float) -> str:
    return f"{100 * rate:.0f} %"


def _number(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"
