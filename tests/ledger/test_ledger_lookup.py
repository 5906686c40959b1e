"""Lookups that refuse a run before it is created: of the caller's rows alone, within limits, and not from a bucket."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.ledger.loading import LoadFiles
from application.ledger.versions import newest_version
from application.ports.ledger import LedgerSource
from application.runs.run_rules import RunRules
from domain.access.caller import Scope
from domain.errors import NotOneOf, StoreUnavailable
from domain.ledger.ledger import PinnedLedger
from interfaces.composition.commands import administration, loading
from interfaces.composition.installation import Installation
from interfaces.composition.reports import report_types, run_rules
from interfaces.ledger.lookups.ledger_lookup import RowLookup
from interfaces.settings import Settings

COLUMNS = "id,amount,fee,net,currency,created,available_on,type,reporting_category,source"
OWN = "txn_1,1000,59,941,usd,2025-01-01T00:00:00Z,2025-01-03T00:00:00Z,charge,tips,ch_1"
OTHER = "txn_2,1000,59,941,usd,2025-01-01T00:00:00Z,2025-01-03T00:00:00Z,charge,wages,ch_2"

ITEMIZED = "balance_change_from_activity.itemized.3"
OF_CONNECTED = f"connected_account_{ITEMIZED}"


class Site:
    """A platform with a row of the category `tips`; an account that is connected to it has one of `wages`."""

    def __init__(self, folder: Path, installation: Installation) -> None:
        self.installation = installation
        self.account = administration(installation).platform()
        connected = administration(installation).register_account(name="Shop", platform=self.account)
        for row, owner in ((OWN, None), (OTHER, connected)):
            file = folder / f"{owner}.csv"
            file.write_text(f"{COLUMNS}\n{row}\n")
            order = LoadFiles([LedgerSource("balance_transactions", file)], livemode=True, account=owner)
            loading(installation).load(order, lambda what, part: None)

    @property
    def version(self) -> PinnedLedger:
        return newest_version(self.installation.stores.events, livemode=True)

    def category_taken(self, report_type: str, category: str) -> str | None:
        return asyncio.run(self._category_taken(report_type, category))

    async def _category_taken(self, report_type: str, category: str) -> str | None:
        rules: RunRules = run_rules(self.installation, report_types(self.installation))
        scope = Scope(self.account, livemode=True)
        offer = await rules.offer(scope, report_type)
        raw = {"interval_start": "1735689600", "interval_end": "1735689601", "reporting_category": category}
        return (await rules.check(scope, offer, raw)).reporting_category


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    with Installation(Settings(data=tmp_path / "data")) as installation:
        yield Site(tmp_path, installation)


def test_an_unknown_category_is_taken_where_rows_of_the_accounts_have_it(site: Site) -> None:
    assert site.category_taken(ITEMIZED, "tips") == "tips"
    assert site.category_taken(OF_CONNECTED, "wages") == "wages"


@pytest.mark.parametrize(("report_type", "category"), [(ITEMIZED, "wages"), (OF_CONNECTED, "tips"), (ITEMIZED, "nope")])
def test_a_category_that_only_other_accounts_have_is_refused(site: Site, report_type: str, category: str) -> None:
    with pytest.raises(NotOneOf, match="must be one of"):
        site.category_taken(report_type, category)


def test_a_missing_file_is_a_store_that_is_unavailable(site: Site) -> None:
    for file in site.installation.ledger.files(site.version, "balance_transactions"):
        Path(file).unlink()

    with pytest.raises(StoreUnavailable, match=r"^The table balance_transactions of the ledger cannot be read\. "):
        site.category_taken(ITEMIZED, "tips")


def test_a_ledger_in_a_bucket_is_not_fetched_for_a_category(tmp_path: Path) -> None:
    with Installation(Settings(data=tmp_path, ledger_url="s3://bucket/ledger")) as far:
        pinned = PinnedLedger(True, 1, {"balance_transactions": 0})

        assert RowLookup(far.ledger).may_have_category(pinned, ["acct_1"], "nope")
