"""Searches in the rows of a ledger: which payouts a text fits, and which currencies accounts have."""

from __future__ import annotations

from pathlib import Path

import pytest

from application.ledger.loading import LoadFiles
from application.ledger.versions import newest_version
from application.ports.ledger import LedgerSource
from domain.ledger.ledger import PinnedLedger
from interfaces.composition.commands import administration, loading
from interfaces.composition.installation import Installation
from interfaces.ledger.lookups.ledger_search import ParquetSearch
from interfaces.settings import Settings

PAYOUTS = """\
id,amount,currency,created,arrival_date,automatic,status
po_1,5000,usd,2025-01-20T10:00:00Z,2025-01-21,true,paid
po_2,1250,usd,2025-01-25T10:00:00Z,2025-01-26,false,paid
po_3,5000,jpy,2025-02-01T10:00:00Z,2025-02-02,true,failed
po_4,50000,kwd,2025-02-02T10:00:00Z,2025-02-03,true,paid
"""


class Ledger:
    """A ledger with the payouts of a platform, and one of an account that is connected to it."""

    def __init__(self, folder: Path, installation: Installation) -> None:
        self.account = administration(installation).platform()
        self.connected = administration(installation).register_account(name="Shop", platform=self.account)
        self.search = ParquetSearch(installation.ledger)
        self._load(installation, folder / "own.csv", PAYOUTS, None)
        other = PAYOUTS.splitlines()[0] + "\npo_other,100,eur,2025-03-01T00:00:00Z,2025-03-02,true,paid\n"
        self._load(installation, folder / "other.csv", other, self.connected)
        self.version: PinnedLedger = newest_version(installation.stores.events, livemode=False)

    @staticmethod
    def _load(installation: Installation, file: Path, rows: str, account: str | None) -> None:
        file.write_text(rows)
        order = LoadFiles([LedgerSource("payouts", file)], livemode=False, account=account)
        loading(installation).load(order, lambda what, part: None)

    def found(self, text: str, most: int = 20) -> list[str]:
        return [one.id for one in self.search.payouts(self.version, self.account, text, most)]


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    folder = tmp_path_factory.mktemp("searched")
    with Installation(Settings(data=folder / "data")) as installation:
        return Ledger(folder, installation)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("", ["po_4", "po_3", "po_2", "po_1"]),
        ("po_2", ["po_2"]),
        ("2025-01", ["po_2", "po_1"]),
        ("2025-02-01", ["po_3"]),
        ("failed", ["po_3"]),
        ("50", ["po_4", "po_1"]),
        ("50.00", ["po_4", "po_1"]),
        ("5000", ["po_3"]),
        ("12.5", ["po_2"]),
        ("kwd", ["po_4"]),
        ("po_other", []),
        ("eur", []),
        ("'; drop table payouts", []),
        ("1e999999", []),
        ("nan", []),
    ],
)
def test_a_text_finds_payouts_of_the_account_alone(ledger: Ledger, text: str, ids: list[str]) -> None:
    assert ledger.found(text) == ids


def test_a_search_gives_the_newest_ones_up_to_a_limit(ledger: Ledger) -> None:
    assert ledger.found("", most=2) == ["po_4", "po_3"]


def test_a_payout_is_given_with_what_people_know_it_by(ledger: Ledger) -> None:
    (found,) = ledger.search.payouts(ledger.version, ledger.account, "po_2", 20)

    assert (found.amount, found.currency, found.status, found.automatic) == (1250, "usd", "paid", False)
    assert found.created == 1_737_799_200


def test_currencies_are_those_of_the_accounts_rows(ledger: Ledger) -> None:
    def currencies(*accounts: str, table: str = "payouts") -> list[str]:
        return list(ledger.search.currencies(ledger.version, table, accounts))

    assert currencies(ledger.account) == ["jpy", "kwd", "usd"]
    assert currencies(ledger.connected) == ["eur"]
    assert currencies(ledger.account, ledger.connected) == ["eur", "jpy", "kwd", "usd"]
    assert currencies("acct_none") == currencies(ledger.account, table="balance_transactions") == []


def test_a_ledger_in_a_bucket_is_not_fetched_for_its_currencies(tmp_path: Path) -> None:
    with Installation(Settings(data=tmp_path, ledger_url="s3://bucket/ledger")) as far:
        search = ParquetSearch(far.ledger)

        assert search.currencies(PinnedLedger(False, 1, {"payouts": 0}), "payouts", ["acct_1"]) == ()
