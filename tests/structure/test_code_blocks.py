"""Code blocks of the documents run as they stand, against a live server.

The Python blocks of a document are one program. Python and console blocks use the installation of the server, bash
blocks an empty one. A SQL block that begins with a header is a report type. `sk_test_...`, `frr_...` and the default
address stand for real ones.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
from stripe import StripeClient

from interfaces.engine.custom.reports import read_reports
from interfaces.host.sql_text import quoted
from tests.support.markdown import DOCUMENTS, Block, blocks_of, name_of
from tests.support.official import create, finished, stripe_client
from tests.support.server import SampleInstallation

BLOCKS = [block for document in DOCUMENTS for block in blocks_of(document)]
KNOWN_LANGUAGES = {"js", "python", "console", "bash", "sql", "toml", "text", "mermaid", ""}

FILES = {
    "january.csv": "id,amount,fee,net,currency,type,created,available_on\n"
    "txn_1,1000,59,941,usd,charge,2025-01-02T00:00:00Z,2025-01-04T00:00:00Z\n",
    "payouts.jsonl": '{"object": "payout", "id": "po_1", "amount": 941, "currency": "usd", "created": 1735776000,'
    ' "arrival_date": 1735862400, "status": "paid", "type": "bank_account", "method": "standard", "automatic": true}\n',
    "export/refunds.csv": "id,amount,currency,created\nre_1,100,usd,2025-01-03T00:00:00Z\n",
}
"""What the examples of `reportrun load` read; `february.parquet` is made of the first."""


def python_in(document: Path) -> str:
    return "\n".join(block.code for block in blocks_of(document) if block.language == "python" and block.is_run)


def blocks_in(*languages: str) -> pytest.MarkDecorator:
    chosen = [block for block in BLOCKS if block.language in languages and block.is_run and not _is_fragment(block)]
    return pytest.mark.parametrize("block", chosen, ids=lambda block: block.place)


def _is_fragment(block: Block) -> bool:
    """Whether a block is SQL without the header of a report type."""
    return block.language == "sql" and not block.code.startswith("/*")


def test_languages_are_known() -> None:
    assert {block.language for block in BLOCKS} - KNOWN_LANGUAGES == set()


@pytest.mark.parametrize("document", [document for document in DOCUMENTS if python_in(document)], ids=name_of)
def test_python_runs(document: Path, placeholders: dict[str, str], tmp_path: Path) -> None:
    run([sys.executable, "-c", filled(python_in(document), placeholders)], tmp_path)


@blocks_in("console")
def test_console_commands_succeed(
    block: Block, placeholders: dict[str, str], installation: SampleInstallation, tmp_path: Path
) -> None:
    commands = re.findall(r"^\$ ((?:.*\\\n)*.*)$", filled(block.code, placeholders), re.MULTILINE)
    assert commands, "a console block shows commands after `$ `"

    run(["bash", "-euo", "pipefail", "-c", "\n".join(commands)], tmp_path, REPORTRUN_DATA=str(installation.data))


@pytest.fixture(scope="session")
def exports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the examples of `reportrun load` read."""
    folder = tmp_path_factory.mktemp("exports")
    for name, content in FILES.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(content)
    with duckdb.connect() as connection:
        january, february = (quoted(str(folder / name)) for name in ("january.csv", "february.parquet"))
        connection.execute(f"copy (select * replace ('txn_2' as id) from {january}) to {february}")
    return folder


@blocks_in("bash")
def test_bash_runs(block: Block, exports: Path, tmp_path: Path) -> None:
    shutil.copytree(exports, tmp_path, dirs_exist_ok=True)

    run(["bash", "-euo", "pipefail", "-c", block.code], tmp_path)


@blocks_in("sql")
def test_report_types_are_accepted(block: Block, tmp_path: Path) -> None:
    (tmp_path / "report.sql").write_text(block.code)

    reports = read_reports(tmp_path, taken=())

    assert reports.faults == ()


@pytest.fixture(scope="session")
def placeholders(installation: SampleInstallation, address: str) -> dict[str, str]:
    """What stands in the documents -> what it stands for."""
    client: StripeClient = stripe_client(installation.test_key, address)
    run = finished(client, create(client).id)
    return {"sk_test_...": installation.test_key, "http://127.0.0.1:8000": address, "frr_...": run.id}


def filled(code: str, placeholders: dict[str, str]) -> str:
    for placeholder, value in placeholders.items():
        code = code.replace(placeholder, value)
    return code


def run(words: list[str], folder: Path, **variables: str) -> None:
    """Run a command in a folder; curl fails on an error status."""
    (folder / ".curlrc").write_text("fail\n")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, "PATH": path, "HOME": str(folder), "REPORTRUN_DATA": str(folder / "data"), **variables}
    done = subprocess.run(words, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
