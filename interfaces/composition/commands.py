"""Builds what the commands of the command line call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from application.access.administration import Administration
from application.files.unrecorded_files import UnrecordedFiles
from application.ledger.availability import AvailabilityQuery
from application.ledger.compaction import LedgerCompaction
from application.ledger.completeness import Completeness
from application.ledger.ledger_changes import LedgerChanges
from application.ledger.loading import Loading
from application.ledger.overview import LedgerOverview
from application.ledger.repair import LedgerRepair
from application.ledger.vacuum import LedgerVacuum
from application.ports.ledger import LedgerSource
from application.projecting.visibility import show_everywhere
from application.runs.result_retention import FileSweep
from interfaces.composition.installation import Installation
from interfaces.host.actors import person


def administration(installation: Installation, actor: str | None = None) -> Administration:
    """actor: who changes something; None: the user of the command line"""
    return Administration(installation.stores.events, installation.clock, actor or person(), _show(installation))


def ledger_changes(installation: Installation, actor: str | None = None) -> LedgerChanges:
    return LedgerChanges(
        installation.stores.events,
        installation.ledger,
        administration(installation, actor),
        installation.clock,
        actor or person(),
        _show(installation),
    )


def loading(installation: Installation, actor: str | None = None) -> Loading:
    return Loading(ledger_changes(installation, actor))


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


def unrecorded_files(installation: Installation) -> UnrecordedFiles:
    stores = installation.stores
    return UnrecordedFiles(stores.events, stores.views.files, installation.results, installation.clock)


def folder_contents(folder: Path) -> tuple[list[LedgerSource], list[str]]:
    """The files of a folder that are named after tables, and a sentence about each that is left out."""
    from interfaces.ledger.sources.table_names import others_left_out, sources_in, why_left_out

    contents = sources_in(folder)
    others = [others_left_out(contents.others)] if contents.others else []
    return contents.sources, [*map(why_left_out, contents.left_out), *others]


def table_named(name: str) -> str:
    """The ledger's table that a word or a file's name stands for. Raises `LedgerRefused` for none."""
    from interfaces.ledger.sources.table_names import table_of

    return table_of(name)


def table_named_by(file: Path) -> str | None:
    """The ledger's table that a file is named after, None if it is named after none."""
    from interfaces.ledger.sources.table_names import table_named_by

    return table_named_by(file)


def demo_sources(folder: Path, *, livemode: bool) -> list[LedgerSource]:
    """Write the demo ledger's files into a folder."""
    from interfaces.ledger.demo.demo import write_demo

    return write_demo(folder, livemode)
