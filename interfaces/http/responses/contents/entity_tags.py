"""Entity tags in conditional requests: `If-None-Match` and `If-Range`, RFC 9110, 13.1."""

from __future__ import annotations

import re

_TAG = re.compile(r'(?:W/)?("[^"]*")')


def names(header: str | None, tag: str) -> bool:
    """Whether an `If-None-Match` header names the tag, in its list or by `*`; weak and strong are alike to it."""
    if header is None:
        return False
    return header.strip() == "*" or tag in _TAG.findall(header)


def is_exactly(header: str, tag: str) -> bool:
    """Whether an `If-Range` header is this very tag. A date or a weak tag never is, so it gets the whole file."""
    return header.strip() == tag
