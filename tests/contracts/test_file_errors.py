"""Errors of SQLite's files: a sentence names the file and what to do; a mistake in a statement is no such error."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import StoreUnavailable
from interfaces.storage.sqlite.file_errors import translated
from tests.support.runs import SCOPE
from tests.support.stores import stores_in


def error_named(name: str, kind: type[sqlite3.DatabaseError] = sqlite3.OperationalError) -> sqlite3.DatabaseError:
    error = kind("as SQLite says it")
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("name", "cure"),
    [
        ("SQLITE_FULL", "the disk is full. Make room"),
        ("SQLITE_IOERR_READ", "its disk fails, or is not mounted any more"),
        ("SQLITE_CANTOPEN", "See that the data folder is there"),
        ("SQLITE_READONLY_DBMOVED", "Give this user the right"),
        ("SQLITE_BUSY", "held by another process"),
        ("SQLITE_CORRUPT_INDEX", "stop everything and remove it, and it is made again"),
        ("SQLITE_PROTOCOL", "Try again in a moment"),
    ],
)
def test_a_sentence_names_the_file_and_the_cure(name: str, cure: str) -> None:
    said = translated(error_named(name), Path("/data/views.db"))

    assert isinstance(said, StoreUnavailable)
    assert str(said).startswith("The file views.db ") and cure in str(said)


def test_a_damaged_log_is_restored_and_not_removed() -> None:
    said = str(translated(error_named("SQLITE_NOTADB", sqlite3.DatabaseError), Path("/data/events.db")))

    assert said.endswith(
        "stop everything, move /data/events.db* away, and bring back a backup: `reportrun restore FILE`."
    )


def test_a_broken_rule_of_a_table_is_a_mistake_of_this_program() -> None:
    mistake = error_named("SQLITE_CONSTRAINT_UNIQUE", sqlite3.IntegrityError)

    assert translated(mistake, Path("views.db")) is mistake


def garbage(file: Path) -> None:
    file.write_bytes(b"\x5a" * 8192)


def damaged_pages(file: Path) -> None:
    with file.open("r+b") as views:
        views.seek(4096)
        views.write(b"\x5a" * (file.stat().st_size - 4096))


@pytest.mark.parametrize("damage", [garbage, damaged_pages])
def test_damaged_views_are_named_whether_they_open_or_not(tmp_path: Path, damage: Callable[[Path], None]) -> None:
    with stores_in(tmp_path):
        """Makes the files."""
    damage(tmp_path / "views.db")

    with (
        pytest.raises(StoreUnavailable, match=r"The file views\.db is damaged\. It holds nothing but views"),
        stores_in(tmp_path) as stores,
    ):
        asyncio.run(stores.views.runs.get(SCOPE, "frr_1"))
