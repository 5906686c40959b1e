"""Reads the form of a request, from its query and its body."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from starlette.requests import ClientDisconnect, Request

from domain.errors import ParameterPath, UnknownParameters, request_parameter
from interfaces.http.edge.refusals import BodyTooLarge, RequestRefused
from interfaces.http.edge.request_context import headers_of
from interfaces.http.requests.expand import check_expand
from interfaces.http.requests.form import Form, parse_form

FORM = "application/x-www-form-urlencoded"
NOT_A_FORM = (
    "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any "
    "questions, we can help at https://support.stripe.com/."
)


def read_query(request: Request, *known: str, is_list: bool = False, expandable: Sequence[str] = ()) -> Form:
    """The form of the query. Raises an `InvalidParameter` for a name that is not `known`, or a bad `expand`.

    expandable  properties that `expand` may name; `expand` is in the form only where there are some
    """
    return query_form(request.scope["query_string"], *known, is_list=is_list, expandable=expandable)


def query_form(query: bytes, *known: str, is_list: bool = False, expandable: Sequence[str] = ()) -> Form:
    """As `read_query`, of the text behind the `?`."""
    return _checked(parse_form(query), known, is_list, expandable)


async def read_body(request: Request, max_bytes: int, *known: str, expandable: Sequence[str] = ()) -> Form:
    """The form of the body, merged over that of the query, and checked as `read_query` does.

    Raises `RequestRefused` for a body that is too large, or of another type.
    """
    encoded = await _bytes_of(request, max_bytes)
    # a body without a type is a form, as it is to the servers that clients were written against
    content_type = headers_of(request).get(b"content-type", FORM).partition(";")[0].strip().lower()
    if encoded and content_type != FORM:
        raise RequestRefused(NOT_A_FORM)
    return _checked(parse_form(encoded, request.scope["query_string"]), known, False, expandable)


async def _bytes_of(request: Request, max_bytes: int) -> bytes:
    declared = headers_of(request).get(b"content-length", "")
    if declared.isdigit() and int(declared[:18]) > max_bytes:
        raise BodyTooLarge(max_bytes)
    read = bytearray()
    more = True
    while more:
        message = await request.receive()
        if message["type"] == "http.disconnect":
            raise ClientDisconnect
        read += message.get("body", b"")
        more = message.get("more_body", False)
        if len(read) > max_bytes:
            raise BodyTooLarge(max_bytes)
    return bytes(read)


def _checked(form: Form, known: Sequence[str], is_list: bool, expandable: Sequence[str]) -> Form:
    expand = form.pop("expand", None)
    check_expand(expand, is_list, expandable)
    unknown = [name for name in form if name not in known]
    if unknown:
        raise UnknownParameters([_first_path(name, form[name]) for name in unknown], known)
    return {**form, "expand": expand or []} if expandable else form


def _first_path(name: str, value: Any) -> ParameterPath:
    """`a[b]` for an unknown `a` that is a hash."""
    return request_parameter(name, next(iter(value))) if isinstance(value, dict) else request_parameter(name)
