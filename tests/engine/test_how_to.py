"""The page on adding report types quotes SQL that exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "how-to" / "add-a-report-type.md"
SQL = [path.read_text(encoding="utf-8") for path in (ROOT / "interfaces/engine/definitions/sql").glob("*.sql")]


@pytest.mark.parametrize("quoted", re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))
def test_sql_on_the_page_is_that_of_a_file(quoted: str) -> None:
    assert any(quoted in text for text in SQL)


@pytest.mark.parametrize("path", re.findall(r"`((?:interfaces|domain|tests)/[^`]+)`", PAGE.read_text(encoding="utf-8")))
def test_paths_on_the_page_exist(path: str) -> None:
    assert (ROOT / path).exists()
