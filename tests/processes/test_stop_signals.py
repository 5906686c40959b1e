"""A stop signal sets its event at any moment."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.support.commands import ROOT

WHILE_THE_LOCK_IS_HELD = """\
import os, signal, sys, threading
from interfaces.host.this_process.stop_signals import set_on_signals
stop = threading.Event()
set_on_signals(stop)
with stop._cond:
    os.kill(os.getpid(), int(sys.argv[1]))
print(stop.wait(10))
"""


@pytest.mark.parametrize("number", ["2", "15"])
def test_a_signal_that_comes_while_the_main_thread_holds_the_events_lock_is_not_waited_for(number: str) -> None:
    words = [sys.executable, "-c", WHILE_THE_LOCK_IS_HELD, number]

    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)

    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr
