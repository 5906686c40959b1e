"""The name of an API key: kept, limited, and empty in events of before."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from domain.access.api_key import MAX_NAME, ApiKey
from domain.access.caller import Scope
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
