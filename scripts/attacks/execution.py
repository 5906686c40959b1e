"""Carries out one attack on a site of its own."""

from __future__ import annotations

import tempfile
from pathlib import Path

import httpx

from attacks.attack import Attack, Target, Verdict
from attacks.memory import MemoryWatch
from tests.faults.site import QUICK, site_in


def carry_out(attack: Attack, folder: Path, seconds: float) -> Verdict:
    """Attack a new site in the folder, whose memory has a ceiling."""
    temporary = folder / "temporary"
    temporary.mkdir()
    tempfile.tempdir = str(temporary)
    settings = {**QUICK, **attack.settings, **attack.prepare(folder)}
    try:
        with site_in(folder, settings=settings, environment={"TMPDIR": str(temporary)}) as site:
            site.start()
            memory = MemoryWatch(site.pids, lambda: site.kill("everything"))
            try:
                return attack.carry_out(Target(site, memory, seconds))
            except (AssertionError, OSError, httpx.HTTPError) as failure:
                return Verdict(False, f"{type(failure).__name__}: {str(failure)[:200]}, {memory.figure}")
            finally:
                memory.stop()
    finally:
        tempfile.tempdir = None
