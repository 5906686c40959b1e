"""Values inside others, as SQL: in structs and lists of Parquet, and in JSON that is written into a cell."""

from __future__ import annotations

from collections.abc import Mapping

from interfaces.host.sql_text import quoted
from interfaces.ledger.checks.conversions import Value, as_text
from interfaces.ledger.sources.column_names import Place, pointer


def nested_value(column: Value, steps: Place) -> Value:
    """A value inside a column's cells; null where a cell holds no JSON."""
    return Value(f"nested_text({as_text(column)}, {quoted(pointer(steps))})", "VARCHAR")


def flattened_metadata(values: Mapping[str, Value]) -> Value:
    """The metadata whose keys have columns of their own, as a JSON object; null when all are empty."""
    pairs = ", ".join(f"{{'key': {quoted(key)}, 'value': {as_text(value)}}}" for key, value in values.items())
    return Value(f"metadata_of_pairs([{pairs}])", "VARCHAR")
