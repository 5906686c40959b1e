"""What users and the log are told about errors of PostgreSQL, as the database itself gives them."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import psycopg
import pytest

from domain.errors import StoreUnavailable
from interfaces.storage.postgres import database_errors
from interfaces.storage.postgres.address import UNREACHABLE
from interfaces.storage.postgres.connection import Connection, SharedConnection
from interfaces.storage.postgres.database_errors import CauseLog
from tests.support.processes import until

SECRET = "acct_not_for_the_log"


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    """The log, in which no cause was seen yet."""
    monkeypatch.setattr(database_errors, "_CAUSES", CauseLog())
    caplog.set_level(logging.WARNING, "reportrun.database")
    return caplog


@pytest.fixture
def pair(empty_database: str) -> Iterator[tuple[SharedConnection, SharedConnection]]:
    """Two connections, and a table `rows` with the numbers 1 and 2."""
    one, other = SharedConnection(empty_database), SharedConnection(empty_database)
    with one.open() as connection:
        connection.execute("create table rows as select i, '' as name from generate_series(1, 2) i")
    yield one, other
    one.close()
    other.close()


def failure(shared: SharedConnection, *statements: str) -> str:
    """What a user is told when the last of the statements, run in a transaction, fails."""
    with pytest.raises(StoreUnavailable) as failed, shared.transaction() as connection:
        for text in statements:
            connection.execute(text)
    return str(failed.value)


def backend(connection: Connection) -> int:
    return connection.info.backend_pid


def test_a_deadlock_is_told_as_one(
    pair: tuple[SharedConnection, SharedConnection], log: pytest.LogCaptureFixture
) -> None:
    both_have_one = Barrier(2)

    def update(shared: SharedConnection, first: int, then: int) -> str:
        try:
            with shared.transaction() as connection:
                connection.execute(f"update rows set name = '{SECRET}' where i = {first}")
                both_have_one.wait(20)
                connection.execute(f"update rows set name = '{SECRET}' where i = {then}")
        except StoreUnavailable as failed:
            return str(failed)
        return ""

    with ThreadPoolExecutor(2) as threads:
        said = sorted(threads.map(update, pair, (1, 2), (2, 1)))

    assert said[0] == ""
    assert said[1].startswith("The database ended this change, because it and another one waited for each other")
    assert [record.getMessage() for record in log.records] == [
        "The database failed with DeadlockDetected, SQLSTATE 40P01."
    ]


def test_a_change_of_rows_that_another_has_changed_is_told_as_one(
    pair: tuple[SharedConnection, SharedConnection],
) -> None:
    one, other = pair

    with pytest.raises(StoreUnavailable) as failed, one.transaction() as connection:
        connection.execute("set transaction isolation level repeatable read")
        connection.execute("select * from rows")
        with other.open() as committed:
            committed.execute("update rows set name = 'b'")
        connection.execute("update rows set name = 'c'")

    assert "because another one changed the same rows" in str(failed.value)
    assert str(failed.value).endswith("(SQLSTATE 40001)")


def test_a_lock_and_a_statement_that_take_too_long_are_told_apart(
    pair: tuple[SharedConnection, SharedConnection],
) -> None:
    one, other = pair
    with one.transaction() as connection:
        connection.execute("update rows set name = 'a'")
        waited = failure(other, "set local lock_timeout = '50ms'", "update rows set name = 'b'")
    slow = failure(other, "set local statement_timeout = '50ms'", "select pg_sleep(20)")

    assert waited == "The database did not give a lock within its lock_timeout. Try again in a moment. (SQLSTATE 55P03)"
    assert slow.startswith("The database ended a statement that took longer than its statement_timeout")


def test_a_connection_that_an_operator_has_ended_cannot_reach_the_database(
    pair: tuple[SharedConnection, SharedConnection], log: pytest.LogCaptureFixture
) -> None:
    one, other = pair

    with pytest.raises(StoreUnavailable) as failed, one.open() as connection:
        with other.open() as operator:
            operator.execute("select pg_terminate_backend(%s, 20000)", (backend(connection),))
        connection.execute(f"select '{SECRET}'")

    assert str(failed.value) == f"{UNREACHABLE} (SQLSTATE 57P01)"
    assert log.messages == ["The database failed with AdminShutdown, SQLSTATE 57P01."]


def test_a_database_that_is_read_only_is_told_as_one(pair: tuple[SharedConnection, SharedConnection]) -> None:
    said = failure(pair[0], "set transaction read only", "update rows set name = 'a'")

    assert said.startswith("The database is read-only now, as a standby is.")


def test_a_transaction_that_was_idle_for_too_long_is_told_as_one(
    pair: tuple[SharedConnection, SharedConnection],
) -> None:
    one, other = pair

    def has_ended(pid: int) -> bool:
        with other.open() as connection:
            found = connection.execute("select 1 as one from pg_stat_activity where pid = %s", (pid,)).fetchone()
            return found is None

    with pytest.raises(StoreUnavailable, match="idle in it for too long") as failed, one.transaction() as connection:
        connection.execute("set local idle_in_transaction_session_timeout = '50ms'")
        until(lambda: has_ended(backend(connection)), "the transaction goes on")
        connection.execute("select 1")

    assert "SQLSTATE 25P03" in str(failed.value)


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (psycopg.errors.DiskFull, "The disk of the database is full."),
        (psycopg.errors.OutOfMemory, "The database has no memory left"),
        (psycopg.errors.TooManyConnections, "The database has no connection free"),
        (psycopg.errors.IoError, "The database cannot use its files now."),
        (psycopg.errors.CrashShutdown, "The database cannot be reached now."),
        (psycopg.errors.CannotConnectNow, "The database cannot be reached now."),
        (psycopg.errors.ConnectionFailure, "The database cannot be reached now."),
        (psycopg.errors.QueryCanceled, "The database ended a statement that took longer"),
        (TimeoutError, "The database did not answer in time."),
        (psycopg.OperationalError, "The database cannot be reached now."),
    ],
)
def test_each_kind_of_error_has_a_sentence(error: type[Exception], sentence: str) -> None:
    assert database_errors.sentence_of(error()).startswith(sentence)


def test_a_database_that_is_away_is_logged_without_its_password(log: pytest.LogCaptureFixture) -> None:
    shared = SharedConnection("postgresql://me:geheim7@127.0.0.1:1/none")

    with pytest.raises(StoreUnavailable), shared.open():
        pass

    assert log.messages == ["The database failed with OperationalError, SQLSTATE none."]


def test_the_same_cause_is_logged_once_in_a_while(caplog: pytest.LogCaptureFixture) -> None:
    times = iter([100.0, 105.0, 111.0, 112.0])
    causes = CauseLog(lambda: next(times))
    for error in (psycopg.errors.AdminShutdown,) * 3 + (psycopg.errors.DiskFull,):
        causes.warn(error())

    assert [message[-6:-1] for message in caplog.messages] == ["57P01", "57P01", "53100"]
