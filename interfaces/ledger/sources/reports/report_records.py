"""The records of reports and Dashboard exports, one set for each table that their rows tell something of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING

from domain.errors import LedgerRefused
from interfaces.host.sql_text import name, quoted
from interfaces.ledger.checks.conversions import DECIMALS, Value, as_text
from interfaces.ledger.sources.column_names import header_key
from interfaces.ledger.sources.nested_values import flattened_metadata
from interfaces.ledger.sources.records import Records
from interfaces.ledger.sources.reports.report_files import ReportFile, display_key, metadata_key

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TEXTS = ("description", "name", "email", "address", "descriptor", "number", "message")
"""Parts of names of columns in which an empty text is a text."""

_LOCAL = ("created", "effective_at", "automatic_payout_effective_at", "available_on")
"""Columns of reports that are in the zone of the report, which the file does not name."""


@dataclass(frozen=True, slots=True)
class ReportRecords:
    """A file's records, read as one kind of report.

    decimal_comma  whether its amounts have decimal commas, so that 1,500 cannot be thousands
    """

    kind: ReportFile
    records: Records
    decimal_comma: bool = False

    def of(self, connection: DuckDBPyConnection, table: str) -> Records:
        """What the records tell of a table."""
        sql = files(__package__).joinpath(f"sql/{self.kind.name}.{table}.sql").read_text("utf-8")
        query = f"with file as (\n{self._file()}\n)\n{sql}"
        described = connection.execute(f"describe {query}").fetchall()
        columns = {
            header_key(column): Value(name(column), type) for column, type, *_ in described if column != "record"
        }
        normalized = self.records.normalized
        return Records(
            query,
            (),
            columns,
            normalized=normalized and (lambda: replace(self, records=normalized()).of(connection, table)),
            warnings=tuple(self._warnings()) if table == self.kind.parts[0] else (),
            unread=self._unread(),
        )

    def must_have_amounts(self, connection: DuckDBPyConnection, file: str) -> ReportRecords:
        """The same, from the normalized copy if need be. Raises `LedgerRefused` for the first amount that is none."""
        import duckdb

        try:
            found = connection.execute(self._wrong_amount()).fetchone()
        except duckdb.OutOfMemoryException:
            raise
        except duckdb.Error:
            if self.records.normalized is None:
                raise
            return replace(self, records=self.records.normalized()).must_have_amounts(connection, file)
        if found and not self.decimal_comma and connection.execute(self._decimal_commas()).fetchone() == (True,):
            return replace(self, decimal_comma=True).must_have_amounts(connection, file)
        if found:
            record, column, message = found
            raise LedgerRefused(message, file=file, row=record, column=column)
        return self

    def _wrong_amount(self) -> str:
        amounts = " union all ".join(
            f"select record, {quoted(column)} as name, {column} as amount, {currency} as currency from file "
            f"where {column} is not null and {column}_minor is null"
            for column, currency in self.kind.amounts.items()
        )
        message = "shown(amount) || ' ' || not_an_amount(amount, currency)"
        return f"with file as ({self._file()}) select record, name, {message} from ({amounts}) order by record limit 1"

    def _decimal_commas(self) -> str:
        return (
            f"with file as ({self._file()}), "
            f"amounts as (select unnest([{', '.join(self.kind.amounts)}]) as amount from file) "
            "select bool_or(has_decimal_comma(amount)) and not bool_or(has_decimal_point(amount)) from amounts"
        )

    def _file(self) -> str:
        """SQL of the columns of this kind by name, null where the file lacks one; amounts in minor units, too."""
        there = {display_key(column): self.records.column(column) for column in self.records.header}
        keys: dict[str, dict[str, Value]] = {column: {} for column in self.kind.metadata}
        for column in self.records.header:
            found = metadata_key(column)
            if found and found[0] in keys:
                keys[found[0]][found[1]] = self.records.column(column)
        columns = [f"{_cell(column, there.get(column))} as {name(column)}" for column in sorted(self.kind.columns)]
        columns += [
            f"{flattened_metadata(values).expression if values else 'null'} as {column}"
            for column, values in keys.items()
        ]
        commas = self.decimal_comma or any(value.decimal_comma for value in there.values())
        amounts = [
            f"minor_units({f'with_point({column})' if commas else column}, {currency}) as {column}_minor"
            for column, currency in self.kind.amounts.items()
        ]
        return f"select *, {', '.join(amounts)} from (select record, {', '.join(columns)} from ({self.records.query}))"

    def _unread(self) -> tuple[str, ...]:
        return tuple(
            column
            for column in self.records.header
            if display_key(column) not in self.kind.columns
            and (metadata_key(column) or ("",))[0] not in self.kind.metadata
        )

    def _warnings(self) -> Iterator[str]:
        keys = {display_key(column) for column in self.records.header}
        local = [column for column in _LOCAL if column in keys and f"{column}_utc" not in keys]
        if local and not self.kind.utc:
            yield (
                f"The times in {', '.join(local)} are read as UTC. If the report is for another timezone, make it "
                f"again with {', '.join(f'{column}_utc' for column in local)}."
            )
        if self.kind.name == "payouts_export" and "automatic" not in keys:
            yield "The file does not say which payouts are automatic. All but instant ones are taken as automatic."


def _cell(column: str, value: Value | None) -> str:
    if value is None:
        return "cast(null as varchar)"
    text = f"cast({as_text(value)} as varchar)"
    if value.is_a(DECIMALS):
        text = f"without_zeros({text})"
    if column.endswith("currency"):
        return f"lower(nullif(trim({text}), ''))"
    return text if any(part in column for part in _TEXTS) else f"nullif(trim({text}), '')"
