"""A row that a load has several times counts once: when it is the same, or in its newest form."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import LedgerRefused
from tests.ledger.conftest import Books

OLD = {"id": "cus_1", "created": 1, "name": "Ada"}
NEW = {"id": "cus_1", "created": 1, "name": "Ada Lovelace"}


def test_a_row_that_a_file_repeats_with_the_same_values_counts_once(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    outcome = books.load("balance_transactions", csv_file([transaction(), transaction(id="txn_2"), transaction()]))

    (file,) = outcome.files
    assert books.rows("balance_transactions", "id") == [("txn_1",), ("txn_2",)]
    assert (file.rows, file.inserted, file.repeated) == (3, 2, 1)


def test_a_row_that_two_files_have_with_the_same_values_counts_once(
    books: Books, csv_file: Callable[..., Path]
) -> None:
    outcome = books.load("customers", csv_file([OLD], "first.csv"), csv_file([OLD], "second.csv"))

    assert [(file.inserted, file.repeated) for file in outcome.files] == [(1, 0), (0, 1)]


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        ("_airbyte_extracted_at", "2025-03-05T10:00:00.001Z", "2025-03-05T10:00:00.002Z"),
        ("_airbyte_emitted_at", "1741132800000", "1741132800001"),
        ("_fivetran_synced", "2025-03-05 10:00:00", "2025-03-05 10:00:00.5"),
        ("_sdc_batched_at", "2025-03-05 10:00:00 UTC", "2025-03-05 10:00:01 UTC"),
        ("_dlt_load_id", "1741132800.25", "1741132800.75"),
        ("updated", "999999999", "1741132800"),
    ],
)
@pytest.mark.parametrize("newest_first", [True, False])
def test_the_row_with_the_newest_time_stamp_of_the_connector_wins(
    books: Books, csv_file: Callable[..., Path], column: str, before: str, after: str, newest_first: bool
) -> None:
    rows = [{**OLD, column: before}, {**NEW, column: after}]
    rows = rows[::-1] if newest_first else rows

    one_file = books.load("customers", csv_file(rows))
    two_files = books.load("customers", csv_file(rows[:1], "a.csv"), csv_file(rows[1:], "b.csv"))

    assert books.rows("customers", "name") == [("Ada Lovelace",)]
    assert (one_file.files[0].rows, one_file.files[0].inserted, one_file.files[0].repeated) == (2, 1, 1)
    assert [file.unchanged for file in two_files.files] == ([1, 0] if newest_first else [0, 1])


def test_a_row_that_went_back_to_its_old_values_has_them(books: Books, csv_file: Callable[..., Path]) -> None:
    rows = [{**row, "updated": second} for second, row in enumerate([OLD, NEW, OLD])]

    books.load("customers", csv_file(rows))

    assert books.rows("customers", "name") == [("Ada",)]


@pytest.mark.parametrize(
    "stamped",
    [
        lambda row, at: {"_airbyte_extracted_at": at, "_airbyte_data": row},
        lambda row, at: {"type": "RECORD", "stream": "customers", "record": row, "time_extracted": at},
        lambda row, at: {"type": "RECORD", "record": {"stream": "customers", "data": row, "emitted_at": at}},
        lambda row, at: {"stream": "customers", "data": row, "emitted_at": at},
        lambda row, at: {**row, "_sdc_batched_at": at},
    ],
    ids=["Airbyte raw", "Singer", "Airbyte message", "stream", "Stitch"],
)
def test_the_time_stamp_of_an_envelope_counts(
    books: Books,
    json_file: Callable[..., Path],
    stamped: Callable[[dict[str, object], str], dict[str, object]],
) -> None:
    rows = [stamped(NEW, "2025-03-05T10:00:00Z"), stamped(OLD, "2025-03-05T09:00:00Z")]

    books.load("customers", json_file(rows))

    assert books.rows("customers", "name") == [("Ada Lovelace",)]


def test_the_time_stamp_of_a_raw_table_counts(books: Books, csv_file: Callable[..., Path]) -> None:
    rows = [
        {"_airbyte_extracted_at": f"2025-03-05 1{hour}:00:00+00", "_airbyte_data": json.dumps(row)}
        for hour, row in enumerate([OLD, NEW])
    ]

    books.load("customers", csv_file(rows))

    assert books.rows("customers", "name") == [("Ada Lovelace",)]


@pytest.mark.parametrize("stamps", [("", ""), ("2025-03-05", "2025-03-05"), ("2025-03-05", "")])
def test_rows_that_differ_are_refused_when_no_time_stamp_decides(
    books: Books, csv_file: Callable[..., Path], stamps: tuple[str, str]
) -> None:
    rows = [{**row, "_fivetran_synced": at} for row, at in zip([OLD, NEW], stamps, strict=True)]

    with pytest.raises(LedgerRefused, match="row 2, column id: 'cus_1' is already in row 1"):
        books.load("customers", csv_file(rows))


def test_a_deletion_that_is_newest_wins(books: Books, csv_file: Callable[..., Path]) -> None:
    link = {"payout_id": "po_1", "balance_transaction_id": "txn_1"}
    rows = [
        {**link, "_fivetran_synced": "2025-03-05", "_fivetran_deleted": "false"},
        {**link, "_fivetran_synced": "2025-03-06", "_fivetran_deleted": "true"},
    ]

    books.load("payout_balance_transactions", csv_file(rows[:1]))
    books.load("payout_balance_transactions", csv_file(rows))

    assert books.rows("payout_balance_transactions") == []
