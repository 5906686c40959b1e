"""Reads which page of a list is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from application.views.paging import ANY_TIME, Bounds, ListQuery
from domain.access.caller import Scope
from domain.errors import UnknownParameters, request_parameter
from domain.instants import LATEST
from interfaces.http.requests.fields import integer, mapping, text
from interfaces.http.requests.reading import query_form

PAGE_PARAMETERS = ("limit", "starting_after", "ending_before")
LIST_PARAMETERS = ("created", *PAGE_PARAMETERS)

DEFAULT_LIMIT, LARGEST_LIMIT = 10, 100
KNOWN_QUERY_BYTES = 256
"""Parsed queries up to this size are cached."""

EDGES = ("gt", "gte", "lt", "lte")


def list_query(form: Mapping[str, Any], scope: Scope) -> ListQuery:
    return ListQuery(
        scope=scope,
        limit=_limit(form),
        starting_after=text(form, "starting_after"),
        ending_before=text(form, "ending_before"),
        created=_created(form),
    )


def page_of_query(query: bytes, scope: Scope, known: tuple[str, ...]) -> ListQuery:
    """The page of a list without filters of its own.

    query  the text behind the `?`
    known  the parameters that the list takes

    Raises an `InvalidParameter`.
    """
    return (_known_page if len(query) <= KNOWN_QUERY_BYTES else _page)(query, scope, known)


@lru_cache(maxsize=1024)
def _known_page(query: bytes, scope: Scope, known: tuple[str, ...]) -> ListQuery:
    """Cached: those who watch a list ask for the same page again and again."""
    return _page(query, scope, known)


def _page(query: bytes, scope: Scope, known: tuple[str, ...]) -> ListQuery:
    return list_query(query_form(query, *known, is_list=True), scope)


def _limit(form: Mapping[str, Any]) -> int:
    """Rows of a page. A number out of range is clamped, as recorded traffic shows."""
    if "limit" not in form:
        return DEFAULT_LIMIT
    return min(max(integer(form["limit"], request_parameter("limit")), 1), LARGEST_LIMIT)


def _created(form: Mapping[str, Any]) -> Bounds:
    """The `created` filter: a second, or a hash of gt, gte, lt, lte."""
    if "created" not in form:
        return ANY_TIME
    if isinstance(form["created"], str):
        second = integer(form["created"], request_parameter("created"))
        return Bounds(second, second)
    given = mapping(form, "created")
    unknown = [request_parameter("created", edge) for edge in given if edge not in EDGES]
    if unknown:
        raise UnknownParameters(unknown)
    edges = {edge: integer(second, request_parameter("created", edge)) for edge, second in given.items()}
    return Bounds(
        first=max(0, edges.get("gte", 0), edges.get("gt", -1) + 1),
        last=min(LATEST, edges.get("lte", LATEST), edges.get("lt", LATEST + 1) - 1),
    )
