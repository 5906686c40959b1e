"""The names of API keys and accounts: kept, limited, and empty in events of before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.access.account import Account
from domain.access.api_key import ApiKey
from domain.access.caller import Scope
from domain.access.names import MAX_NAME
from domain.errors import InvalidParameter

NOW = datetime(2026, 1, 2, tzinfo=UTC)


def a_key(name: str) -> ApiKey:
    return ApiKey.create(Scope("acct_1", livemode=False), actor="cli:test", at=NOW, name=name)[0]


def test_the_first_event_of_a_key_has_its_name() -> None:
    (created,) = a_key("Nightly export").pending_events

    assert isinstance(created, ApiKey.Created)
    assert created.name == "Nightly export"


def test_a_key_of_before_has_no_name() -> None:
    state: dict[str, Any] = {"account": "acct_1", "kind": "sk"}

    ApiKey.Created.upcast_v1_v2(state)

    assert ApiKey.Created.class_version == 2
    assert state == {"account": "acct_1", "kind": "sk", "name": ""}


def test_a_name_has_a_limit() -> None:
    a_key("n" * MAX_NAME)
    with pytest.raises(InvalidParameter, match="The name of the key has 101 characters; at most 100 are allowed"):
        a_key("n" * (MAX_NAME + 1))


def test_the_name_of_an_account_has_the_same_limit() -> None:
    with pytest.raises(InvalidParameter, match="The name of the account has 101 characters; at most 100 are allowed"):
        Account.register(actor="cli:test", at=NOW, name="n" * (MAX_NAME + 1))


@pytest.mark.parametrize("name", ["a\0b", "a\nb", "\x1b[31mred", "\x7f", "\ud800"])
def test_a_name_is_one_line_of_plain_text(name: str) -> None:
    with pytest.raises(InvalidParameter, match=r"The name of the key, .*, has control characters, or is not UTF-8"):
        a_key(name)
    with pytest.raises(InvalidParameter, match=r"The name of the account, .*, has control characters"):
        Account.register(actor="cli:test", at=NOW, name=name)


@pytest.mark.parametrize("name", ["", "Zürich 東京 🙂", "O'Neil & Söhne"])
def test_a_name_may_be_in_any_script(name: str) -> None:
    assert a_key(name).pending_events
