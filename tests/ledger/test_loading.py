"""Loads change what they should and nothing else, and every version stays as it was."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from application.ports.ledger import LedgerSource, LoadOrder
from domain.errors import LedgerBusy, LedgerRefused, StoreUnavailable
from domain.ledger.loaded_file import LoadedFile
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from tests.ledger.conftest import Books

JANUARY, FEBRUARY, MARCH = 1735689600, 1738368000, 1740787200


def test_a_load_counts_inserted_updated_and_unchanged_rows_of_each_file(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    books.load("balance_transactions", csv_file([transaction(id="txn_1"), transaction(id="txn_2")]))
    first = csv_file([transaction(id="txn_1"), transaction(id="txn_2", description="Order 2")], "first.csv")
    second = csv_file([transaction(id="txn_3", created=FEBRUARY)], "second.csv")

    outcome = books.load("balance_transactions", first, second)

    assert [replace(file, sha256="") for file in outcome.files] == [
        LoadedFile("balance_transactions", "first.csv", "", rows=2, inserted=0, updated=1, unchanged=1),
        LoadedFile("balance_transactions", "second.csv", "", rows=1, inserted=1, updated=0, unchanged=0),
    ]
    assert len({file.sha256 for file in outcome.files}) == 2
    assert outcome.created == {"balance_transactions": (JANUARY, FEBRUARY)}
    assert outcome.owners == {"acct_platform"}


def test_the_same_file_twice_changes_nothing(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    path = csv_file([transaction(id="txn_1"), transaction(id="txn_2", created=FEBRUARY)])
    first = books.load("balance_transactions", path)

    again = books.load("balance_transactions", path)

    assert again.tables == first.tables
    assert (again.files[0].inserted, again.files[0].updated, again.files[0].unchanged) == (0, 0, 2)


def test_a_file_without_rows_changes_nothing(
    books: Books,
    csv_file: Callable[..., Path],
    text_file: Callable[..., Path],
    transaction: Callable[..., dict[str, object]],
) -> None:
    books.load("balance_transactions", csv_file([transaction()]))
    before = books.pinned.tables

    outcome = books.load("balance_transactions", text_file(",".join(transaction()) + "\n", "empty.csv"))

    assert outcome.tables == before
    assert outcome.files[0].rows == 0


def test_a_changed_row_takes_the_place_of_the_old_one_also_in_another_month(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    books.load(
        "balance_transactions",
        csv_file([transaction(id="txn_1"), transaction(id="txn_2"), transaction(id="txn_3", created=MARCH)]),
    )

    books.load(
        "balance_transactions",
        csv_file([transaction(id="txn_1", created=FEBRUARY, type="payment"), transaction(id="txn_4", created=MARCH)]),
    )

    assert books.rows("balance_transactions", "id, created, type") == [
        ("txn_1", "2025-02-01 00:00:00+00", "payment"),
        ("txn_2", "2025-01-01 00:00:00+00", "charge"),
        ("txn_3", "2025-03-01 00:00:00+00", "charge"),
        ("txn_4", "2025-03-01 00:00:00+00", "charge"),
    ]


def test_a_changed_row_is_updated_in_tables_without_months_too(books: Books, csv_file: Callable[..., Path]) -> None:
    books.load("accounts", csv_file([{"id": "acct_a", "email": "a@example.com"}, {"id": "acct_b", "email": ""}]))

    books.load("accounts", csv_file([{"id": "acct_b", "email": "b@example.com"}, {"id": "acct_c", "email": ""}]))

    assert books.rows("accounts", "id, email") == [
        ("acct_a", "a@example.com"),
        ("acct_b", "b@example.com"),
        ("acct_c", None),
    ]


def test_a_changed_row_alone_in_its_month_leaves_no_trace_there(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    books.load("balance_transactions", csv_file([transaction(created=JANUARY)]))

    outcome = books.load("balance_transactions", csv_file([transaction(created=MARCH)]))

    assert outcome.created == {"balance_transactions": (MARCH, MARCH)}
    assert books.ledger.files(books.pinned, "balance_transactions", (JANUARY, FEBRUARY)) == []


def test_old_versions_stay_readable(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    books.load("balance_transactions", csv_file([transaction(description="as it was")]))
    before = books.pinned
    books.load("balance_transactions", csv_file([transaction(description="as it is")]))

    assert books.rows("balance_transactions", "description", at=before) == [("as it was",)]
    assert books.rows("balance_transactions", "description") == [("as it is",)]


def test_what_a_load_wrote_that_died_before_it_was_recorded_is_never_seen(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    books.load("balance_transactions", csv_file([transaction(id="txn_1")]))
    books.write([LedgerSource("balance_transactions", csv_file([transaction(id="txn_lost")]))])

    assert books.rows("balance_transactions", "id") == [("txn_1",)]

    books.load("balance_transactions", csv_file([transaction(id="txn_2")]))

    assert books.rows("balance_transactions", "id") == [("txn_1",), ("txn_2",)]


def test_a_table_that_only_a_dead_load_wrote_starts_empty(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    books.write([LedgerSource("balance_transactions", csv_file([transaction(id="txn_lost")]))])

    books.load("balance_transactions", csv_file([transaction(id="txn_1")]))

    assert books.rows("balance_transactions", "id") == [("txn_1",)]


def test_a_load_of_many_tables_keeps_the_others_as_they_are(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    books.load("balance_transactions", csv_file([transaction()]))

    outcome = books.load("accounts", csv_file([{"id": "acct_a"}]))

    assert outcome.tables == {"balance_transactions": 1, "accounts": 1}
    assert outcome.created == {"balance_transactions": (JANUARY, JANUARY)}


def test_a_ledger_without_rows_that_reports_are_made_of_has_no_first_and_last(
    books: Books, csv_file: Callable[..., Path]
) -> None:
    outcome = books.load("accounts", csv_file([{"id": "acct_a"}]))

    assert outcome.created == {}


def test_a_second_load_is_refused_while_one_is_under_way(books: Books) -> None:
    with (
        books.ledger.exclusive(livemode=False),
        pytest.raises(LedgerBusy, match="Another load"),
        DeltaLedger(books.root).exclusive(livemode=False),
    ):
        pass


def test_the_ledger_is_free_again_when_the_process_that_held_it_was_killed(books: Books) -> None:
    hold = (
        "import sys; from interfaces.ledger.delta.delta_ledger import DeltaLedger\n"
        "with DeltaLedger(sys.argv[1]).exclusive(livemode=False): print('held', flush=True); sys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", hold, str(books.root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(LedgerBusy), books.ledger.exclusive(livemode=False):
            pass

        holder.kill()

    with books.ledger.exclusive(livemode=False):
        pass


def test_a_load_into_the_other_mode_is_not_refused(books: Books) -> None:
    with books.ledger.exclusive(livemode=False), DeltaLedger(books.root).exclusive(livemode=True):
        pass


def test_the_ledger_is_free_again_after_a_load_that_failed(books: Books) -> None:
    with pytest.raises(RuntimeError), books.ledger.exclusive(livemode=False):
        raise RuntimeError

    with books.ledger.exclusive(livemode=False):
        pass


def test_modes_do_not_see_each_other(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    books.load("balance_transactions", csv_file([transaction()]))

    live = replace(books.pinned, livemode=True, tables={})

    assert books.ledger.files(live, "balance_transactions") == []


def test_many_small_loads_end_up_in_few_files(
    books: Books,
    csv_file: Callable[..., Path],
    transaction: Callable[..., dict[str, object]],
) -> None:
    versions = []
    for n in range(5):
        transactions = csv_file([transaction(id=f"txn_{n}")], "transactions.csv")
        accounts = csv_file([{"id": f"acct_{n}"}], "accounts.csv")
        books.load_all([LedgerSource("balance_transactions", transactions), LedgerSource("accounts", accounts)])
        versions.append(books.pinned)

    for table in ("balance_transactions", "accounts"):
        assert [len(books.ledger.files(version, table)) for version in versions] == [1, 2, 3, 1, 2]
        assert [len(books.rows(table, "id", at=version)) for version in versions] == [1, 2, 3, 4, 5]


def test_files_are_only_those_of_the_months_that_are_asked_for(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    rows = [transaction(id="txn_1"), transaction(id="txn_2", created=FEBRUARY), transaction(id="txn_3", created=MARCH)]
    books.load("balance_transactions", csv_file(rows))

    every = books.ledger.files(books.pinned, "balance_transactions")
    in_february = books.ledger.files(books.pinned, "balance_transactions", (FEBRUARY - 1, MARCH - 1))

    assert len(every) == 3
    assert len(in_february) == 1
    assert "month=2025-02" in in_february[0]


def test_a_table_that_the_pinned_ledger_does_not_name_has_no_files(books: Books) -> None:
    assert books.ledger.files(books.pinned, "charges") == []


def test_a_version_that_is_gone_says_that_the_store_is_unavailable(books: Books) -> None:
    lost = replace(books.pinned, tables={"charges": 7})

    with pytest.raises(StoreUnavailable, match="cannot be read"):
        books.ledger.files(lost, "charges")


def test_a_ledger_works_in_a_folder_with_spaces_and_accents(
    tmp_path: Path, books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    elsewhere = type(books)(tmp_path / "mes données #1")

    elsewhere.load("balance_transactions", csv_file([transaction()]))

    assert elsewhere.ledger.files(elsewhere.pinned, "balance_transactions")[0].startswith(str(tmp_path / "mes données"))


@pytest.mark.parametrize("strange", ["a[1]", "a%20b", "a^b"])
def test_a_folder_that_delta_lake_cannot_deal_with_is_refused(
    tmp_path: Path,
    books: Books,
    csv_file: Callable[..., Path],
    transaction: Callable[..., dict[str, object]],
    strange: str,
) -> None:
    elsewhere = type(books)(tmp_path / strange)

    with pytest.raises(LedgerRefused, match="A ledger cannot lie in a folder with"):
        elsewhere.load("balance_transactions", csv_file([transaction()]))


def test_a_source_file_may_have_any_name(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    outcome = books.load("balance_transactions", csv_file([transaction()], "export [1] *?.csv"))

    assert (outcome.files[0].file, outcome.files[0].inserted) == ("export [1] *?.csv", 1)


def test_progress_grows_and_ends_at_the_whole(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    reported = []
    order = LoadOrder(books.pinned, [LedgerSource("balance_transactions", csv_file([transaction()]))], "acct_platform")

    books.ledger.write(order, lambda what, part: reported.append((what, part)))

    assert [what for what, _ in reported] == ["reading rows.csv", "writing balance_transactions", "loaded"]
    assert [part for _, part in reported] == sorted(part for _, part in reported)
    assert reported[-1] == ("loaded", 1)


def test_rows_of_two_accounts_may_have_the_same_id(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    rows = [transaction(account="acct_one"), transaction(account="acct_two"), transaction(account="")]

    outcome = books.load("balance_transactions", csv_file(rows))

    assert outcome.owners == {"acct_one", "acct_two", "acct_platform"}
    assert books.rows("balance_transactions", "account, id") == [
        ("acct_one", "txn_1"),
        ("acct_platform", "txn_1"),
        ("acct_two", "txn_1"),
    ]


def test_the_owner_column_names_the_owner_and_where_it_is_empty_the_account_of_the_load_does(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    rows = [
        transaction(id="txn_1", connected_account_id="acct_seller"),
        transaction(id="txn_2", connected_account_id=""),
    ]

    outcome = books.load("balance_transactions", csv_file(rows), owner_column="connected_account_id")

    assert outcome.owners == {"acct_seller", "acct_platform"}
    assert books.rows("balance_transactions", "account, id") == [("acct_platform", "txn_2"), ("acct_seller", "txn_1")]


def test_a_link_to_a_payout_belongs_to_the_owner_of_its_transaction(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    transactions = csv_file(
        [transaction(id="txn_1", merchant="acct_seller"), transaction(id="txn_2", merchant="")], "transactions.csv"
    )
    links = [{"payout_id": "po_1", "balance_transaction_id": f"txn_{n}"} for n in (1, 2, 3)]

    books.load_all(
        [
            LedgerSource("payout_balance_transactions", csv_file(links, "links.csv")),
            LedgerSource("balance_transactions", transactions),
        ],
        owner_column="merchant",
    )

    assert books.rows("payout_balance_transactions", "account, balance_transaction_id") == [
        ("acct_platform", "txn_2"),
        ("acct_platform", "txn_3"),
        ("acct_seller", "txn_1"),
    ]


def taxed(**row: object) -> dict[str, object]:
    return {"id": "tax_1", "line_item_id": "li_1", "transaction_date": JANUARY, "currency": "usd", **row}


def test_rows_with_empty_parts_in_their_key_are_distinct_and_found_again(
    books: Books, csv_file: Callable[..., Path]
) -> None:
    there = csv_file([taxed(tax_amount=5, tax_name=""), taxed(tax_amount=7, tax_name="City tax")])
    books.load("tax_transactions", there)

    again = books.load("tax_transactions", there)
    changed = books.load("tax_transactions", csv_file([taxed(tax_amount=6, tax_name="")]))

    assert [file.unchanged for file in again.files] == [2]
    assert [file.updated for file in changed.files] == [1]
    assert sorted(books.rows("tax_transactions", "tax_amount")) == [("6",), ("7",)]


def test_a_repeated_row_with_an_empty_part_in_its_key_is_refused(books: Books, csv_file: Callable[..., Path]) -> None:
    with pytest.raises(LedgerRefused, match="'tax_1, li_1' is already in row 1"):
        books.load("tax_transactions", csv_file([taxed(tax_amount=5), taxed(tax_amount=6)]))


def test_every_table_that_reports_are_made_of_says_from_when_until_when_it_has_rows(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    books.load("balance_transactions", csv_file([transaction(created=FEBRUARY)]))

    outcome = books.load(
        "revenue_entry",
        csv_file(
            [
                {"id": "e_1", "booked_date": at, "debit": "Cash", "credit": "Revenue", "amount": 1, "currency": "usd"}
                for at in [JANUARY]
            ]
        ),
    )

    assert outcome.created == {"balance_transactions": (FEBRUARY, FEBRUARY), "revenue_entries": (JANUARY, JANUARY)}
