"""The figures of a study as tables: a CSV file each, and all of them as one workbook. Nobody's words are in them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from interview_tui.credibility.codebook import Codebook
from interview_tui.credibility.figures import (
    LEAST_AGREEMENT,
    LEAST_SHARE,
    Agreement,
    Figures,
    Participation,
)
from interview_tui.export.naming import of_many
from interview_tui.export.options import Options
from interview_tui.export.placing import put_in_place, staging
from interview_tui.export.tables import csv_text
from interview_tui.export.tables.spool import Spool
from interview_tui.export.tables.table import Cell, Column, Kind, Table, headings, table_of
from interview_tui.export.tables.workbook import Workbook

WORKBOOK = "figures"
MINUTE_MS = 60_000


def write_figures(
    figures: Figures, book: Codebook | None, folder: Path, study: str, options: Options
) -> tuple[Path, ...]:
    """Write them into a folder, named as exports of many interviews are; all files or none.

    Raises:
        ExportError: one cannot be written.
    """
    made: dict[Path, Path] = {}
    with staging(folder) as stage:
        with _FigureBook(stage / f"{WORKBOOK}.xlsx", study, options) as workbook:
            for table in tables(figures, book, options):
                place = folder / f"{of_many(study, table.name, options)}.csv"
                made[place] = stage / f"{table.name}.csv"
                text = csv_text.table(headings(table.columns), table.rows)
                made[place].write_text(text, encoding="utf-8", newline="")
                workbook.take(table)
            workbook.finish()
        made[folder / f"{of_many(study, WORKBOOK, options)}.xlsx"] = workbook.path
        put_in_place(made)
    return tuple(made)


class _FigureBook(Workbook):
    """A workbook of any tables, a sheet each."""

    names = ()

    def take(self, table: Table) -> None:
        """Add a sheet."""
        spool = self.spools.setdefault(table.name, Spool(self._hidden_file(), table.columns))
        spool.add(table)


def tables(figures: Figures, book: Codebook | None, options: Options) -> list[Table]:
    """The tables, by what they tell; of a category its name and its key."""
    names = {one.key: one.name for one in book.categories} if book else {}
    return [
        _summary(figures, options),
        _fidelity(figures, options),
        _exhaustiveness(figures, names, options),
        _participation(figures.participation, book),
        _kinds(figures.participation, names),
        _agreement(figures.agreement),
        _confusion(figures.agreement, names),
        _extraction(figures),
        _again(figures),
    ]


def _columns(*columns: str | tuple[str, Kind]) -> list[Column]:
    return [Column(one) if isinstance(one, str) else Column(*one) for one in columns]


def _counts(*names: str) -> list[tuple[str, Kind]]:
    return [(name, Kind.INTEGER) for name in names]


def _summary(figures: Figures, options: Options) -> Table:
    last = figures.last_new
    rows: list[tuple[str, Cell]] = [
        ("interviews", len(figures.fidelity)),
        ("incidents", figures.incidents),
        ("coded", figures.coded),
        ("to be coded again", len(figures.again)),
        ("codebook version", figures.codebook),
        ("coder", figures.coder),
        ("coder named by the study", figures.coder_is_set),
        ("last interview with a new category", last.case if last else None),
        ("held on", options.day(last.opened_wall_ms) if last else None),
        ("least participation", LEAST_SHARE),
        ("least agreement", LEAST_AGREEMENT),
        ("interviews that cannot be read", ", ".join(figures.unread)),
    ]
    return table_of("summary", _columns("figure", "value"), rows)


def _fidelity(figures: Figures, options: Options) -> Table:
    sections = list(dict.fromkeys(name for one in figures.fidelity for name, _ in one.sections_ms))
    columns = _columns(
        "case",
        "date",
        "schedule_version",
        *_counts("questions", "covered", "skipped_with_reason", "must_be_asked", "must_covered"),
        *_counts("heard_asked", "as_worded", "out_of_order"),
        ("minutes", Kind.NUMBER),
        ("recorded_minutes", Kind.NUMBER),
        ("recorded_share", Kind.NUMBER),
        *_counts("interruptions"),
        ("incident_minutes", Kind.NUMBER),
    )
    columns += [Column(f"minutes {name}", Kind.NUMBER, "section") for name in sections]
    rows = []
    for one in figures.fidelity:
        spent = dict(one.sections_ms)
        rows.append(
            (
                one.case,
                options.day(one.opened_wall_ms),
                one.schedule_version,
                one.on_route,
                one.covered,
                one.skipped,
                one.musts,
                one.musts_covered,
                one.heard,
                one.worded,
                one.out_of_order,
                _minutes(one.length_ms),
                _minutes(one.recorded_ms),
                round(one.recorded, 4),
                one.gaps,
                _minutes(one.incidents_ms),
                *(_minutes(spent[name]) if name in spent else None for name in sections),
            )
        )
    return table_of("fidelity", columns, rows)


def _exhaustiveness(figures: Figures, names: dict[str, str], options: Options) -> Table:
    columns = _columns(
        *_counts("interview"),
        "case",
        "date",
        *_counts("incidents", "incidents_so_far", "new_categories", "categories_so_far"),
        "which",
    )
    rows = (
        (
            number,
            one.case,
            options.day(one.opened_wall_ms),
            one.incidents,
            one.incidents_so_far,
            len(one.new),
            one.categories_so_far,
            "; ".join(names.get(key, key) for key in one.new),
        )
        for number, one in enumerate(figures.exhausted, 1)
    )
    return table_of("exhaustiveness", columns, rows)


def _participation(found: Iterable[Participation], book: Codebook | None) -> Table:
    columns = _columns(
        "category",
        "key",
        "under",
        *_counts("incidents", "participants", "of"),
        ("rate", Kind.NUMBER),
        ("below_a_quarter", Kind.YES_NO),
    )
    rows = []
    for one in found:
        category = book.category(one.category) if book else None
        above = book.category(category.parent) if book and category else None
        name = category.name if category else one.category
        share = one.share
        told = (one.incidents, share.participants, share.of, round(share.rate, 4), one.is_thin)
        rows.append((name, one.category, above.name if above else "", *told))
    return table_of("participation", columns, rows)


def _kinds(found: Iterable[Participation], names: dict[str, str]) -> Table:
    columns = _columns("category", "key", "by", "kind", *_counts("participants", "of"), ("rate", Kind.NUMBER))
    rows = (
        (names.get(one.category, one.category), one.category, by, kind, share.participants, share.of, _rate(share.rate))
        for one in found
        for by, kind, share in one.split
    )
    return table_of("kinds", columns, rows)


def _agreement(found: Sequence[Agreement]) -> Table:
    columns = _columns(
        "coder",
        "judge",
        *_counts("incidents", "agreed"),
        *((name, Kind.NUMBER) for name in ("agreement", "by_chance", "kappa", "standard_error", "low_95", "high_95")),
        ("enough", Kind.YES_NO),
    )
    rows = (
        (
            one.first,
            one.second,
            one.of,
            one.agreed,
            _rate(one.rate),
            _rate(one.expected),
            *(_rate(value) for value in (one.kappa, one.error, one.low, one.high)),
            one.rate >= LEAST_AGREEMENT,
        )
        for one in found
    )
    return table_of("agreement", columns, rows)


def _confusion(found: Iterable[Agreement], names: dict[str, str]) -> Table:
    columns = _columns("coder", "judge", "category_of_coder", "category_of_judge", *_counts("incidents"))
    rows = (
        (one.first, one.second, names.get(row, row), names.get(column, column), count)
        for one in found
        for row, counts in zip(one.categories, one.table, strict=True)
        for column, count in zip(one.categories, counts, strict=True)
    )
    return table_of("confusion", columns, rows)


def _extraction(figures: Figures) -> Table:
    columns = _columns(
        "extractor",
        *_counts("transcripts", "of", "both", "only_in_the_record", "only_the_extractor"),
        ("agreement", Kind.NUMBER),
    )
    rows = (
        (one.extractor, one.cases, one.of_cases, one.both, one.only_first, one.only_second, _rate(one.rate))
        for one in figures.extraction
    )
    return table_of("extraction", columns, rows)


def _again(figures: Figures) -> Table:
    rows = ((one.case, one.incident, one.category, one.codebook) for one in figures.again)
    return table_of("again", _columns("case", "incident", "category", *_counts("codebook_version")), rows)


def _minutes(ms: int) -> float:
    return round(ms / MINUTE_MS, 2)


def _rate(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
