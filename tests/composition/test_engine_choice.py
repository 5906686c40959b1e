"""Which engine an installation has: DuckDB, unless there is the address of a server."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from interfaces.composition.installation import Installation
from interfaces.engine.by_size import EngineBySize
from interfaces.engine.duckdb.engine import DuckDbEngine
from interfaces.setting_values import SettingRefused
from interfaces.settings import Settings


def test_duckdb_is_the_default(tmp_path: Path) -> None:
    with Installation(Settings(data=tmp_path)) as installation:
        assert isinstance(installation.engine, DuckDbEngine)


def test_with_an_address_the_engine_is_chosen_by_size(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="The extra spark is not installed.")
    with Installation(Settings(data=tmp_path, engine_url="sc://localhost:1/;token=secret")) as installation:
        engine = installation.engine

        assert isinstance(engine, EngineBySize)
        assert engine.name.endswith(" or spark")


def test_a_worker_that_starts_removes_the_parts_of_dead_attempts(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="The extra spark is not installed.")
    parts = tmp_path / "parts"
    for folder in ("parts-1000-part_dead", "parts-9000000000-part_alive"):
        (parts / folder / "_temporary").mkdir(parents=True)
    settings = Settings(data=tmp_path, engine_url="sc://localhost:1", engine_parts_url=str(parts))

    with Installation(settings) as installation:
        installation.prepare_server()

    assert [folder.name for folder in parts.iterdir()] == ["parts-9000000000-part_alive"]


def test_the_client_is_imported_by_no_process_without_an_address(tmp_path: Path) -> None:
    program = (
        "import sys\nfrom pathlib import Path\n"
        "from interfaces.composition.installation import Installation\nfrom interfaces.settings import Settings\n"
        "import interfaces.engine.spark.engine\n"
        "print(Installation(Settings(data=Path(sys.argv[1]))).engine.name)\n"
        "print(sorted({'pyspark', 'grpc', 'pandas', 'pyarrow'} & set(sys.modules)))\n"
    )

    ran = subprocess.run([sys.executable, "-c", program, tmp_path], capture_output=True, text=True, check=True)

    assert ran.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize(
    ("environment", "sentence"),
    [
        ({"REPORTRUN_ENGINE_URL": "http://secret@host"}, "REPORTRUN_ENGINE_URL is no address of Spark Connect."),
        (
            {"REPORTRUN_ENGINE_URL": "sc://host", "REPORTRUN_ENGINE_URL_FILE": "/run/url"},
            "REPORTRUN_ENGINE_URL and REPORTRUN_ENGINE_URL_FILE are set. Set one of them only.",
        ),
        ({"REPORTRUN_ENGINE_READS": "both"}, "REPORTRUN_ENGINE_READS is 'both'. Give delta or files."),
    ],
)
def test_an_address_that_cannot_be_used_is_refused_without_being_shown(
    environment: dict[str, str], sentence: str
) -> None:
    with pytest.raises(SettingRefused) as refused:
        Settings.read(environment)

    assert str(refused.value).startswith(sentence)
    assert "secret" not in str(refused.value)
