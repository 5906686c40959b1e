"""The packages: none is crowded, and a file name stands for one thing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

PACKAGES = ("domain", "application", "interfaces")

MOST_MODULES = 14

SAME_THING = {
    "domain/ledger.py": "the ledger, and its errors",
    "interfaces/accounts.py": "accounts: their list and their command",
    "interfaces/connection.py": "a connection to either database",
    "interfaces/database.py": "what views need of a database, and either database",
    "interfaces/dialect.py": "the dialect that report SQL is written in, and its translation for Spark",
    "interfaces/engine.py": "the engine on DuckDB, and that on Spark Connect",
    "interfaces/events.py": "the event log in either database",
    "interfaces/failures.py": "errors of DuckDB, and of Spark Connect, as sentences",
    "interfaces/files.py": "result files: their routes, their list and their command",
    "interfaces/notifier.py": "notifies of new events in either database",
    "interfaces/reports.py": "custom reports, and what carries out reports of every kind",
    "interfaces/server.py": "the server: how it is built, and how uvicorn runs it",
    "interfaces/store.py": "what a store is, each kind of it, and the commands on it",
    "interfaces/file_links.py": "file links: their routes and their list",
    "interfaces/webhook_endpoints.py": "webhook endpoints: their routes and their list",
    "interfaces/webhooks.py": "webhooks: how they are built, and their command",
    "interfaces/worker.py": "the worker: how it is built, and its process",
}
"""File names that stand more than once in a package, and the one thing that each of them stands for."""

TWINS = ROOT / "interfaces" / "testing"
"""Adapters for tests: each file has the name of the adapter that it stands in for."""


def modules_of(package: str) -> Iterator[Path]:
    return (path for path in (ROOT / package).rglob("*.py") if path.name != "__init__.py")


@pytest.mark.parametrize("package", PACKAGES)
def test_no_folder_is_crowded(package: str) -> None:
    modules = defaultdict(list)
    for path in modules_of(package):
        modules[str(path.parent.relative_to(ROOT))].append(path.name)

    assert {folder: len(names) for folder, names in modules.items() if len(names) > MOST_MODULES} == {}


def test_there_is_room_for_the_files_of_another_view() -> None:
    rows = (ROOT / "docs" / "how-to" / "add-a-view.md").read_text().splitlines()
    folders = [row.split("`")[-2] for row in rows if row.startswith(("| a file ", "| a class "))]

    assert len(folders) == 3
    assert {folder: n for folder in folders if (n := len(list((ROOT / folder).glob("[!_]*.py")))) >= MOST_MODULES} == {}


def test_a_file_name_stands_twice_in_a_package_only_for_the_same_thing() -> None:
    places = defaultdict(list)
    for package in PACKAGES:
        for path in modules_of(package):
            if not path.is_relative_to(TWINS):
                places[f"{package}/{path.name}"].append(str(path.parent.relative_to(ROOT)))

    assert {name for name, folders in places.items() if len(folders) > 1} == set(SAME_THING)
