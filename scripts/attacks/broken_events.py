"""One event of the log broken or missing: it must be named, and everything else must be served."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from functools import partial

import httpx

from attacks.attack import Attack, Target, Verdict
from tests.faults.asking import finished_run, get
from tests.faults.traffic import RUNS
from tests.support.site import Site

FIRST = "where originator_id = ? and originator_version = 1"
BREAK = f"update stored_events set state = cast('[' || substr(state, 2) as blob) {FIRST}"
DELETE = f"delete from stored_events {FIRST}"
CUT_LOAD = (
    "update stored_events set state = cast(substr(state, 1, 40) as blob) "
    "where originator_id = ? and topic = 'ledger.loaded'"
)


def damaged_run(target: Target, *, statement: str) -> Verdict:
    """Damage the first event of a finished run."""
    run = str(finished_run(target.site)["id"])
    return _damage(target.site, statement, run, {"history of it": f"{RUNS}/{run}/history"})


def damaged_load(target: Target) -> Verdict:
    return _damage(target.site, CUT_LOAD, "ledger_test", {})


def _damage(site: Site, statement: str, aggregate: str, addresses: dict[str, str]) -> Verdict:
    """Change the log of a stopped site, lose its views as well, and look at everything that reads the log."""
    other = str(finished_run(site)["id"])
    site.stop()
    with closing(sqlite3.connect(site.data / "events.db")) as log, log:
        changed = log.execute(statement, [aggregate]).rowcount
    assert changed == 1, f"{changed} events of {aggregate} were changed"
    findings = {
        f"{words[0]} names it": aggregate in _said(site, *words) for words in (("doctor", "--deep"), ("rebuild",))
    }
    (site.data / "views.db").unlink()
    with suppress(AssertionError):  # it does not start
        site.start()
    addresses = {"serves the others": f"{RUNS}/{other}", **addresses}
    findings |= {what: 200 <= _status(site, address) < 500 for what, address in addresses.items()}
    return Verdict(
        all(findings.values()), ", ".join(f"{what}: {'yes' if well else 'no'}" for what, well in findings.items())
    )


def _said(site: Site, *words: str) -> str:
    done = site.command(*words)
    return done.stdout + done.stderr


def _status(site: Site, address: str) -> int:
    """The status of an answer; 0 when there is none."""
    try:
        return get(site, address).status_code
    except httpx.TransportError:
        return 0


ATTACKS = (
    Attack("broken-event", "one byte of a run's first event changed", partial(damaged_run, statement=BREAK)),
    Attack("missing-event", "a run's first event deleted", partial(damaged_run, statement=DELETE)),
    Attack("broken-load", "a ledger.loaded event cut", damaged_load),
)
