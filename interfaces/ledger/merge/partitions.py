"""The partitions of a table, which are what a load writes again when rows of them change: months, or buckets.

A table without months is divided into buckets by a digest of its rows' keys. It is one bucket at first, and gets four
times as many whenever they hold more than they should, by the next load that changes a row. Their names are as
`0c-of-64`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from domain.ledger.tables import ACCOUNT, Table
from interfaces.ledger.delta.delta_tables import BUCKET, MONTH
from interfaces.ledger.delta.pinned_files import DataFile

BUCKET_ROWS = 100_000
"""A bucket is to hold no more: it is written again for one changed row, in a fraction of a second."""

MOST_BUCKETS = 256

_STEP = 4

_QUARTERS = ("0123456789abcdef", "000044448888cccc")
"""Hexadecimal digits, and for each the first digit of the quarter that it is in."""


@dataclass(frozen=True, slots=True)
class Partitions:
    """How a table is partitioned.

    column     None for a table that an older version of the program made without partitions
    of_stored  the SQL expression for the partition of a stored row
    of_staged  the same for a staged row
    """

    column: str | None
    of_stored: str
    of_staged: str


MONTHS = Partitions(MONTH, "month_of(created)", MONTH)

NONE = Partitions(None, "null", "null")


def buckets(table: Table, count: int) -> Partitions:
    """`count` buckets, a power of four."""
    bucket = _bucket_of_row(table, count)
    return Partitions(BUCKET, bucket, bucket)


def count_for(rows: int) -> int:
    """How many buckets a table of so many rows is divided into."""
    count = 1
    while rows > count * BUCKET_ROWS and count < MOST_BUCKETS:
        count *= _STEP
    return count


def count_of(files: Iterable[DataFile]) -> int | None:
    """How many buckets the files of a table are divided into; None without files, or for a table without buckets."""
    found = (re.fullmatch(r"[0-9a-f]*-of-([0-9]+)", file.partition or "") for file in files)
    return max((int(name[1]) for name in found if name), default=None)


def _bucket_of_row(table: Table, count: int) -> str:
    """The name of the bucket that a row is in. Stored rows are found by it, so it must give the same for ever."""
    if count == 1:
        return "'0-of-1'"
    digest = f"md5(concat_ws(' ', {', '.join((ACCOUNT, *table.key))}))"
    whole_digits, half_digits = divmod(count.bit_length() - 1, 4)
    parts = [f"{digest}[1:{whole_digits}]"] if whole_digits else []
    if half_digits:
        place = whole_digits + 1
        parts.append(f"translate({digest}[{place}:{place}], '{_QUARTERS[0]}', '{_QUARTERS[1]}')")
    return f"({' || '.join(parts)} || '-of-{count}')"
