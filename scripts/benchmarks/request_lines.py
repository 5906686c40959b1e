"""What a line in the log for each request costs: throughput with all lines over that with none, measured in turn."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from benchmarks.client import RUNS, Client, body_of
from benchmarks.figure import Effort, Figure, ratio
from benchmarks.load import Answered, ask
from benchmarks.servers import Server, Site

KINDS = ("off", "all")

WANTED = "0.95 or more"


def measure(folder: Path, effort: Effort) -> Iterator[Figure]:
    with ExitStack() as running:
        sites = [Site(folder / kind, settings=_settings(kind)).with_demo() for kind in KINDS]
        keys = [site.new_key() for site in sites]
        with _no_log():
            servers = [running.enter_context(site.serving()) for site in sites]
        runs = [Client(server.address, key).create() for server, key in zip(servers, keys, strict=True)]

        def get(turn: int) -> Answered:
            return ask(f"{servers[turn].address}{RUNS}/{runs[turn]}", effort.seconds, keys[turn])

        def post(turn: int) -> Answered:
            address = f"{servers[turn].address}{RUNS}"
            return ask(address, effort.seconds, keys[turn], body=body_of(), keyed=True)

        yield from _compared("GET one run", get, servers, effort)
        yield from _compared("POST a run", post, servers, effort)


def _compared(name: str, load: Callable[[int], Answered], servers: list[Server], effort: Effort) -> Iterator[Figure]:
    """The ratios of requests a second, and of processor time a request."""
    throughput: list[list[float]] = [[], []]
    processor: list[list[float]] = [[], []]
    for number in range(effort.rounds):
        for turn in (0, 1) if number % 2 == 0 else (1, 0):
            before = _processor_seconds(servers[turn].pid)
            answered = load(turn)
            throughput[turn].append(answered.a_second)
            processor[turn].append((_processor_seconds(servers[turn].pid) - before) / answered.requests)
    without, with_all = throughput
    yield ratio(f"{name}, with a line for each", with_all, without, WANTED, "of the requests/s without")
    without, with_all = processor
    yield ratio(f"{name}, processor time with a line for each", with_all, without, "", "of the time without")


def _processor_seconds(pid: int) -> float:
    """What a process has used so far, without its children."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _settings(kind: str) -> dict[str, str]:
    return {"REPORTRUN_LOG_LEVEL": "info", "REPORTRUN_REQUEST_LOG": kind}


@contextmanager
def _no_log() -> Iterator[None]:
    """Let what is started within write its log to the null device."""
    kept = os.dup(2)
    with Path(os.devnull).open("wb") as null:
        os.dup2(null.fileno(), 2)
    yield
    os.dup2(kept, 2)
    os.close(kept)
