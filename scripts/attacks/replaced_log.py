"""The event log's file removed, replaced or cut while a server writes to it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

from attacks.attack import Attack, Target, Verdict
from tests.faults.asking import create, get

CREATES = 20


def attack(target: Target, *, damage: Callable[[Path], None]) -> Verdict:
    """After the damage no create may be answered 200, and the server must say that it is not ready."""
    site = target.site
    assert create(site).status_code == 200
    damage(site.data / "events.db")
    statuses = [create(site).status_code for _ in range(CREATES)]
    ready = get(site, "/readyz").status_code
    acknowledged = statuses.count(200)
    return Verdict(
        acknowledged == 0 and ready == 503, f"{acknowledged} of {CREATES} creates answered 200, /readyz {ready}"
    )


def remove(file: Path) -> None:
    file.unlink()


def replace(file: Path) -> None:
    copy = file.with_suffix(".copy")
    shutil.copyfile(file, copy)
    copy.replace(file)


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


ATTACKS = (
    Attack("removed-log", "events.db removed under a server", partial(attack, damage=remove)),
    Attack("replaced-log", "events.db replaced by a copy under a server", partial(attack, damage=replace)),
    Attack("cut-log", "events.db cut to half under a server", partial(attack, damage=cut)),
)
