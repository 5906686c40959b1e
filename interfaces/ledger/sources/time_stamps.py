"""Time stamps that connectors put on rows: when they copied a row, or when its source last changed it, as SQL."""

from __future__ import annotations

from collections.abc import Sequence

from interfaces.ledger.checks.conversions import Value, as_text
from interfaces.ledger.sources.records import Records

STAMPS = (
    "_airbyte_extracted_at",
    "_airbyte_emitted_at",
    "_fivetran_synced",
    "_sdc_batched_at",
    "_sdc_extracted_at",
    "_dlt_load_id",
    "_cq_sync_time",
    "batch_timestamp",
    "updated",
    "updated_at",
)
"""Columns of such time stamps; the first that a row has counts."""

ENVELOPE_STAMPS = (
    "/_airbyte_extracted_at",
    "/_airbyte_emitted_at",
    "/time_extracted",
    "/emitted_at",
    "/record/emitted_at",
)
"""Where envelopes have them, as JSON pointers."""


def stamps_in(records: Records) -> list[Value]:
    """The time stamps that a record may have, the one that counts first."""
    return [*records.stamps, *records.find(STAMPS)]


def stamp_of(values: Sequence[Value]) -> str:
    """The first of them that is there, in microseconds since 1970; null without one."""
    return f"coalesce({', '.join(f'microseconds_of_text({as_text(value)})' for value in values)})" if values else "null"
