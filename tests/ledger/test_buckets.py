"""Tables without months are divided into buckets: a changed row rewrites one of them, and older ledgers go on."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import duckdb
import pytest
from deltalake import DeltaTable, Field, Schema, write_deltalake
from deltalake.schema import PrimitiveType

from domain.ledger.tables import ACCOUNT, TABLES, Kind
from interfaces.ledger.merge.partitions import BUCKET_ROWS, MOST_BUCKETS, buckets, count_for
from tests.ledger.conftest import PLATFORM, Books

Files = Callable[..., Path]

OPEN_AND_PAID = "count(*), count(*) filter (where status = 'paid')"


def invoices(numbers: Sequence[int], status: str = "open") -> list[dict[str, object]]:
    return [{"id": f"in_{number}", "status": status, "total": number} for number in numbers]


@pytest.fixture
def small_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interfaces.ledger.merge.partitions.BUCKET_ROWS", 50)


def files_of(books: Books) -> set[str]:
    return set(books.ledger.files(books.pinned, "invoices"))


def bucket_name(file: str) -> str:
    return Path(file).parent.name.removeprefix("bucket=")


def test_the_number_of_buckets_grows_with_the_rows_and_has_an_end() -> None:
    sizes = [0, BUCKET_ROWS, BUCKET_ROWS + 1, 16 * BUCKET_ROWS, 16 * BUCKET_ROWS + 1, 10**12]

    assert [count_for(rows) for rows in sizes] == [1, 1, 4, 16, 64, MOST_BUCKETS]


@pytest.mark.parametrize("count", [4, 16, 64, 256])
def test_the_bucket_of_a_key_is_the_beginning_of_its_digest_for_ever(count: int) -> None:
    bits = count.bit_length() - 1
    for id in ("sub_1", "sub_2", "in_é"):
        digest = hashlib.md5(f"acct_a {id}".encode(), usedforsecurity=False).hexdigest()
        first = f"{int(digest[:2], 16) >> (8 - bits) << (8 - bits):02x}"[: (bits + 3) // 4]

        expression = buckets(TABLES["subscriptions"], count).of_stored
        (found,) = duckdb.execute(f"select {expression} from (select ? as account, ? as id)", ["acct_a", id]).fetchall()

        assert found == (f"{first}-of-{count}",)


@pytest.mark.usefixtures("small_buckets")
def test_a_changed_row_rewrites_one_bucket_and_the_version_before_keeps_its_rows(books: Books, csv_file: Files) -> None:
    books.load("invoices", csv_file(invoices(range(400))))
    before, files = books.pinned, files_of(books)

    books.load("invoices", csv_file(invoices([7], status="paid")))

    assert len(files) == 16
    assert len(files_of(books) - files) == len(files - files_of(books)) == 1
    assert books.rows("invoices", f"{OPEN_AND_PAID}, sum(total)") == [("400", "1", str(sum(range(400))))]
    assert books.rows("invoices", OPEN_AND_PAID, before) == [("400", "0")]


def test_a_small_table_is_one_file(books: Books, csv_file: Files) -> None:
    books.load("invoices", csv_file(invoices(range(50))))
    books.load("invoices", csv_file(invoices([7], status="paid")))

    assert len(files_of(books)) == 1


@pytest.mark.usefixtures("small_buckets")
def test_a_table_that_has_grown_is_divided_by_the_next_load_that_changes_a_row(books: Books, csv_file: Files) -> None:
    books.load("invoices", csv_file(invoices(range(40))))
    books.load("invoices", csv_file(invoices(range(40, 300))))
    appended = {bucket_name(file) for file in files_of(books)}

    books.load("invoices", csv_file(invoices([7], status="paid")))

    assert appended == {"0-of-1"}
    assert {bucket_name(file).partition("-")[2] for file in files_of(books)} == {"of-16"}
    assert books.rows("invoices", "count(distinct id), count(*)") == [("300", "300")]


@pytest.mark.usefixtures("small_buckets")
def test_a_link_that_is_taken_back_rewrites_its_bucket(books: Books, csv_file: Files) -> None:
    links = [{"payout_id": f"po_{n}", "balance_transaction_id": f"txn_{n}", "deleted": "false"} for n in range(300)]
    books.load("payout_balance_transactions", csv_file(links))
    files = set(books.ledger.files(books.pinned, "payout_balance_transactions"))

    books.load("payout_balance_transactions", csv_file([{**links[5], "deleted": "true"}]))

    now = set(books.ledger.files(books.pinned, "payout_balance_transactions"))
    assert len(files - now) == 1
    assert books.rows("payout_balance_transactions", "count(*)") == [("299",)]


@pytest.fixture
def older(books: Books) -> Books:
    """A ledger whose invoices a version of the program stored that knew no buckets."""
    types = {Kind.INTEGER: "long", Kind.BOOLEAN: "boolean", Kind.TIME: "timestamp"}
    columns = {name: types.get(kind, "string") for name, kind in TABLES["invoices"].columns.items()}
    schema = Schema([Field(name, PrimitiveType(type)) for name, type in {ACCOUNT: "string", **columns}.items()])
    (books.root / "test").mkdir(parents=True)
    table = DeltaTable.create(f"{books.root}/test/invoices", schema=schema)
    rows = f"select '{PLATFORM}' as account, 'in_' || n as id, 'open' as status, n as total from range(300) numbers(n)"
    with duckdb.connect() as connection:
        write_deltalake(table, connection.sql(rows), mode="append", schema_mode="merge")
    books.pinned = type(books.pinned)(False, 1, {"invoices": 1})
    return books


def test_an_older_ledger_is_read_and_appended_to_as_it_is(older: Books, csv_file: Files) -> None:
    older.load("invoices", csv_file(invoices([300])))

    assert older.rows("invoices", "count(*)") == [("301",)]
    assert {Path(file).parent.name for file in files_of(older)} == {"invoices"}


@pytest.mark.usefixtures("small_buckets")
def test_an_older_ledger_is_divided_by_the_first_load_that_changes_a_row(older: Books, csv_file: Files) -> None:
    before = older.pinned
    older.load("invoices", csv_file(invoices([7], status="paid")))
    files = files_of(older)

    older.load("invoices", csv_file(invoices([8], status="paid")))

    assert len(files) == 16
    assert len(files_of(older) - files) == 1
    assert older.rows("invoices", OPEN_AND_PAID) == [("300", "2")]
    assert older.rows("invoices", OPEN_AND_PAID, before) == [("300", "0")]


@pytest.mark.usefixtures("small_buckets")
def test_a_load_that_died_while_it_divided_an_older_ledger_leaves_no_trace(older: Books, csv_file: Files) -> None:
    before = older.pinned
    older.load("invoices", csv_file(invoices([7], status="paid")))
    older.pinned = before

    older.load("invoices", csv_file(invoices([8], status="paid")))

    assert older.rows("invoices", "id, status").count(("in_8", "paid")) == 1
    assert older.rows("invoices", OPEN_AND_PAID) == [("300", "1")]
