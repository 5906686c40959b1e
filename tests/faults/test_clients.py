"""Clients that are slow, that leave in the middle, or that only hold a connection: the others notice nothing."""

from __future__ import annotations

import json
import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median

import pytest

from tests.faults.asking import create
from tests.faults.big_result import a_big_result
from tests.faults.reckoning import listed_runs, settle
from tests.faults.traffic import RUNS
from tests.support.processes import open_files_of, resident_mib, until
from tests.support.site import Site, site_in

IDLE_CONNECTIONS = 1_000
SLOW_READERS = 20
PROMPT_SECONDS = 2.0


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with site_in(tmp_path_factory.mktemp("site")) as site:
        site.start()
        yield site


@pytest.fixture(scope="module")
def big_file(site: Site) -> str:
    """The address of the contents of a large result."""
    return f"/v1/files/{a_big_result(site)}/contents"


def test_a_client_that_sends_its_body_byte_by_byte_is_served_and_holds_nobody_up(site: Site) -> None:
    body = b"report_type=balance.summary.1&parameters[interval_start]=1735689600&parameters[interval_end]=1738368000"
    seconds: list[float] = []

    with connected(site) as slow:
        slow.sendall(head(site, "POST", RUNS, f"Content-Length: {len(body)}"))
        for number, byte in enumerate(body):
            slow.sendall(bytes([byte]))
            if number % 10 == 0:
                seconds.append(seconds_of_a_create(site))
        answer = slow.recv(65_536)

    assert answer.startswith(b"HTTP/1.1 200")
    assert median(seconds) < PROMPT_SECONDS


def test_a_request_that_a_stop_cuts_off_is_answered_503_in_the_envelope(tmp_path: Path) -> None:
    with site_in(tmp_path) as site:
        site.start()
        with connected(site) as slow:
            slow.sendall(head(site, "POST", RUNS, "Content-Length: 1000") + b"report_type=balance")
            seconds_of_a_create(site)  # sent later and answered: the slow one is under way

            assert site.stop() == 0
            answer = b"".join(iter(lambda: slow.recv(65_536), b""))

        first_line, _, rest = answer.partition(b"\r\n")
        headers, _, body = rest.partition(b"\r\n\r\n")
        assert first_line == b"HTTP/1.1 503 Service Unavailable"
        assert b"retry-after: 1" in headers.lower()
        assert json.loads(body)["error"]["type"] == "api_error"
        assert "Traceback" not in site.log.read_text()


def test_a_client_that_leaves_in_the_middle_of_its_body_makes_no_run_and_no_trouble(site: Site) -> None:
    settle(site)
    before, files = len(listed_runs(site)), open_files_of(site.pid)

    for _ in range(50):
        with connected(site) as leaver:
            leaver.sendall(head(site, "POST", RUNS, "Content-Length: 1000") + b"report_type=balance")

    until(lambda: open_files_of(site.pid) <= files + 2, "connections are kept")
    assert len(listed_runs(site)) == before
    assert site.log.read_text() == ""


def test_a_client_that_leaves_in_the_middle_of_a_download_leaves_no_file_open(site: Site, big_file: str) -> None:
    files = open_files_of(site.pid)

    for _ in range(20):
        with connected(site) as leaver:
            leaver.sendall(head(site, "GET", big_file))
            assert leaver.recv(1000).startswith(b"HTTP/1.1 200")

    until(lambda: open_files_of(site.pid) <= files + 2, "files are kept open")
    assert seconds_of_creates(site) < PROMPT_SECONDS
    assert site.log.read_text() == ""


def test_clients_that_read_slowly_take_little_memory_and_hold_nobody_up(site: Site, big_file: str) -> None:
    before = resident_mib(site.pid)
    with ExitStack() as connections:
        readers = [connections.enter_context(connected(site)) for _ in range(SLOW_READERS)]
        for reader in readers:
            reader.sendall(head(site, "GET", big_file))
        for reader in readers:
            assert reader.recv(1000).startswith(b"HTTP/1.1 200")

        seconds = seconds_of_creates(site)
        grown = resident_mib(site.pid) - before

    assert seconds < PROMPT_SECONDS
    assert grown < SLOW_READERS * 8


def test_a_thousand_idle_connections_hold_nobody_up(site: Site) -> None:
    with many_files_allowed(), ExitStack() as connections:
        idle = [connections.enter_context(connected(site)) for _ in range(IDLE_CONNECTIONS)]
        for half in idle[::2]:
            half.sendall(b"POST " + RUNS.encode() + b" HTTP/1.1\r\nHost: ")
        until(lambda: open_files_of(site.pid) >= IDLE_CONNECTIONS, "connections are not taken")

        seconds = seconds_of_creates(site)

    assert seconds < PROMPT_SECONDS
    until(lambda: open_files_of(site.pid) < 100, "connections are kept")


def test_a_server_takes_more_connections_than_its_first_limit_of_open_files(tmp_path: Path) -> None:
    with site_in(tmp_path) as site:
        with few_files_allowed(200):
            site.start()
        with ExitStack() as connections:
            for _ in range(300):
                connections.enter_context(connected(site))

            assert seconds_of_creates(site) < PROMPT_SECONDS


def connected(site: Site) -> socket.socket:
    return socket.create_connection(("127.0.0.1", site.port), timeout=20)


def head(site: Site, method: str, path: str, *more: str) -> bytes:
    lines = [
        f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{site.port}", f"Authorization: Bearer {site.key}",
        "Content-Type: application/x-www-form-urlencoded", *more,
    ]  # fmt: skip
    return "\r\n".join([*lines, "", ""]).encode()


def seconds_of_a_create(site: Site) -> float:
    began = time.monotonic()
    assert create(site).status_code == 200
    return time.monotonic() - began


def seconds_of_creates(site: Site) -> float:
    """How long a create takes: the median, since the machine itself may stand still for a moment."""
    return median(seconds_of_a_create(site) for _ in range(9))


@contextmanager
def few_files_allowed(soft: int) -> Iterator[None]:
    """What is started meanwhile begins with a low limit of open files, which it may raise."""
    limits = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, limits[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, limits)


@contextmanager
def many_files_allowed() -> Iterator[None]:
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < IDLE_CONNECTIONS + 200:
        pytest.skip(f"only {hard} files may be open here")
    with few_files_allowed(hard):
        yield
