"""A page is read from the text of a query, however often that text comes and however long it is."""

from __future__ import annotations

import pytest

from application.views.paging import Bounds, ListQuery
from domain.access.caller import Scope
from domain.errors import InvalidParameter, UnknownParameters
from interfaces.http.requests.list_query import KNOWN_QUERY_BYTES, LIST_PARAMETERS, PAGE_PARAMETERS, page_of_query

SCOPE = Scope("acct_1", False)
LONG_ID = "frr_" + "a" * KNOWN_QUERY_BYTES


@pytest.mark.parametrize(
    ("query", "page"),
    [
        ("", ListQuery(SCOPE, 10)),
        ("limit=3&starting_after=frr_1", ListQuery(SCOPE, 3, starting_after="frr_1")),
        (f"ending_before={LONG_ID}", ListQuery(SCOPE, 10, ending_before=LONG_ID)),
        ("created[gte]=5&created%5Blt%5D=9&limit=900", ListQuery(SCOPE, 100, created=Bounds(5, 8))),
        ("expand[]=data", ListQuery(SCOPE, 10)),
    ],
)
def test_the_same_text_gives_the_same_page(query: str, page: ListQuery) -> None:
    assert [page_of_query(query.encode(), SCOPE, LIST_PARAMETERS) for _ in range(3)] == [page] * 3


def test_each_account_and_mode_gets_its_own_page() -> None:
    scopes = [Scope("acct_1", False), Scope("acct_1", True), Scope("acct_2", False)]

    assert [page_of_query(b"limit=3", scope, LIST_PARAMETERS).scope for scope in scopes * 2] == scopes * 2


def test_what_is_wrong_with_a_query_is_said_each_time() -> None:
    for _ in range(2):
        with pytest.raises(InvalidParameter, match="Invalid integer: many"):
            page_of_query(b"limit=many", SCOPE, LIST_PARAMETERS)
        with pytest.raises(UnknownParameters):
            page_of_query(b"limitt=3", SCOPE, LIST_PARAMETERS)


def test_a_list_takes_the_parameters_that_it_knows_alone() -> None:
    assert page_of_query(b"created=5", SCOPE, LIST_PARAMETERS).created == Bounds(5, 5)
    with pytest.raises(UnknownParameters):
        page_of_query(b"created=5", SCOPE, PAGE_PARAMETERS)
