"""Processes as the kernel shows them, and waiting for what they should do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

Answer = TypeVar("Answer")


def children_of(pid: int) -> list[int]:
    """The ids of the processes that a process has started, zombies left out."""
    return [found for found in _all_pids() if _state_and_parent(found) in (("R", pid), ("S", pid), ("D", pid))]


def descendants_of(pid: int) -> list[int]:
    """The ids of the processes that a process has started, and of those that they have."""
    return [found for child in children_of(pid) for found in (child, *descendants_of(child))]


def runs_module(pid: int, module: str) -> bool:
    """Whether a process was started as `python -m module`."""
    try:
        return module.encode() in _command_line(pid).split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False


def has_gone(pid: int) -> bool:
    """Whether a process has ended with all its threads, reaped or not; the last of them closes its sockets."""
    state, _ = _state_and_parent(pid)
    return state == "" or (state == "Z" and _threads_of(pid) <= 1)


def open_files_of(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


def cpu_seconds(pid: int) -> float:
    """The CPU time that a process has taken, its children left out."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def is_computing(pid: int) -> bool:
    """Whether some thread of a process wants a core for most of a moment, whether it gets one or not."""
    looks = []
    for _ in range(20):
        looks.append(any(_thread_runs(thread) for thread in Path(f"/proc/{pid}/task").iterdir()))
        time.sleep(0.02)  # nothing tells that a process does nothing
    return sum(looks) > len(looks) / 2


def resident_mib(pid: int) -> float:
    """The memory that a process has in use."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096 / 1024**2


def resident_mib_of_all(pids: Iterable[int]) -> float:
    """The memory that processes have in use. Those that have just ended are left out, and those about to begin."""
    total = 0.0
    for pid in pids:
        with suppress(FileNotFoundError, ProcessLookupError):
            total += resident_mib(pid) if _runs_its_own_program(pid) else 0.0
    return total


def _runs_its_own_program(pid: int) -> bool:
    """Whether a child process has got its program. Until then it shows the memory of its parent as its own."""
    _, parent = _state_and_parent(pid)
    return parent == 0 or _command_line(pid) != _command_line(parent)


def _command_line(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def proportional_mib(pid: int) -> float:
    """The memory that a process has in use, where a page that others share counts for its part."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024


def until(holds: Callable[[], object], complaint: str, seconds: float = 20.0) -> None:
    """Wait until something holds; past the deadline, fail with the complaint."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"{complaint}, after {seconds:g} s"
        time.sleep(0.02)


def asked_until(
    ask: Callable[[], Answer], holds: Callable[[Answer], object], complaint: str, seconds: float = 20.0
) -> Answer:
    """Ask again until an answer is as it should be, and give it; past the deadline, fail with the complaint."""
    answers: list[Answer] = []

    def is_right() -> object:
        answers[:] = [ask()]
        return holds(answers[0])

    until(is_right, complaint, seconds)
    return answers[0]


def _thread_runs(thread: Path) -> bool:
    try:
        return (thread / "stat").read_text().rpartition(")")[2].split()[0] == "R"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _all_pids() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]


def _threads_of(pid: int) -> int:
    try:
        return len(list(Path(f"/proc/{pid}/task").iterdir()))
    except (FileNotFoundError, ProcessLookupError):
        return 0


def _state_and_parent(pid: int) -> tuple[str, int]:
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except (FileNotFoundError, ProcessLookupError):
        return "", 0
    return state, int(parent)
