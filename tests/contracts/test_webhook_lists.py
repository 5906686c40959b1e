"""The lists of webhook endpoints, file links and data windows: what a unit of work wrote is read back."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.views.accounts import AccountRow
from application.views.data_windows import WindowRow
from application.views.file_links import FileLinkRow, LinkFilter
from application.views.paging import Page, Place
from application.views.webhook_endpoints import DISABLED, EndpointRow, Notice
from domain.access.caller import Scope
from domain.ledger.availability import ALL_ACCOUNTS, WHOLE_LEDGER
from domain.webhooks.event_types import KEPT_SECONDS
from domain.webhooks.failure_rule import Health
from interfaces.storage.sql.views.views import SqlViews
from interfaces.testing.memory.store import open_memory
from interfaces.testing.memory.views.views import MemoryViews
from tests.support.runs import SCOPE
from tests.support.stores import stores_in


def an_endpoint(number: int, account: str = "acct_1", *, connect: int = 0, live: bool = False) -> EndpointRow:
    return EndpointRow(
        position=number,
        id=f"we_{number}",
        account=account,
        livemode=live,
        created=100,
        url="https://example.com/hook",
        enabled_events='["*"]',
        api_version=None,
        connect=connect,
        description=None,
        metadata="{}",
        base_url="",
    )


def a_link(number: int, file_id: str = "file_1", expires_at: int | None = None) -> FileLinkRow:
    return FileLinkRow(number, f"link_{number}", "acct_1", False, 100, file_id, f"token{number}", expires_at, "{}")


class WebhookListsContract:
    """The contract of every adapter."""

    views: SqlViews | MemoryViews

    def test_an_endpoint_comes_back_as_it_was_added_and_then_changed(self) -> None:
        with self.views.unit_of_work():
            self.views.webhook_endpoints.add(an_endpoint(1))
        with self.views.unit_of_work():
            self.views.webhook_endpoints.update(
                "we_1", url="https://b.example", enabled_events="[]", description="B", metadata='{"a":"b"}'
            )
            self.views.webhook_endpoints.set_status("we_1", DISABLED)
            self.views.webhook_endpoints.roll("we_1", generation=2, expiring='{"1":200}')
            for line in ("1 100 2 a\n", "", "3 100 5 b\n"):
                self.views.webhook_endpoints.note("we_1", health=Health.FAILING, line=line)

        expected = an_endpoint(1)._replace(
            url="https://b.example",
            enabled_events="[]",
            description="B",
            metadata='{"a":"b"}',
            status=DISABLED,
            generation=2,
            expiring='{"1":200}',
            health="failing",
            notices="1 100 2 a\n3 100 5 b\n",
        )
        assert asyncio.run(self.views.webhook_endpoints.get(SCOPE, "we_1")) == expected
        assert asyncio.run(self.views.webhook_endpoints.by_id("we_1")) == expected
        assert asyncio.run(self.views.webhook_endpoints.with_notices(SCOPE)) == [expected]
        assert expected.noted == [Notice(1, 100, 2, "a"), Notice(3, 100, 5, "b")]
        assert asyncio.run(self.views.webhook_endpoints.get(Scope("acct_1", livemode=True), "we_1")) is None
        assert expected.signing_generations(199) == [2, 1] and expected.signing_generations(200) == [2]

    def test_an_endpoint_is_noted_in_the_unit_of_work_that_adds_it(self) -> None:
        with self.views.unit_of_work():
            self.views.webhook_endpoints.add(an_endpoint(1))
            self.views.webhook_endpoints.note("we_1", health=Health.FAILING, line="1 100 2 a\n")
            self.views.webhook_endpoints.note("we_1", health=Health.GOOD, line="")
            self.views.webhook_endpoints.note("we_1", health=Health.GIVEN_UP, line="3 100 5 b\n")
            self.views.webhook_endpoints.note("we_unknown", health=Health.GOOD, line="")

        found = asyncio.run(self.views.webhook_endpoints.by_id("we_1"))
        assert found == an_endpoint(1)._replace(health="given up", notices="1 100 2 a\n3 100 5 b\n")

    def test_a_note_drops_notices_that_are_too_old_to_be_read(self) -> None:
        with self.views.unit_of_work():
            self.views.webhook_endpoints.add(an_endpoint(1))
        for created in (100, 101, 101 + KEPT_SECONDS):
            with self.views.unit_of_work():
                line = f"{created} {created} 2 a\n"
                self.views.webhook_endpoints.note("we_1", health=Health.FAILING, line=line)

        found = asyncio.run(self.views.webhook_endpoints.by_id("we_1"))
        assert found is not None
        assert [notice.created for notice in found.noted] == [101, 101 + KEPT_SECONDS]

    def test_a_deleted_endpoint_is_a_cursor_and_on_no_page(self) -> None:
        with self.views.unit_of_work():
            for number in (1, 2, 3):
                self.views.webhook_endpoints.add(an_endpoint(number))
        with self.views.unit_of_work():
            self.views.webhook_endpoints.delete("we_2", 150)

        deleted = asyncio.run(self.views.webhook_endpoints.get(SCOPE, "we_2"))
        assert deleted == an_endpoint(2)._replace(deleted_at=150)
        after = Page(limit=9, after=Place(100, 2))
        for page, ids in ((Page(limit=9), ["we_3", "we_1"]), (after, ["we_1"])):
            assert [row.id for row in asyncio.run(self.views.webhook_endpoints.page(SCOPE, page))] == ids
        assert [row.id for row in asyncio.run(self.views.webhook_endpoints.of_account(SCOPE))] == ["we_1", "we_3"]
        assert [row.id for row in asyncio.run(self.views.webhook_endpoints.all())] == ["we_1", "we_3"]

    def test_endpoints_listen_to_their_own_account_or_to_those_connected_to_it(self) -> None:
        with self.views.unit_of_work():
            for account, platform in (("acct_p", None), ("acct_shop", "acct_p"), ("acct_other", None)):
                self.views.accounts.add(AccountRow(account, "", platform, 100))
            for endpoint in (
                an_endpoint(1, "acct_p"),
                an_endpoint(2, "acct_p", connect=1),
                an_endpoint(3, "acct_shop"),
                an_endpoint(4, "acct_shop", connect=1),
                an_endpoint(5, "acct_other", connect=1),
                an_endpoint(6, "acct_p", connect=1, live=True),
                an_endpoint(7, "acct_p", connect=1)._replace(status=DISABLED),
                an_endpoint(8, "acct_p", connect=1)._replace(deleted_at=1),
            ):
                self.views.webhook_endpoints.add(endpoint)

        def listening(account: str, *, live: bool = False) -> list[str]:
            return [row.id for row in asyncio.run(self.views.webhook_endpoints.listening_to(Scope(account, live)))]

        assert listening("acct_p") == ["we_1"]
        assert listening("acct_shop") == ["we_2", "we_3"]
        assert listening("acct_shop", live=True) == ["we_6"]
        assert listening("acct_other") == listening("acct_unknown") == []

    def test_links_are_found_by_id_token_file_and_expiry(self) -> None:
        links = [a_link(1), a_link(2, expires_at=200), a_link(3, "file_2", expires_at=300)]
        with self.views.unit_of_work():
            for link in links:
                self.views.file_links.add(link)

        def ids(only: LinkFilter) -> list[str]:
            return [row.id for row in asyncio.run(self.views.file_links.page_where(SCOPE, Page(limit=9), only))]

        assert asyncio.run(self.views.file_links.get(SCOPE, "link_2")) == links[1]
        assert asyncio.run(self.views.file_links.by_token("token3")) == links[2]
        assert asyncio.run(self.views.file_links.by_token("token")) is None
        assert ids(LinkFilter()) == ["link_3", "link_2", "link_1"]
        assert ids(LinkFilter("file_1")) == ["link_2", "link_1"]
        assert ids(LinkFilter(expired=True, now=200)) == ["link_2"]
        assert ids(LinkFilter(expired=False, now=200)) == ["link_3", "link_1"]
        assert ids(LinkFilter("file_1", expired=True, now=300)) == ["link_2"]
        assert [row.has_expired(200) for row in links] == [False, True, False]

    def test_a_link_is_changed_and_can_be_ended(self) -> None:
        with self.views.unit_of_work():
            self.views.file_links.add(a_link(1, expires_at=200))
            self.views.file_links.add(a_link(2))
        with self.views.unit_of_work():
            self.views.file_links.update("link_1", expires_at=None, metadata='{"a":"b"}')
            self.views.file_links.expire("link_2", 0)

        found = [asyncio.run(self.views.file_links.get(SCOPE, id)) for id in ("link_1", "link_2")]

        assert found == [a_link(1)._replace(metadata='{"a":"b"}'), a_link(2, expires_at=0)]

    def test_only_changes_of_a_window_are_kept(self) -> None:
        rows = [
            a_window(1, end=200),
            a_window(2, end=200),
            a_window(3, end=300),
            a_window(4, end=300, complete_through=300),
            a_window(5, end=300, complete_through=300),
            a_window(5, "acct_2", end=300),
        ]
        with self.views.unit_of_work():
            for row in rows:
                self.views.data_windows.put(row)

        found = asyncio.run(self.views.data_windows.of_account(SCOPE, since=0))

        assert list(found) == [rows[0], rows[2], rows[3]]
        assert found[2].data.complete_through == 300
        assert asyncio.run(self.views.data_windows.last_position(livemode=False)) == 5
        assert asyncio.run(self.views.data_windows.last_position(livemode=True)) == 0

    def test_windows_are_read_from_the_last_before_an_instant_on(self) -> None:
        rows = [
            a_window(1, ALL_ACCOUNTS, end=200),
            a_window(2, ALL_ACCOUNTS, end=300),
            a_window(2, WHOLE_LEDGER, end=300),
            a_window(3, "acct_1", end=400, table="payouts"),
            a_window(4, ALL_ACCOUNTS, end=500),
        ]
        with self.views.unit_of_work():
            for row in rows:
                self.views.data_windows.put(row)

        assert list(asyncio.run(self.views.data_windows.of_account(SCOPE, since=103))) == rows[1:]

    def test_windows_of_connected_accounts_are_read_together(self) -> None:
        rows = [a_window(1, "acct_a", end=200), a_window(2, "acct_b", end=300), a_window(3, "acct_a", end=400)]
        with self.views.unit_of_work():
            for account, platform in (("acct_1", None), ("acct_a", "acct_1"), ("acct_b", "acct_1"), ("acct_c", "x")):
                self.views.accounts.add(AccountRow(account, "", platform, 100))
            for row in (*rows, a_window(4, "acct_c", end=200), a_window(4, "acct_1", end=200)):
                self.views.data_windows.put(row)

        assert list(asyncio.run(self.views.data_windows.of_connected_accounts(SCOPE, since=0))) == rows
        assert list(asyncio.run(self.views.data_windows.of_connected_accounts(SCOPE, since=104))) == rows[1:]


def a_window(
    position: int,
    owner: str = "acct_1",
    *,
    end: int,
    complete_through: int | None = None,
    table: str = "balance_transactions",
) -> WindowRow:
    return WindowRow(position, False, owner, table, position, 100, end, complete_through, 100 + position)


class TestMemoryWebhookLists(WebhookListsContract):
    @pytest.fixture(autouse=True)
    def _adapter(self) -> None:
        self.views = open_memory().views


class TestSqliteWebhookLists(WebhookListsContract):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> Iterator[None]:
        with stores_in(tmp_path) as stores:
            self.views = stores.views
            yield


class TestPostgresWebhookLists(WebhookListsContract):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path, database_url: str) -> Iterator[None]:
        with stores_in(tmp_path, database_url) as stores:
            self.views = stores.views
            yield
