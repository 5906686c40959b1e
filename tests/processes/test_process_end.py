"""The end of a process: what was written and registered is done, and a library's thread does not abort it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.commands import ROOT

END = "from interfaces.host.this_process.process_end import end_process\n"


def ended(code: str) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-c", END + code]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=30)


def test_what_is_written_and_registered_is_done() -> None:
    done = ended(
        "import atexit, sys\natexit.register(print, 'registered')\nsys.stdout.write('written ')\nend_process(3)"
    )

    assert (done.returncode, done.stdout, done.stderr) == (3, "written registered\n", "")


@pytest.mark.parametrize(("waits", "printed"), [(True, "worked\n"), (False, "")])
def test_threads_are_waited_for_unless_they_may_go_on_for_long(waits: bool, printed: str) -> None:
    work = "import threading, time\nthreading.Thread(target=lambda: (time.sleep(0.5), print('worked'))).start()\n"

    assert ended(f"{work}end_process(0, waits_for_threads={waits})").stdout == printed


def test_a_process_without_streams_ends_with_its_code() -> None:
    assert ended("import sys\nsys.stdout = sys.stderr = None\nend_process(4)").returncode == 4


@pytest.mark.parametrize(
    "module", sorted((ROOT / "interfaces" / "entrypoints").glob("*.py")), ids=lambda path: path.stem
)
def test_every_entry_point_ends_its_process_so(module: Path) -> None:
    code = module.read_text(encoding="utf-8")

    assert ('__name__ == "__main__"' in code) == ("    end_process(main(" in code)
