"""A ledger in a temporary folder, and the files that are loaded into it."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from application.ports.ledger import LedgerSource, LoadOrder, LoadOutcome
from domain.ledger.ledger import PinnedLedger
from interfaces.ledger.checks.conversions import create_conversions
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from tests.ledger.growing_site import GrowingSite
from tests.support.stores import stores_in

PLATFORM = "acct_platform"

Row = Mapping[str, object]


class Books:
    """A ledger together with the version of it that readers see: what loads bring is recorded at once."""

    def __init__(self, root: Path, livemode: bool = False) -> None:
        self.root = root
        self.ledger = DeltaLedger(root)
        self.pinned = PinnedLedger(livemode, 0, {})

    def load(self, table: str, *paths: Path, **order: Any) -> LoadOutcome:
        return self.load_all([LedgerSource(table, path) for path in paths], **order)

    def load_all(self, sources: Sequence[LedgerSource], **order: Any) -> LoadOutcome:
        outcome = self.write(sources, **order)
        self.pinned = PinnedLedger(self.pinned.livemode, self.pinned.version + 1, outcome.tables)
        return outcome

    def write(self, sources: Sequence[LedgerSource], **order: Any) -> LoadOutcome:
        """Load as a process does that dies before it records what it wrote. order: more of the `LoadOrder`"""
        with self.ledger.exclusive(self.pinned.livemode):
            return self.ledger.write(LoadOrder(self.pinned, sources, PLATFORM, **order), lambda what, part: None)

    def rows(self, table: str, columns: str = "*", at: PinnedLedger | None = None) -> list[tuple[str | None, ...]]:
        """All rows as text, times in UTC, in the order of their text."""
        files = self.ledger.files(at or self.pinned, table)
        if not files:
            return []
        with duckdb.connect() as connection:
            connection.execute("set TimeZone = 'UTC'")
            rows = f"select {columns} from read_parquet({files!r}, hive_partitioning = false)"
            return connection.execute(f"select cast(columns(*) as varchar) from ({rows}) order by all").fetchall()


@pytest.fixture
def conversions() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database with the macros that read values."""
    with duckdb.connect() as connection:
        connection.execute("set TimeZone = 'UTC'")
        create_conversions(connection)
        yield connection


@pytest.fixture
def books(tmp_path: Path) -> Books:
    return Books(tmp_path / "ledger")


@pytest.fixture
def csv_file(tmp_path: Path) -> Callable[..., Path]:
    def write(rows: Sequence[Row], name: str = "rows.csv") -> Path:
        path = tmp_path / name
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        return path

    return write


@pytest.fixture
def text_file(tmp_path: Path) -> Callable[..., Path]:
    def write(text: str | bytes, name: str = "rows.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def json_file(tmp_path: Path) -> Callable[..., Path]:
    def write(objects: Iterable[Row], name: str = "rows.jsonl") -> Path:
        path = tmp_path / name
        path.write_text("".join(json.dumps(item) + "\n" for item in objects), encoding="utf-8")
        return path

    return write


@pytest.fixture
def parquet_file(tmp_path: Path) -> Callable[..., Path]:
    def write(select: str, name: str = "rows.parquet") -> Path:
        path = tmp_path / name
        duckdb.execute(f"copy ({select}) to '{path}' (format parquet)")
        return path

    return write


@pytest.fixture
def transaction() -> Callable[..., dict[str, object]]:
    """A balance transaction of 10.00 usd at the beginning of 2025, but for what is said."""

    def make(**but: object) -> dict[str, object]:
        return {
            "id": "txn_1",
            "amount": 1000,
            "fee": 59,
            "net": 941,
            "currency": "usd",
            "created": 1735689600,
            "available_on": 1735862400,
            "type": "charge",
            "description": "Order 1",
            "source": "ch_1",
            **but,
        }

    return make


@pytest.fixture
def growing(tmp_path: Path) -> Iterator[GrowingSite]:
    with stores_in(tmp_path / "data") as stores:
        yield GrowingSite(tmp_path, stores.events)
