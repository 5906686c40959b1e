"""Builds what the commands of the command line call."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from application.access.administration import Administration
from application.health import Finding, check_permissions, examine
from application.ledger.availability import AvailabilityQuery
from application.ledger.checking import LedgerCheck
from application.ledger.compaction import LedgerCompaction
from application.ledger.completeness import Completeness
from application.ledger.ledger_changes import LedgerChanges
from application.ledger.loading import Loading
from application.ledger.overview import LedgerOverview
from application.ledger.repair import LedgerRepair
from application.ledger.vacuum import LedgerVacuum
from application.log_findings import LogChecks
from application.ports.ledger import LedgerSource
from application.projecting.visibility import show_everywhere
from application.result_checks import ResultChecks
from application.runs.result_retention import FileSweep
from application.store_checks import CustomReportsState, StoreChecks
from interfaces.composition.installation import Installation
from interfaces.host.actors import person
from interfaces.host.data_folder import look_at
from interfaces.host.permissions import open_to_others
from interfaces.setting_values import SettingRefused
from interfaces.settings import Settings

SUMMARY_LEVELS = 2
"""Folders of the data folder whose permissions a summary looks at: those of result files and of ledgers."""


def administration(installation: Installation) -> Administration:
    return Administration(installation.stores.events, installation.clock, person(), _show(installation))


def ledger_changes(installation: Installation) -> LedgerChanges:
    return LedgerChanges(
        installation.stores.events,
        installation.ledger,
        administration(installation),
        installation.clock,
        person(),
        _show(installation),
    )


def loading(installation: Installation) -> Loading:
    return Loading(ledger_changes(installation))


def completeness(installation: Installation) -> Completeness:
    return Completeness(ledger_changes(installation))


def ledger_overview(installation: Installation) -> LedgerOverview:
    stores = installation.stores
    availability = AvailabilityQuery(stores.views.ledgers, stores.views.accounts)
    return LedgerOverview(stores.events, installation.ledger, availability)


def ledger_repair(installation: Installation) -> LedgerRepair:
    return LedgerRepair(ledger_changes(installation))


def ledger_compaction(installation: Installation) -> LedgerCompaction:
    return LedgerCompaction(ledger_changes(installation))


def ledger_vacuum(installation: Installation) -> LedgerVacuum:
    return LedgerVacuum(ledger_changes(installation))


def _show(installation: Installation) -> Callable[[], None]:
    return lambda: show_everywhere(installation.stores.projector.catch_up)


def file_sweep(installation: Installation) -> FileSweep:
    stores = installation.stores
    return FileSweep(
        stores.events,
        stores.views.files,
        installation.results,
        installation.clock,
        person(),
        stores.projector.catch_up,
    )


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
    yield from examine(folder, lambda: _store_checks(installation, deep, progress).findings())
    if folder.exists:
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
    from interfaces.ledger.delta.ledger_lookup import RowLookup

    stores = installation.stores

    def events_read(position: int, last: int) -> None:
        progress(f"event {position:,} of {last:,}", position / max(last, 1))

    return StoreChecks(
        events=stores.events,
        log=LogChecks(events=stores.events, recorder=stores.store.recorder, deep=deep, progress=events_read),
        views_position=stores.views.position,
        catch_up=stores.projector.catch_up,
        keys=stores.views.keys,
        ledger=LedgerCheck(stores.events, installation.ledger.check(digests=deep)),
        lookup=RowLookup(installation.ledger),
        custom_reports=lambda: _custom_reports_state(installation),
        results=ResultChecks(
            files=stores.views.files,
            results=installation.results,
            place=installation.settings.files_place,
            only_reads=installation.reads_a_copy,
        ),
        queue=lambda: stores.queue_check().finding(),
        deep=deep,
        progress=progress,
    )


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


def folder_contents(folder: Path) -> tuple[list[LedgerSource], list[Path]]:
    """The files of a folder that are named after tables, and those that are left out."""
    from interfaces.ledger.sources.table_names import sources_in

    contents = sources_in(folder)
    return contents.sources, contents.left_out


def table_named(name: str) -> str:
    """The ledger's table that a word or a file's name stands for. Raises `LedgerRefused` for none."""
    from interfaces.ledger.sources.table_names import table_of

    return table_of(name)


def demo_sources(folder: Path, *, livemode: bool) -> list[LedgerSource]:
    """Write the demo ledger's files into a folder."""
    from interfaces.ledger.demo.demo import write_demo

    return write_demo(folder, livemode)
