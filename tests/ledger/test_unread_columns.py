"""Columns that nothing reads are named, and refused when a load is strict."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from application.ports.ledger import LedgerSource, LoadOrder, LoadOutcome
from domain.errors import LedgerRefused
from tests.ledger.conftest import Books

ADA = {"id": "cus_1", "object": "customer", "created": 1, "address": {"city": "Lille"}, "metadata": {"tier": "gold"}}


def test_columns_that_nothing_reads_are_named_as_the_file_writes_them(
    books: Books, csv_file: Callable[..., Path]
) -> None:
    row = {"id": "cus_1", "Created": 1, "metadata.tier": "gold", "address__city": "Lille", "Tax Exempt": "none"}

    outcome = books.load("customers", csv_file([{**row, "_dlt_id": "x"}]))

    (file,) = outcome.files
    assert file.unread == ("Tax Exempt", "_dlt_id")
    assert file.unread_data == ("Tax Exempt",)


def test_keys_of_any_api_object_count(books: Books, json_file: Callable[..., Path]) -> None:
    outcome = books.load("customers", json_file([ADA, {**ADA, "id": "cus_2", "balance": 0, "_sdc_sequence": 1}]))

    (file,) = outcome.files
    assert set(file.unread) == {"balance", "_sdc_sequence"}


def strictly(books: Books, path: Path) -> LoadOutcome:
    order = LoadOrder(books.pinned, [LedgerSource("customers", path)], "acct_platform", strict=True)
    return books.ledger.write(order, lambda what, part: None)


def test_a_strict_load_refuses_them(books: Books, csv_file: Callable[..., Path]) -> None:
    with pytest.raises(LedgerRefused) as refused:
        strictly(books, csv_file([{"id": "cus_1", "created": 1, "balance": 0, "tax_exempt": "none", "_dlt_id": "x"}]))

    assert str(refused.value) == (
        "rows.csv: Nothing reads the columns balance, tax_exempt. Leave them out, or load without --strict."
    )


def test_a_strict_load_takes_the_bookkeeping_of_connectors(books: Books, csv_file: Callable[..., Path]) -> None:
    outcome = strictly(books, csv_file([{"id": "cus_1", "created": 1, "_fivetran_synced": "2025-01-01"}]))

    assert outcome.files[0].inserted == 1


def test_a_column_without_a_name_goes_by_its_position(books: Books, text_file: Callable[..., Path]) -> None:
    outcome = books.load("customers", text_file("id,name,\ncus_1,Ada,\n"))

    assert [file.unread for file in outcome.files] == [("(column 3)",)]
