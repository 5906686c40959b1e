"""Carries out one attack on a site of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

import httpx

from attacks.attack import Attack, Target, Verdict
from attacks.memory import MemoryWatch, wait_until_steady
from tests.faults.asking import get
from tests.support.site import QUICK, site_in


def carry_out(attack: Attack, folder: Path, seconds: float) -> Verdict:
    """Attack a new site in the folder, which has a ceiling of memory and must answer afterwards."""
    temporary = folder / "temporary"
    temporary.mkdir()
    tempfile.tempdir = str(temporary)
    settings = {**QUICK, **attack.settings, **attack.prepare(folder)}
    try:
        with site_in(folder, settings=settings, environment={"TMPDIR": str(temporary)}) as site:
            site.start()
            wait_until_steady(site.pids)
            memory = MemoryWatch(site.pids, lambda: site.kill("everything"))
            try:
                verdict = attack.carry_out(Target(site, memory, seconds))
                get(site, "/readyz")  # fails when the server has ended, or hangs; a 503 is an answer, too
                return verdict
            except (AssertionError, OSError, httpx.HTTPError) as failure:
                return Verdict(False, f"{type(failure).__name__}: {str(failure)[:200]}, {memory.figure}")
            finally:
                memory.stop()
    finally:
        tempfile.tempdir = None
