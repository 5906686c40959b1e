"""Reports through Spark Connect beside those of DuckDB, over odd data; and the life of a session."""

from __future__ import annotations

import json
import time
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ReportFailed, ReportTimedOut
from interfaces.engine.duckdb.query_watch import QueryWatch, Task
from interfaces.engine.spark import session
from interfaces.engine.spark.engine import SparkEngine
from interfaces.engine.spark.server_address import ServerAddress
from interfaces.engine.spark.session import ServerSession
from tests.engine.small_ledger import Reports, SmallLedger
from tests.support.delta_copy import DeltaCopy
from tests.support.sail import SailProcess, running_sail

JANUARY = ("2025-01-01", "2025-02-01")
ITEMIZED = "balance_change_from_activity.itemized.3"
ODD_TEXTS = ['a "quoted" word', "two\r\nlines", "a,b", "\\", "\U0001f680 astral", "", "  ", "'", "nul\x00nul", "ends\n"]
ODD_KEYS = ["a", "a/b", "a~b", "~1", "", " ", "a.b", "a[0]", "$", '"', "'", "\\", "ключ", "\U0001f680", "A", "*", "?"]


@pytest.fixture(scope="module")
def sail() -> Iterator[SailProcess]:
    with running_sail() as server:
        yield server


def on_sail(ledger: SmallLedger, folder: Path, server: SailProcess) -> Reports:
    copy = DeltaCopy(ledger, folder / "delta")
    made = Reports(copy, folder)
    made.writer = SparkEngine(copy, ServerAddress(server.url))
    return made


def with_odd_rows(ledger: SmallLedger) -> None:
    for number, text in enumerate(ODD_TEXTS):
        charge = f"ch_{number}"
        ledger.transaction(
            f"txn_{number}",
            f"2025-01-{number + 1:02} 03:04:05",
            10**number,
            "charge",
            fee=number,
            source=charge,
            description=text,
            currency=("usd", "jpy", "kwd")[number % 3],
        )
        metadata = "{" + ", ".join(f"{_json(key)}: {_json(text)}" for key in ODD_KEYS) + "}"
        ledger.add("charges", id=charge, amount=10**number, currency="usd", created="2025-01-01", metadata=metadata)
    for number, amount in enumerate((2**62, -(2**62), 2**62)):
        ledger.transaction(f"txn_big_{number}", "2025-01-20", amount, "adjustment", currency="usd")


def _json(text: str) -> str:
    return json.dumps(text)


@pytest.mark.parametrize("timezone", ["Etc/UTC", "America/New_York", "Asia/Kathmandu"])
@pytest.mark.parametrize("report_type", [ITEMIZED, "balance_change_from_activity.summary.1", "balance.summary.1"])
def test_odd_rows_give_the_same_bytes(
    report_type: str, timezone: str, ledger: SmallLedger, reports: Reports, sail: SailProcess, tmp_path: Path
) -> None:
    with_odd_rows(ledger)
    keys = [f"payment_metadata[{key}]" for key in ODD_KEYS if key] if report_type == ITEMIZED else []
    columns: dict[str, Any] = (
        {"columns": ["balance_transaction_id", "created", "gross", "description", *keys]} if keys else {}
    )

    expected = reports.csv(report_type, *JANUARY, timezone=timezone, **columns)
    made = on_sail(ledger, tmp_path / "sail", sail)
    found = made.csv(report_type, *JANUARY, timezone=timezone, **columns)

    assert found == expected
    assert made.rows == reports.rows


def test_a_server_that_was_started_again_is_met_by_a_new_session(
    ledger: SmallLedger, reports: Reports, tmp_path: Path
) -> None:
    with_odd_rows(ledger)
    with running_sail() as server:
        made = on_sail(ledger, tmp_path / "sail", server)
        before = made.csv(ITEMIZED, *JANUARY)
        server.kill()
        with pytest.raises(ReportFailed, match="cannot be reached") as failed:
            made.csv(ITEMIZED, *JANUARY)
        server.start()

        after = made.csv(ITEMIZED, *JANUARY)

    assert failed.value.try_again
    assert failed.value.reason == "engine_unreachable"
    assert after == before == reports.csv(ITEMIZED, *JANUARY)


def test_reports_share_one_session(
    ledger: SmallLedger, sail: SailProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.transaction("txn_1", "2025-01-05", 1000, "charge")
    made = on_sail(ledger, tmp_path / "sail", sail)
    opened = list[str]()

    def connected(url: str) -> Any:
        opened.append(url)
        return connect(url)

    connect = session._connected
    monkeypatch.setattr(session, "_connected", connected)

    for report_type in (ITEMIZED, "balance.summary.1", ITEMIZED):
        made.csv(report_type, *JANUARY)

    assert opened == [sail.url]


def test_rows_that_the_server_does_not_find_fail_the_report(
    ledger: SmallLedger, sail: SailProcess, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.transaction("txn_1", "2025-01-05", 1000, "charge")
    made = on_sail(ledger, tmp_path / "sail", sail)
    monkeypatch.setattr(DeltaCopy, "rows", lambda self, pinned, table: 2)

    with pytest.raises(ReportFailed, match="the engine finds 1 rows of balance_transactions, and the ledger has 2"):
        made.csv(ITEMIZED, *JANUARY)


def test_a_server_is_tried_out_and_counts_a_table(ledger: SmallLedger, sail: SailProcess, tmp_path: Path) -> None:
    ledger.transaction("txn_1", "2025-01-05", 1000, "charge")
    copy = DeltaCopy(ledger, tmp_path / "delta")
    engine = SparkEngine(copy, ServerAddress(sail.url))

    engine.try_out(copy.pinned, "balance_transactions")

    assert engine.name.startswith("sail ")


def test_a_query_that_takes_long_ends_soon_after_its_time_limit(sail: SailProcess) -> None:
    server = ServerSession(ServerAddress(sail.url))
    endless = server.sql("select cast(sum(a.id * b.id) as string) from range(10000000) a cross join range(10000000) b")
    began = time.monotonic()

    with pytest.raises(ReportTimedOut):
        QueryWatch(1.0, lambda part: None).answer_of(Task(server, lambda: list(server.tables(endless))), (0.0, 1.0))

    assert time.monotonic() - began < 1 + 2 + 5  # the machine may be busy
    server.close()


def test_no_token_is_in_a_message_or_in_a_text_of_the_address(ledger: SmallLedger, tmp_path: Path) -> None:
    pytest.importorskip("pyspark")
    address = ServerAddress("sc://localhost:1/;token=secret-token")
    ledger.transaction("txn_1", "2025-01-05", 1000, "charge")
    copy = DeltaCopy(ledger, tmp_path / "delta")
    made = Reports(copy, tmp_path)
    made.writer = SparkEngine(copy, address)

    with pytest.raises(ReportFailed) as failed:
        made.csv(ITEMIZED, *JANUARY)

    assert failed.value.try_again
    assert "secret" not in "".join(traceback.format_exception(failed.value)) + repr(address)
