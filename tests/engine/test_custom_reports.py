"""Custom report types: what their files may contain, and which rows they show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from application.ports.engine import ReportOrder
from domain.access.caller import Scope
from domain.errors import ReportFailed, UnknownParameters
from domain.ledger.ledger import PinnedLedger
from domain.runs.run_parameters import check_parameters
from interfaces.engine.custom.allowed import allowed
from interfaces.engine.custom.check import SqlCheck
from interfaces.engine.custom.header import BrokenReport, report_of
from interfaces.engine.custom.query import CustomReport
from interfaces.engine.custom.reports import CustomReports, read_reports
from interfaces.engine.duckdb.engine import DuckDbEngine
from tests.support.row_ledger import PLATFORM, SHOP, SmallLedger, at

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

ENDLESS = "with recursive r(n) as (select 1 union all select n + 1 from r where n > 0) select max(n) as a from r"
COUNTLESS = "select count(*) as a from range(1000000000000)"

Make = Callable[..., list[str]]
Run = Callable[..., list[str]]


def reports_in(folder: Path, **files: str) -> CustomReports:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.sql").write_text(text, encoding="utf-8")
    return read_reports(folder, taken={"balance.summary.1"}, check_seconds=3)


def fault_of(folder: Path, text: str) -> str:
    found = reports_in(folder / "reports", one=text)
    assert found.by_id == {}
    (fault,) = found.faults
    return fault


def report(sql: str, **more: str) -> str:
    header = {"id": '"shop.a.1"', "name": '"A"', "columns": '["a"]', **more}
    return "/*\n" + "\n".join(f"{key} = {value}" for key, value in header.items()) + f"\n*/\n{sql}"


@pytest.fixture(scope="module")
def check() -> Iterator[SqlCheck]:
    one = SqlCheck()
    yield one
    one.close()


@pytest.fixture
def make(run: Run, tmp_path: Path) -> Make:
    """Makes a report of a file's text for an account, and gives the lines of its file."""

    def made(text: str, *, account: str = PLATFORM, parameters: dict[str, object] | None = None) -> list[str]:
        found = reports_in(tmp_path / "reports", one=text)
        assert found.faults == ()
        (report,) = found.by_id.values()
        return run(report, account=account, parameters=parameters)

    return made


@pytest.fixture
def run(ledger: SmallLedger, tmp_path: Path) -> Run:
    """Makes a report, checked or not, and gives the lines of its file."""

    def made(
        report: CustomReport,
        *,
        account: str = PLATFORM,
        parameters: dict[str, object] | None = None,
        time_limit_seconds: float = 60,
    ) -> list[str]:
        checked = check_parameters(report.report_type, parameters or {})
        order = ReportOrder(report.report_type, checked, Scope(account, True), PinnedLedger(True, 1, {}), (account,))
        engine = DuckDbEngine(
            ledger,
            memory_limit_mib=256,
            threads=2,
            spill_folder=tmp_path / "spill",
            custom_reports={report.report_type.id: report},
        )
        target = tmp_path / "made" / "report.csv"
        target.parent.mkdir(exist_ok=True)
        try:
            written = engine.write_csv(order, target, time_limit_seconds=time_limit_seconds, progress=lambda part: None)
        finally:
            engine.close()
        lines = target.read_text().splitlines()
        assert written.rows == len(lines) - 1
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


def test_parameters_are_bound_and_columns_selected(make: Make, two_accounts: None) -> None:
    parameters = {**JANUARY, "currency": "eur", "columns": ["fees", "day"], "timezone": "Pacific/Auckland"}

    assert make(FEES, parameters=parameters) == ['"fees","day"', '"0.31","2025-01-02"']
    assert make(FEES, parameters={**JANUARY, "least": "31"}) == ['"day","currency","fees"', '"2025-01-02","eur","0.31"']


def test_a_parameter_that_the_header_does_not_name_is_refused(tmp_path: Path) -> None:
    report = reports_in(tmp_path / "reports", one=FEES).by_id["shop.fees_by_day.1"]

    with pytest.raises(UnknownParameters, match="unknown parameter: payout"):
        check_parameters(report.report_type, {**JANUARY, "payout": "po_1"})


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
        (
            "select current_setting('threads') as a",
            "it calls current_setting(), which is not a function that a report may use",
        ),
        ("select now() as a", "it calls now(), which is not a function"),
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
        ("select json_serialize_plan('select 1', optimize := true) as a", "it calls json_serialize_plan()"),
        ("select json_deserialize_sql(json_serialize_sql('select 1')) as a", "it calls json_"),
        ("select a from json_execute_serialized_sql('{}') t(a)", "it reads from json_execute_serialized_sql()"),
        ("select a from query_table('charges') t(a)", "it reads from query_table()"),
        ("select a from histogram_values('charges', 'id') t(a)", "it reads from histogram_values()"),
        ("select * from main.query('select 1 as a')", "it reads from query()"),
        ("select getvariable('x') as a", "it calls getvariable()"),
        ("select error('x') as a", "it calls error()"),
        ("select hash(id) as a from charges", "it calls hash()"),
        ("select list_aggregate([1], 'sum') as a", "it calls list_aggregate()"),
        ("select [1].list_aggr('sum') as a", "it calls list_aggr()"),
        ("select x.version() as a from (select 1 as x)", "it calls version()"),
        ('select system.main."NOW"() as a', "it calls now()"),
        ("select [x for x in [1, 2] if x > random()] as a", "it calls random()"),
        ("select list_transform([1], lambda x: x + random()) as a", "it calls random()"),
        ("select sum(amount) filter (where created < now()) as a from charges", "it calls now()"),
        ("select sum(amount) over w as a from charges window w as (order by random())", "it calls random()"),
        ("select sum(amount order by random()) as a from charges", "it calls random()"),
        ("select lag(id, 1, uuid()::varchar) over (order by id) as a from charges", "it calls uuid()"),
        ("select coalesce(columns(*), today()) as a from charges", "it calls today()"),
        ("select * replace (now() as id) from charges", "it calls now()"),
        ("select id as a from charges order by random()", "it calls random()"),
        ("select id as a from charges limit (select random())", "it calls random()"),
        ("select distinct on (uuid()) id as a from charges", "it calls uuid()"),
        ("select a from (pivot (select 1 as c) on c in (1) using max(random())) p(a)", "it calls random()"),
        ("select a from range(now()::timestamp, now()::timestamp, interval 1 day) t(a)", "it calls now()"),
        ("select current_date.year() as a", "it names current_date"),
        ("select user.upper() as a", "it names user"),
        ("from charges select a: current_timestamp", "it names current_timestamp"),
        ("select age(created) as a from charges", "it calls age() without 2 arguments"),
        ("select created.age() as a from charges", "it calls age() without 2 arguments"),
        ("select list(id) as a from charges", "it calls list() without an `order by` for it"),
        ("select row_number() over () as a from charges", "it calls row_number() without an `order by` for it"),
        ("select approx_count_distinct(id) as a from charges", "it calls approx_count_distinct()"),
        ("select id::regclass as a from charges", "it casts to regclass"),
        ("select cast([id] as main.mood[]) as a from charges", "it casts to mood"),
        ("with x as (copy (select 1) to 'x.csv') select 1 as a", "it is more than a select: it has a COPY_QUERY_NODE"),
        ("with x as (delete from charges returning id) select id as a from x", "it is more than a select"),
        ("with x as (insert into charges values (1) returning id) select id as a from x", "it is more than a select"),
        ("with x as (show tables) select name as a from x", "it describes or samples a table"),
        ("select id as a from charges at (version => 1)", "it reads a table as of another time"),
        ("select c.id as a from charges c positional join cards", "it joins rows in a way (positional)"),
        (
            "with recursive r(n, a) using key (n) as (select 1, 1 union select n, a + 1 from r where a < 5) from r",
            "it has a recursive part `using key`",
        ),
        (
            'select a from (with "/x.csv" as (select 1) select 1 as a), "/x.csv"',
            "it calls a part of itself '/x.csv'; give letters",
        ),
        (f"select {'+'.join(['1'] * 900)} as a", "its SQL is nested too deeply"),
    ],
)
def test_sql_that_a_report_may_not_have_is_refused_with_the_reason(check: SqlCheck, sql: str, why: str) -> None:
    with pytest.raises(BrokenReport, match=f"^{re.escape(why)}"):
        check.checked(*report_of(report(sql)))


def test_a_broken_file_is_named_with_the_reason(tmp_path: Path) -> None:
    assert fault_of(tmp_path, report("select now() as a")) == (
        f"{tmp_path / 'reports' / 'one.sql'} is no report type: it calls now(), which is not a function that a report "
        "may use."
    )


@pytest.mark.parametrize(
    "sql",
    [
        "select sum(amount) filter (where amount > 0) over (partition by currency order by created) as a from charges",
        "select string_agg(id, ',' order by id) as a from charges group by rollup (currency) having count(*) > 1",
        "select row_number() over (order by id) as a from charges qualify a = 1",
        "select first_value(id) over w as a from charges window w as (order by created, id rows unbounded preceding)",
        "select list_transform([1, 2], lambda x: x ** 2)[1] as a",
        "select [upper(x) for x in ['a'] if x like 'a%'][1:2] as a",
        "select metadata->>'$.a' || json_extract_string(metadata, '$.b') as a from charges",
        "select {'b': map {'c': 1}}.b['c'] as a",
        "select coalesce(nullif(id, ''), md5(id), sha256('x')) as a from charges",
        "select extract(year from created at time zone 'Europe/Paris') + date_part('day', created) as a from charges",
        "select age(created, created - interval 1 month) as a from charges",
        "select date_trunc('month', created)::date as a from charges where created > '2025-01-01'",
        "select try_cast(metadata as decimal(10, 2)) as a from charges where id in ('x') or not id ~ '^x'",
        "select case when exists (from cards) then truth_text(true) else change_percent(1, 2) end as a",
        "select a from (values (1), (2)) v(a) left join lateral (select a as b) on true",
        "select day as a from range(timestamp '2025-01-01', timestamp '2025-02-01', interval 1 day) t(day)",
        "select a from unnest([1, 2]) with ordinality t(a, n) union all select 3 order by all limit 5",
        "select value as a from json_each('[1]')",
        "select id as a from charges c asof join (select created from refunds group by 1) r on c.created >= r.created",
        "select a from (pivot (select currency, amount from charges) on currency in ('usd') using sum(amount)) p(a)",
        "with recursive r(a) as (select 1 union all select a + 1 from r where a < 5) select a from r",
        "select max(columns(['amount'])) as a from charges",
        "select id collate nocase as a from charges",
        "select id as a from charges order by id collate nocase",
    ],
)
def test_a_report_may_use_what_reports_need(check: SqlCheck, sql: str) -> None:
    check.checked(*report_of(report(sql)))


def test_every_function_that_is_allowed_is_one_of_the_database_and_none_varies() -> None:
    rows = duckdb.sql(  # type: ignore[union-attr]
        "select distinct lower(function_name), function_type, stability from duckdb_functions()"
    ).fetchall()
    known = {name for name, kind, _ in rows if kind not in ("pragma", "table_macro")}
    varying = {name for name, _, stability in rows if stability == "VOLATILE"}

    assert allowed().functions | allowed().table_functions <= known
    assert allowed().functions & varying == set()


def test_sql_that_would_never_end_is_named_and_does_no_harm_to_the_others(tmp_path: Path) -> None:
    files = {"countless": report(COUNTLESS, id='"shop.b.1"'), "endless": report(ENDLESS), "fees": FEES}

    found = reports_in(tmp_path / "reports", **files)

    assert list(found.by_id) == ["shop.fees_by_day.1"]
    assert [fault.split(" is no report type: ")[1] for fault in found.faults] == [
        "its SQL takes more than 3 seconds before it reads a row."
    ] * 2


@pytest.mark.parametrize(
    "sql",
    [
        "select repeat('x', 3000000000) as a",
        "select list_sum(range(300000000)) as a",
        "select a from unnest(range(1000000000)) t(a)",
        "select 1 as a limit length(repeat('x', 3000000000))",
    ],
)
def test_sql_that_takes_much_memory_is_named_and_does_no_harm_to_the_others(tmp_path: Path, sql: str) -> None:
    found = reports_in(tmp_path / "reports", a=report(sql), fees=FEES)

    assert list(found.by_id) == ["shop.fees_by_day.1"]
    assert found.faults[0].endswith(": its SQL takes more than 256 MiB of memory before it reads a row.")


@pytest.mark.parametrize("sql", [ENDLESS, COUNTLESS])
def test_a_report_that_never_ends_is_stopped_at_the_time_limit(run: Run, sql: str) -> None:
    report_type, text = report_of(report(sql))

    with pytest.raises(ReportFailed, match=r"longer than its time limit of 0\.5 seconds and was stopped"):
        run(CustomReport(report_type, text, (), frozenset(), False), time_limit_seconds=0.5)


def test_a_report_that_takes_much_memory_is_stopped_at_the_memory_limit(run: Run) -> None:
    report_type, text = report_of(report("select repeat('x', 300000000) as a"))

    with pytest.raises(ReportFailed, match="needs more memory than its limit of 256 MiB"):
        run(CustomReport(report_type, text, (), frozenset(), False))


@pytest.mark.parametrize(
    "sql",
    [
        "select cast(description as integer) as a from balance_transactions",
        "select cast(description || ' no files found' as integer) as a from balance_transactions",
        "select amount * 9223372036854775807 as a from balance_transactions",
        "select (select b from range(amount) t(b)) as a from balance_transactions",
        "select regexp_matches('x', description) as a from balance_transactions",
        "select strptime(description, '%Y') as a from balance_transactions",
    ],
)
def test_sql_that_does_not_fit_the_data_fails_with_a_sentence_that_shows_neither(
    make: Make, ledger: SmallLedger, sql: str
) -> None:
    ledger.transaction("txn_1", "2025-01-01", 1000, "charge", description="(secret")

    with pytest.raises(ReportFailed) as failed:
        make(report(sql))

    assert (str(failed.value), failed.value.reason, failed.value.try_again) == (
        "The report's own SQL failed on the data of the ledger. The log of the worker says why.",
        "custom_sql",
        False,
    )


def test_a_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert list(reports_in(tmp_path / "reports", one=f"\ufeff{FEES}").by_id) == ["shop.fees_by_day.1"]


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
