"""The lists of files, keys, accounts and ledgers: rows that a unit of work wrote are read back unchanged."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from application.views.accounts import AccountRow
from application.views.api_keys import KeyRow
from application.views.files import FileRow
from application.views.ledgers import LedgerRow
from application.views.paging import Page
from domain.access.caller import Scope
from domain.ledger.availability import ALL_ACCOUNTS, WHOLE_LEDGER, DataWindow, TableAvailability
from interfaces.storage.sql.views.views import SqlViews
from interfaces.testing.memory.store import open_memory
from interfaces.testing.memory.views.views import MemoryViews
from tests.support.runs import SCOPE
from tests.support.stores import stores_in


def a_file(position: int, created: int, id: str | None = None) -> FileRow:
    return FileRow(
        position, id or f"file_{position}", "frr_1", "acct_1", False, created, "frr_1.csv", size=5, sha256="ab" * 32
    )


def a_key(id: str, created: int = 100) -> KeyRow:
    return KeyRow(
        id,
        "acct_1",
        False,
        "restricted",
        f"digest of {id}",
        "rk_...x",
        ("files_read", "runs_write"),
        created,
        name="Nightly export",
    )


class SmallListsContract:
    """The contract of every adapter."""

    views: SqlViews | MemoryViews

    def test_a_file_comes_back_as_it_was_added_to_its_own_account_and_mode(self) -> None:
        file = a_file(1, 100)
        with self.views.unit_of_work():
            self.views.files.add(file)

        scopes = (SCOPE, Scope("acct_2", livemode=False), Scope("acct_1", livemode=True))

        assert [asyncio.run(self.views.files.get(scope, "file_1")) for scope in scopes] == [file, None, None]
        assert asyncio.run(self.views.files.page(SCOPE, Page(limit=10))) == [file]

    def test_files_are_found_by_age_and_by_id_until_they_are_removed(self) -> None:
        files = [a_file(1, 101, "file_c"), a_file(2, 100, "file_b"), a_file(3, 100, "file_a"), a_file(4, 102, "file_d")]
        with self.views.unit_of_work():
            for file in files:
                self.views.files.add(file)
        with self.views.unit_of_work():
            self.views.files.mark_removed("file_b", 200)

        old = asyncio.run(self.views.files.kept(created_before=102, limit=2))
        following = asyncio.run(self.views.files.by_id(after="file_a", limit=5))
        removed = asyncio.run(self.views.files.get(SCOPE, "file_b"))
        known = asyncio.run(self.views.files.known(["file_a", "file_b", "file_z"]))

        assert [file.id for file in old] == ["file_a", "file_c"]
        assert [file.id for file in following] == ["file_c", "file_d"]
        assert removed == files[1]._replace(removed_at=200)
        assert known == {"file_a", "file_b"}

    def test_a_key_is_found_by_the_digest_of_its_secret_before_and_after_it_is_revoked(self) -> None:
        with self.views.unit_of_work():
            self.views.keys.add(a_key("key_2", 101))
            self.views.keys.add(a_key("key_1", 101))
        with self.views.unit_of_work():
            self.views.keys.revoke("key_2", 150)

        found = asyncio.run(self.views.keys.by_secret("digest of key_2"))

        assert found is not None
        assert (found.id, found.permissions, found.revoked_at) == ("key_2", ("files_read", "runs_write"), 150)
        assert asyncio.run(self.views.keys.by_secret("another")) is None
        assert [key.id for key in asyncio.run(self.views.keys.all())] == ["key_1", "key_2"]

    def test_keys_are_found_by_id_and_those_of_one_account_and_mode_are_listed_newest_first(self) -> None:
        others = [replace(a_key("key_4"), account="acct_2"), replace(a_key("key_5"), livemode=True)]
        with self.views.unit_of_work():
            for key in (a_key("key_1", 100), a_key("key_3", 101), a_key("key_2", 101), *others):
                self.views.keys.add(key)

        found = asyncio.run(self.views.keys.of_account(SCOPE, limit=2))

        assert asyncio.run(self.views.keys.by_id("key_4")) == others[0]
        assert asyncio.run(self.views.keys.by_id("key_6")) is None
        assert [key.id for key in found] == ["key_3", "key_2"]

    def test_accounts_are_listed_by_age_and_those_of_a_platform_by_id(self) -> None:
        accounts = [
            AccountRow("acct_p", "Platform", None, 300),
            AccountRow("acct_b", "", "acct_p", 100),
            AccountRow("acct_a", "", "acct_p", 200),
        ]
        with self.views.unit_of_work():
            for account in accounts:
                self.views.accounts.add(account)

        assert asyncio.run(self.views.accounts.get("acct_p")) == accounts[0]
        assert [account.id for account in asyncio.run(self.views.accounts.all())] == ["acct_b", "acct_a", "acct_p"]
        assert asyncio.run(self.views.accounts.connected_to("acct_p")) == ["acct_a", "acct_b"]
        assert asyncio.run(self.views.accounts.connected_to("acct_p", limit=1)) == ["acct_a"]
        assert asyncio.run(self.views.accounts.connected_to("acct_b")) == []

    def test_of_many_accounts_those_of_a_platform_and_their_availability_are_found(self) -> None:
        data = TableAvailability(DataWindow(0, 86_400), 43_200, 5)
        ids = [f"acct_{number:04}" for number in range(1_201)]
        with self.views.unit_of_work():
            for place, id in enumerate(ids):
                self.views.accounts.add(AccountRow(id, "Shop", "acct_a" if place % 2 else "acct_b", 1))
            for owner in (ids[0], ids[700], ids[-1], "acct_other"):
                self.views.ledgers.put(LedgerRow(False, owner, "payouts", data))
            self.views.ledgers.put(LedgerRow(True, ids[1], "payouts", data))

        connected = asyncio.run(self.views.accounts.connected_among("acct_a", [*ids, "acct_unknown"]))
        rows = asyncio.run(self.views.ledgers.of_accounts(ids, livemode=False))

        assert sorted(connected) == ids[1::2]
        assert sorted(row.owner for row in rows) == [ids[0], ids[700], ids[-1]]
        assert {row.data for row in rows} == {data}
        assert asyncio.run(self.views.accounts.connected_among("acct_a", [])) in (set(), [])

    def test_a_later_row_of_the_same_owner_and_table_replaces_the_earlier(self) -> None:
        def row(owner: str, updated: int, table: str = "payouts") -> LedgerRow:
            return LedgerRow(False, owner, table, TableAvailability(DataWindow(100, 100 + updated), None, updated))

        mine = [row("acct_1", 1), row("acct_1", 2), row("acct_1", 1, "refunds")]
        rows = [*mine, row("acct_2", 3), row(ALL_ACCOUNTS, 4), row(WHOLE_LEDGER, 5)]
        with self.views.unit_of_work():
            for put in rows:
                self.views.ledgers.put(put)

        found = asyncio.run(self.views.ledgers.of_account(SCOPE))

        assert found == [row(ALL_ACCOUNTS, 4), row(WHOLE_LEDGER, 5), row("acct_1", 2), row("acct_1", 1, "refunds")]
        assert asyncio.run(self.views.ledgers.of_account(Scope("acct_1", livemode=True))) == []

    def test_connected_accounts_merge_to_the_widest_window_and_the_earliest_completeness_date(self) -> None:
        def put(
            owner: str,
            start: int,
            end: int,
            complete_through: int | None,
            table: str = "payouts",
            *,
            live: bool = False,
        ) -> None:
            data = TableAvailability(DataWindow(start, end), complete_through, updated=end)
            self.views.ledgers.put(LedgerRow(live, owner, table, data))

        with self.views.unit_of_work():
            for account, platform in (
                ("acct_p", None),
                ("acct_a", "acct_p"),
                ("acct_b", "acct_p"),
                ("acct_c", "acct_q"),
            ):
                self.views.accounts.add(AccountRow(account, "", platform, 100))
            put("acct_a", 120, 150, 150)
            put("acct_b", 110, 160, 160)
            put("acct_b", 105, 140, None, "refunds")
            put("acct_b", 101, 102, None, live=True)
            for other in ("acct_p", "acct_c", "acct_d", ALL_ACCOUNTS, WHOLE_LEDGER):
                put(other, 1, 900, 2)

        def found(platform: str, *, live: bool = False) -> Mapping[str, TableAvailability]:
            return asyncio.run(self.views.ledgers.of_connected_accounts(Scope(platform, live)))

        assert found("acct_p") == {
            "payouts": TableAvailability(DataWindow(110, 160), 150, 160),
            "refunds": TableAvailability(DataWindow(105, 140), None, 140),
        }
        assert found("acct_p", live=True) == {"payouts": TableAvailability(DataWindow(101, 102), None, 102)}
        assert found("acct_a") == found("acct_p_") == {}


class TestMemorySmallLists(SmallListsContract):
    @pytest.fixture(autouse=True)
    def _adapter(self) -> None:
        self.views = open_memory().views


class TestSqliteSmallLists(SmallListsContract):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> Iterator[None]:
        with stores_in(tmp_path) as stores:
            self.views = stores.views
            yield


class TestPostgresSmallLists(SmallListsContract):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path, database_url: str) -> Iterator[None]:
        with stores_in(tmp_path, database_url) as stores:
            self.views = stores.views
            yield
