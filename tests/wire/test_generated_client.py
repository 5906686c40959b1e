"""A client that is generated from the OpenAPI document works: parameters and objects are as the document says."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.support.official import FINISH_SECONDS
from tests.support.processes import asked_until
from tests.support.small_ledger import JANUARY_END, JANUARY_START

PACKAGE = "generated_reportrun_client"


@pytest.fixture(scope="module")
def package(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("generated")
    settings = folder / "settings.yml"
    settings.write_text("post_hooks: []\n")
    generator = Path(sys.executable).with_name("openapi-python-client")
    options: list[str | Path] = [
        "--meta",
        "none",
        "--config",
        settings,
        "--output-path",
        folder / PACKAGE,
        "--fail-on-warning",
    ]
    made = subprocess.run(
        [generator, "generate", "--url", f"{address}/openapi.json", *options],
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stdout + made.stderr
    sys.path.insert(0, str(folder))
    yield PACKAGE
    sys.path.remove(str(folder))


@pytest.fixture
def signed_in(package: str, address: str, installation: Any) -> Iterator[Any]:
    client = importlib.import_module(package).AuthenticatedClient(base_url=address, token=installation.test_key)
    with client:
        yield client


def operation(package: str, name: str) -> ModuleType:
    return importlib.import_module(f"{package}.api.{name}")


def test_it_creates_retrieves_lists_and_downloads(package: str, signed_in: Any) -> None:
    models = importlib.import_module(f"{package}.models")
    order = models.CreateReportRun(
        report_type="payouts.itemized.3",
        parametersinterval_start=JANUARY_START,
        parametersinterval_end=JANUARY_END,
        parameterscolumns=["net", "currency"],
    )

    made = operation(package, "runs.create_report_run").sync(client=signed_in, body=order, idempotency_key="key-1")
    again = operation(package, "runs.create_report_run").sync(client=signed_in, body=order, idempotency_key="key-1")
    run = finished(package, signed_in, made.id)
    listed = operation(package, "runs.list_report_runs").sync(client=signed_in, limit=1, createdgte=made.created)
    history = operation(package, "runs.get_report_run_history").sync(made.id, client=signed_in, limit=1)
    contents = operation(package, "files.get_file_contents").sync(run.result.id, client=signed_in)

    assert again.id == made.id
    assert made.parameters.to_dict() == {
        "columns": ["net", "currency"],
        "interval_end": JANUARY_END,
        "interval_start": JANUARY_START,
    }
    assert [one.id for one in listed.data] == [made.id]
    assert ([event.type_ for event in history.data], history.has_more) == (["report_run.created"], True)
    assert contents.splitlines()[0] == '"net","currency"'


def finished(package: str, client: Any, id: str) -> Any:
    retrieve = operation(package, "runs.get_report_run")
    run: Any = asked_until(
        lambda: retrieve.sync(id, client=client), lambda run: run.status != "pending", "it does not end", FINISH_SECONDS
    )
    assert run.status == "succeeded"
    return run


def test_it_reads_refusals(package: str, signed_in: Any) -> None:
    refused = operation(package, "runs.list_report_runs").sync(client=signed_in, starting_after="nope")
    unknown = operation(package, "types.get_report_type").sync("nope.1", client=signed_in)

    assert (refused.error.code, refused.error.param) == ("resource_missing", "starting_after")
    assert unknown.error.message == "No such report type: 'nope.1'"


def test_it_reads_types_and_health(package: str, signed_in: Any) -> None:
    types = operation(package, "types.list_report_types").sync(client=signed_in)
    alive = operation(package, "health.is_alive").sync(client=signed_in)

    assert "balance.summary.1" in [one.id for one in types.data]
    assert alive.status == "alive"
