"""Reports through Spark Connect beside those of DuckDB, over odd data."""

from __future__ import annotations

import json
import traceback
from pathlib import Path
from typing import Any

import pytest

from domain.errors import ReportFailed
from interfaces.engine.spark.engine import SparkEngine
from interfaces.engine.spark.server_address import ServerAddress
from tests.support.delta_copy import DeltaCopy
from tests.support.row_ledger import Reports, SmallLedger
from tests.support.sail import SailProcess

JANUARY = ("2025-01-01", "2025-02-01")
ITEMIZED = "balance_change_from_activity.itemized.3"
ODD_TEXTS = ['a "quoted" word', "two\r\nlines", "a,b", "\\", "\U0001f680 astral", "", "  ", "'", "nul\x00nul", "ends\n"]
ODD_KEYS = ["a", "a/b", "a~b", "~1", "", " ", "a.b", "a[0]", "$", '"', "'", "\\", "ключ", "\U0001f680", "A", "*", "?"]


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
    for number, text in enumerate(ODD_TEXTS):
        payout = f"po_{number}"
        ledger.payout(
            payout, f"2025-01-{number + 1:02}", "2025-01-15", 100 + number, description=text, metadata=metadata
        )
        ledger.transaction(
            f"txn_po_{number}", f"2025-01-{number + 1:02}", -100, "payout", source=payout, description=text
        )
        ledger.link(payout, f"txn_{number}", f"txn_po_{number}")
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


@pytest.mark.parametrize(
    "report_type",
    [
        "payouts.itemized.3",
        "payouts.summary.1",
        "payout_reconciliation.itemized.5",
        "ending_balance_reconciliation.itemized.4",
        "ending_balance_reconciliation.summary.1",
    ],
)
def test_odd_payouts_give_the_same_bytes(
    report_type: str, ledger: SmallLedger, reports: Reports, sail: SailProcess, tmp_path: Path
) -> None:
    with_odd_rows(ledger)
    parameters: dict[str, Any] = {"timezone": "America/New_York"}
    known = reports.order(report_type, *interval_of(report_type)).report_type
    if "itemized" in report_type:
        parameters["columns"] = [column.replace("[key]", "[a/b]") for column in known.columns]

    expected = reports.csv(report_type, *interval_of(report_type), **parameters)
    found = on_sail(ledger, tmp_path / "sail", sail).csv(report_type, *interval_of(report_type), **parameters)

    assert found == expected
    assert found.count("\n") > 1


def interval_of(report_type: str) -> tuple[str | None, str]:
    return (None, "2025-01-10") if report_type.startswith("ending_balance") else JANUARY


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
