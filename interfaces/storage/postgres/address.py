"""The address of a PostgreSQL database: what is wrong with it, and why no connection was made, without its secrets."""

from __future__ import annotations

import re
from functools import lru_cache

import psycopg
from psycopg.conninfo import conninfo_to_dict

from domain.errors import StoreUnavailable

SETTING = "REPORTRUN_DATABASE_URL"

MALFORMED = (
    f"{SETTING} is malformed, and is not shown, since it may hold a password. Give "
    "postgresql://user:password@host:port/name, with special characters of its parts percent-encoded: @ as %40, / as "
    "%2F, : as %3A, % as %25."
)

TOO_MANY = (
    "The database has no connection free for this process. Raise its max_connections, or run fewer servers and "
    "workers: a server takes up to 4 connections and REPORTRUN_DATABASE_POOL_SIZE more, a worker takes 2."
)

_REFUSALS = {
    "too many clients": TOO_MANY,
    "too many connections": TOO_MANY,
    "connection slots are reserved": TOO_MANY,
    "password authentication failed": f"The database refuses the user or the password. Check both in {SETTING}.",
    "no password supplied": f"The database asks for a password, and {SETTING} has none.",
    "no pg_hba.conf entry": "The database lets this user in from no such address. Add it to its pg_hba.conf.",
    "does not exist": f"The database server has no such database or user. Create it, or mend {SETTING}.",
    "failed to resolve host": f"The host of the database cannot be found. Check its name in {SETTING}.",
}
"""What the server or the driver says, and what that means for the operator."""

UNREACHABLE = "The database cannot be reached now. Try again in a moment."


@lru_cache(maxsize=8)
def must_be_well_formed(address: str) -> None:
    """Raises `StoreUnavailable` for an address in which a part of the password may be taken for another part."""
    if not _is_well_formed(address):
        raise StoreUnavailable(MALFORMED)


def _is_well_formed(address: str) -> bool:
    try:
        parts = conninfo_to_dict(address)
    except psycopg.Error:
        return False
    ports = str(parts.get("port") or "")
    if not re.fullmatch(r"\d{0,5}(,\d{0,5})*", ports, re.ASCII):
        return False
    return not re.search(r"[@/:]", f"{parts.get('dbname') or ''}") and "@" not in f"{parts.get('host') or ''}"


def shown(address: str) -> str:
    """Host and name of the database, for sentences: no user, no password."""
    if not _is_well_formed(address):
        return "PostgreSQL"
    parts = conninfo_to_dict(address)
    port = f":{parts['port']}" if parts.get("port") else ""
    return f"PostgreSQL on {parts.get('host') or 'this machine'}{port}, database {parts.get('dbname') or 'of the user'}"


def refusal(error: Exception) -> str:
    """Why no connection was made, without what the driver says: that may quote the address."""
    text = str(error)
    return next((sentence for sign, sentence in _REFUSALS.items() if sign in text), UNREACHABLE)
