"""Marks of deleted rows: those of the API, of connectors and of change data capture, as SQL."""

from __future__ import annotations

from interfaces.ledger.checks.conversions import as_text
from interfaces.ledger.sources.records import Records

MARKS = ("deleted", "_fivetran_deleted", "_sdc_deleted_at", "_ab_cdc_deleted_at", "__deleted", "is_deleted")
"""Columns that are true, or hold a time, for a row that was deleted."""

OPERATIONS = ("__op", "_change_type")
"""Columns that name what happened to a row."""

_NOT_DELETED = "'', 'false', 'f', '0', 'no', 'n', 'null', '\\N', 'nan'"


def is_deleted(records: Records) -> str:
    """Whether a record is marked as deleted."""
    marks = [f"lower(trim({as_text(mark)})) not in ({_NOT_DELETED})" for mark in records.find(MARKS)]
    marks += [f"lower(trim({as_text(name)})) in ('d', 'delete', 'deleted')" for name in records.find(OPERATIONS)]
    return f"coalesce({' or '.join(marks)}, false)" if marks else "false"
