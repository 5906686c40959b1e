"""What all tests can ask for."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator

import pytest

from interfaces.storage.postgres.schema import migrate
from tests.support.buckets import bucket_storage
from tests.support.environment import forget_settings
from tests.support.postgres import PostgresServer, postgres
from tests.support.sail import SailProcess, running_sail
from tests.support.spark_server import SparkProcess, running_spark

forget_settings()

# Some machines forbid it: each of a thousand child processes would compile our modules again.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# Spark's client takes a process without a file of its main module, as pytest-xdist starts, for one that runs doctests.
vars(sys.modules["__main__"]).setdefault("__file__", __file__)

# A shell starts what runs in the background with Ctrl-C ignored, which child processes would inherit.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One PostgreSQL for the whole session."""
    with postgres() as server:
        yield server


@pytest.fixture
def empty_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The address of a new database without a schema."""
    with postgres_server.new_database() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The name of a database with the schema of this version, for others to be copied from."""
    with postgres_server.new_database() as url:
        migrate(url)
        yield url.rpartition("/")[2]


@pytest.fixture
def database_url(postgres_server: PostgresServer, migrated_database: str) -> Iterator[str]:
    """The address of a new database with the schema of this version."""
    with postgres_server.new_database(migrated_database) as url:
        yield url


@pytest.fixture(scope="session")
def buckets() -> Iterator[dict[str, str]]:
    """One S3-compatible storage for the whole session; gives the variables that lead there."""
    with bucket_storage() as variables:
        yield variables


@pytest.fixture(scope="session")
def sail() -> Iterator[SailProcess]:
    """One Sail for the whole session. A test that stops its server starts one of its own."""
    with running_sail() as server:
        yield server


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkProcess]:
    """One Spark for the whole session: it takes seconds to start, and more than a gigabyte."""
    with running_spark(tmp_path_factory.mktemp("spark")) as server:
        yield server
