"""A refusal of rows is given its file where that is known."""

from __future__ import annotations

import pytest

from domain.errors import ColumnsMissing, LedgerRefused


@pytest.mark.parametrize("kind", [LedgerRefused, ColumnsMissing])
def test_a_refusal_without_a_file_is_given_one_and_stays_what_it_is(kind: type[LedgerRefused]) -> None:
    refused = kind("It is wrong.", row=3, column="id").of_file("rows.csv")

    assert (type(refused), str(refused)) == (kind, "rows.csv, row 3, column id: It is wrong.")


def test_a_refusal_that_names_a_file_keeps_it() -> None:
    refused = LedgerRefused("It is wrong.", file="rows.csv.gz")

    assert refused.of_file("rows.csv") is refused
