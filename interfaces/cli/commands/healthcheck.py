"""`healthcheck`: asks a running server whether it can serve, for containers and monitors."""

from __future__ import annotations

import argparse
import json
from http.client import HTTPException
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import ProxyHandler, build_opener

from interfaces.cli.arguments import count, filled
from interfaces.cli.output import remark, result
from interfaces.settings import Settings

MOST_SECONDS = 300

MOST_BYTES = 65_536
"""More than any reason takes."""


def add_healthcheck(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--url", type=_address, default="http://127.0.0.1:8000", help="the server (default http://127.0.0.1:8000)"
    )
    command.add_argument(
        "--timeout", type=count(1, MOST_SECONDS), default=5, metavar="SECONDS", help="how long to wait (default 5)"
    )


def _address(text: str) -> str:
    if not (filled(text).startswith(("http://", "https://")) and _has_host(text)):
        raise argparse.ArgumentTypeError(f"{text[:80]!r} is no address. Give http://HOST:PORT or https://HOST.")
    return text.rstrip("/")


def _has_host(text: str) -> bool:
    """Whether there is a host in the address, and its port, if any, is a number up to 65535."""
    try:
        parts = urlsplit(text)
        return parts.hostname is not None and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def healthcheck(settings: Settings, options: argparse.Namespace) -> int:
    """Ask a running server whether it can serve, as `GET /readyz` does; exit code 0 when it can, 1 when not.

    A server that can serve is ready also while runs wait and no worker is alive; the output says so.

    Example: reportrun healthcheck --url http://127.0.0.1:8000
    """
    is_ready, reason = _ask(f"{options.url}/readyz", options.timeout)
    if is_ready:
        result(f"The server is ready. {reason}".strip())
        return 0
    remark(f"reportrun: The server at {options.url} is not ready. {reason}")
    return 1


def _ask(address: str, seconds: float) -> tuple[bool, str]:
    """Whether the server is ready, and what does not work. Proxies of the environment are not for this machine."""
    try:
        with build_opener(ProxyHandler({})).open(address, timeout=seconds) as answer:
            return True, _told(answer.read(MOST_BYTES)) or ""
    except HTTPError as refused:
        return False, _told(refused.read(MOST_BYTES)) or f"It answers with status {refused.code}."
    except (OSError, HTTPException, ValueError) as trouble:
        return False, f"It does not answer: {getattr(trouble, 'reason', trouble)}."


def _told(body: bytes) -> str | None:
    """The reason in the response, where it is one of this program."""
    try:
        return str(json.loads(body)["reason"])
    except (ValueError, TypeError, KeyError):
        return None
