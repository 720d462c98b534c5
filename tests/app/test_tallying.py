"""A generated study of 60 interviews is counted as SQL counts it that knows nothing of the program's code."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from interview_tui import bootstrap
from interview_tui.cli import main
from interview_tui.fieldwork.counting import interviewed
from interview_tui.fieldwork.tally import Counted
from interview_tui.store.interviewed import read_interviewed
from interview_tui.store.study import StudyFolder
from interview_tui.tallying import StudyTallies
from tests.conftest import BENCH
from tests.generated_study import generate

NOT_COUNTED = ("refused", "withdrawn", "not eligible")
LEAST_S = 15
SQL = """
WITH counted AS (
    SELECT "case" FROM interviews WHERE rehearsal = 0 AND "case" NOT IN (
        SELECT "case" FROM events WHERE type = 'InterviewEnded'
            AND (body ->> 'outcome' IN ('refused', 'withdrawn', 'not eligible') OR body ->> 'kept' = 'nothing'))
), taken_back AS (
    SELECT "case", body ->> 'withheld' AS id, body FROM events AS e WHERE type = 'Withheld' AND NOT EXISTS (
        SELECT 1 FROM events AS r WHERE r.type = 'Restored' AND r."case" = e."case"
            AND r.body ->> 'withheld' = e.body ->> 'withheld')
), stretches AS (
    SELECT "case", value ->> 'start_ms' AS s, value ->> 'end_ms' AS e FROM taken_back, json_each(body, '$.stretches')
    UNION ALL
    SELECT "case", at_ms, (SELECT min(at_ms) FROM events AS b WHERE b.type = 'CameBackOnRecord' AND b."case" = o."case"
        AND b.number > o.number) FROM events AS o WHERE type = 'WentOffRecord'
), hidden_answers AS (
    SELECT e."case", e.number FROM events AS e, taken_back AS t, json_each(t.body, '$.answers') AS a
    WHERE e.type = 'Answered' AND e."case" = t."case" AND a.value ->> 'item' = e.body ->> '$.place.item'
        AND a.value ->> 'round' = e.body ->> '$.place.round' AND EXISTS (
            SELECT 1 FROM json_each(t.body, '$.stretches') AS s
            WHERE s.value ->> 'start_ms' <= e.at_ms AND e.at_ms < s.value ->> 'end_ms')
), answers AS (
    SELECT "case", body ->> '$.place.item' AS item, body ->> '$.place.round' AS round, body ->> '$.value[0]' AS value,
        row_number() OVER (PARTITION BY "case", body ->> '$.place.item', body ->> '$.place.round'
            ORDER BY number DESC) AS newest
    FROM events WHERE type = 'Answered' AND body ->> 'line' = ''
        AND ("case", number) NOT IN (SELECT "case", number FROM hidden_answers)
), notes AS (
    SELECT e."case", h.value ->> 'round' AS round FROM events AS e, json_each(e.body, '$.places') AS h
    WHERE e.type IN ('NoteTaken', 'NoteFiled') AND e.number = (
            SELECT max(number) FROM events AS l WHERE l."case" = e."case" AND l.type IN ('NoteTaken', 'NoteFiled')
                AND l.body ->> 'note' = e.body ->> 'note')
        AND NOT EXISTS (SELECT 1 FROM taken_back AS t, json_each(t.body, '$.notes') AS n
            WHERE t."case" = e."case" AND n.value = e.body ->> 'note')
), visits AS (
    SELECT v."case", v.body ->> '$.place.round' AS round, v.at_ms AS s, coalesce(
        lead(v.at_ms) OVER (PARTITION BY v."case" ORDER BY v.number),
        (SELECT at_ms FROM events AS f WHERE f.type = 'InterviewEnded' AND f."case" = v."case"),
        (SELECT max(at_ms) FROM events AS f WHERE f."case" = v."case")) AS e
    FROM events AS v WHERE v.type = 'Visited'
), seen AS (
    SELECT v."case", round, sum(v.e - v.s) - sum(coalesce((SELECT sum(max(0, min(v.e, x.e) - max(v.s, x.s)))
        FROM stretches AS x WHERE x."case" = v."case"), 0)) AS ms FROM visits AS v GROUP BY 1, 2
), rounds AS (
    SELECT "case", body ->> 'round' AS id, body ->> 'loop' AS loop, body ->> 'key' AS key, coalesce(
        (SELECT a.body ->> 'parent' FROM events AS a WHERE a.type = 'RoundAttached' AND a."case" = o."case"
            AND a.body ->> 'round' = o.body ->> 'round' ORDER BY number DESC LIMIT 1), body ->> 'parent') AS parent
    FROM events AS o WHERE type = 'RoundOpened'
), own AS (
    SELECT "case", round FROM answers UNION SELECT "case", round FROM notes
    UNION SELECT "case", round FROM seen WHERE ms >= :least_ms
), told AS (
    SELECT r.* FROM rounds AS r JOIN counted USING ("case")
    WHERE EXISTS (SELECT 1 FROM own WHERE own."case" = r."case" AND own.round = r.id)
        OR EXISTS (SELECT 1 FROM own JOIN rounds AS i ON i."case" = own."case" AND i.id = own.round
            WHERE i."case" = r."case" AND i.parent = r.id)
)
"""
"""Python and the program's own reader are left out of it: JSON1 takes the journal apart."""
ANSWER = """(SELECT value FROM answers AS a WHERE newest = 1 AND a."case" = t."case" AND a.item = '{item}'
    AND a.round IN (t.id, t.parent) AND value NOT IN ('dk', 'rf', 'na', 'nt'))"""


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> StudyFolder:
    if not BENCH.is_dir():
        pytest.skip(f"no recordings at {BENCH}")
    return generate(tmp_path_factory.mktemp("generated") / "study", BENCH / "calls" / "dev")


@pytest.fixture(scope="module")
def counted(study: StudyFolder) -> dict[str, Counted]:
    return {one.tally.name: one for one in StudyTallies(study).counted()}


def asked(study: StudyFolder, columns: str, loop: str) -> Iterator[tuple[str | None, ...]]:
    """What SQL says of every round that was told of a loop."""
    db = sqlite3.connect(study.path / "study.db")
    try:
        role, kind = ANSWER.format(item="role"), ANSWER.format(item="kind")
        sql = f"{SQL} SELECT {columns.format(role=role, kind=kind)} FROM told AS t WHERE loop = :loop"
        yield from db.execute(sql, {"loop": loop, "least_ms": LEAST_S * 1000})
    finally:
        db.close()


def regions(study: StudyFolder) -> dict[str, str]:
    """Every case's region, from the lines of the files."""
    found = {}
    for file in sorted((study.path / "cases").glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            change = json.loads(line)["change"]
            if change["type"] == "AttributeGiven" and change["name"] == "region":
                found[change["case"]] = change["value"]
    return found


def fits(counted: Counted, expected: Sequence[tuple[str | None, ...]]) -> None:
    """Every cell, every margin and what is unknown is what was expected, and nothing else is there."""
    full = Counter(values for values in expected if None not in values)
    assert {cell.values: cell.count for cell in counted.full() if cell.count} == dict(full)
    for cell in counted.cells:
        assert cell.count == sum(values[: len(cell.values)] == cell.values for values in expected), cell
    assert dict(counted.combinations) == Counter(expected)
    assert counted.total == len(expected)
    assert counted.unknown == sum(None in values for values in expected)


def test_relationships_by_role_and_kind(study: StudyFolder, counted: dict[str, Counted]) -> None:
    expected = list(asked(study, "{role}, {kind}", "relationship"))
    assert len(expected) > 60
    assert len(set(expected)) > 6
    fits(counted["relationships"], expected)


def test_incidents_by_role_kind_and_valence(study: StudyFolder, counted: dict[str, Counted]) -> None:
    fits(counted["incidents"], list(asked(study, "{role}, {kind}, key", "incident")))


def test_relationships_by_kind_alone(study: StudyFolder, counted: dict[str, Counted]) -> None:
    fits(counted["kinds"], list(asked(study, "{kind}", "relationship")))


def test_interviews_and_cases_that_wait_by_region(study: StudyFolder, counted: dict[str, Counted]) -> None:
    db = sqlite3.connect(study.path / "study.db")
    sql = f'{SQL} SELECT "case" FROM counted'
    cases = [row[0] for row in db.execute(sql, {"least_ms": LEAST_S * 1000})]
    rehearsed = {row[0] for row in db.execute('SELECT "case" FROM interviews WHERE rehearsal')}
    conducted = {row[0] for row in db.execute('SELECT "case" FROM interviews')}
    db.close()
    where = regions(study)
    fits(counted["where"], [(where.get(case),) for case in cases])
    waiting = Counter(region for case, region in where.items() if case not in conducted - rehearsed)
    assert {cell.values[0]: cell.listed for cell in counted["where"].cells} == waiting
    assert rehearsed
    assert len(cases) < len(conducted - rehearsed)


def test_incidents_by_valence_and_region(study: StudyFolder, counted: dict[str, Counted]) -> None:
    where = regions(study)
    expected = [(key, where.get(str(case))) for key, case in asked(study, 'key, "case"', "incident")]
    fits(counted["incidents by region"], expected)


def test_targets_stand_at_their_cells_and_say_what_is_short(counted: dict[str, Counted]) -> None:
    wanted = {cell.name: (cell.target, cell.short) for cell in counted["relationships"].wanted()}
    by_name = {cell.name: cell.count for cell in counted["relationships"].cells}
    targets = {"mentor": 35, "mentee": 25, "mentor / informal": 12, "mentee / informal": 12}
    assert wanted == {name: (target, max(0, target - by_name[name])) for name, target in targets.items()}


def test_what_is_read_of_the_database_is_what_the_whole_interviews_say(study: StudyFolder) -> None:
    read = {one.case: one for one in read_interviewed(study.path / "study.db")}
    for summary in study.interviews():
        if summary.case in read:
            whole = interviewed(study.interview(summary.case))
            assert (read[summary.case].told, read[summary.case].unfinished) == (whole.told, whole.unfinished)
            assert read[summary.case].answers == whole.answers
            assert read[summary.case].rounds == whole.rounds
    assert len(read) > 50


def test_a_case_can_be_left_out(study: StudyFolder, counted: dict[str, Counted]) -> None:
    one = next(case for case, region in regions(study).items() if region and case == "P01")
    others = {found.tally.name: found for found in StudyTallies(study).counted(without=one)}
    assert others["where"].total == counted["where"].total - 1
    assert others["incidents"].total < counted["incidents"].total
    assert others["where"].left_out == {"region": regions(study)[one]}


def test_the_command_prints_tables_json_and_csv(study: StudyFolder, counted: dict[str, Counted]) -> None:
    run = CliRunner()
    printed = run.invoke(main, ["--study", str(study.path), "tally", "relationships"])
    assert printed.exit_code == 0
    mentor = next(cell for cell in counted["relationships"].cells if cell.name == "mentor")
    assert f"{mentor.count}/35" in printed.stdout
    assert "incidents" not in printed.stdout
    as_json = json.loads(run.invoke(main, ["--study", str(study.path), "tally", "--json"]).stdout)
    assert {one["name"]: one["total"] for one in as_json} == {name: one.total for name, one in counted.items()}
    rows = list(csv.DictReader(io.StringIO(run.invoke(main, ["--study", str(study.path), "tally", "--csv"]).stdout)))
    assert len(rows) == sum(len(one.cells) + 1 for one in counted.values())
    [informal] = [row for row in rows if (row["tally"], row["cell"]) == ("relationships", "mentor / informal")]
    assert int(informal["count"]) + int(informal["short"]) >= int(informal["target"]) == 12


def test_an_unknown_tally_is_named_with_the_one_that_may_be_meant(study: StudyFolder) -> None:
    said = CliRunner().invoke(main, ["--study", str(study.path), "tally", "relationship"])
    assert said.exit_code == 2
    assert "Did you mean relationships?" in said.stderr


def test_a_study_without_tallies_says_how_to_write_one(tmp_path: Path) -> None:
    bootstrap.ready_study(tmp_path / "study")
    said = CliRunner().invoke(main, ["--study", str(tmp_path / "study"), "tally"])
    assert (said.exit_code, said.stdout) == (0, "")
    assert "[[tally]]" in said.stderr


def test_the_tallies_that_a_new_study_is_offered_can_be_counted(tmp_path: Path) -> None:
    study = bootstrap.ready_study(tmp_path / "study")
    assert StudyTallies(study).counted() == ()
    settings = study.path / "study.toml"
    offered = settings.read_text(encoding="utf-8")
    settings.write_text(
        "\n".join(line[1:] if line[:1] == "#" and line[:2] != "# " else line for line in offered.splitlines()),
        encoding="utf-8",
    )
    taken = bootstrap.open_study(study.path)
    assert taken.warnings == ()
    assert [counted.of for counted in StudyTallies(taken).counted()] == ["relationship", "incident", "cases"]
    manual = (Path(__file__).parents[2] / "docs" / "tallies.md").read_text(encoding="utf-8")
    assert settings.read_text(encoding="utf-8").partition("\n[attributes.region]")[2].rstrip() in manual
