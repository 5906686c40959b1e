"""Categories are derived in SQL for many rows as the domain derives them for one."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from pathlib import Path

import duckdb

from domain.ledger.reporting_category import TYPES_BY_CATEGORY
from interfaces.ledger.checks.categories import derived_category
from tests.ledger.conftest import Books
from tests.support.reference import category_of

TYPES = [*(type for types in TYPES_BY_CATEGORY.values() for type in types), "a_new_type"]
SOURCES = [None, "dp_1", "du_1", "re_1", "pyr_1", "ch_1", "dpx"]
DESCRIPTIONS = [None, "Chargeback withdrawal for ch_1", "CHARGEBACK REVERSAL", "Refund failure", "a refund failure"]
SUMS = [(-5, -5), (5, -5), (0, -5), (0, 5), (0, 0)]


def test_every_row_has_the_category_that_the_domain_gives_it() -> None:
    rows = list(product(TYPES, SOURCES, DESCRIPTIONS, SUMS))
    with duckdb.connect() as connection:
        connection.execute("create table one (type text, source text, description text, amount bigint, net bigint)")
        literals = ["(" + ", ".join(_literal(value) for value in (*row, *sums)) + ")" for *row, sums in rows]
        connection.execute(f"insert into one values {', '.join(literals)}")
        derived = connection.execute(f"select {derived_category()} from one").fetchall()

    assert [category for (category,) in derived] == [
        category_of(type, source=source, description=description, amount=amount, net=net)
        for type, source, description, (amount, net) in rows
    ]


def test_a_category_that_is_said_is_kept_whatever_the_row_looks_like(
    books: Books, csv_file: Callable[..., Path], transaction: Callable[..., dict[str, object]]
) -> None:
    dispute = {"type": "adjustment", "source": "dp_1", "amount": -500, "fee": 0, "net": -500}
    rows = [
        transaction(id="txn_1", reporting_category="", **dispute),
        transaction(id="txn_2", reporting_category="other_adjustment", **dispute),
        transaction(id="txn_3", reporting_category="revenue_share", **dispute),
    ]

    books.load("balance_transactions", csv_file(rows))

    assert books.rows("balance_transactions", "id, reporting_category") == [
        ("txn_1", "dispute"),
        ("txn_2", "other_adjustment"),
        ("txn_3", "revenue_share"),
    ]


def _literal(value: str | int | None) -> str:
    return "null" if value is None else repr(value)
