"""Conversions of file values into column types: SQL expressions that are null for a value that cannot be converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING

from domain.instants import LATEST
from domain.ledger.tables import Kind
from domain.money import CURRENCIES, THREE_DECIMAL, ZERO_DECIMAL
from interfaces.host.sql_text import quoted, text_list
from interfaces.ledger.checks.categories import type_of_category

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MINOR_UNITS = (
    f"case when currency in {tuple(sorted(ZERO_DECIMAL))} then 1 "
    f"when currency in {tuple(sorted(THREE_DECIMAL))} then 1000 else 100 end"
)

_INTEGERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
DECIMALS = ("DECIMAL",)
_FLOATS = ("FLOAT", "DOUBLE")
_TIMES = ("TIMESTAMP", "DATE")
_NESTED = ("STRUCT", "MAP")


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a record in SQL, and its DuckDB type: `VARCHAR` for all that comes as text.

    decimal_comma  whether decimals in the text have a comma
    trimmed        the name of its text without the spaces around it, once that has one
    """

    expression: str
    type: str
    decimal_comma: bool = False
    trimmed: str = ""

    def is_a(self, types: Sequence[str]) -> bool:
        return self.type.startswith(tuple(types)) and not self.type.endswith("]")

    @property
    def is_nested(self) -> bool:
        return self.type.startswith(_NESTED) or self.type.endswith("]")


def create_conversions(connection: DuckDBPyConnection) -> None:
    """Create the macros that the expressions below use."""
    connection.execute(f"create macro latest() as {LATEST}")
    connection.execute(f"create macro minor_units_of(currency) as {_MINOR_UNITS}")
    connection.execute(f"create macro type_of_category(category) as {type_of_category()}")
    connection.execute(files(__package__).joinpath("conversions.sql").read_text("utf-8"))
    connection.execute(
        f"create macro currency_code(text) as case when lower(text) in {text_list(CURRENCIES)} then lower(text) end"
    )


def as_text(value: Value) -> str:
    """The value as text; null for a missing value. An empty text is one."""
    if value.is_nested:
        return f"cast(to_json({value.expression}) as varchar)"
    if value.is_a(_FLOATS):
        return f"cast(nullif({value.expression}, 'nan') as varchar)"
    if value.type == "VARCHAR":
        return value.expression
    return f"cast({value.expression} as varchar)"


def is_given(value: Value, *, text: bool) -> str:
    """Whether the file has a value there. text: whether the column holds text, where `NULL` may be a name"""
    if value.type == "VARCHAR":
        return (
            f"coalesce({value.trimmed} <> '', false)" if text else f"coalesce(not is_missing({value.trimmed}), false)"
        )
    if value.is_a(_FLOATS):
        return f"coalesce(not isnan({value.expression}), false)"
    return f"{value.expression} is not null"


def converted(kind: Kind, value: Value) -> str:
    """The value in its column's type."""
    if kind is Kind.TEXT:
        return as_text(value)
    for types, macro in _FROM_TYPES.get(kind, {}).items():
        if value.is_a(types):
            return f"{macro}({value.expression})"
    text = value.trimmed
    if value.decimal_comma and kind in (Kind.INTEGER, Kind.DECIMAL):
        text = f"replace({text}, ',', '.')"
    return f"{_FROM_TEXT[kind]}({text})"


def id_text(value: Value) -> str:
    """The value as an id: trimmed text."""
    return f"id_of_trimmed({value.trimmed})"


def conversion_message(kind: Kind, text: str) -> str:
    """The message about a value that cannot be converted. text: the value, as SQL of a text."""
    reason = _REASONS.get(kind)
    problem = f"{reason}(trim({text}))" if reason else quoted(_EXPECTED[kind])
    return f"shown({text}) || ' ' || {problem}"


_FROM_TYPES = {
    Kind.INTEGER: {_INTEGERS: "whole_integer", DECIMALS: "whole_decimal", _FLOATS: "whole_float"},
    Kind.TIME: {_TIMES: "instant", (*_INTEGERS, *DECIMALS, *_FLOATS): "instant_of_number"},
}
"""Macros for values that are already typed."""

_FROM_TEXT = {
    Kind.INTEGER: "whole_number",
    Kind.DECIMAL: "decimal_text",
    Kind.BOOLEAN: "truth",
    Kind.TIME: "instant_of_text",
    Kind.CURRENCY: "currency_code",
    Kind.METADATA: "metadata_text",
}

_REASONS = {Kind.INTEGER: "not_whole", Kind.TIME: "not_a_time"}
"""Macros that say why a text is no such value."""

_EXPECTED = {
    Kind.DECIMAL: "is not a decimal number, such as 1.0937.",
    Kind.BOOLEAN: "is neither true nor false.",
    Kind.CURRENCY: "is not a known currency. Give its three-letter code, such as usd.",
    Kind.METADATA: 'is not a JSON object, such as {"order_id": "6735"}.',
}
