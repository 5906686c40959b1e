"""Private parts of libraries that this project uses: their names, and a digest of each source.

When one changes, read the new source, adapt what uses it, and replace the digest by the one that the failure shows.
"""

from __future__ import annotations

import ast
import hashlib
import inspect
import tomllib
from collections.abc import Iterator
from functools import reduce
from importlib import import_module
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from tests.support.markdown import ROOT

PARTS = {
    "eventsourcing.domain:BaseAggregate.__base_init__": "167fcfa2866b8065",
    "eventsourcing.domain:CanInitAggregate.mutate": "e700ce4c152450bf",
    "eventsourcing.popo:POPOApplicationRecorder": "0daa7e44d97b75bc",
    "eventsourcing.postgres:PostgresApplicationRecorder": "911e09e469180f55",
    "eventsourcing.postgres:PostgresDatastore": "6e2b49f1261d7bf1",
    "eventsourcing.postgres:PostgresFactory": "b553905f3668da25",
    "eventsourcing.sqlite:SQLiteApplicationRecorder": "1abacf15f02f9064",
    "eventsourcing.sqlite:SQLiteDatastore": "be2c0b1c254052d8",
    "pyspark.sql.connect.client.core:SparkConnectClient._execute_plan_request_with_metadata": "b248852e83f3bb40",
    "pyspark.sql.connect.client.core:SparkConnectClient.to_table_as_iterator": "43a2b90117abdb6d",
    "pyspark.sql.connect.dataframe:DataFrame.__init__": "7b18f1153cbff8f2",
    "stripe._encode:_api_encode": "b2364ff74ced68ad",
    "uvicorn.protocols.http.flow_control:FlowControl": "126debcdaa894c83",
    "uvicorn.protocols.http.httptools_impl:HttpToolsProtocol": "18fdf324b11bf160",
    "uvicorn.protocols.http.httptools_impl:RequestResponseCycle": "e67d470d435dcc1c",
    "uvicorn.server:Server.on_tick": "60ea49b06ccf68c1",
    "uvicorn.server:Server.startup": "2aa1d70a244bfcf2",
}
"""Module and name -> the beginning of the SHA-256 of its source."""

_PACKAGES = {"pyspark": "pyspark-client"}
"""Libraries whose package has another name."""

PINNED = {"duckdb", "fastapi", *(_PACKAGES.get(name, name) for name in (part.partition(".")[0] for part in PARTS))}
"""Libraries that are pinned to a minor version. DuckDB: the shape of a parsed query (`json_serialize_sql`)."""

NEXT_MINOR = {
    "duckdb": "2.1",
    "eventsourcing": "9.6",
    "fastapi": "0.166",
    "pyspark-client": "4.3",
    "stripe": "16.2",
    "uvicorn": "0.55",
}


@pytest.mark.parametrize("part", PARTS)
def test_a_private_part_is_unchanged(part: str) -> None:
    module, _, name = part.partition(":")
    if module.startswith("pyspark."):
        pytest.importorskip("pyspark", reason="The extra spark is not installed.")
    found: Any = reduce(getattr, name.split("."), import_module(module))

    assert hashlib.sha256(inspect.getsource(found).encode()).hexdigest()[:16] == PARTS[part]


@pytest.mark.parametrize("library", sorted(PINNED))
def test_a_library_with_private_parts_in_use_is_pinned_to_a_minor_version(library: str) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = map(Requirement, [*project["dependencies"], *extras["test"], *extras["spark"]])
    (requirement,) = [one for one in declared if one.name == library]

    assert Version(NEXT_MINOR[library]) not in requirement.specifier


def test_every_private_import_is_named_here() -> None:
    named = {part.partition(":")[0] for part in PARTS}

    assert {module for module in _private_imports() if module not in named} == set()


def _private_imports() -> Iterator[str]:
    """Modules of libraries that are private, or from which a private name is imported."""
    for folder in ("domain", "application", "interfaces", "tests", "scripts"):
        for file in (ROOT / folder).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                if not isinstance(node, ast.ImportFrom) or not node.module or node.module == "__future__":
                    continue
                ours = node.module.partition(".")[0] in (
                    "domain",
                    "application",
                    "interfaces",
                    "tests",
                    "benchmarks",
                    "attacks",
                )
                words = [*node.module.split("."), *(name.name for name in node.names)]
                if not ours and any(word.startswith("_") for word in words):
                    yield node.module
