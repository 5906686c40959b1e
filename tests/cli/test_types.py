"""`types` lists every report type, and says whether it can run now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from domain.report_types import catalogue
from tests.cli.conftest import Cli


@pytest.fixture(autouse=True)
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "100")


def listed(cli: Cli, *words: str) -> dict[str, dict[str, Any]]:
    """Report type -> its object in the JSON array."""
    code, out, err = cli("types", "--json", *words)
    assert (code, err) == (0, "")
    return {one["id"]: one for one in json.loads(out)}


def test_a_type_is_listed_with_what_it_holds_takes_and_covers(loaded: Cli) -> None:
    code, out, _ = loaded("types", "--family", "balance")

    assert code == 0
    assert out == (
        "balance.summary.1\n"
        "  The balance of each currency at the interval's start and end, and what moved it.\n"
        "  parameters: interval_start*, interval_end*, timezone, currency, columns\n"
        "  columns: category, description, net_amount, currency\n"
        "  can run: data from 2025-01-01 00:00:00 UTC through 2025-02-01 00:00:00 UTC\n"
        "\n"
        "balance.summary.2\n"
        "  The balance of each currency at the interval's start and end, and what moved it, with gross\n"
        "    amounts and fees.\n"
        "  parameters: interval_start*, interval_end*, timezone, currency, columns\n"
        "  columns: category, description, net_amount, currency\n"
        "  can run: data from 2025-01-01 00:00:00 UTC through 2025-02-01 00:00:00 UTC\n"
    )


def test_every_type_of_the_catalogue_is_listed_and_fits_the_terminal(loaded: Cli) -> None:
    _, out, _ = loaded("types")

    ids = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert sorted(ids) == sorted(one.id for one in catalogue())
    assert max(map(len, out.splitlines())) <= 100


def test_versions_are_listed_from_the_oldest_on_with_their_changes(loaded: Cli) -> None:
    _, out, _ = loaded("types", "--family", "payout_reconciliation")

    texts = {id: " ".join(lines) for id, *lines in (part.split() for part in out.split("\n\n"))}
    reports = [id for id in texts if id.startswith("payout_reconciliation.itemized.")]
    assert reports == [f"payout_reconciliation.itemized.{version}" for version in range(1, 6)]
    assert "since" not in texts["payout_reconciliation.itemized.1"]
    metadata = "payment_metadata[key], refund_metadata[key], transfer_metadata[key]"
    assert f" since .1: with the columns {metadata} parameters: " in texts["payout_reconciliation.itemized.2"]


def test_types_are_listed_as_json_with_the_names_of_the_api(loaded: Cli) -> None:
    found = listed(loaded, "--family", "balance")

    assert found["balance.summary.1"] == {
        "id": "balance.summary.1",
        "name": "Balance summary",
        "family": "balance",
        "version": 1,
        "description": "The balance of each currency at the interval's start and end, and what moved it.",
        "required": ["interval_start", "interval_end"],
        "optional": ["timezone", "currency", "columns"],
        "columns": ["category", "description", "net_amount", "currency"],
        "default_columns": ["category", "description", "net_amount", "currency"],
        "live_only": False,
        "can_run": True,
        "reason": None,
        "missing_tables": [],
        "data_available_start": 1735689600,
        "data_available_end": 1738368000,
    }


@pytest.mark.parametrize(
    ("words", "id", "reason"),
    [
        ((), "tax.transactions.itemized.2", "nothing was loaded into the ledger's table tax_transactions"),
        ((), "connected_account_balance.summary.1", "is about connected accounts, and 'acct_"),
        ((), "balance_change_from_activity.itemized.3", "is only available with a live-mode API key."),
        (("--mode", "live"), "balance.summary.1", "has no data in live mode yet"),
    ],
)
def test_a_type_that_cannot_run_says_why(loaded: Cli, words: tuple[str, ...], id: str, reason: str) -> None:
    one = listed(loaded, *words)[id]

    assert (one["can_run"], one["data_available_start"]) == (False, None)
    assert reason in one["reason"]


def test_a_live_only_type_says_how_to_make_it_in_test_mode(loaded: Cli) -> None:
    out = loaded("types", "--family", "balance_change_from_activity")[1]

    assert "live-mode API key. `reportrun run` makes it in either mode." in " ".join(out.split())


def test_a_type_that_would_be_empty_names_the_tables_that_it_lacks(loaded: Cli) -> None:
    found = listed(loaded)

    assert found["payout_reconciliation.itemized.5"]["missing_tables"] == ["payout_balance_transactions"]
    assert found["payouts.itemized.2"]["missing_tables"] == []
    out = loaded("types", "--family", "payout_reconciliation")[1]
    assert "empty without rows of payout_balance_transactions. `reportrun load` loads them." in " ".join(out.split())


def test_a_custom_type_is_listed_by_its_name(loaded: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "ids.sql").write_text(
        '/*\nid = "shop.ids.1"\nname = "Ids of the shop"\ncolumns = ["id"]\n*/\nselect id from balance_transactions\n'
    )
    monkeypatch.setenv("REPORTRUN_REPORTS", str(folder))

    one = listed(loaded, "--family", "own")["shop.ids.1"]

    assert (one["description"], one["can_run"]) == ("Ids of the shop.", True)


def test_a_family_that_there_is_not_is_wrong_usage(reportrun: Cli) -> None:
    assert reportrun("types", "--family", "payout")[0] == 2


def test_every_report_has_a_sentence_of_its_own(loaded: Cli) -> None:
    found = listed(loaded)

    for one in catalogue():
        sentence = found[one.id]["description"]
        assert sentence != f"{one.name}."
        assert sentence.endswith(".") and sentence.count(". ") == 0


def test_without_an_installation_every_type_is_listed_and_none_is_made(
    reportrun: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "ids.sql").write_text(
        '/*\nid = "shop.ids.1"\nname = "Ids of the shop"\ncolumns = ["id"]\n*/\nselect id from balance_transactions\n'
    )
    monkeypatch.setenv("REPORTRUN_REPORTS", str(folder))

    code, out, err = reportrun("types")
    as_json = json.loads(reportrun("types", "--family", "balance", "--json")[1])

    ids = [line for line in out.splitlines() if line and not line.startswith(" ")]
    assert code == 0
    assert sorted(ids) == sorted(["shop.ids.1", *(one.id for one in catalogue())])
    assert (out.count("  no installation\n"), "can run" in out) == (len(ids), False)
    assert err.startswith(f"There is no installation in {tmp_path / 'data'}. ")
    assert {(one["can_run"], one["reason"]) for one in as_json} == {(False, "There is no installation.")}
    assert not (tmp_path / "data").exists()


def test_without_an_installation_there_is_no_account_to_list_types_for(reportrun: Cli, tmp_path: Path) -> None:
    code, out, err = reportrun("types", "--account", "acct_1")

    assert (code, out) == (1, "")
    assert err.startswith(f"reportrun: There is no installation in {tmp_path / 'data'}. ")
