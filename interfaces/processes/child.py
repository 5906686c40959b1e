"""Processes of this program beside this one: the same version of it, and ended by the end of their standard input."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from interfaces.settings import Settings

_HERE = str(Path(__file__).parents[2])
"""Where this program's packages lie."""


def start_process(
    module: str, *words: str, settings: Settings | None = None, output: int | None = None
) -> subprocess.Popen[bytes]:
    """Run a module in a process of its own.

    settings  what it is to read from its environment; None for what this process had there
    output    as `subprocess` takes it; None for this process's
    """
    paths = [_HERE, *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *words],  # -P: nothing of the current folder is imported
        stdin=subprocess.PIPE,  # its end tells the process that we have gone, however we went
        stdout=output,
        bufsize=0,
        env={**os.environ, **(settings.environment() if settings else {}), "PYTHONPATH": os.pathsep.join(paths)},
        start_new_session=True,  # a Ctrl-C is for us; the others are told when open requests have been answered
    )
