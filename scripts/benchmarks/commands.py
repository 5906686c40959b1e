"""Whole commands: their duration and peak memory."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

LOOK_SECONDS = 0.02


def timed(words: Sequence[str | Path], environment: Mapping[str, str]) -> tuple[float, float, int]:
    """Seconds, peak MiB of memory, and exit code of a command.

    The peak is polled while the command runs, because `getrusage` of a child includes its parent's memory.
    """
    start = time.perf_counter()
    process = subprocess.Popen(words, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _peak_mib(process.pid))
        time.sleep(LOOK_SECONDS)
    return time.perf_counter() - start, peak, process.returncode


def _peak_mib(pid: int) -> float:
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:  # it has just ended
        return 0.0
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), default=0.0)
