"""Writes docs/reference/ledger.md from the domain: the ledger's tables, which reports read them, and their columns."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from domain.ledger.table_uses import TABLE_USES
from domain.ledger.tables import TABLES, Kind, Table
from domain.report_types import catalogue
from interfaces.engine.definitions.composition import compose
from interfaces.engine.definitions.report_definition import definition_of
from interfaces.engine.definitions.selection import Selection, columns_without_keys
from interfaces.ledger.sources.column_names import names_of

PAGE = Path(__file__).parents[1] / "docs" / "reference" / "ledger.md"

_HEAD = """\
# Tables and columns of the ledger

<!-- Made by `bash scripts/ledger-reference`; do not edit. -->

`reportrun load TABLE FILE` reads these columns. A dot leads into a nested object, which may also be flattened with `_`
or `__`, or be JSON in a cell. A row of any table may name its owner in `account`. How values are written is in
[loading](loading.md#values). Reports named here have twins about connected accounts, which read the same tables.

| kind | what it holds |
|---|---|
"""

_KINDS = {
    Kind.TEXT: "a text",
    Kind.INTEGER: "a whole number; amounts count the currency's smallest unit",
    Kind.DECIMAL: "a decimal number, kept as it is written",
    Kind.BOOLEAN: "`true` or `false`",
    Kind.TIME: "Unix seconds, or a time of ISO 8601; UTC without a zone",
    Kind.CURRENCY: "a three-letter code, such as `usd`",
    Kind.METADATA: "a JSON object of texts",
}


def ledger_reference() -> str:
    """The whole page."""
    kinds = "".join(f"| {kind} | {what} |\n" for kind, what in _KINDS.items())
    readers = _readers()
    return _HEAD + kinds + "".join(_section(table, readers.get(table.name, ())) for table in TABLES.values())


def _readers() -> dict[str, list[str]]:
    """Table -> the reports that read it when all of their columns are asked for, without their versions."""
    readers: dict[str, list[str]] = {}
    for report_type in catalogue():
        definition = definition_of(report_type)
        if definition is None:
            continue
        statement = compose(Selection(definition, columns_without_keys(report_type.columns), ("account",)))
        for table in statement.tables:
            names = readers.setdefault(table, [])
            if report_type.definition not in names:
                names.append(report_type.definition)
    return readers


def _section(table: Table, readers: list[str] | tuple[()]) -> str:
    key = ", ".join(f"`{column}`" for column in table.key)
    read_by = ", ".join(f"`{name}`" for name in sorted(readers)) or "no report; kept for custom report types"
    use = TABLE_USES.get(table.name, "")
    return (
        f"\n## {table.name}\n\n"
        + (f"{use}\n\n" if use else "")
        + f"- Key within an account: {key}\n- Read by: {read_by}\n\n"
        + "| column | kind | required | other names |\n|---|---|---|---|\n"
        + "".join(_rows(table))
    )


def _rows(table: Table) -> Iterator[str]:
    for column, kind in table.columns.items():
        others = ", ".join(f"`{name}`" for name in names_of(table, column)[1:])
        yield f"| `{column}` | {kind} | {'yes' if column in table.required else ''} | {others} |\n"


if __name__ == "__main__":
    PAGE.write_text(ledger_reference(), encoding="utf-8")
