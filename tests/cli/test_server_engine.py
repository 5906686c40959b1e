"""Commands on an installation whose reports are computed on a server: which engine did it is said, and no token is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, Start
from tests.support.sail import SailProcess

TYPE = "balance_change_from_activity.itemized.1"
AWAY = "sc://localhost:1/;token=secret-token"


def use(monkeypatch: pytest.MonkeyPatch, url: str, **settings: str) -> None:
    """Let every report be computed at this address; at none, by DuckDB."""
    for name, value in {"URL": url, "FROM_MIB": "0", **settings}.items():
        monkeypatch.setenv(f"REPORTRUN_ENGINE_{name}", value)


@pytest.mark.parametrize("first", ["duckdb", "sail"])
def test_another_engine_makes_a_file_again_with_the_same_sha256_and_it_is_said(
    first: str, loaded: Cli, sail: SailProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    addresses = {"duckdb": "", "sail": sail.url}
    second = "sail" if first == "duckdb" else "duckdb"
    use(monkeypatch, addresses[first])
    code, made, said = loaded("run", TYPE)
    use(monkeypatch, addresses[second])

    again = loaded("run", "--as-of-run", said.split()[0])

    assert (code, again[:2]) == (0, (0, made))
    assert re.search(rf"The same, byte for byte: .*made by {first} \S+ then, and by {second} \S+ now", again[2], re.S)


def test_the_fallback_to_duckdb_is_said_and_recorded(
    loaded: Cli, started: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("pyspark", reason="The extra spark is not installed.")
    use(monkeypatch, AWAY, FALLBACK="1")

    process = started("run", TYPE)
    out, err = process.communicate(timeout=120)

    assert (process.returncode, out.count("\n")) == (0, 33)
    run_id = re.search(r"frr_\w+", err)
    assert run_id is not None
    assert "spark could not make the report. The report could not be computed, because the engine cannot be" in err
    assert "It is made by duckdb" in err
    assert (
        '"engine": "duckdb' in loaded("history", run_id[0], "--json")[1] or "duckdb" in loaded("history", run_id[0])[1]
    )


@pytest.mark.parametrize("server", ["away", "there"])
def test_a_token_is_nowhere_in_what_commands_print_and_keep(
    server: str,
    loaded: Cli,
    started: Start,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    pytest.importorskip("pyspark", reason="The extra spark is not installed.")
    url = AWAY if server == "away" else f"{request.getfixturevalue('sail').url}/;token=secret-token"
    use(monkeypatch, url)
    monkeypatch.setenv("REPORTRUN_LOG_LEVEL", "debug")
    printed = list[str]()

    for words in (("run", TYPE), ("doctor",)):
        process = started(*words)
        printed += process.communicate(timeout=120)
    run_id = re.search(r"frr_\w+", printed[1])
    assert run_id is not None
    printed += loaded("history", run_id[0])[1:]

    assert ("engine cannot be reached" in "".join(printed)) == (server == "away")
    assert "secret" not in "".join(printed)
    assert [path for path in tmp_path.rglob("*") if path.is_file() and b"secret-token" in path.read_bytes()] == []


def test_doctor_counts_a_table_on_the_server_as_the_ledger_has_it(
    loaded: Cli, sail: SailProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    use(monkeypatch, sail.url)

    out = loaded("doctor")[1]

    assert "Large reports are computed by sail 0.7.2. It reads balance_transactions as the ledger has them." in out


def test_doctor_names_a_custom_report_that_the_server_makes_otherwise(
    loaded: Cli, sail: SailProcess, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    use(monkeypatch, sail.url)
    folder = tmp_path / "reports"
    folder.mkdir()
    header = 'id = "shop.quarters.1"\nname = "Quarters"\ncolumns = ["id", "quarter"]\nengines = ["duckdb", "spark"]'
    sql = "select id, cast(amount / 4 as bigint) as quarter from balance_transactions"
    (folder / "quarters.sql").write_text(f"/*\n{header}\n*/\n{sql}")
    monkeypatch.setenv("REPORTRUN_REPORTS", str(folder))

    code, out, _ = loaded("doctor")

    assert code == 1
    assert "shop.quarters.1 opts in to spark and stays on DuckDB: line " in out
