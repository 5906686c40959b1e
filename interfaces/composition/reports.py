"""Builds what requests runs and carries them out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from application.history.result_verification import ResultVerification
from application.ledger.availability import AvailabilityQuery
from application.runs.execution import Execution, Limits
from application.runs.local_run import LocalRuns
from application.runs.report_types import ReportTypes
from application.runs.run_rules import RunRules
from application.runs.type_survey import TypeSurvey
from domain.report_types import Catalogue, ReportType
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.composition.stores import Stores
from interfaces.engine.definitions.report_definition import can_run
from interfaces.host.actors import person, this_process
from interfaces.ledger.lookups.ledger_lookup import RowLookup
from interfaces.settings import Settings


def report_types(installation: Installation, *, live_only: bool = True) -> ReportTypes:
    """live_only: whether the types that are live-only can be run in live mode alone"""
    stores, custom = installation.stores, installation.custom_reports.by_id

    def runs_here(report_type: ReportType) -> bool:
        return report_type.id in custom or can_run(report_type)

    availability = AvailabilityQuery(stores.views.ledgers, stores.views.accounts)
    known = installation.catalogue if live_only else installation.catalogue.with_live_only(())
    return ReportTypes(known, runs_here, availability)


def type_survey(installation: Installation) -> TypeSurvey:
    lookup = RowLookup(installation.ledger)
    return TypeSurvey(installation.catalogue, report_types(installation), installation.stores.events, lookup)


def known_types(settings: Settings) -> Catalogue:
    """Every known report type, custom ones too, for settings without an installation; none is made."""
    with TemporaryDirectory() as nowhere:
        return Installation(replace(settings, data=Path(nowhere))).catalogue


def run_rules(installation: Installation, types: ReportTypes) -> RunRules:
    stores = installation.stores
    return RunRules(stores.events, types, stores.views.accounts, RowLookup(installation.ledger))


def execution(installation: Installation, worker: str, attempts: int) -> Execution:
    """Carries out runs. attempts: how many a run gets"""
    settings = installation.settings
    return Execution(
        events=installation.stores.events,
        catalogue=installation.catalogue,
        engine=installation.engine,
        results=installation.results,
        clock=installation.clock,
        worker=worker,
        limits=Limits(settings.attempt_limit_seconds, attempts, settings.retry_delay_seconds),
        connected_to=_connected_accounts(installation.stores),
    )


def _connected_accounts(stores: Stores) -> Callable[[str], Sequence[str]]:
    """Finds the accounts that are connected to a platform, for a thread without an event loop."""

    def connected_to(platform: str) -> Sequence[str]:
        stores.projector.catch_up()  # the log may know more accounts than the views do by now
        return asyncio.run(stores.views.accounts.connected_to(platform))

    return connected_to


def result_verification(installation: Installation) -> ResultVerification:
    local = local_runs(installation)
    return ResultVerification(installation.stores.events, lambda *again: local.make_again(*again).on_record)


def local_runs(installation: Installation) -> LocalRuns:
    stores, worker = installation.stores, this_process("cli")
    return LocalRuns(
        events=stores.events,
        runs=stores.views.runs,
        files=stores.views.files,
        catch_up=stores.projector.catch_up,
        claims=stores.claims,
        administration=administration(installation),
        rules=run_rules(installation, report_types(installation, live_only=False)),
        lookup=RowLookup(installation.ledger),
        execution=execution(installation, worker, attempts=1),  # a command does not wait for a second attempt
        clock=installation.clock,
        person=person(),
        worker=worker,
        lease_seconds=installation.settings.lease_seconds,
    )
