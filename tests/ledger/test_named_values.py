"""The SQL of a file's rows: each value is computed in one place, and known by its name everywhere else."""

from __future__ import annotations

from pathlib import Path

import duckdb

from domain.ledger.tables import TABLES
from interfaces.ledger.checks.conversions import Value
from interfaces.ledger.checks.named_values import NamedValues
from interfaces.ledger.checks.rows import Rows
from interfaces.ledger.sources.formats import records_of
from interfaces.ledger.sources.source_file import read_through
from interfaces.ledger.sources.workspace import Workspace

CHARGE = (
    '{"object": "charge", "id": " ch_1 ", "amount": 1250, "currency": "EUR", "created": 1735689600, '
    '"customer": {"id": "cus_1"}, "billing_details": {"address": {"city": "Bonn"}}, "metadata": {"order_id": "7"}}'
)


def charges(conversions: duckdb.DuckDBPyConnection, folder: Path) -> Rows:
    file = folder / "charges.jsonl"
    file.write_text(CHARGE)
    workspace = Workspace(folder, 1024)
    records = records_of(conversions, read_through(file, workspace), TABLES["charges"], None, workspace)
    return Rows(TABLES["charges"], records, "acct_platform")


def test_each_value_of_an_object_is_computed_once(conversions: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rows = charges(conversions, tmp_path)
    query = rows.query()

    read = [expression for value in rows.records.extracted.values() if (expression := value.expression) in query]
    assert len(read) > 8
    assert [expression for expression in read if query.count(expression) > 1] == []


def test_named_values_are_those_of_the_object(conversions: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    query = charges(conversions, tmp_path).query()

    found = conversions.execute(
        "select id, amount, currency, epoch(created), customer_id, billing_address_city, metadata, failed_check "
        f"from ({query})"
    ).fetchall()

    assert found == [("ch_1", 1250, "eur", 1735689600.0, "cus_1", "Bonn", '{"order_id":"7"}', None)]


def test_a_column_keeps_its_own_name_and_an_expression_gets_one(conversions: duckdb.DuckDBPyConnection) -> None:
    values = NamedValues('select \'a\' as cell0, \'{"id": "b"}\' as "cell 1"')

    plain = values.value(Value("cell0", "VARCHAR"))
    reference = values.value(Value('"cell 1"', "VARCHAR"), is_reference=True)
    again = values.value(Value("upper(cell0)", "VARCHAR"))
    same = values.value(Value("upper(cell0)", "VARCHAR"))

    assert plain.expression == "cell0"
    assert again == same
    found = conversions.execute(
        f"select {plain.trimmed}, {reference.expression}, {again.expression} from ({values.query()})"
    ).fetchone()
    assert found == ("a", "b", "A")
