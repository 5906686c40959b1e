"""From records to rows: the SQL that converts a table's columns, and the checks that every row must pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from domain.ledger.tables import ACCOUNT, SQL_TYPES, Kind, Table
from interfaces.host.sql_text import quoted
from interfaces.ledger.checks.categories import derived_category
from interfaces.ledger.checks.conversions import (
    Value,
    as_text,
    conversion_message,
    converted,
    id_text,
    is_given,
)
from interfaces.ledger.checks.deletions import is_deleted
from interfaces.ledger.checks.file_columns import must_have_columns_once, must_have_required_columns
from interfaces.ledger.checks.named_values import NamedValues
from interfaces.ledger.checks.row_check import RowCheck
from interfaces.ledger.checks.unread_columns import ACTIVE, unread_columns
from interfaces.ledger.sources.column_names import flattened_keys, names_of
from interfaces.ledger.sources.nested_values import flattened_metadata
from interfaces.ledger.sources.records import Records
from interfaces.ledger.sources.time_stamps import stamp_of, stamps_in

_OWNER = "account"


@dataclass(frozen=True, slots=True)
class Rows:
    """The records of one file, as rows of a table.

    account       owner of the rows that name none
    owner_column  the column that names the owner; None for `account`, where the file has it
    only          which records are rows of the table, as SQL of its columns; None for all
    """

    table: Table
    records: Records
    account: str
    owner_column: str | None = None
    only: str | None = None

    def must_have_columns(self, file: str) -> None:
        """Raises `LedgerRefused` for required columns that the file lacks, and for one that is there twice."""
        if not self.records.nested:
            must_have_required_columns(self.table, self.records, file)
            must_have_columns_once(self.table, self.records, (self._owner_name, ACTIVE), file)

    @property
    def names_owners(self) -> bool:
        return bool(self._values(_OWNER))

    def unread(self) -> tuple[str, ...]:
        """The columns of the file that nothing reads."""
        if self.records.unread is not None:
            return self.records.unread
        return unread_columns(self.table, self.records, self._owner_name)

    def query(self) -> str:
        """SQL of `record`, `stamp`, `account`, `month`, the table's columns, `owner_given`, `deleted` and
        `failed_check`: the index of the first check that fails, or null."""
        failures = "\n".join(f"when {check.fails_when} then {index}" for index, check in enumerate(self.checks()))
        columns = ",\n    ".join(self._selected(column) for column in self.table.columns)
        return f"""
select
    record,
    stamp,
    coalesce(owner, {quoted(self.account)}) as {ACCOUNT},
    {"month_of(created)" if self.table.partitioned else "null"} as month,
    {columns},
    owner_given,
    deleted,
    case {failures} end as failed_check
from ({self._read()})
where {self.only or "true"}{self._without_superseded()}"""

    def message(self, check: RowCheck, record: int) -> str:
        """A query for the message about one record that fails a check."""
        return f"select {check.message} from ({self._read(with_text=True)}) where record = {record}"

    def checks(self) -> list[RowCheck]:
        """Every check of a row, in the order of the table's columns."""
        return [*self.records.checks, *self._column_checks(), *self._table_checks()]

    def _column_checks(self) -> Iterator[RowCheck]:
        for column, kind in self.table.columns.items():
            if column in self.table.required:
                empty = quoted(f"is empty, but every row of {self.table.name} needs it.")
                yield RowCheck(column, f"not {column}_given", empty)
            if kind is not Kind.TEXT and self._values(column):
                wrong = conversion_message(kind, f"{column}_text")
                yield RowCheck(column, f"{column}_given and {column} is null", wrong)
        if self.names_owners:
            wrong = "shown(owner_text) || ' is not the id of an account, such as acct_1A2b3C4d5E6f7G8h.'"
            yield RowCheck(self._owner_name, "owner_given and owner is null", wrong)

    def _table_checks(self) -> Iterator[RowCheck]:
        if self.table.name == "balance_transactions":
            difference = "cast(amount as hugeint) - fee"
            wrong = f"'net is ' || net || ', but amount - fee is ' || ({difference}) || '.'"
            yield RowCheck("net", f"net <> {difference}", wrong)

    def _without_superseded(self) -> str:
        """Keep only the active row of each key: connectors' history tables hold earlier versions of rows, too."""
        active = self.records.find((ACTIVE,))
        if not active:
            return ""
        return (
            f" qualify active or not coalesce(bool_or(active) over (partition by {', '.join(self.table.key)}), false)"
        )

    def _selected(self, column: str) -> str:
        if column == "reporting_category":
            return f"coalesce(reporting_category, {derived_category()}) as reporting_category"
        if self.table.columns[column] is Kind.METADATA:
            return f"nullif({column}, '{{}}') as {column}"
        return column

    def _read(self, *, with_text: bool = False) -> str:
        named = NamedValues(self.records.query)
        selected = ["record", *self.records.carried, f"{is_deleted(self.records)} as deleted"]
        selected.append(f"{stamp_of([named.value(value) for value in stamps_in(self.records)])} as stamp")
        for column, kind in self.table.columns.items():
            text = kind is Kind.TEXT and column not in self.table.codes
            convert = partial(converted, kind) if kind is not Kind.TEXT or text else id_text
            values = [named.value(value, is_reference=column in self.table.ids) for value in self._values(column)]
            selected += _read_column(column, SQL_TYPES[kind], convert, values, with_text, text=text)
        owners = [named.value(value) for value in self._values(_OWNER)]
        selected += _read_column("owner", "varchar", _owner, owners, with_text)
        for value in self.records.find((ACTIVE,)):
            selected.append(f"{converted(Kind.BOOLEAN, named.value(value))} as active")
        return f"select {', '.join(selected)} from ({named.query()})"

    def _values(self, column: str) -> list[Value]:
        if column == _OWNER:
            return self.records.find((self._owner_name,))
        values = self.records.find(names_of(self.table, column))
        if self.table.columns[column] is Kind.METADATA and (keys := self._flattened_keys()):
            values.append(flattened_metadata({key: self.records.column(name) for key, name in keys.items()}))
        return values

    def _flattened_keys(self) -> dict[str, str]:
        return flattened_keys(self.table, self.records.header)

    @property
    def _owner_name(self) -> str:
        return self.owner_column or ACCOUNT


def _read_column(
    name: str,
    sql_type: str,
    convert: Callable[[Value], str],
    values: Sequence[Value],
    with_text: bool,
    *,
    text: bool = False,
) -> Iterator[str]:
    """The first value that is given, converted; whether one is given; its text, for messages.

    text  whether an empty text is a value where none is given
    """
    given = [is_given(value, text=text) for value in values]
    otherwise = [convert(value) for value in values] if text else []
    yield f"cast({_first(given, [convert(value) for value in values], otherwise)} as {sql_type}) as {name}"
    yield f"({' or '.join(given) or 'false'}) as {name}_given"
    if with_text:
        yield f"{_first(given, [as_text(value) for value in values])} as {name}_text"


def _first(given: Sequence[str], expressions: Sequence[str], otherwise: Sequence[str] = ()) -> str:
    if len(expressions) < 2:
        return expressions[0] if expressions else "null"
    cases = " ".join(f"when {there} then {value}" for there, value in zip(given, expressions, strict=True))
    fallback = f" else coalesce({', '.join(otherwise)})" if otherwise else ""
    return f"case {cases}{fallback} end"


def _owner(value: Value) -> str:
    return f"account_id({value.trimmed})"
