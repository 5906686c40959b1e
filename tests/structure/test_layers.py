"""The layers: which way imports run, and what a command or a server imports."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.server import address_of
from tests.support.stores import stores_in

ROOT = Path(__file__).parents[2]


def test_imports_run_one_way() -> None:
    checked = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout


def test_help_does_not_wait_for_heavy_libraries() -> None:
    shown = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "interfaces.cli.main", "--help"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stderr  # fmt: skip

    heavy = [name for name in ("duckdb", "deltalake", "fastapi", "eventsourcing", "rich") if f" {name}\n" in shown]
    assert heavy == []


def test_a_running_server_has_not_imported_an_engine_or_a_ledger_writer(tmp_path: Path) -> None:
    serve = ["-m", "interfaces.cli.main", "serve", "--port", "0", "--workers", "0"]
    command = [sys.executable, "-X", "importtime", *serve]
    environment = {**os.environ, "REPORTRUN_DATA": str(tmp_path / "data")}
    log = tmp_path / "imports"
    with (
        log.open("w") as imports,
        subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=imports) as server,
    ):
        address_of(server)
        server.terminate()
    imported = {line.rpartition("|")[2].strip() for line in log.read_text().splitlines()}

    heavy = {
        "duckdb", "deltalake",
        "interfaces.engine.duckdb", "interfaces.engine.spark",
        "interfaces.ledger.merge", "interfaces.ledger.checks", "interfaces.ledger.sources",
    }  # fmt: skip
    assert "interfaces.http.app" in imported
    assert heavy & imported == set()


@pytest.mark.parametrize("process", ["writer log", "writer views", "worker", "deliverer", "sealer"])
def test_an_idle_child_process_has_imported_no_web_framework_and_no_engine(tmp_path: Path, process: str) -> None:
    with stores_in(tmp_path / "data"):
        pass
    module, *arguments = process.split()
    command = [sys.executable, "-X", "importtime", "-m", f"interfaces.entrypoints.{module}", *arguments]

    ended = subprocess.run(  # it starts, and ends since nothing holds its standard input open
        command,
        cwd=ROOT, env={**os.environ, "REPORTRUN_DATA": str(tmp_path / "data")},
        stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=True,
    )  # fmt: skip

    imported = {line.rpartition("|")[2].strip() for line in ended.stderr.decode().splitlines()}
    assert "interfaces.composition.stores" in imported
    assert {"fastapi", "starlette", "pydantic", "uvicorn", "duckdb", "deltalake"} & imported == set()
