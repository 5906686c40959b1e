"""Plain text: no control characters, which a database refuses or a terminal obeys, and nothing that is not UTF-8."""

from __future__ import annotations

import unicodedata

from domain.errors import InvalidParameter, request_parameter

LINE_BREAKS = "\t\r\n"
"""The control characters that text of several lines may have."""

MAX_SHOWN = 80
"""Characters of a text that a message shows."""


def is_plain(text: str, allowed: str = "") -> bool:
    """allowed  control characters that the text may have all the same"""
    return not any(unicodedata.category(one) in ("Cc", "Cs") and one not in allowed for one in text)


def check_text(text: str, what: str, name: str, *, most: int, allowed: str = "") -> None:
    """Raises an `InvalidParameter` for a text that is not plain, or longer than `most` characters.

    what     begins the sentence: "The name of the key"
    name     of the parameter
    allowed  as in `is_plain`
    """
    if len(text) > most:
        raise InvalidParameter(
            f"{what} has {len(text)} characters; at most {most} are allowed.", request_parameter(name)
        )
    if not is_plain(text, allowed):
        raise InvalidParameter(
            f"{what}, {text[:MAX_SHOWN]!a}, has control characters, or is not UTF-8. Give plain text.",
            request_parameter(name),
        )
