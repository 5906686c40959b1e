"""The rows of a log of events: their columns, and the query for those that are out of sequence."""

from __future__ import annotations

from interfaces.storage.sql.statements import statements

EVENT_COLUMNS = ("originator_id", "originator_version", "topic", "state")


def out_of_sequence_query(table: str, position: str) -> str:
    """The query for events that do not have the next version of their aggregate, in the order of aggregates."""
    text = statements("log_checks.sql")["out of sequence"]
    return text.replace("{events}", table).replace("{position}", position)
