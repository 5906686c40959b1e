"""While a program is replaced by the next, both work on one store: each with its own views, all with the same runs."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import psycopg
from eventsourcing.persistence import StoredEvent

from application.log.idempotency_records import Append
from interfaces.storage.sql.views.views import VERSION
from tests.faults.asking import created, finished_run, get, is_ready, run_of
from tests.faults.reckoning import listed_runs, reckon, settle
from tests.faults.traffic import RUNS, Traffic
from tests.support.processes import until
from tests.support.site import Site
from tests.support.stores import every_row

NEXT_VERSION = f"{VERSION}next"


def test_two_versions_on_one_store_make_every_run_once_and_both_show_it(site: Site, tmp_path: Path) -> None:
    newer = replace(site, program=next_version(tmp_path / "next"))
    site.start()
    finished_run(site)
    newer.start()
    traffic = [Traffic(one.address, one.key, seed=5) for one in (site, newer)]
    try:
        for one in traffic:
            one.start()
        until(lambda: all(len(one.acknowledged) > 20 for one in traffic), "there are no runs")
        for one in traffic:
            one.stop()
        settle(newer)
        shown = {run["id"] for run in listed_runs(newer)}
        reckoning = reckon(site, traffic[0])
        newer.stop()
    finally:
        newer.close()

    assert reckoning.wrong == {}
    assert shown >= {*traffic[0].acknowledged, *traffic[1].acknowledged}
    assert traffic[1].surprises == []
    assert_rebuild_changes_nothing(newer)


def test_a_run_with_an_event_of_a_later_version_is_shown_and_left_to_that_version(site: Site) -> None:
    site.workers = 0
    site.start()
    id = created(site)

    store_unknown_event(site, id)
    site.stop()
    site.workers = 1
    site.start()
    other = finished_one(site)
    history = get(site, f"{RUNS}/{id}/history").json()["data"]

    assert is_ready(site)
    assert run_of(site, other)["status"] == "succeeded"
    assert run_of(site, id)["status"] == "pending"
    assert [event["sequence"] for event in history] == [1, 2]
    assert history[1]["type"] == "report_run.reviewed"
    assert history[1]["data"] == {"reviewer": "somebody", "topic": "report_run.reviewed"}
    assert "Traceback" not in site.log.read_text()


def test_an_aggregate_of_a_later_version_does_not_stop_the_views(site: Site) -> None:
    site.start()

    store_unknown_event(site, "unheard_of_1", version=1)

    assert finished_run(site)["status"] == "succeeded"
    assert is_ready(site)


def test_a_schema_of_another_version_stops_a_start_with_a_sentence_and_no_server_that_runs(
    postgres_site: Site,
) -> None:
    site = postgres_site
    site.start()
    finished_run(site)  # the worker has begun, too

    said = {}
    for name, step in (("older", -1), ("newer", 2)):
        with psycopg.connect(site.database_url) as connection:
            connection.execute("update reportrun_schema set version = version + %s", (step,))
        serve, doctor = site.command("serve", "--port", "0"), site.command("doctor")
        said[name] = (serve.returncode, serve.stderr, doctor.returncode, doctor.stdout)
        assert finished_run(site)["status"] == "succeeded"

    for name, advice in (("older", "Run `reportrun migrate`"), ("newer", "Run a newer version of Reportrun.")):
        code, error, doctors_code, findings = said[name]
        assert (code, doctors_code) == (1, 1)
        assert advice in error and advice in findings
        assert "Traceback" not in error


def next_version(folder: Path) -> Path:
    """This program, with views of its own as the version after this one would have them."""
    for room in ("domain", "application", "interfaces"):
        shutil.copytree(room, folder / room, ignore=shutil.ignore_patterns("__pycache__"))
    views = folder / "interfaces/storage/sql/views/views.py"
    text = views.read_text()
    views.write_text(text.replace(f'VERSION = "{VERSION}"', f'VERSION = "{NEXT_VERSION}"'))
    assert views.read_text() != text
    return folder


def assert_rebuild_changes_nothing(newer: Site) -> None:
    with newer.stores() as stores:
        before = every_row(stores, NEXT_VERSION)
    rebuilt = newer.command("rebuild")
    assert rebuilt.returncode == 0, rebuilt.stderr
    with newer.stores() as stores:
        assert every_row(stores, NEXT_VERSION) == before


def store_unknown_event(site: Site, id: str, version: int = 2) -> None:
    """Put an event into the log as a version of tomorrow would."""
    state = b'{"timestamp":"2026-01-02T12:00:00Z","actor":"key_1","reviewer":"somebody"}'
    with site.stores() as stores:
        stores.store.recorder.append([Append([StoredEvent(id, version, "report_run.reviewed", state)])])


def finished_one(site: Site) -> str:
    """The id of a new run that has ended, whatever others do."""
    id = created(site)
    until(lambda: run_of(site, id)["status"] != "pending", "the run does not end")
    return id
