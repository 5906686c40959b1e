"""The session on a Spark Connect server, kept from one report to the next."""

from __future__ import annotations

import atexit
import time
import warnings
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from interfaces.engine.spark.server_address import ServerAddress, host_of, unusable_address
from interfaces.engine.spark.session_end import SessionEnd

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

_CHANNEL = [("grpc.keepalive_time_ms", 30_000), ("grpc.keepalive_timeout_ms", 10_000)]


class ServerSession:
    """Opened when it is first needed. One report uses it at a time; `interrupt` may be called from other threads."""

    def __init__(self, address: ServerAddress) -> None:
        self._address = address
        self._open: SparkSession | None = None
        self._end: SessionEnd | None = None
        self._ending: list[SessionEnd] = []
        self._done_percent = 0.0
        self.host = ""
        self.engine = "spark"
        """Engine and version, once it has been asked: `spark 4.3.0`, `sail 0.7.2`."""

    @property
    def is_spark(self) -> bool:
        """Whether the server is known to be Spark, and not one that only speaks as Spark does."""
        return self.engine.startswith("spark ")

    @property
    def writes_in_order(self) -> bool:
        """Whether the parts of a written text are in the order of its rows, by name. Sail deals rows out to files."""
        return self.is_spark

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
        end = self._end
        if end is not None:
            end.interrupt(wait=wait)

    def close(self) -> None:
        """Leave the session; the next use opens another. One with interrupted queries ends in the background."""
        end, self._end, self._open = self._end, None, None
        if end is not None:
            end.begin(cancels_jobs=self.is_spark)
            self._ending = [one for one in self._ending if not one.has_ended] + [end]

    def wait_until_ended(self, seconds: float) -> bool:
        """Wait for the sessions that were left. Gives whether all have ended."""
        until = time.monotonic() + seconds
        return all(end.wait(max(0.0, until - time.monotonic())) for end in self._ending)

    def _session(self) -> SparkSession:
        if self._open is None:
            url = self._address.read()
            self.host = host_of(url)
            session = _connected(url)
            self._end = SessionEnd(session)
            try:
                for name, value in _SESSION_SETTINGS.items():
                    session.conf.set(name, value)
                self.engine = _engine_of(session)
                session.registerProgressHandler(self._note_progress)
            except BaseException:
                self.close()
                raise
            self._open = session
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
