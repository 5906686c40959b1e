"""Every command of the table in docs/how-to/load.md loads the file that its row speaks of."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from interfaces.ledger.sources.packed_files import zstd
from tests.ledger import dialects
from tests.ledger.reports_of_books import all_columns, api_books, report
from tests.support.api_objects import api_objects

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "load.md"

COMMANDS = [
    command.replace("\\|", "|")
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    for command in re.findall(r"`((?:cat [^`]+|)reportrun load [^`]+)`", line)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every file that the table names."""
    place = tmp_path_factory.mktemp("files")
    objects = api_objects()
    charges = {"charges": objects["charges"]}
    dialects.api_objects_as_lines(charges, place)
    dialects.pages(charges, place)[0].path.rename(place / "pages.json")
    dialects.fivetran(objects, place / "export")
    dialects.sigma(objects, place / "sigma")
    dialects.parquet()(charges, place)
    dialects.singer(objects, place)
    dialects.airbyte_raw(charges, place)[0].path.rename(place / "airbyte_raw.csv")
    dialects.csv_flattened(".", ";")(charges, place)[0].path.rename(place / "semicolons.csv")
    owned = {"charges": [{**row, "merchant": "acct_shop"} for row in objects["charges"]]}
    dialects.json_cells(owned, place)[0].path.rename(place / "all.csv")
    plain = [{key: row[key] for key in ("id", "amount", "currency", "created")} for row in objects["charges"]]
    dialects.write_csv(place / "plain.csv", plain)
    packed = dialects.csv_flattened("__")(charges, place)[0].path.read_bytes()
    (place / "charges.csv.gz").write_bytes(gzip.compress(packed))
    (place / "charges.csv.zst").write_bytes(zstd.compress(packed))
    lines = [json.dumps(row) for row in objects["balance_transactions"] if row.get("payout")]
    (place / "transactions.jsonl").write_text("\n".join(lines), encoding="utf-8")
    dialects.dashboard(objects, place)
    _write_reports(place)
    return place


def _write_reports(place: Path) -> None:
    books = api_books(place / "books")
    for name, report_type in (
        ("activity", "balance_change_from_activity.itemized.3"),
        ("payouts_report", "payouts.itemized.3"),
    ):
        made = report(books, report_type, "2025-01-01", "2026-01-01", columns=all_columns(report_type))
        (place / f"{name}.csv").write_text(made, encoding="utf-8")


def test_the_table_has_commands() -> None:
    assert len(COMMANDS) > 20


@pytest.mark.parametrize("command", COMMANDS)
def test_the_command_loads_rows(folder: Path, tmp_path: Path, command: str) -> None:
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "REPORTRUN_DATA": str(tmp_path / "data"),
    }

    loaded = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )

    assert loaded.returncode == 0, loaded.stderr
    assert "The test ledger is now at version" in loaded.stdout
    assert re.search(r" [1-9]\d* +[1-9]\d* +0 +0 +0 +0", loaded.stdout), loaded.stdout
