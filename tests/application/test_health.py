"""Health: a server is ready when requests can be served, and a look at an installation gives findings."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from application.health.findings import (
    FULL_DISK_BYTES,
    LOW_DISK_BYTES,
    DataFolder,
    Finding,
    Level,
    examine,
    good,
    wrong,
)
from application.health.readiness import Readiness
from application.health.surroundings import OperatingState
from domain.access.caller import Scope
from domain.errors import StoreUnavailable

PLENTY = 10 * 1024**3


class Types:
    """Reads report types, or finds the store away."""

    def __init__(self, trouble: str | None = None) -> None:
        self.trouble = trouble

    async def all(self, scope: Scope) -> list[object]:
        if self.trouble:
            raise StoreUnavailable(self.trouble)
        return []


class Views:
    def __init__(self, trouble: str | None = None) -> None:
        self.trouble = trouble


class Quiet:
    """Surroundings in which all is well."""

    async def state(self) -> OperatingState:
        return OperatingState(None, ())


def ready(types: Types | None = None, views: Views | None = None, free: int = PLENTY) -> OperatingState:
    readiness = Readiness(types or Types(), views or Views(), lambda: free, Quiet())  # type: ignore[arg-type]
    return asyncio.run(readiness.state())


def test_a_server_is_ready_when_it_can_read_its_views_follow_and_its_disk_has_room() -> None:
    assert ready() == ready(free=FULL_DISK_BYTES) == OperatingState(None, ())


@pytest.mark.parametrize(
    ("facts", "reason"),
    [
        ({"types": Types("The database is away.")}, "The database is away."),
        ({"views": Views("The views are stuck.")}, "The views are stuck."),
        ({"free": FULL_DISK_BYTES - 1}, "The disk of the data folder is full."),
    ],
)
def test_a_server_that_cannot_serve_says_why(
    facts: dict[str, Types] | dict[str, Views] | dict[str, int], reason: str
) -> None:
    with pytest.raises(StoreUnavailable, match=reason):
        ready(**facts)


def store_is_fine() -> Iterator[Finding]:
    yield good("The store is fine.")


def sentences(folder: DataFolder) -> list[tuple[str, str]]:
    return [(level.value, sentence) for level, sentence in examine(folder, folder.path, store_is_fine)]


def test_a_folder_with_room_is_good_and_the_store_is_looked_at() -> None:
    assert sentences(DataFolder("/data", free_bytes=PLENTY)) == [
        ("good", "The data folder is /data, with 10.0 GiB free."),
        ("good", "The store is fine."),
    ]


@pytest.mark.parametrize(
    ("folder", "level", "says", "looks_at_store"),
    [
        (DataFolder("/data", exists=False), "wrong", "There is no data folder /data.", False),
        (DataFolder("/data", fault="Permission denied"), "wrong", "Permission denied", True),
        (DataFolder("/data", is_own=False, fault="Permission denied"), "look", "is another user's", True),
        (
            DataFolder("/data", is_own=False, is_readable=False, fault="Permission denied"),
            "wrong",
            "may not read",
            False,
        ),
        (DataFolder("/data", is_read_only=True, fault="Read-only file system"), "look", "is on a read-only", True),
        (DataFolder("/data", fault="No space left on device"), "wrong", "No space left on device", True),
        (DataFolder("/data", free_bytes=FULL_DISK_BYTES - 1), "wrong", "/data is full", True),
        (DataFolder("/data", free_bytes=LOW_DISK_BYTES - 1), "look", "That is little: make room.", True),
    ],
)
def test_a_folder_that_needs_care_is_named(folder: DataFolder, level: str, says: str, looks_at_store: bool) -> None:
    first, *others = sentences(folder)

    assert first[0] == level and says in first[1]
    assert (("good", "The store is fine.") in others) is looks_at_store


def test_a_store_that_cannot_be_opened_is_a_finding_after_those_that_came_before() -> None:
    def damaged() -> Iterator[Finding]:
        yield wrong("The event log is damaged.")
        raise StoreUnavailable("What stands in the log cannot be trusted.")

    findings = list(examine(DataFolder("/data", free_bytes=PLENTY), "/data", damaged))

    assert [level for level, _ in findings] == [Level.GOOD, Level.WRONG, Level.WRONG]
    assert findings[-1].sentence == "The store in /data cannot be used. What stands in the log cannot be trusted."
