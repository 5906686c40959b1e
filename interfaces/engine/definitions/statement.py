"""A statement for the engine."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL, and what is known of it.

    parameters  names of the values that must be bound to it
    tables      the ledger's tables that it reads
    """

    sql: str
    parameters: frozenset[str] = frozenset()
    tables: tuple[str, ...] = ()
