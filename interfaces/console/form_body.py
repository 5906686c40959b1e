"""Reads the form that a page of the console sends."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qsl

from starlette.requests import Request

from domain.errors import InvalidParameter, NulGiven

MAX_FIELDS = 1_000

FORM = "application/x-www-form-urlencoded"


class FormFields(dict[str, list[str]]):
    """The values of each field, in the order of the page."""

    def text(self, name: str) -> str:
        """The last value of a field, without space around it; empty when it is not there."""
        return self[name][-1].strip() if name in self else ""


async def read_form(request: Request, max_bytes: int) -> FormFields:
    """Raises an `InvalidParameter` for a body that is no form, too large, or has too many fields or a NUL."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise InvalidParameter(f"The form must be sent as {FORM}.")
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > max_bytes:
            raise InvalidParameter(f"The form is larger than {max_bytes} bytes, the most that is read.")
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise InvalidParameter(f"The form is not UTF-8, or has more than {MAX_FIELDS} fields.") from None
    check_pairs(pairs)
    fields = FormFields()
    for name, value in pairs:
        fields.setdefault(name, []).append(value)
    return fields


def check_pairs(pairs: Iterable[tuple[str, str]]) -> None:
    """Raises `NulGiven` for a name or a value, of a form or of a query, that has a NUL character."""
    if any("\0" in name or "\0" in value for name, value in pairs):
        raise NulGiven
