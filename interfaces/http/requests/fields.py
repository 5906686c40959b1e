"""Reads what a request asks for: its form, its page, its filters. Names the parameter at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from starlette.requests import ClientDisconnect, Request

from application.views.paging import ANY_TIME, Bounds, ListQuery
from domain.access.caller import Scope
from domain.errors import (
    EmptyParameter,
    InvalidParameter,
    MissingParameter,
    NotAnInteger,
    NotOneOf,
    ParameterPath,
    TooLong,
    UnknownParameters,
    WrongShape,
    request_parameter,
)
from domain.instants import LATEST
from domain.runs.run_parameters import MAX_STRING
from interfaces.http.edge.call import headers_of
from interfaces.http.edge.errors import BodyTooLarge, RequestRefused
from interfaces.http.requests.form import Form, parse_form

FORM = "application/x-www-form-urlencoded"
NOT_A_FORM = (
    "Invalid request (check that your POST content type is application/x-www-form-urlencoded). If you have any "
    "questions, we can help at https://support.stripe.com/."
)
PAGE_PARAMETERS = ("limit", "starting_after", "ending_before")
LIST_PARAMETERS = ("created", *PAGE_PARAMETERS)
DEFAULT_LIMIT, LARGEST_LIMIT = 10, 100
EDGES = ("gt", "gte", "lt", "lte")
MAX_EXPAND_LEVELS = 4
MAX_DIGITS = 15


def query(request: Request, *known: str, is_list: bool = False) -> Form:
    """The query's form, when it has nothing but `known` and no `expand` that cannot be."""
    return _checked(parse_form(request.scope["query_string"]), known, is_list)


async def body(request: Request, max_bytes: int, *known: str) -> Form:
    """The body's form, laid over the query's, when it has nothing but `known` and no `expand` that cannot be.

    Raises `RequestRefused` for a body that is too large, or is no form.
    """
    encoded = await _bytes_of(request, max_bytes)
    # a body without a type is a form, as it is to the servers that clients were written against
    content_type = headers_of(request).get(b"content-type", FORM).partition(";")[0].strip().lower()
    if encoded and content_type != FORM:
        raise RequestRefused(NOT_A_FORM)
    return _checked(parse_form(encoded, request.scope["query_string"]), known, is_list=False)


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


def _checked(form: Form, known: Sequence[str], is_list: bool) -> Form:
    _check_expand(form.pop("expand", None), is_list)
    unknown = [name for name in form if name not in known]
    if unknown:
        raise UnknownParameters([_first_name(name, form[name]) for name in unknown])
    return form


def _first_name(name: str, value: Any) -> ParameterPath:
    """`a[b]` for an unknown `a` that is a hash."""
    return request_parameter(name, next(iter(value))) if isinstance(value, dict) else request_parameter(name)


def _check_expand(paths: Any, is_list: bool) -> None:
    """Raises `InvalidParameter`, since nothing here can be expanded: results are whole objects already."""
    if paths is None:
        return
    if not isinstance(paths, list):
        raise WrongShape("Invalid array", request_parameter("expand"))
    for index, path in enumerate(paths):
        if not isinstance(path, str):
            raise WrongShape(f"Invalid string: {_shown(path)}", request_parameter("expand", str(index)))
        if path.count(".") >= MAX_EXPAND_LEVELS:
            raise InvalidParameter(
                f"You cannot expand more than {MAX_EXPAND_LEVELS} levels of a property ({path[:MAX_STRING]})."
            )
        if is_list and path == "data":
            continue
        inside = path.startswith("data.")
        hint = f" You may want to try expanding 'data.{path}' instead." if is_list and not inside else ""
        raise InvalidParameter(f"This property cannot be expanded ({path}).{hint}")


def text(form: Mapping[str, Any], name: str) -> str | None:
    """A text, or None when it is not there."""
    value = form.get(name)
    return None if value is None else _text(value, request_parameter(name))


def required_text(form: Mapping[str, Any], name: str) -> str:
    if name not in form:
        raise MissingParameter(request_parameter(name))
    return _text(form[name], request_parameter(name))


def integer(form: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    """A whole number within limits, or None when it is not there."""
    if name not in form:
        return None
    value = _integer(form[name], request_parameter(name))
    if not least <= value <= most:
        raise InvalidParameter(f"{name} must be {least} to {most}, and is {value}.", request_parameter(name))
    return value


def one_of(form: Mapping[str, Any], name: str, allowed: Sequence[str]) -> str | None:
    """One word of a closed list, or None when it is not there."""
    word = text(form, name)
    if word is not None and word not in allowed:
        raise NotOneOf(request_parameter(name), allowed)
    return word


def mapping(form: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A hash; empty when it is not there."""
    value = form.get(name, {})
    if value == "":
        raise EmptyParameter(request_parameter(name))
    if isinstance(value, list):  # `parameters[0]=a`: numbered keys are keys all the same
        return _by_index(value)
    if not isinstance(value, dict):
        raise WrongShape("Invalid object", request_parameter(name))
    return value


def list_query(form: Mapping[str, Any], scope: Scope) -> ListQuery:
    """Which page of a list is asked for."""
    return ListQuery(
        scope=scope,
        limit=_limit(form),
        starting_after=text(form, "starting_after"),
        ending_before=text(form, "ending_before"),
        created=_created(form),
    )


def _limit(form: Mapping[str, Any]) -> int:
    """How many rows a page has; what is out of range is brought to its nearest end, as recorded traffic shows."""
    if "limit" not in form:
        return DEFAULT_LIMIT
    return min(max(_integer(form["limit"], request_parameter("limit")), 1), LARGEST_LIMIT)


def _created(form: Mapping[str, Any]) -> Bounds:
    """The `created` filter: a second, or a hash of gt, gte, lt, lte."""
    if "created" not in form:
        return ANY_TIME
    if isinstance(form["created"], str):
        second = _integer(form["created"], request_parameter("created"))
        return Bounds(second, second)
    given = mapping(form, "created")
    unknown = [request_parameter("created", edge) for edge in given if edge not in EDGES]
    if unknown:
        raise UnknownParameters(unknown)
    edges = {edge: _integer(second, request_parameter("created", edge)) for edge, second in given.items()}
    return Bounds(
        first=max(0, edges.get("gte", 0), edges.get("gt", -1) + 1),
        last=min(LATEST, edges.get("lte", LATEST), edges.get("lt", LATEST + 1) - 1),
    )


def _text(value: Any, param: ParameterPath) -> str:
    if not isinstance(value, str):
        raise WrongShape(f"Invalid string: {_shown(value)}", param)
    if not value:
        raise EmptyParameter(param)
    if len(value) > MAX_STRING:
        raise TooLong(value, MAX_STRING, param)
    return value


def _integer(value: Any, param: ParameterPath) -> int:
    written = _text(value, param).strip()
    digits = written.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > MAX_DIGITS:
        raise NotAnInteger(written[:100], param)
    return int(written)


def _shown(value: Any) -> str:
    """A list or hash as messages show it: lists are hashes with numbers for keys."""
    return orjson.dumps(_by_index(value) if isinstance(value, list) else value).decode()[:200]


def _by_index(values: Sequence[Any]) -> dict[str, Any]:
    return {str(index): value for index, value in enumerate(values)}
