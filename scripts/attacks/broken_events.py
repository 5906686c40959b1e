"""One event of the log broken or missing: it must be named, and everything else must be served."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from functools import partial

from attacks.attack import Attack, Target, Verdict
from tests.faults.asking import create, finished_run, get
from tests.faults.site import Site
from tests.faults.traffic import RUNS

BREAK = "update stored_events set state = replace(state, '{', '[') where originator_id = ? and originator_version = 1"
DELETE = "delete from stored_events where originator_id = ? and originator_version = 1"
BREAK_LOAD = "update stored_events set state = substr(state, 1, 40) where originator_id = ? and topic = 'ledger.loaded'"


def broken_run(target: Target, *, statement: str) -> Verdict:
    """Damage the first event of a finished run, and look at everything that reads it."""
    run = str(finished_run(target.site)["id"])
    findings = _damage(target.site, statement, run)
    findings |= {"its history": get(target.site, f"{RUNS}/{run}/history").status_code < 500}
    return _verdict(findings)


def broken_load(target: Target) -> Verdict:
    finished_run(target.site)
    return _verdict(_damage(target.site, BREAK_LOAD, "ledger_test"))


def _damage(site: Site, statement: str, aggregate: str) -> dict[str, bool]:
    """Change the log of a stopped site, and say of each command whether it did what it should."""
    others = str(finished_run(site)["id"])
    site.stop()
    with closing(sqlite3.connect(site.data / "events.db")) as log, log:
        changed = log.execute(statement, [aggregate]).rowcount
    assert changed == 1, f"{changed} events of {aggregate} were changed"
    doctor, rebuild = site.command("doctor"), site.command("rebuild")
    findings = {
        "doctor names it": doctor.returncode == 1 and aggregate in doctor.stdout + doctor.stderr,
        "rebuild names it": aggregate in rebuild.stdout + rebuild.stderr,
    }
    (site.data / "views.db").unlink()
    try:
        site.start()
    except AssertionError:
        return {**findings, "serves without views.db": False}
    return {
        **findings,
        "serves without views.db": get(site, f"{RUNS}/{others}").status_code == 200,
        "creates": create(site).status_code == 200,
    }


def _verdict(findings: dict[str, bool]) -> Verdict:
    return Verdict(
        all(findings.values()), ", ".join(f"{what}: {'yes' if well else 'no'}" for what, well in findings.items())
    )


ATTACKS = (
    Attack("broken-event", "one character of a run's first event changed", partial(broken_run, statement=BREAK)),
    Attack("missing-event", "a run's first event deleted", partial(broken_run, statement=DELETE)),
    Attack("broken-load", "a ledger.loaded event cut", broken_load),
)
