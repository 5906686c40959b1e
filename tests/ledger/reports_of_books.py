"""Reports over the ledger of a test, and API objects written as files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from application.ports.ledger import LedgerSource
from domain.ledger.ledger import PinnedLedger
from domain.report_types import catalogue
from tests.ledger.conftest import Books
from tests.support.api_objects import Objects, api_objects
from tests.support.row_ledger import Reports

METADATA = ["payment_metadata[order_id]", "refund_metadata[reason]", "transfer_metadata[batch]"]
"""Every key that the objects of `api_objects` have."""


class CurrentLedger:
    """Implements `PinnedReader` over what the books hold now."""

    def __init__(self, books: Books) -> None:
        self._books = books

    @property
    def pinned(self) -> PinnedLedger:
        return self._books.pinned

    def files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        return self._books.ledger.files(ledger, table, created)

    def rows(self, ledger: PinnedLedger, table: str) -> int | None:
        return self._books.ledger.rows(ledger, table)


def report(books: Books, report_type: str, start: str | None = None, end: str | None = None, **parameters: Any) -> str:
    return Reports(CurrentLedger(books), books.root.parent).csv(report_type, start, end, **parameters)


def as_json_lines(objects: Objects, folder: Path) -> list[LedgerSource]:
    folder.mkdir(parents=True, exist_ok=True)
    sources = []
    for table, rows in objects.items():
        path = folder / f"{table}.jsonl"
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
        sources.append(LedgerSource(table, path))
    return sources


def api_books(folder: Path) -> Books:
    """Books that hold the API's objects."""
    books = Books(folder / "api" / "ledger")
    books.load_all(as_json_lines(api_objects(), folder / "objects"))
    return books


def all_columns(report_type: str) -> list[str]:
    """Every column of a type; of metadata the keys that the objects have."""
    known = catalogue().get(report_type)
    assert known is not None
    columns = [column for column in known.columns if "[key]" not in column]
    return columns + [key for key in METADATA if f"{key.partition('[')[0]}[key]" in known.columns]
