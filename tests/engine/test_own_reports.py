"""Report types of an installation's own: what their files may say, and what they show."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from application.ports import ReportOrder
from domain.caller import Scope
from domain.errors import UnknownParameters
from domain.ledger import PinnedLedger
from domain.run_parameters import check_parameters
from interfaces.engine.duckdb_engine import DuckDbEngine
from interfaces.engine.own.reports import OwnReports, read_reports
from tests.engine.small_ledger import PLATFORM, SHOP, SmallLedger, at

FEES = """/*
id = "shop.fees_by_day.1"
name = "Fees by day"
columns = ["day", "currency", "fees"]
required = ["interval_start", "interval_end"]
optional = ["timezone", "currency", "least"]
*/
select
    local_date_text(created, $timezone) as day,
    currency,
    amount_text(sum(fee), currency, '.') as fees
from balance_transactions
where created >= $interval_start
    and created < $interval_end
    and currency = coalesce($currency, currency)
group by 1, 2
having sum(fee) >= coalesce(cast($least as integer), 0)
order by 1, 2;
"""
JANUARY = {"interval_start": at("2025-01-01"), "interval_end": at("2025-02-01")}

Make = Callable[..., list[str]]


def reports_in(folder: Path, **files: str) -> OwnReports:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")
    return read_reports(folder, taken={"balance.summary.1"})


def fault_of(folder: Path, text: str) -> str:
    found = reports_in(folder / "reports", one=text)
    assert found.by_id == {}
    (fault,) = found.faults
    return fault


def report(sql: str, **more: str) -> str:
    header = {"id": '"shop.a.1"', "name": '"A"', "columns": '["a"]', **more}
    return "/*\n" + "\n".join(f"{key} = {value}" for key, value in header.items()) + f"\n*/\n{sql}"


@pytest.fixture
def make(ledger: SmallLedger, tmp_path: Path) -> Make:
    """Makes a report of a file's text for an account, and gives the lines of its file."""

    def made(text: str, *, account: str = PLATFORM, parameters: dict[str, object] | None = None) -> list[str]:
        found = reports_in(tmp_path / "reports", one=text)
        assert found.faults == ()
        (own,) = found.by_id.values()
        checked = check_parameters(own.report_type, parameters or {})
        order = ReportOrder(own.report_type, checked, Scope(account, True), PinnedLedger(True, 1, {}), (account,))
        engine = DuckDbEngine(
            ledger, memory_limit_mib=256, threads=2, spill_folder=tmp_path / "spill", own_reports=found.by_id
        )
        target = tmp_path / "made" / "report.csv"
        target.parent.mkdir(exist_ok=True)
        try:
            rows = engine.write_csv(order, target, time_limit_seconds=60, progress=lambda part: None)
        finally:
            engine.close()
        lines = target.read_text().splitlines()
        assert rows == len(lines) - 1
        return lines

    return made


@pytest.fixture
def two_accounts(ledger: SmallLedger) -> None:
    for account, fee in ((PLATFORM, 30), (SHOP, 700)):
        for day in ("2025-01-01", "2025-01-02"):
            ledger.transaction(f"txn_{day}", day, 1000, "charge", fee=fee, account=account)
        ledger.transaction("txn_eur", "2025-01-02", 1000, "charge", fee=fee + 1, account=account, currency="eur")


def test_a_report_shows_the_callers_own_rows(make: Make, two_accounts: None) -> None:
    assert make(FEES, parameters=JANUARY) == [
        '"day","currency","fees"',
        '"2025-01-01","usd","0.30"',
        '"2025-01-02","eur","0.31"',
        '"2025-01-02","usd","0.30"',
    ]
    assert make(FEES, account=SHOP, parameters=JANUARY)[1] == '"2025-01-01","usd","7.00"'


def test_parameters_are_bound_and_columns_chosen(make: Make, two_accounts: None) -> None:
    parameters = {**JANUARY, "currency": "eur", "columns": ["fees", "day"], "timezone": "Pacific/Auckland"}

    assert make(FEES, parameters=parameters) == ['"fees","day"', '"0.31","2025-01-02"']
    assert make(FEES, parameters={**JANUARY, "least": "31"}) == ['"day","currency","fees"', '"2025-01-02","eur","0.31"']


def test_a_parameter_that_the_header_does_not_name_is_refused(tmp_path: Path) -> None:
    own = reports_in(tmp_path / "reports", one=FEES).by_id["shop.fees_by_day.1"]

    with pytest.raises(UnknownParameters, match=r"parameters\[payout\]"):
        check_parameters(own.report_type, {**JANUARY, "payout": "po_1"})


def test_a_ledger_without_rows_gives_the_header_alone(make: Make) -> None:
    assert make(FEES, parameters=JANUARY) == ['"day","currency","fees"']


def test_rows_without_an_order_are_sorted_by_all_columns(make: Make, ledger: SmallLedger) -> None:
    for number in range(3000):
        ledger.transaction(f"txn_{number:04}", "2025-01-01", number, "charge")

    lines = make(report("select id as a from balance_transactions"))

    assert lines[1:] == [f'"txn_{number:04}"' for number in range(3000)]


def test_an_order_of_its_own_is_kept(make: Make, ledger: SmallLedger) -> None:
    for number in range(300_000):
        ledger.transaction(f"txn_{number:06}", "2025-01-01", number, "charge")

    lines = make(report("select id as a from balance_transactions order by amount desc"))

    assert lines[1:] == [f'"txn_{number:06}"' for number in reversed(range(300_000))]


def test_parts_of_a_query_may_have_names(make: Make, two_accounts: None) -> None:
    sql = "with days as (select created from balance_transactions) select count(*) as a from days join charges on true"

    assert make(report(sql)) == ['"a"', '"0"']


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("select", "its SQL cannot be read: "),
        ("select 1 as a; select 2 as a", "it must be one statement"),
        ("delete from charges", "it is no select"),
        ("copy (select 1) to 'x.csv'", "it is no select"),
        ("attach 'x.db'", "it is no select"),
        ("set threads = 4", "it is no select"),
        ("select a from read_csv('/etc/passwd') t(a)", "it reads from read_csv(), which is not of the ledger"),
        ("select content as a from read_text('/etc/passwd')", "it reads from read_text()"),
        ("select * from query('select 1 as a')", "it reads from query()"),
        ("select value as a from duckdb_settings()", "it reads from duckdb_settings()"),
        ("select a from (select (select max(x) from glob('*') t(x)) as a)", "it reads from glob()"),
        ("select a from '/etc/passwd'", "it reads '/etc/passwd', which is no table of the ledger"),
        ("select sql as a from sqlite_master", "it reads 'sqlite_master', which is no table"),
        ("select id as a from temp.charges", "it reads 'charges', which is no table"),
        ("select table_name as a from information_schema.tables", "it reads 'tables', which is no table"),
        ("with charges as (select 1 as a) select a from charges", "it calls a part of itself 'charges'"),
        ("with sqlite_master as (select 1 as a) select a from sqlite_master", "it calls a part of itself"),
        ("select current_setting('threads') as a", "it calls current_setting(), which may give something else"),
        ("select now() as a", "it calls now(), which may give something else"),
        ("select current_date as a", "it names current_date, which may be something else"),
        ("select random() as a", "it calls random()"),
        ("select id as a from charges using sample 10%", "it describes or samples a table"),
        ("select column_name as a from (describe charges)", "it describes or samples a table"),
        ("select $payout as a", "its header has no parameter 'payout', which its SQL names"),
        ("select $account as a", "its header has no parameter 'account'"),
        ("select ? as a", "its header has no parameter '1'"),
        ("select 1 as b", "its SQL does not run: Binder Error"),
        ("select nothing as a from charges", "its SQL does not run: Binder Error"),
        ("select 1 as a) from x --", "its SQL cannot be read"),
    ],
)
def test_sql_that_a_report_may_not_have_is_refused_with_the_reason(tmp_path: Path, sql: str, why: str) -> None:
    assert fault_of(tmp_path, report(sql)).startswith(f"{tmp_path / 'reports' / 'one.sql'} is no report type: {why}")


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("select 1 as a", "it does not begin with a comment"),
        ("/* id = */ select 1 as a", "its header is not TOML"),
        (report("select 1 as a", id='"Shop.A.1"'), "its id is 'Shop.A.1'"),
        (report("select 1 as a", id='"shop.a"'), "its id is 'shop.a'"),
        (report("select 1 as a", id='"balance.summary.1"'), "its id 'balance.summary.1' is that of another"),
        (report("select 1 as a", name='""'), "its header has no name"),
        (report("select 1 as a", columns="[]"), "its columns must be a list of names"),
        (report("select 1 as a", columns='["a", "a"]'), "its columns name something twice"),
        (report("select 1 as a", columns="['a b']"), "its columns has 'a b'; names are"),
        (report("select 1 as a", required='["account"]'), "its parameter 'account' is named twice, or is one that"),
        (report("select 1 as a", required='["b"]', optional='["b"]'), "its parameter 'b' is named twice"),
        (report("select 1 as a", live_only="1"), "its live_only is neither true nor false"),
        (report("select 1 as a", author='"me"'), "its header has 'author'; it may have id, name"),
    ],
)
def test_a_header_that_is_wrong_is_refused_with_the_reason(tmp_path: Path, text: str, why: str) -> None:
    assert fault_of(tmp_path, text).startswith(f"{tmp_path / 'reports' / 'one.sql'} is no report type: {why}")


def test_a_broken_file_does_no_harm_to_the_others(tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "bytes.sql").write_bytes(b"/* \xff */")
    (folder / "notes.txt").write_text("no report")

    found = reports_in(folder, broken="select", fees=FEES, again=FEES)

    assert list(found.by_id) == ["shop.fees_by_day.1"]
    assert [Path(fault.split(" is no report type")[0]).name for fault in found.faults] == [
        "broken.sql",
        "bytes.sql",
        "fees.sql",
    ]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert read_reports(tmp_path / "nowhere", ()).faults == (
        f"There is no folder {tmp_path / 'nowhere'} of report types.",
    )
