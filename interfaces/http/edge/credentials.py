"""The API key in the `Authorization` header of a request."""

from __future__ import annotations

import base64


def secret_of(authorization: str) -> str | None:
    """The key of `Bearer KEY`, or of `Basic` with the key as the user; None when there is none."""
    scheme, _, credentials = authorization.partition(" ")
    if scheme.lower() == "bearer":
        return credentials.strip() or None
    if scheme.lower() == "basic":
        return _user_of(credentials.strip())
    return None


def _user_of(encoded: str) -> str | None:
    try:
        user, _, _ = base64.b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:  # neither Base64 nor text
        return None
    return user or None
