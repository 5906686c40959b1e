"""Folders and buckets that cannot be read or written: the reason and the remedy are named."""

from __future__ import annotations

import errno
import socket
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from deltalake import DeltaTable

from domain.errors import LedgerBusy, StoreUnavailable
from domain.ledger.ledger import PinnedLedger
from domain.ledger.tables import TABLES
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.delta.delta_tables import DeltaFolder
from interfaces.ledger.delta.storage_errors import write_errors
from tests.ledger.conftest import Books
from tests.support.disks import filled, read_only, small_disk

Files = Callable[..., Path]

ROWS = [{"id": f"in_{number}", "total": number} for number in range(1000)]

PINNED = PinnedLedger(False, 1, {"invoices": 1})

NO_RETRIES = {"max_retries": "0", "retry_timeout": "1s"}


@pytest.fixture
def closed_port(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A storage that nothing listens for."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{bound.getsockname()[1]}")
        for name, value in {"ALLOW_HTTP": "true", "REGION": "us-east-1"}.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        for name in ("ACCESS_KEY_ID", "SECRET_ACCESS_KEY"):
            monkeypatch.setenv(f"AWS_{name}", "test")
        yield


@pytest.mark.usefixtures("closed_port")
def test_a_bucket_that_does_not_answer_is_a_store_that_is_unavailable() -> None:
    ledger = DeltaLedger("s3://reports/ledger", NO_RETRIES)

    with pytest.raises(StoreUnavailable, match=r"^The bucket of the ledger cannot be read now\. The storage does not"):
        ledger.files(PINNED, "invoices")
    with pytest.raises(StoreUnavailable, match="bucket of the ledger cannot be read now"):
        ledger.has_values(PINNED, "invoices", "total")
    assert ledger.rows(PINNED, "invoices") is None
    assert ledger.spans(PinnedLedger(False, 1, {"balance_transactions": 1})) == {}


@pytest.mark.usefixtures("closed_port")
def test_a_bucket_that_does_not_answer_is_named_to_who_writes_there() -> None:
    folder = DeltaFolder(TABLES["invoices"], "s3://reports/ledger/test/invoices", NO_RETRIES)

    with pytest.raises(
        StoreUnavailable, match=r"now, in s3://reports/ledger/test/invoices\. The storage does not answer"
    ):
        folder.ready_for_load(None)


@pytest.mark.parametrize("made_before", [False, True], ids=["a new table", "one with rows"])
def test_a_full_disk_is_named_with_the_folder_and_the_cure(tmp_path: Path, csv_file: Files, made_before: bool) -> None:
    with small_disk(tmp_path / "disk", kib=512) as disk:
        books = Books(disk / "ledger")
        if made_before:
            books.load("invoices", csv_file(ROWS[:1]))

        with filled(disk), pytest.raises(StoreUnavailable) as refused:
            books.load("invoices", csv_file(ROWS))

        assert str(refused.value) == (
            f"The ledger cannot be written to now, in {disk}/ledger/test/invoices. No space left on device. "
            "Make room on its disk."
        )


def test_a_read_only_disk_is_named_with_the_folder_and_the_cure(books: Books, csv_file: Files) -> None:
    books.load("invoices", csv_file(ROWS[:1]))
    invoices = books.root / "test" / "invoices"

    with read_only(invoices), pytest.raises(StoreUnavailable) as refused:
        books.load("invoices", csv_file(ROWS))

    assert str(refused.value) == (
        f"The ledger cannot be written to now, in {invoices}. Read-only file system. "
        "Have it mounted for writing, or name another place."
    )


def test_a_checkpoint_that_cannot_be_written_is_named(books: Books, csv_file: Files) -> None:
    books.load("invoices", csv_file(ROWS[:1]))
    folder = DeltaFolder(TABLES["invoices"], f"{books.root}/test/invoices", None)
    table = folder.at(1)

    with read_only(books.root), pytest.raises(StoreUnavailable, match="Read-only file system"):
        folder.checkpoint_if_due(table, base=-10)


def test_who_is_second_to_create_a_table_is_told_of_the_other_load(tmp_path: Path) -> None:
    uri = str(tmp_path / "invoices")
    folder = DeltaFolder(TABLES["invoices"], uri, None)
    folder.ready_for_load(None)

    with pytest.raises(LedgerBusy), write_errors(uri):
        folder._create()


def test_who_is_second_to_restore_a_table_is_told_of_the_other_load(books: Books, csv_file: Files) -> None:
    books.load("invoices", csv_file(ROWS))
    uri = f"{books.root}/test/invoices"
    first, second = DeltaTable(uri), DeltaTable(uri)
    first.restore(0)

    with pytest.raises(LedgerBusy), write_errors(uri):
        second.restore(0)


@pytest.mark.parametrize(
    ("trouble", "sentence"),
    [
        (OSError("unheard of"), r"now, in /ledger\. `reportrun doctor` says what is wrong with it\."),
        (OSError(errno.EIO, ""), r"Input/output error\. Its disk fails"),
    ],
)
def test_an_error_without_a_known_number_leads_to_the_doctor(trouble: OSError, sentence: str) -> None:
    with pytest.raises(StoreUnavailable, match=sentence), write_errors("/ledger"):
        raise trouble
