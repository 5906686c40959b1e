"""Whole numbers in the address of a page."""

from __future__ import annotations

from starlette.requests import Request

from domain.errors import InvalidParameter, request_parameter

MAX_DIGITS = 15


def number_of(request: Request, name: str) -> int | None:
    """None where the address does not have it. Raises an `InvalidParameter` for what is no whole number."""
    text = request.query_params.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
        raise InvalidParameter(f"{name} must be a whole number, and is {text[:40]!r}.", request_parameter(name))
    return int(text)
