"""A small ledger and the reports over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.row_ledger import Reports, SmallLedger


@pytest.fixture
def ledger(tmp_path: Path) -> SmallLedger:
    return SmallLedger(tmp_path / "ledger")


@pytest.fixture
def reports(ledger: SmallLedger, tmp_path: Path) -> Iterator[Reports]:
    made = Reports(ledger, tmp_path)
    yield made
    made.engine.close()
