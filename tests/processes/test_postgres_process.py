"""The PostgreSQL of tests: its port is free when it starts, and no process is left of one that does not answer."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.support import postgres as postgres_of_tests
from tests.support.postgres import PostgresServer, postgres
from tests.support.processes import children_of

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")


def test_the_port_is_chosen_after_the_folder_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done = list[str]()

    def chosen() -> int:
        done.append("port")
        return 5432

    monkeypatch.setattr(postgres_of_tests, "_run", lambda name, *words: done.append(name))
    monkeypatch.setattr(postgres_of_tests, "free_port", chosen)

    server = PostgresServer(tmp_path)
    server.create()

    assert done == ["initdb", "port"]
    assert server.url == "postgresql://reportrun@127.0.0.1:5432/postgres"


def test_a_server_that_does_not_answer_in_time_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    before = children_of(os.getpid())
    monkeypatch.setattr(postgres_of_tests, "START_SECONDS", 0)

    with pytest.raises(AssertionError, match="did not answer in time"), postgres():
        pass

    assert children_of(os.getpid()) == before
