"""The URL of a webhook endpoint: what can be said of it without resolving its host."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from domain.errors import InvalidUrl

MAX_URL = 2048
"""Characters of a URL."""

HIGHEST_PORT = 65_535


def check_endpoint_url(url: str, *, needs_https: bool) -> None:
    """Raises `InvalidUrl`. needs_https: as in live mode, where events leave the operator's own network."""
    if len(url) > MAX_URL:
        raise InvalidUrl(f"URL must be at most {MAX_URL} characters, and has {len(url)}.")
    if not url.isascii() or not url.isprintable() or " " in url:
        raise InvalidUrl("URL has a space, a control character or one beyond ASCII. Percent-encode it.")
    parts = _split(url)
    if parts.scheme not in ("http", "https"):
        raise InvalidUrl("An explicit scheme (such as https) must be provided")
    if not parts.hostname:
        raise InvalidUrl(f"{url[:80]} names no host.")
    if parts.username is not None or parts.password is not None:
        raise InvalidUrl("URL must not hold a user name or a password. Deliveries are signed instead.")
    if needs_https and parts.scheme != "https":
        raise InvalidUrl("URL must begin with https:// in live mode.")


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as fault:
        raise InvalidUrl(f"{url[:80]} cannot be read: {fault}.") from None
    if port == 0:
        raise InvalidUrl(f"{url[:80]} names port 0. Ports are 1 to {HIGHEST_PORT}.")
    return parts
