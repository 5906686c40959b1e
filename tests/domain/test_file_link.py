"""File links: expiry, metadata and their limits."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from domain.errors import FileLinkExpired, InvalidParameter
from domain.files.file_link import FileLink
from domain.metadata import merged_metadata
from tests.support.clock import NOON
from tests.support.runs import SCOPE

NOON_SECONDS = int(NOON.timestamp())
LATER = NOON + timedelta(hours=1)


def a_link(expires_at: int | None = None) -> FileLink:
    return FileLink.create(
        SCOPE,
        file_id="file_1",
        run_id="frr_1",
        expires_at=expires_at,
        metadata={"for": "audit"},
        actor="key_1",
        at=NOON,
    )


def test_a_link_has_a_public_token_that_cannot_be_guessed() -> None:
    links = [a_link() for _ in range(100)]

    assert len({link.token for link in links}) == 100
    assert all(re.fullmatch("[0-9A-Za-z]{48}", link.token) for link in links)
    assert all(re.fullmatch("link_[0-9A-Za-z]{24}", link.id) for link in links)


def test_a_link_expires_at_its_time_and_not_before() -> None:
    link = a_link(expires_at=NOON_SECONDS + 3600)

    assert [link.has_expired(at) for at in (NOON, LATER - timedelta(seconds=1), LATER)] == [False, False, True]
    assert not a_link().has_expired(NOON + timedelta(days=10_000))


def test_a_link_is_changed_until_it_has_expired() -> None:
    link = a_link(expires_at=NOON_SECONDS + 3600)

    link.update(expires_at=None, metadata={}, actor="key_1", at=NOON)
    assert (link.expires_at, link.metadata) == (None, {})
    link.expire(metadata={"why": "leaked"}, actor="key_1", at=NOON)
    assert (link.expires_at, link.metadata) == (NOON_SECONDS, {"why": "leaked"})
    with pytest.raises(FileLinkExpired, match="expired at 2026-01-02 12:00:00 UTC, and expired links cannot be"):
        link.update(expires_at=None, metadata={}, actor="key_1", at=NOON)
    with pytest.raises(FileLinkExpired):
        link.expire(metadata={}, actor="key_1", at=NOON)


def test_an_expiry_lies_ahead() -> None:
    with pytest.raises(InvalidParameter, match="must lie in the future, and 2026-01-02 12:00:00 UTC has passed"):
        a_link(expires_at=NOON_SECONDS)
    with pytest.raises(InvalidParameter, match="must lie in the future"):
        a_link().update(expires_at=NOON_SECONDS - 1, metadata={}, actor="key_1", at=NOON)


def test_an_update_that_changes_nothing_records_nothing() -> None:
    link = a_link()
    link.update(expires_at=None, metadata={"for": "audit"}, actor="key_1", at=NOON)

    assert len(link.collect_events()) == 1


def test_an_empty_value_removes_its_key() -> None:
    assert merged_metadata({"a": "1", "b": "2"}, {"a": "", "c": "3", "d": ""}) == {"b": "2", "c": "3"}


@pytest.mark.parametrize(
    ("changes", "message", "param"),
    [
        ({str(number): "x" for number in range(51)}, "up to 50 keys, and would have 51", "metadata"),
        ({"k" * 41: "x"}, "keys have 1 to 40 characters", f"metadata[{'k' * 40}]"),
        ({"": "x"}, "keys have 1 to 40 characters", "metadata[]"),
        ({"k": "v" * 501}, "a value that is 501 characters", "metadata[k]"),
    ],
)
def test_metadata_has_limits(changes: dict[str, str], message: str, param: str) -> None:
    with pytest.raises(InvalidParameter, match=message) as refused:
        merged_metadata({}, changes)

    assert str(refused.value.param) == param
