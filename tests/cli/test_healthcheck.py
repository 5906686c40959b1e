"""`healthcheck`: ready, not ready with the reason, and nobody there."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.cli.conftest import Cli
from tests.support.server import serving


@contextmanager
def answering(status: int, body: bytes) -> Iterator[str]:
    """A server that gives one answer to everything."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Keep the output empty."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_server_that_serves_is_ready(reportrun: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    with serving(tmp_path / "elsewhere") as address:
        assert reportrun("healthcheck", "--url", address) == (0, "The server is ready.\n", "")
    assert not (tmp_path / "data").exists()


def test_a_server_that_serves_while_runs_wait_is_ready_and_the_reason_is_shown(reportrun: Cli) -> None:
    with answering(200, b'{"status": "degraded", "reason": "3 runs are pending. No worker is alive."}') as address:
        code, out, err = reportrun("healthcheck", "--url", address)

    assert (code, out, err) == (0, "The server is ready. 3 runs are pending. No worker is alive.\n", "")


@pytest.mark.parametrize(
    ("status", "body", "reason"),
    [
        (503, b'{"status": "not ready", "reason": "The disk is full."}', "The disk is full."),
        (404, b"<html>", "It answers with status 404."),
        (500, b"[]", "It answers with status 500."),
    ],
)
def test_a_server_that_cannot_serve_is_not_ready(reportrun: Cli, status: int, body: bytes, reason: str) -> None:
    with answering(status, body) as address:
        code, out, err = reportrun("healthcheck", "--url", address)

    assert (code, out, err) == (1, "", f"reportrun: The server at {address} is not ready. {reason}\n")


def test_a_server_that_is_not_there_is_not_ready(reportrun: Cli) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}"
        code, out, err = reportrun("healthcheck", "--url", address)

    assert (code, out) == (1, "")
    assert "It does not answer: [Errno 111] Connection refused." in err


def test_a_server_that_says_nothing_is_not_ready_in_time(reportrun: Cli) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        address = f"http://127.0.0.1:{silent.getsockname()[1]}"
        code, _, err = reportrun("healthcheck", "--url", address, "--timeout", "1")

    assert code == 1 and "It does not answer: timed out." in err


@pytest.mark.parametrize(
    "text", ["localhost:8000", "http://", "http://[::1", "http://[zz]:1", "http://host:99999", "http://host:x"]
)
def test_what_is_no_address_is_wrong_usage(reportrun: Cli, text: str) -> None:
    code, _, err = reportrun("healthcheck", "--url", text)

    assert code == 2 and f"{text!r} is no address. Give http://HOST:PORT or https://HOST." in err


def test_a_host_that_no_name_can_be_does_not_answer(reportrun: Cli) -> None:
    code, _, err = reportrun("healthcheck", "--url", f"http://{'a' * 64}.test")

    assert code == 1 and "is not ready. It does not answer: " in err
