"""Reports over connected accounts: a platform sees the rows of its own ones only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import httpx
import pytest
from stripe import InvalidRequestError

from application.ledger.loading import LoadFiles
from application.ports.ledger import LedgerSource
from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.instants import DAY_SECONDS
from interfaces.composition.commands import administration, loading
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.client import REPLY_SECONDS
from tests.support.official import finished, stripe_client
from tests.support.server import WITHOUT_WORKER, install, serving
from tests.support.small_ledger import JANUARY_END, write_small_ledger

ITEMIZED = "connected_account_balance_change_from_activity.itemized.3"
JANUARY: Any = {"interval_start": 1735689600, "interval_end": JANUARY_END}


@dataclass(frozen=True)
class Books:
    """Two platforms on one server, each with a connected account that has the same rows.

    second  another account of the first platform, with the same rows again
    """

    address: str
    key: str
    shop: str
    second: str
    shop_key: str
    foreign_key: str
    foreign_shop: str

    def lines(self, key: str, report_type: str = ITEMIZED, **parameters: object) -> list[str]:
        """The lines below the header of the file that a key gets."""
        client = stripe_client(key, self.address)
        params: Any = {"report_type": report_type, "parameters": parameters}
        run = finished(client, client.v1.reporting.report_runs.create(params=params).id)
        assert run.status == "succeeded", run.error
        return httpx.get(run.result.url, auth=(key, ""), timeout=REPLY_SECONDS).text.splitlines()[1:]


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Books]:
    made = install(tmp_path_factory.mktemp("books"))
    settings = Settings(data=made.data)
    with Installation(settings) as installation:
        admin = administration(installation)
        second = admin.register_account(name="Second", platform=made.platform)
        foreign = admin.register_account(name="Foreign", platform=made.stranger)
        sources = [LedgerSource(table, path) for table, path in write_small_ledger(settings.data).items()]
        for account in (made.connected, second, foreign):
            order = LoadFiles(sources, livemode=False, account=account, complete_through=JANUARY_END)
            loading(installation).load(order)
        foreign_key = admin.create_key(Scope(made.stranger, livemode=False), KeyKind.SECRET, (), None)[1]
    with serving(made.data, live_only_types="") as address:
        yield Books(address, made.test_key, made.connected, second, made.connected_key, foreign_key, foreign)


def test_a_platform_sees_every_account_that_is_connected_to_it_and_no_other(books: Books) -> None:
    lines = books.lines(books.key, columns=["connected_account"], **JANUARY)

    assert set(lines) == {f'"{books.shop}"', f'"{books.second}"'}
    assert set(books.lines(books.foreign_key, columns=["connected_account"], **JANUARY)) == {f'"{books.foreign_shop}"'}


def test_a_twin_holds_what_the_accounts_own_report_holds(books: Books) -> None:
    columns = ["balance_transaction_id", "created", "net", "customer_id", "automatic_payout_id"]

    own = books.lines(books.shop_key, "balance_change_from_activity.itemized.3", columns=columns, **JANUARY)

    assert own != []
    for named in ({"connected_account": books.shop}, {"connected_accounts": [books.shop]}):
        assert books.lines(books.key, columns=columns, **named, **JANUARY) == own


def test_several_accounts_can_be_named(books: Books) -> None:
    both = [books.second, books.shop]

    assert books.lines(books.key, connected_accounts=both, **JANUARY) == books.lines(books.key, **JANUARY)


@pytest.mark.parametrize("name", ["foreign_shop", "nobody"])
def test_an_account_of_another_platform_is_as_unknown_as_one_that_does_not_exist(books: Books, name: str) -> None:
    account = getattr(books, name, "acct_nobody")
    client = stripe_client(books.key, books.address)

    for parameters, param in (
        ({"connected_account": account}, "parameters[connected_account]"),
        ({"connected_accounts": [books.shop, account]}, "parameters[connected_accounts][1]"),
    ):
        with pytest.raises(InvalidRequestError) as refused:
            client.v1.reporting.report_runs.create(
                params=cast("Any", {"report_type": ITEMIZED, "parameters": {**JANUARY, **parameters}})
            )
        assert (refused.value.code, refused.value.param) == ("resource_missing", param)
        assert str(refused.value.user_message) == f"No such connected account: '{account}'"


def test_one_account_and_a_list_of_them_are_one_too_many(books: Books) -> None:
    client = stripe_client(books.key, books.address)

    with pytest.raises(InvalidRequestError, match="pass in only one") as refused:
        client.v1.reporting.report_runs.create(
            params={
                "report_type": ITEMIZED,
                "parameters": cast(
                    "Any", {**JANUARY, "connected_account": books.shop, "connected_accounts": [books.second]}
                ),
            }
        )

    assert refused.value.param == "parameters[connected_accounts]"


def test_a_payout_of_a_connected_account_is_looked_up_in_its_own_books(books: Books) -> None:
    by_id = "connected_account_payout_reconciliation.by_id.itemized.4"
    payouts = books.lines(
        books.key,
        "connected_account_payouts.itemized.3",
        columns=["payout_id"],
        connected_account=books.shop,
        **JANUARY,
    )
    payout = payouts[0].strip('"')

    assert books.lines(books.key, by_id, payout=payout, connected_account=books.shop) == []  # it is a manual one
    client = stripe_client(books.key, books.address)
    with pytest.raises(InvalidRequestError, match="No such connected account"):
        client.v1.reporting.report_runs.create(
            params={
                "report_type": by_id,
                "parameters": {"payout": payout, "connected_account": books.foreign_shop},
            }
        )


def test_an_account_without_connected_ones_cannot_run_a_twin(books: Books) -> None:
    client = stripe_client(books.shop_key, books.address)

    with pytest.raises(InvalidRequestError, match="is about connected accounts") as refused:
        client.v1.reporting.report_runs.create(params={"report_type": ITEMIZED, "parameters": JANUARY})

    assert refused.value.param == "report_type"


def test_each_account_is_offered_the_time_that_its_own_data_is_complete_for(tmp_path: Path) -> None:
    made = install(tmp_path)
    settings = Settings(data=made.data)
    middle = JANUARY_END - 15 * 86_400
    with Installation(settings) as installation:
        sources = [LedgerSource(table, path) for table, path in write_small_ledger(settings.data).items()]
        for account, through in ((made.platform, JANUARY_END), (made.connected, middle)):
            loading(installation).load(LoadFiles(sources, livemode=False, account=account, complete_through=through))
    with serving(made.data, *WITHOUT_WORKER, live_only_types="") as address:
        ends = [
            stripe_client(key, address).v1.reporting.report_types.retrieve("balance.summary.1").data_available_end
            for key in (made.test_key, made.connected_key)
        ]
        client = stripe_client(made.test_key, address)
        with pytest.raises(InvalidRequestError, match="only available through 2025-01-17") as refused:
            client.v1.reporting.report_runs.create(
                {"report_type": ITEMIZED, "parameters": cast("Any", {"connected_account": made.connected, **JANUARY})}
            )

    assert ends == [JANUARY_END, middle]
    assert refused.value.param == "parameters.interval_end"


def test_accounts_are_reported_on_until_when_the_data_of_all_that_are_asked_for_is_complete(tmp_path: Path) -> None:
    made = install(tmp_path)
    march = JANUARY_END + 28 * DAY_SECONDS
    with Installation(Settings(data=made.data)) as installation:
        admin = administration(installation)
        ahead = admin.register_account(name="Ahead", platform=made.platform)
        admin.register_account(name="Without data", platform=made.platform)
        admin.register_account(name="Without data", platform=made.stranger)
        stranger_key = admin.create_key(Scope(made.stranger, livemode=False), KeyKind.SECRET, (), None)[1]
        sources = [LedgerSource(table, path) for table, path in write_small_ledger(made.data).items()]
        for account, complete_through in ((made.connected, JANUARY_END), (ahead, march)):
            order = LoadFiles(sources, livemode=False, account=account, complete_through=complete_through)
            loading(installation).load(order)

    with serving(made.data, *WITHOUT_WORKER, live_only_types="") as address:
        client, stranger = stripe_client(made.test_key, address), stripe_client(stranger_key, address)

        def ask(interval_end: int, **named: object) -> str:
            parameters = {**JANUARY, "interval_end": interval_end, **named}
            params: Any = {"report_type": ITEMIZED, "parameters": parameters}
            return client.v1.reporting.report_runs.create(params=params).status

        offers = {offer.id: offer.data_available_end for offer in client.v1.reporting.report_types.list().data}
        assert {end for id, end in offers.items() if id.startswith("connected_account_")} == {JANUARY_END}
        assert ask(JANUARY_END) == ask(march, connected_account=ahead) == "pending"
        for named in ({}, {"connected_accounts": [ahead, made.connected]}):
            with pytest.raises(InvalidRequestError, match="only available through 2025-02-01 00:00:00 UTC"):
                ask(march, **named)
        offered = [offer.id for offer in stranger.v1.reporting.report_types.list().data]
        assert not [id for id in offered if id.startswith("connected_account_")]
        with pytest.raises(InvalidRequestError, match="nothing for the accounts connected to this one"):
            stranger.v1.reporting.report_runs.create(params={"report_type": ITEMIZED, "parameters": JANUARY})
