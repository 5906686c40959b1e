"""Custom reports give the same bytes each time: what the check refuses and accepts, and digests over many rows."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import duckdb
import pytest

from domain.report_types import ReportType
from interfaces.engine.custom.check import SqlCheck
from interfaces.engine.custom.header import BrokenReport, report_of
from interfaces.engine.custom.query import CustomReport, values_of
from interfaces.engine.definitions.report_query import ReportQuery
from interfaces.engine.duckdb.csv_copy import write_at_once
from interfaces.engine.duckdb.query_watch import QueryWatch
from interfaces.engine.duckdb.warm_database import WarmDatabase
from tests.support.row_ledger import PLATFORM, at

ROOT = Path(__file__).parents[2]
TIMES, ROWS = 6, 600_000

TIES = "may have ties"
FLOATS = "is over floating-point numbers"
GROUPED_FLOATS = "it groups or compares floating-point numbers"

REFUSED = [
    ("select id as a from charges limit 3", "it has a `limit` or an `offset` without an `order by`"),
    ("select id as a from charges offset 3", "it has a `limit` or an `offset` without an `order by`"),
    ("select id as a from charges fetch first 3 rows only", "it has a `limit`"),
    ("select id as a from charges limit 10%", "it has a `limit`"),
    ("select id as a from charges order by created limit 3", TIES),
    ("select id as a from charges order by created limit $n", TIES),
    ("select max(id) as a from (select id from charges order by created limit 3)", TIES),
    ("with few as (select id from charges limit 3) select id as a from few", "it has a `limit`"),
    ("select (select id from charges order by created limit 1) as a", TIES),
    ("select 1 as a where exists (select id from charges order by created offset 1)", TIES),
    ("select id as a from charges where id in (select id from refunds order by created limit 1)", TIES),
    ("select id as a from charges union all (select id from refunds order by created limit 1)", TIES),
    ("select id as a from charges union all select id from refunds order by 1 limit 1", TIES),
    ("select c.id as a, r.id as b from charges c join refunds r on r.charge_id = c.id order by c.id limit 3", TIES),
    ("select c.id as a, d.id as b from charges c join cards d on d.id > c.card_id order by c.id limit 3", TIES),
    ("select charge_id as a, id as b from refunds order by charge_id, id collate nocase limit 1", TIES),
    ("select currency as a, sum(amount) as b from charges group by currency order by b limit 3", TIES),
    (
        "select currency as a, created as b from charges group by currency, created order by currency, max(id) limit 3",
        TIES,
    ),
    ("select md5(currency) as id, amount as a from charges order by id limit 3", TIES),
    ("select id as a, unnest([amount, amount_refunded]) as b from charges order by id limit 3", TIES),
    ("select r.id as a, r.* from charges c left join refunds r on r.id = c.status order by r.id limit 3", TIES),
    (
        "select a, amount as b from (select r.id as a, r.* from charges c left join refunds r on r.id = c.status) "
        "order by a limit 3",
        TIES,
    ),
    ("select max(columns(['id'])), id as a, status as b from charges group by id, status order by 2 limit 1", TIES),
    ("select distinct on (currency) id as a from charges", TIES),
    ("select distinct on (currency) id as a from charges order by currency, created", TIES),
    ("select row_number() over (order by created) as a from charges", TIES),
    ("select row_number() over (partition by currency order by amount desc) as a from charges", TIES),
    ("select id as a from charges qualify row_number() over (partition by currency order by created) = 1", TIES),
    ("select ntile(4) over (order by amount) as a from charges", TIES),
    ("select lag(amount) over (order by created) as a from charges", TIES),
    ("select lead(amount) over (order by created) as a from charges", TIES),
    ("select first_value(id) over (partition by currency order by created) as a from charges", TIES),
    ("select last_value(id) over (order by created) as a from charges", TIES),
    ("select nth_value(id, 2) over (order by created) as a from charges", TIES),
    ("select sum(amount) over (order by created rows unbounded preceding) as a from charges", TIES),
    ("select sum(amount) over (rows 1 preceding) as a from charges", TIES),
    ("select max(id) over w as a from charges window w as (order by created rows 2 preceding)", TIES),
    ("select string_agg(id, ',') over (order by created) as a from charges", TIES),
    ("select row_number() over (order by c.id) as a from charges c join refunds r on r.charge_id = c.id", TIES),
    (
        "select row_number() over (order by id) as a from (select id from charges union all from refunds select id)",
        TIES,
    ),
    ("select row_number() over (order by currency) as a from charges group by currency, created", TIES),
    ("select string_agg(id, ',' order by created) as a from charges", TIES),
    ("select list(id order by created desc) as a from charges group by currency", TIES),
    ("select array_agg(distinct id order by created) as a from charges", "its SQL does not run: Binder Error"),
    ("select first(id order by created) as a from charges", TIES),
    ("select last(amount order by created) as a from charges", TIES),
    ("select any_value(id order by created) as a from charges", TIES),
    ("select arg_max(id, amount order by created) as a from charges", TIES),
    ("select arg_min(id, amount order by amount) as a from charges", TIES),
    ("select mode(currency order by created) as a from charges", TIES),
    ("select a from (pivot charges on currency in ('usd') using first(id order by created)) p(b, a)", TIES),
    ("select c.id as a from charges c asof join refunds r on c.created >= r.created", "it joins `asof` a table that"),
    ("select sum(amount / 3) as a from charges", f"its sum() {FLOATS}"),
    ("select sum(amount::double) as a from charges", f"its sum() {FLOATS}"),
    ("select avg(amount::float) as a from charges", f"its avg() {FLOATS}"),
    ("select avg(b) as a from (select avg(amount) as b from charges group by currency)", f"its avg() {FLOATS}"),
    ("select sum(amount * 1e0) over (partition by currency) as a from charges", f"its sum() {FLOATS}"),
    ("select max(amount / 3) as a from charges", f"its max() {FLOATS}"),
    ("select list(amount / 3 order by amount / 3) as a from charges", f"its list() {FLOATS}"),
    ("select max(created - timestamptz '2025-01-01') as a from charges", f"its max() {FLOATS}"),
    ("select min(id collate nocase) as a from charges", f"its arg_min() {FLOATS}"),
    ("select round(amount / 3) as a from charges group by 1", GROUPED_FLOATS),
    ("select distinct amount / 3 as a from charges", GROUPED_FLOATS),
    ("select age(created, created) as a from charges group by 1", GROUPED_FLOATS),
    ("select amount / 3 as a from charges union select 1", GROUPED_FLOATS),
    ("select amount / 3 as a from charges except select 1", GROUPED_FLOATS),
    ("select age(created, created) as a from charges order by created", "its column 'a' may be equal in rows that"),
]

ACCEPTED = [  # `rows_` stands for balance_transactions
    "select currency as a, amount as b from rows_ order by currency",
    "select currency as a, net as b from rows_ where fee = 3 order by created desc, amount nulls first",
    "select type as a, amount / 7 as b from rows_ where fee = 3 order by a",
    "select round(amount / 100) * 0 as a, id as b from rows_ order by 1",
    "select amount as a, currency as b from rows_ order by all limit 1000",
    "select amount as a, currency as b from rows_ order by currency, amount desc limit 1000 offset 77",
    "select id as a, amount as b from rows_ order by created, id limit 500",
    "select t.created as a, t.amount as b from rows_ t order by a desc, t.id limit 500",
    "select source as a, sum(amount) as b from rows_ group by source order by b desc, a limit 50",
    "select source as a, count(*) as b from rows_ group by all order by b desc, source limit 50",
    "select a, sum(b) as b from (select source as a, amount as b from rows_ order by id limit 900) group by 1",
    "select distinct on (source) source as a, id as b from rows_ order by source, created, id",
    "select distinct source as a, created as b from rows_ order by created",
    "select id as a, row_number() over (order by created, id) as b from rows_ qualify b % 9 = 0",
    "select source as a, id as b from rows_ qualify row_number() over (partition by source order by id) = 3",
    "select source as a, sum(amount) as b, row_number() over (order by sum(amount), source) as c from rows_ group by 1",
    "with d as (select date_trunc('day', created) as day, sum(amount) as s from rows_ group by 1) "
    "select day as a, sum(s) over (order by day rows unbounded preceding) as b from d",
    "with d as (select source, sum(amount) as s from rows_ group by 1) "
    "select source as a, s - lag(s) over (order by source) as b from d",
    "select distinct created as a, sum(amount) over (order by created) as b from rows_",
    "select source as a, avg(amount) over (partition by source) as b from rows_ where fee = 3",
    "select source as a, sum(fee) over (order by created range interval 3 day preceding) as b from rows_ where net = 5",
    "select amount as a, rank() over (order by amount) as b from rows_ where fee = 3",
    "select source as a, dense_rank() over (partition by source order by created) as b from rows_ where fee = 3",
    "select source as a, first_value(net) over (partition by source order by type, id) as b from rows_ where fee = 3",
    "select source as a, string_agg(currency, ',' order by currency) as b from rows_ group by 1",
    "select source as a, md5(string_agg(id, chr(10) order by created, id)) as b from rows_ group by 1",
    "select source as a, string_agg(distinct currency, chr(9) order by currency) as b from rows_ group by 1",
    "select source as a, list(distinct amount order by amount desc) as b from rows_ group by 1",
    "select source as a, first(amount order by created, id) as b from rows_ group by 1",
    "select source as a, arg_max(id, amount order by id, amount) as b from rows_ group by 1",
    "select source as a, any_value(currency order by currency) as b from rows_ group by 1",
    "select source as a, avg(amount) as b, median(fee) as c, mode(currency order by currency) as d "
    "from rows_ group by 1",
    "select source as a, sum(cast(amount / 7 as decimal(18, 4))) as b from rows_ group by 1",
    "select source as a, quantile_cont(amount, 0.3) as b, mad(fee) as c from rows_ group by 1 order by c",
    "select t.source as a, s.b from rows_ t join (select source, max(id) as b from rows_ "
    "group by 1) s using (source) order by t.id limit 700",
    "select id as a, x.b from rows_ t asof join (select created, max(amount) as b from "
    "rows_ where amount > 5 group by 1) x on t.created >= x.created order by id limit 700",
    "select currency as a, sum(amount) as b from rows_ group by rollup (currency) order by b",
]


def report(sql: str, columns: tuple[str, ...] = ("a",)) -> tuple[ReportType, str]:
    return ReportType("shop.a.1", "A", "own", "own", None, 1, (), ("n", "columns"), columns, columns, False), sql


def documented() -> list[str]:
    """The complete reports of the README and the documentation."""
    documents = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return [
        block
        for document in documents
        for block in re.findall(r"```sql\n(.*?)```", document.read_text(encoding="utf-8"), re.DOTALL)
        if block.startswith("/*")
    ]


@pytest.fixture(scope="module")
def check() -> Iterator[SqlCheck]:
    with closing(SqlCheck()) as one:
        yield one


@pytest.fixture(scope="module")
def many_rows(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Balance transactions with few different values, so that most orders have many ties."""
    path = tmp_path_factory.mktemp("ledger") / "part-0.parquet"
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        connection.execute(
            f"copy (select '{PLATFORM}' as account, 'txn_' || n as id, h % 40 - 20 as amount, h % 7 as fee, "
            "h % 40 - 20 - h % 7 as net, case h % 3 when 0 then 'usd' when 1 then 'eur' else 'jpy' end as currency, "
            "timestamptz '2025-01-01' + to_hours((h % 50)::integer * 12) as created, created as available_on, "
            "'charge' as type, 'charge' as reporting_category, 'ch_' || h % 97 as source "
            f"from (select n, (hash(n) >> 8)::bigint as h from range({ROWS}) t(n))) "
            f"to '{path}' (format parquet, row_group_size 20480)"
        )
    return path


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WarmDatabase]:
    folder = tmp_path_factory.mktemp("spill")
    with closing(WarmDatabase(memory_limit_mib=1024, threads=2, spill_folder=folder)) as one:
        yield one


@pytest.mark.parametrize(("sql", "why"), REFUSED)
def test_what_depends_on_an_order_with_ties_or_on_floating_sums_is_refused(check: SqlCheck, sql: str, why: str) -> None:
    with pytest.raises(BrokenReport, match=re.escape(why)):
        check.checked(*report(sql))


def digest(custom: CustomReport, ledger: Path, database: WarmDatabase, target: Path) -> str:
    interval = {"interval_start": at("2025-01-01"), "interval_end": at("2025-02-01")}
    values = {"account": PLATFORM, **values_of(custom.report_type, interval)}
    query = ReportQuery(custom.over(custom.report_type.columns), values, custom.report_type.columns, {})
    connection = database.showing({"balance_transactions": [str(ledger)]}, writing_to=target.parent)
    assert write_at_once(connection, query, target, QueryWatch(60, lambda part: None)) > 0
    return hashlib.sha256(target.read_bytes()).hexdigest()


def test_the_documentation_shows_complete_reports() -> None:
    assert len(documented()) >= 4


@pytest.mark.parametrize("given", [*documented(), *ACCEPTED])
def test_a_report_that_is_accepted_gives_the_same_bytes_each_time(
    check: SqlCheck, given: str, many_rows: Path, database: WarmDatabase, tmp_path: Path
) -> None:
    custom = check.checked(
        *(
            report_of(given)
            if given.startswith("/*")
            else report(given.replace("rows_", "balance_transactions"), ("a", "b"))
        )
    )

    digests = {digest(custom, many_rows, database, tmp_path / "report.csv") for _ in range(TIMES)}

    assert len(digests) == 1
