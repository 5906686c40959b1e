"""Objects of JSON in which a key stands twice: which of its values counts depends on the reader, so none is taken."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from domain.errors import LedgerRefused
from tests.ledger.conftest import Books

GOOD = '{"id": "cus_1", "created": 1735689600, "email": "a@example.com"}'
TWICE = '{"id": "cus_2", "created": 1735689600, "email": "b@example.com", "email": "c@example.com"}'
REFUSED = "row 2: The object has email more than once. Give each key once."


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rows.jsonl", f"{GOOD}\n{TWICE}\n"),
        ("rows.json", f"[{GOOD},\n {TWICE}]"),
        ("rows.json", f'{{"object": "list", "data": [{GOOD}, {TWICE}], "has_more": false}}'),
        (
            "rows.jsonl",
            "".join(f'{{"type": "RECORD", "stream": "customers", "record": {row}}}\n' for row in (GOOD, TWICE)),
        ),
    ],
)
def test_an_object_that_has_a_key_twice_is_refused(books: Books, tmp_path: Path, name: str, content: str) -> None:
    file = tmp_path / name
    file.write_text(content, encoding="utf-8")

    with pytest.raises(LedgerRefused) as refused:
        books.load("customers", file)

    assert str(refused.value) == f"{name}, {REFUSED}"


def test_keys_that_only_some_objects_have_are_no_repetition(books: Books, json_file: Callable[..., Path]) -> None:
    books.load("customers", json_file([json.loads(GOOD), {"id": "cus_2", "created": 1735689600, "phone": "1"}]))

    assert books.rows("customers", "id, email, phone") == [("cus_1", "a@example.com", None), ("cus_2", None, "1")]
