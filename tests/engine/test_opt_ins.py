"""Custom report types that opt in to a server: tried on generated rows, and refused by name where a file differs."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from domain.errors import ReportFailed
from domain.ledger.tables import TABLES
from domain.runs.run_parameters import check_parameters
from interfaces.engine.custom.query import CustomReport
from interfaces.engine.custom.reports import read_reports
from interfaces.engine.spark.engine import SparkEngine
from interfaces.engine.spark.opt_in.opt_ins import OptIns
from interfaces.engine.spark.opt_in.trial import trial_on
from interfaces.engine.spark.opt_in.trial_rows import ROWS, trial_rows
from interfaces.engine.spark.server_address import ServerAddress
from tests.support.delta_copy import DeltaCopy
from tests.support.row_ledger import SmallLedger, at, order
from tests.support.sail import SailProcess

ORDERED = """
select source, currency, sum(fee) as fees, min(created) = max(created) as once
from balance_transactions
where created < $interval_end
    and currency = coalesce($currency, currency)
group by source, currency
order by fees desc, source, currency
limit 40"""
UNORDERED = """
select id, description, amount_text(net, currency, '.') as net, local_date_text(created, $timezone) as day
from balance_transactions"""
BY_DAY = """
select local_date_text(created, $timezone) as day, currency, sum(fee) as fees, count(*) as count
from balance_transactions
group by all
order by day, currency"""
ORDERED_BY_ALL = """
select currency, sum(fee) filter (where fee > 0) as fees, 1 as half
from balance_transactions
group by all
having count(*) > 1
order by all desc"""
ORDERED_IN_PART = """
with types as (select type, count(*) as count from balance_transactions group by all order by all limit 3)
select type, count from types order by count desc, type"""
JOINED = """
select b.id, p.status
from balance_transactions as b
left join payouts as p on p.id = b.source
order by p.status nulls first, b.id"""
UNITED = """
select id, type from balance_transactions
union all
select id, status from payouts
order by all desc"""
ESCAPED = """
select id from balance_transactions
where (description like '%!_%' escape '!' or id ilike 'BALA!_%' escape '!') and id not like '%7' escape '!'
order by id"""
ROUNDED = "select id, cast(amount / 4 as bigint) as quarter from balance_transactions"
NOT_HERE = "select id, damerau_levenshtein(id, type) as middle from balance_transactions"


def custom(folder: Path, sql: str, columns: str, engines: str = '["duckdb", "spark"]', **more: str) -> CustomReport:
    header = {"id": '"shop.a.1"', "name": '"A"', "columns": columns, "engines": engines, **more}
    lines = "\n".join(f"{key} = {value}" for key, value in header.items())
    folder.mkdir(exist_ok=True)
    (folder / "a.sql").write_text(f"/*\n{lines}\n*/\n{sql}", encoding="utf-8")
    found = read_reports(folder, taken=())
    assert found.faults == ()
    return found.by_id["shop.a.1"]


def opt_ins(report: CustomReport, server: SailProcess) -> OptIns:
    return OptIns({report.report_type.id: report}, trial_on(ServerAddress(server.url)))


@pytest.mark.parametrize(
    ("sql", "columns", "more"),
    [
        (
            ORDERED,
            '["source", "currency", "fees", "once"]',
            {"required": '["interval_end"]', "optional": '["currency"]'},
        ),
        (UNORDERED, '["id", "description", "net", "day"]', {"optional": '["timezone"]'}),
        (BY_DAY, '["day", "currency", "fees", "count"]', {"optional": '["timezone"]'}),
        (ORDERED_BY_ALL, '["currency", "fees", "half"]', {}),
        (ORDERED_IN_PART, '["type", "count"]', {}),
        (JOINED, '["id", "status"]', {}),
        (UNITED, '["id", "type"]', {}),
        (ESCAPED, '["id"]', {}),
    ],
)
def test_a_report_that_both_engines_make_alike_may_be_made_on_the_server(
    sql: str, columns: str, more: dict[str, str], sail: SailProcess, tmp_path: Path
) -> None:
    tried = opt_ins(custom(tmp_path / "reports", sql, columns, **more), sail)

    assert list(tried.refusals()) == []
    assert tried.may_run("shop.a.1")


@pytest.mark.parametrize(
    ("sql", "columns", "difference"),
    [
        (ROUNDED, '["id", "quarter"]', r"line \d+ is \"bala_\d+\",\"-?\d+\" on DuckDB and \"bala_\d+\",\"-?\d+\" on"),
        (NOT_HERE, '["id", "middle"]', r"the server fails \(unknown function: damerau_levenshtein\)"),
        ("select id from payouts order by length(id), id", '["id"]', r"ordered by LENGTH\(id\), which is no column"),
    ],
)
def test_a_report_that_differs_stays_on_duckdb_and_is_named(
    sql: str, columns: str, difference: str, sail: SailProcess, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    tried = opt_ins(custom(tmp_path / "reports", sql, columns), sail)

    assert not tried.may_run("shop.a.1")

    assert caplog.text.count("shop.a.1 opts in to spark and stays on DuckDB: ") == 1
    (refusal,) = tried.refusals()
    assert re.search(difference, refusal)
    assert "duckdb 2" in refusal and "sail 0.7.2 make it of generated rows" in refusal


def test_a_report_whose_server_is_away_stays_on_duckdb_and_is_tried_again(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    answers: list[ReportFailed | str] = [ReportFailed("The engine cannot be reached now.", try_again=True), ""]

    def trial(report: CustomReport) -> str:
        answer = answers.pop(0)
        if isinstance(answer, ReportFailed):
            raise answer
        return answer

    tried = OptIns({"shop.a.1": custom(tmp_path / "reports", "select id from payouts", '["id"]')}, trial)

    assert [tried.may_run("shop.a.1") for _ in range(3)] == [False, True, True]
    assert "shop.a.1 was not tried on the server. The engine cannot be reached now." in caplog.text


def test_an_opted_in_report_is_made_on_the_server(ledger: SmallLedger, sail: SailProcess, tmp_path: Path) -> None:
    report = custom(tmp_path / "reports", UNORDERED, '["id", "description", "net", "day"]', optional='["timezone"]')
    ledger.transaction("txn_1", "2025-01-05", 1000, "charge", description='a "b"')
    ledger.transaction("txn_2", "2025-01-06", 1000, "charge", account="acct_other")
    copy = DeltaCopy(ledger, tmp_path / "delta")
    engine = SparkEngine(copy, ServerAddress(sail.url), opt_ins=opt_ins(report, sail))
    summary = order("balance.summary.1", interval_start=at("2025-01-01"), interval_end=at("2025-02-01"))
    parameters = check_parameters(report.report_type, {})
    asked = replace(summary, report_type=report.report_type, parameters=parameters, ledger=copy.pinned)
    target = tmp_path / "report.csv"

    assert engine.can_run(report.report_type)
    written = engine.write_csv(asked, target, time_limit_seconds=60, progress=lambda part: None)

    assert target.read_text() == '"id","description","net","day"\n"txn_1","a ""b""","10.00","2025-01-05"\n'
    assert (written.rows, written.engine.split()[0]) == (1, "sail")


@pytest.mark.parametrize("engines", ['["spark"]', '["duckdb", "presto"]'])
def test_other_engines_are_refused(engines: str, tmp_path: Path) -> None:
    (tmp_path / "a.sql").write_text(
        f'/*\nid = "shop.a.1"\nname = "A"\ncolumns = ["a"]\nengines = {engines}\n*/\nselect 1 as a'
    )

    (fault,) = read_reports(tmp_path, taken=()).faults

    assert "its engines are [" in fault and "give ['duckdb'] or ['duckdb', 'spark']" in fault


def test_generated_rows_fill_every_column_that_must_be_filled() -> None:
    for table in TABLES.values():
        columns = trial_rows(table.name)
        assert {len(values) for values in columns.values()} == {ROWS}
        assert all(None not in columns[name] for name in table.required)
