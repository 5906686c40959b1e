"""Builds the look at an installation that `doctor` takes."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from application.delivery.endpoint_findings import endpoint_findings
from application.health.engine_check import check_engine_server
from application.health.findings import Finding, check_permissions, examine, good, wrong
from application.health.log_findings import LogChecks
from application.health.result_checks import ResultChecks
from application.health.store_checks import CustomReportsState, StoreChecks
from application.ledger.checking import LedgerCheck
from interfaces.composition.audit.audit_checks import seal_checks
from interfaces.composition.installation import Installation
from interfaces.composition.stores import place_of_store
from interfaces.composition.surroundings import work_survey
from interfaces.host.data_folder import look_at
from interfaces.host.permissions import open_to_others
from interfaces.setting_values import SettingRefused
from interfaces.settings import Settings

SUMMARY_LEVELS = 2
"""Folders of the data folder whose permissions a summary looks at: those of result files and of ledgers."""


def examination(
    installation: Installation,
    *,
    deep: bool = False,
    progress: Callable[[str, float], None] = lambda words, part: None,
) -> Iterator[Finding]:
    """The findings of `doctor`: a summary, whose time does not grow with what is stored.

    deep      look at each event, ledger file and result file
    progress  called with what is being looked at, and the part of it that is done
    """
    folder = look_at(installation.settings.data.absolute())
    yield from examine(
        folder, place_of_store(installation.settings), lambda: _store_checks(installation, deep, progress).findings()
    )
    if folder.exists and folder.is_readable:
        levels = sys.maxsize if deep else SUMMARY_LEVELS
        yield check_permissions(map(str, open_to_others(_folders(installation.settings), levels=levels)))


def _folders(settings: Settings) -> Iterator[Path]:
    """The folders that hold files of an installation; buckets have rights of their own."""
    places = (str(settings.data), settings.ledger_place, settings.files_place)
    folders = {Path(place).absolute() for place in places if "://" not in place}
    data = settings.data.absolute()
    yield data
    yield from sorted(folder for folder in folders if not folder.is_relative_to(data))


def _store_checks(installation: Installation, deep: bool, progress: Callable[[str, float], None]) -> StoreChecks:
    from interfaces.ledger.lookups.ledger_lookup import RowLookup

    stores, settings = installation.stores, installation.settings

    def events_read(position: int, last: int) -> None:
        progress(f"event {position:,} of {last:,}", position / max(last, 1))

    return StoreChecks(
        events=stores.events,
        log=LogChecks(
            events=stores.events,
            recorder=stores.store.recorder,
            deep=deep,
            progress=events_read,
            must_hold=stores.store.database.writer.must_hold,
        ),
        views_position=stores.views.position,
        catch_up=stores.projector.catch_up,
        keys=stores.views.keys,
        clock=installation.clock,
        ledger=LedgerCheck(stores.events, installation.ledger.check(digests=deep)),
        lookup=RowLookup(installation.ledger),
        custom_reports=lambda: _custom_reports_state(installation),
        results=result_checks(installation),
        must_reach_ledger=installation.must_reach_ledger if _is_bucket(settings.ledger_place) else _nothing,
        queue=lambda: stores.queue_check().finding(),
        engine_server=lambda: _engine_server(installation),
        webhooks=lambda: endpoint_findings(stores.views.webhook_endpoints, stores.outbox),
        seal=seal_checks(installation, deep=deep, progress=events_read).findings,
        work=lambda: _state_of_work(installation),
        deep=deep,
        progress=progress,
    )


def result_checks(installation: Installation) -> ResultChecks:
    place = installation.settings.files_place
    return ResultChecks(
        files=installation.stores.views.files,
        results=installation.results,
        place=_shown(place),
        only_reads=installation.reads_a_copy,
        must_reach=installation.must_reach_results if _is_bucket(place) else _nothing,
    )


def _is_bucket(place: str) -> bool:
    return "://" in place


def _shown(place: str) -> str:
    """A place as sentences name it, from wherever they are read."""
    return place if _is_bucket(place) else str(Path(place).absolute())


def _nothing(*_: object) -> None:
    """The files of a folder are looked for one by one."""


def _state_of_work(installation: Installation) -> Finding:
    if installation.reads_a_copy:  # of the log and the views alone
        return good("Which workers are alive was not looked at: this user can only read the data folder.")
    return asyncio.run(work_survey(installation).state()).finding()


def _engine_server(installation: Installation) -> Iterator[Finding]:
    if installation.settings.has_engine_server:
        try:
            yield check_engine_server(installation.server_engine, installation.stores.events)
            yield from map(wrong, installation.opt_ins.refusals())
        except SettingRefused as refused:
            yield wrong(str(refused))


def _custom_reports_state(installation: Installation) -> CustomReportsState:
    custom = installation.custom_reports
    return CustomReportsState(
        installation.settings.reports, tuple(custom.by_id), custom.faults, _setting_fault(installation)
    )


def _setting_fault(installation: Installation) -> str | None:
    try:
        _ = installation.catalogue
    except SettingRefused as refused:
        return str(refused)
    return None
