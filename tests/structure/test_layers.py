"""The house: which way imports run, and what may stand at the top."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_imports_run_one_way():
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout


def test_only_the_wiring_knows_adapters():
    adapters = ("interfaces.storage", "interfaces.ledger", "interfaces.engine", "interfaces.results")
    callers = [ROOT / "interfaces" / room for room in ("http", "cli")]

    offenders = [
        f"{path}: {line}"
        for room in callers
        for path in room.rglob("*.py")
        for line in path.read_text().splitlines()
        if "import" in line and any(adapter in line for adapter in adapters)
    ]

    assert offenders == []


def test_help_does_not_wait_for_heavy_libraries():
    shown = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "interfaces.cli.main", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip

    heavy = [name for name in ("duckdb", "deltalake", "fastapi", "eventsourcing", "rich") if f" {name}\n" in shown]
    assert heavy == []


def test_a_server_does_not_import_the_engine_or_the_ledger():
    loaded = subprocess.run(
        [sys.executable, "-c", "import sys, interfaces.composition.wiring, interfaces.http.app; print(*sys.modules)"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip

    assert {"duckdb", "deltalake"} & set(loaded) == set()
