"""The format of a backup file, by its version.

1  `stored_events`; a file without a version has it
2  also `idempotency_records`, and `damaged_events`, which marks what was known to be damaged when the file was written
3  also `webhook_secrets`, so that deliveries are signed as before after a restore
4  also `audit_seal`, how far the log was sealed
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

from application.log.log_check import Numbered
from interfaces.storage.sql.event_rows import out_of_sequence_query

VERSION = 4

CREATE = f"""
create table stored_events (
    originator_id text,
    originator_version integer,
    topic text,
    state blob,
    primary key (originator_id, originator_version)
);
create table idempotency_records (
    account text not null,
    livemode integer not null,
    key text not null,
    fingerprint blob not null,
    status integer not null,
    body blob not null,
    request_id text not null,
    created bigint not null,
    primary key (account, livemode, key)
);
create table webhook_secrets (
    endpoint_id text not null,
    generation integer not null,
    secret text not null,
    primary key (endpoint_id, generation)
);
create table audit_seal (
    origin text not null,
    public_key text not null,
    size bigint not null,
    root text not null,
    position bigint not null,
    note text not null,
    previous text not null,
    sealed_at double precision not null
);
create table damaged_events (
    position integer not null,
    originator_id text,
    originator_version integer,
    reason text not null
);
pragma user_version = {VERSION};
"""

_OUT_OF_SEQUENCE = out_of_sequence_query("stored_events", "rowid")


def out_of_sequence(connection: sqlite3.Connection) -> Iterator[Numbered]:
    """The events of a backup that do not have the next version of their aggregate."""
    yield from connection.execute(_OUT_OF_SEQUENCE)


def escaped(text: bytes) -> str:
    """Text of a row; bytes that are no UTF-8 are escaped, so that damage is read and named."""
    return text.decode(errors="backslashreplace")
