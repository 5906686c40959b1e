"""Folders of tests: none imports from another, so what two of them use lies in tests/support."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.markdown import ROOT

TESTS = ROOT / "tests"


def imported_by(file: Path) -> Iterator[str]:
    """The modules of tests that a file imports, as `tests.support.runs`."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "tests":
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names if alias.name.startswith("test_"))
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.split(".")[0] == "tests")


def strangers_of(file: Path) -> list[str]:
    """What a file imports from folders of tests other than its own and tests/support."""
    folder = file.relative_to(TESTS).parts[0]
    return [module for module in imported_by(file) if module.split(".")[1] not in ("support", folder)]


def test_no_folder_of_tests_imports_from_another() -> None:
    found = {
        str(file.relative_to(TESTS)): strangers for file in TESTS.rglob("*.py") if (strangers := strangers_of(file))
    }

    assert found == {}


def test_no_file_imports_from_a_file_of_tests() -> None:
    """What several use lies in a module of its own. Identities are properties, which are held again elsewhere."""
    found = {
        f"{file.relative_to(TESTS)}: {module}"
        for file in TESTS.rglob("*.py")
        for module in imported_by(file)
        if module.split(".")[-1].startswith("test_") and not module.split(".")[-1].startswith("test_identities")
    }

    assert found == set()


def test_scripts_import_no_tests() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {module}"
        for file in (ROOT / "scripts").rglob("*.py")
        for module in imported_by(file)
        if module.split(".")[-1].startswith("test_")
    ]

    assert found == []
