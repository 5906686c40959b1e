"""What lookups of payouts fetch of a ledger in a bucket: the files that may hold what is asked for, and no more."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from application.ledger.loading import LoadFiles
from application.ledger.versions import newest_version
from application.ports.ledger import LedgerSource
from domain.ledger.ledger import PinnedLedger
from interfaces.composition.commands import administration, loading
from interfaces.composition.installation import Installation
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.delta.pinned_files import DataFile
from interfaces.ledger.lookups.ledger_lookup import RowLookup
from interfaces.ledger.lookups.ledger_search import ParquetSearch
from interfaces.settings import Settings

MONTHS = 6

PAYOUTS = "id,amount,currency,created,arrival_date,automatic,status\n" + "".join(
    f"po_{month}{letter},{month}00,usd,2025-{month:02}-{day}T10:00:00Z,2025-{month:02}-28,true,paid\n"
    for month in range(1, MONTHS + 1)
    for letter, day in (("a", 10), ("m", 20))
)


class FarLedger(DeltaLedger):
    """A ledger as if it lay in a bucket, which counts the files that are fetched."""

    def __init__(self, root: Path) -> None:
        super().__init__(root)
        self.taken: list[str] = []

    @property
    def is_in_bucket(self) -> bool:
        return True

    def fetched(self, files: Sequence[DataFile]) -> list[str]:
        self.taken += (file.uri for file in files)
        return super().fetched(files)

    def files(self, ledger: PinnedLedger, table: str, created: tuple[int, int] | None = None) -> list[str]:
        return self.fetched(self.data_files(ledger, table))


class Payouts:
    """Payouts of six months, two a month, in a ledger of which nothing is fetched yet."""

    def __init__(self, folder: Path, installation: Installation) -> None:
        self.account = administration(installation).platform()
        file = folder / "payouts.csv"
        file.write_text(PAYOUTS)
        order = LoadFiles([LedgerSource("payouts", file)], livemode=False, account=None)
        loading(installation).load(order, lambda what, part: None)
        self.version: PinnedLedger = newest_version(installation.stores.events, livemode=False)
        self.ledger = FarLedger(Path(installation.settings.ledger_place))

    @property
    def fetched(self) -> int:
        return len(self.ledger.taken)

    def has(self, payout: str) -> bool:
        return RowLookup(self.ledger).has_payout(self.version, self.account, payout)

    def found(self, text: str, most: int) -> list[str]:
        found = ParquetSearch(self.ledger).payouts(self.version, self.account, text, most)
        return [payout.id for payout in found]


@pytest.fixture
def far(tmp_path: Path) -> Iterator[Payouts]:
    with Installation(Settings(data=tmp_path / "data")) as installation:
        yield Payouts(tmp_path, installation)


def test_one_file_is_fetched_to_know_that_a_payout_is_there(far: Payouts) -> None:
    assert far.has("po_3a")
    assert far.fetched == 1


def test_a_payout_that_lies_between_the_ids_of_a_file_is_looked_for_in_this_file(far: Payouts) -> None:
    assert not far.has("po_3k")
    assert far.fetched == 1


def test_no_file_is_fetched_for_a_payout_outside_of_all_ids(far: Payouts) -> None:
    assert not far.has("po_9")
    assert far.fetched == 0


def test_the_newest_payouts_are_found_in_the_newest_files(far: Payouts) -> None:
    assert far.found("", most=3) == ["po_6m", "po_6a", "po_5m"]
    assert far.fetched == 2


def test_a_search_that_finds_too_few_goes_through_all_files(far: Payouts) -> None:
    assert far.found("po_1", most=3) == ["po_1m", "po_1a"]
    assert far.fetched == MONTHS
