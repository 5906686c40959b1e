"""Escapes characters of requests that would act on a terminal or reorder a line of text, in messages and logs."""

from __future__ import annotations

import re

_ACTIVE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Control characters, line separators, and the controls of writing direction."""


def escaped(text: str) -> str:
    """The text with such characters written as `\\x1b` or `\\u202e`."""
    return _ACTIVE.sub(_written, text)


def _written(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode()
