"""Workspaces: the threads of a process make their files in one scratch folder."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from interfaces.host.workspaces import Workspaces

THREADS = 8


def test_threads_that_begin_at_once_share_a_folder_which_stays(tmp_path: Path) -> None:
    workspaces, together = Workspaces(tmp_path, "result-"), threading.Barrier(THREADS)

    def make(_: int) -> Path:
        together.wait()
        with workspaces.open() as made:
            made.write_bytes(b"half")
            together.wait()
            assert made.read_bytes() == b"half"
            return made.parent

    with ThreadPoolExecutor(THREADS) as threads:
        folders = set(threads.map(make, range(THREADS)))

    assert len(folders) == 1
