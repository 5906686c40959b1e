"""The process that seals: beside a server, apart from one, and one of several at a time."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from application.ports.seal_states import SealState
from interfaces.processes.supervisor import Kind, Supervisor
from interfaces.settings import Settings
from tests.support.commands import Start, started
from tests.support.processes import until
from tests.support.sealed_logs import grow, is_sealed
from tests.support.server import install, serving
from tests.support.stores import stores_in
from tests.support.timestamp_authority import authority_in

__all__ = ["started"]


@pytest.fixture
def data(tmp_path: Path) -> Iterator[Path]:
    install(tmp_path / "data")
    yield tmp_path / "data"


def state_of(data: Path) -> SealState | None:
    with stores_in(data) as stores:
        return stores.store.seal_states.get()


def test_a_server_seals_what_is_stored(data: Path) -> None:
    with serving(data, "--workers", "0", seal_seconds="0.05"):
        until(lambda: is_sealed(data), "the log was not sealed")
        grow(data)
        until(lambda: is_sealed(data), "the grown log was not sealed")

    assert (data / "audit" / "checkpoint").read_text().startswith(str(getattr(state_of(data), "origin", None)))


def test_a_server_keeps_a_timestamp_of_a_checkpoint(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("rfc3161_client", reason="the extra `timestamps` is not installed")
    index = data / "audit" / "timestamps" / "index"
    with (
        authority_in(tmp_path / "authority") as authority,
        serving(data, "--workers", "0", seal_seconds="0.05", timestamp_url=authority.url),
    ):
        until(index.exists, "no timestamp was kept")

    assert len(authority.requests) == 1


def test_an_authority_that_hangs_does_not_keep_the_log_from_being_sealed(data: Path, tmp_path: Path) -> None:
    pytest.importorskip("rfc3161_client", reason="the extra `timestamps` is not installed")
    with authority_in(tmp_path / "authority") as authority:
        authority.hanging.set()
        with serving(data, "--workers", "0", seal_seconds="0.05", timestamp_url=authority.url):
            until(lambda: bool(authority.requests), "the authority was not asked")
            grow(data)
            until(lambda: is_sealed(data), "the grown log was not sealed")


def test_the_sealer_yields_to_requests(data: Path) -> None:
    sealer = Supervisor(Settings(data=data, seal_seconds=0.05), 1, kind=Kind.SEALER)
    sealer.start()
    try:
        until(lambda: is_sealed(data), "the log was not sealed")
        (process,) = sealer.processes()
        assert os.getpriority(os.PRIO_PROCESS, process.pid) > os.getpriority(os.PRIO_PROCESS, 0)
    finally:
        sealer.stop()


def test_a_server_that_shall_not_seal_leaves_the_log_alone(data: Path) -> None:
    with serving(data, "--workers", "0", seal="0"):
        pass

    assert state_of(data) is None and not (data / "audit.key").exists()


def test_reportrun_seal_seals_apart_from_a_server(data: Path, started: Start) -> None:
    process = started("seal", REPORTRUN_SEAL_SECONDS="0.05")
    until(lambda: is_sealed(data), "the log was not sealed")

    process.send_signal(signal.SIGTERM)

    assert process.wait(10) == 0


def test_once_seals_and_prints_the_checkpoint(data: Path, started: Start) -> None:
    process = started("seal", "--once")
    out, _ = process.communicate(timeout=30)

    assert process.returncode == 0
    assert out == (data / "audit" / "checkpoint").read_text()


def test_of_two_sealers_one_takes_over_when_the_other_is_killed(data: Path, database_url: str, tmp_path: Path) -> None:
    settings = [
        Settings(
            data=tmp_path / name, database_url=database_url, seal_seconds=0.05, audit_url=str(data / "audit"),
            audit_key="AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
        )
        for name in ("one", "two")
    ]  # fmt: skip
    grow(tmp_path / "one", database_url)
    sealers = [Supervisor(one, 1, kind=Kind.SEALER) for one in settings]
    try:
        sealers[0].start()
        until(lambda: is_sealed(tmp_path / "one", database_url), "the first did not seal")
        sealers[1].start()
        for process in sealers[0].processes():
            process.kill()
        sealers[0].stop()
        grow(tmp_path / "one", database_url)
        until(lambda: is_sealed(tmp_path / "one", database_url), "the second did not take over")
    finally:
        for sealer in sealers:
            sealer.stop()


def test_a_log_that_was_changed_is_reported_at_the_start_of_a_server(data: Path, started: Start) -> None:
    subprocess_out, _ = started("seal", "--once").communicate(timeout=30)
    assert subprocess_out
    last = _remove_newest(data)

    server = started("serve", "--port", "0", "--workers", "0", stdout=subprocess.DEVNULL)
    assert server.stderr is not None
    line = next(line for line in server.stderr if "reportrun.seal" in line)

    assert f"The log ends at position {last - 2:,}" in line and "Nothing more is sealed." in line


def _remove_newest(data: Path) -> int:
    """Remove the newest two events, and what was made of them."""
    with sqlite3.connect(data / "events.db") as connection:
        (last,) = connection.execute("select max(rowid) from stored_events").fetchone()
        connection.execute("delete from stored_events where rowid > ?", (last - 2,))
    connection.close()
    for file in data.glob("views.db*"):
        file.unlink()
    return int(last)
