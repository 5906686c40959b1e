"""The records of reports and Dashboard exports, one set for each table that their rows tell something of."""

from __future__ import annotations

import re
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

_WORDS = re.compile(r"\w+")

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
        query = f"with file as (\n{self._file(set(_WORDS.findall(sql)))}\n)\n{sql}"
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
            report=self.kind.name,
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
        if found and found[-1]:
            record, column, message, _ = found
            raise LedgerRefused(message, file=file, row=record, column=column)
        return self

    def _wrong_amount(self) -> str:
        """SQL of the first amount that is none: its record, its column, the message, and true.

        Without one, the first that means another amount where commas separate decimals, and false.
        """
        minor = {f"{column}_minor" for column in self.kind.amounts}
        amounts = ", ".join(
            f"{{name: {quoted(column)}, amount: {column}, currency: {currency}, minor: {column}_minor}}"
            for column, currency in self.kind.amounts.items()
        )
        return (
            f"with file as ({self._file(minor)}), "
            f"amounts as (select record, unnest([{amounts}], recursive := true) from file) "
            "select record, name, shown(amount) || ' ' || not_an_amount(amount, currency), minor is null from amounts "
            "where amount is not null and (minor is null or may_have_three_decimals(amount, currency)) "
            "order by minor is not null, record limit 1"
        )

    def _decimal_commas(self) -> str:
        return (
            f"with file as ({self._file(set(self.kind.amounts))}), "
            f"amounts as (select unnest([{', '.join(self.kind.amounts)}]) as amount from file) "
            "select bool_or(has_decimal_comma(amount)) and not bool_or(has_decimal_point(amount)) from amounts"
        )

    def _file(self, wanted: set[str]) -> str:
        """SQL of `record` and of those columns of this kind that are wanted, null where the file lacks one.

        An amount's column with `_minor` behind its name has it in minor units.
        """
        there = {display_key(column): self.records.column(column) for column in self.records.header}
        commas = self.decimal_comma or any(value.decimal_comma for value in there.values())
        amounts = {column: currency for column, currency in self.kind.amounts.items() if f"{column}_minor" in wanted}
        wanted = wanted.union(amounts, amounts.values())
        columns = [
            f"{_cell(column, there.get(column))} as {name(column)}" for column in sorted(wanted & self.kind.columns)
        ]
        columns += [f"{self._metadata(column)} as {column}" for column in self.kind.metadata if column in wanted]
        minor = [
            f"minor_units({f'with_point({column})' if commas else column}, {currency}) as {column}_minor"
            for column, currency in amounts.items()
        ]
        cells = f"select {', '.join(['record', *columns])} from ({self.records.query})"
        return f"select {', '.join(['*', *minor])} from ({cells})"

    def _metadata(self, column: str) -> str:
        keys = ((metadata_key(header), header) for header in self.records.header)
        values = {key[1]: self.records.column(header) for key, header in keys if key and key[0] == column}
        return flattened_metadata(values).expression if values else "null"

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
