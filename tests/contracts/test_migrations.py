"""Migrations: from every earlier schema to the current one, once, also when processes race."""

from __future__ import annotations

import threading
from pathlib import Path

import psycopg
import pytest

from domain.errors import StoreUnavailable
from interfaces.storage.postgres.connection import connect
from interfaces.storage.postgres.schema import STEPS, SchemaTooNew, SchemaTooOld, migrate, must_be_current
from tests.support.runs import pending_run
from tests.support.stores import stores_in


def check(url: str) -> None:
    with connect(url) as connection:
        must_be_current(connection)


@pytest.mark.parametrize("version", range(len(STEPS) + 1))
def test_from_each_version_the_schema_comes_to_this_one_and_works(
    tmp_path: Path, empty_database: str, version: int
) -> None:
    migrate(empty_database, to=version)

    came = migrate(empty_database)

    assert came == (version, len(STEPS))
    with stores_in(tmp_path, empty_database) as stores:
        stores.events.save(pending_run())
        assert stores.projector.catch_up() == stores.events.last_position() == 1


@pytest.mark.parametrize("version", range(len(STEPS)))
def test_an_older_schema_is_refused_until_it_is_migrated(empty_database: str, version: int) -> None:
    if version:
        migrate(empty_database, to=version)

    with pytest.raises(SchemaTooOld, match=f"is at version {version}"):
        check(empty_database)


def test_a_newer_schema_is_left_alone_and_refused(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("update reportrun_schema set version = version + 1")

    assert migrate(database_url) == (len(STEPS) + 1, len(STEPS) + 1)
    with pytest.raises(SchemaTooNew, match="Run a newer version"):
        check(database_url)


def test_many_that_migrate_at_once_do_it_once(empty_database: str) -> None:
    outcomes: list[tuple[int, int]] = []
    threads = [threading.Thread(target=lambda: outcomes.append(migrate(empty_database))) for _ in range(6)]

    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == [(0, len(STEPS))] + [(len(STEPS), len(STEPS))] * 5


def test_a_step_that_fails_leaves_the_schema_as_it_was(empty_database: str) -> None:
    migrate(empty_database, to=1)
    with psycopg.connect(empty_database) as connection:
        connection.execute("create table claims (in_the_way integer)")

    with pytest.raises(psycopg.errors.DuplicateTable):
        migrate(empty_database)

    with pytest.raises(StoreUnavailable, match="is at version 1"):
        check(empty_database)
