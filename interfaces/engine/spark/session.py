"""The session on a Spark Connect server, kept from one report to the next."""

from __future__ import annotations

import atexit
import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from interfaces.engine.spark.server_address import ServerAddress, host_of, unusable_address

if TYPE_CHECKING:
    from pyarrow import Table
    from pyspark.sql.connect.dataframe import DataFrame
    from pyspark.sql.connect.session import SparkSession

_SESSION_SETTINGS = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.codegen.hugeMethodLimit": "8000",
}

_RETRIES = 3
"""The client's own policy goes on for ten minutes."""

_PATIENCE_SECONDS = 4.0
"""How long a server may take to acknowledge an interrupt, before its connection is closed and its query left to it.

An idle server takes 0.05 s; one that is busy with others has been seen to take more than 2.
"""

_CHANNEL = [("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 10_000)]


class ServerSession:
    """Opened when it is first needed. One report uses it at a time; `interrupt` may be called from other threads."""

    def __init__(self, address: ServerAddress) -> None:
        self._address = address
        self._open: SparkSession | None = None
        self._opening: SparkSession | None = None
        self._interrupting: threading.Thread | None = None
        self._done_percent = 0.0
        self.host = ""
        self.engine = "spark"
        """Engine and version, once it has been asked: `spark 4.3.0`, `sail 0.7.2`."""

    @property
    def writes_in_order(self) -> bool:
        """Whether the parts of a written text are in the order of its rows, by name. Sail deals rows out to files."""
        return self.engine.startswith("spark ")

    def sql(self, text: str, values: Mapping[str, Any] | None = None) -> DataFrame:
        """The rows that a query gives; named values are bound to it."""
        return self._session().sql(text, dict(values or {}))

    def delta(self, uri: str, version: int) -> DataFrame:
        """One version of a Delta table."""
        return self._session().read.format("delta").option("versionAsOf", version).load(uri)

    def parquet(self, paths: Iterable[str], schema: str) -> DataFrame:
        return self._session().read.schema(schema).parquet(*paths)

    def local(self, rows: Table) -> DataFrame:
        """Rows that are sent through the connection."""
        return self._session().createDataFrame(rows)

    def tables(self, frame: DataFrame) -> Iterator[Table]:
        """The rows of a query, in Arrow tables as they arrive."""
        session = self._session()
        plan = frame._plan.to_proto(session.client)
        for part in session.client.to_table_as_iterator(plan, {}):
            if hasattr(part, "num_rows"):  # the schema comes among them
                yield part

    def open(self) -> None:
        """Connect, unless that is done. Raises what the client raises."""
        self._session()

    def query_progress(self) -> float:
        """How much of the running query is done, in percent; 0 where the server does not tell."""
        return self._done_percent

    def interrupt(self, *, wait: bool = False) -> None:
        """End what is running on the server. May be called again and again.

        wait  for its acknowledgement, for a few seconds at most
        """
        session = self._open or self._opening
        if session is None:
            return
        interrupting = self._interrupting
        if interrupting is None or not interrupting.is_alive():
            interrupting = self._interrupting = threading.Thread(target=_interrupt, args=(session,), daemon=True)
            interrupting.start()
        if wait:
            interrupting.join(_PATIENCE_SECONDS + 0.5)

    def close(self) -> None:
        """Leave the session; the next use opens another."""
        session, self._open = self._open, None
        if session is not None:
            _closed(session)

    def _session(self) -> SparkSession:
        if self._open is None:
            url = self._address.read()
            self.host = host_of(url)
            session = self._opening = _connected(url)
            try:
                for name, value in _SESSION_SETTINGS.items():
                    session.conf.set(name, value)
                self.engine = _engine_of(session)
                session.registerProgressHandler(self._note_progress)
            except BaseException:
                _closed(session)
                raise
            finally:
                self._opening = None
            self._open = session
        self._interrupting = None
        self._done_percent = 0.0
        return self._open

    def _note_progress(self, stages: Any, inflight_tasks: int, operation_id: str | None, done: bool) -> None:
        known = list(stages or ())
        tasks = sum(stage.num_tasks for stage in known)
        if tasks:
            self._done_percent = 100 * sum(stage.num_completed_tasks for stage in known) / tasks


def _connected(url: str) -> SparkSession:
    from pyspark.errors import PySparkValueError
    from pyspark.sql.connect.client.core import DefaultChannelBuilder
    from pyspark.sql.connect.client.retries import DefaultPolicy
    from pyspark.sql.connect.session import SparkSession

    warnings.filterwarnings("ignore", message=r"\[RETRIES_EXCEEDED\]")  # the error itself follows
    try:
        channel = DefaultChannelBuilder(url, _CHANNEL)
    except (PySparkValueError, ValueError):  # not chained: it shows the address, which may hold a token
        raise unusable_address("It is not as sc://host:15002/;name=value;name=value.") from None
    session = SparkSession(channel)
    atexit.register(session.client.close)  # later, when its threads have stopped, it would wait for them without end
    session.client.set_retry_policies([DefaultPolicy(max_retries=_RETRIES)])
    return session


def _engine_of(session: SparkSession) -> str:
    """Spark gives its version first; a server that only speaks as Spark does gives its own."""
    version = str(session.sql("select version() as version").collect()[0][0]).split()[0]
    return f"spark {version}" if session.version.startswith(version) else f"sail {version}"


def _interrupt(session: SparkSession) -> None:
    asked = threading.Thread(target=_quietly_interrupt, args=(session,), daemon=True)
    asked.start()
    asked.join(_PATIENCE_SECONDS)
    if asked.is_alive():
        with suppress(Exception):
            session.client.close()


def _quietly_interrupt(session: SparkSession) -> None:
    with suppress(Exception):  # a server that is gone runs nothing
        session.interruptAll()


def _closed(session: SparkSession) -> None:
    """Release the session in the background: a server that is gone does not hold up the worker."""
    released = threading.Thread(target=_quietly_stop, args=(session,), daemon=True)
    released.start()
    released.join(_PATIENCE_SECONDS)
    if not released.is_alive():
        atexit.unregister(session.client.close)


def _quietly_stop(session: SparkSession) -> None:
    with suppress(Exception):
        session.stop()
