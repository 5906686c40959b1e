"""The process that loads what a visitor of the console has uploaded, and ends."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from application.ledger.loading import Loaded, LoadFiles
from application.ports.ledger import LedgerSource
from domain.errors import LedgerRefused, ReportrunError, StoreUnavailable
from domain.errors.ledger import together
from interfaces.composition.commands import folder_contents, loading, table_named
from interfaces.composition.installation import Installation
from interfaces.console.uploads.load_messages import GREETING, LoadProgress, LoadRefusal, LoadReport, StagedLoad
from interfaces.entrypoints.startup import channel_to_parent, end_with_parent, read_settings, requests
from interfaces.host.disk import disk_errors
from interfaces.host.this_process.process_end import end_process
from interfaces.processes.channel import Channel

NO_TABLE = "None of the files is named after a table of the ledger. Choose the table that they are for."

FAILED = LoadRefusal("The load failed. The server's log says why.", is_certain=False)

log = logging.getLogger("reportrun.load")


def main() -> int:
    settings = read_settings()
    with channel_to_parent() as parent:
        order: StagedLoad = next(requests(parent, GREETING))
        end_with_parent()
        with Installation(settings, makes_log=False) as installation:
            parent.send(outcome_of(installation, order, parent))
    return 0


def outcome_of(installation: Installation, order: StagedLoad, parent: Channel) -> LoadReport | LoadRefusal:
    """Load, and say what came of it."""
    try:
        return _loaded(installation, order, parent)
    except StoreUnavailable as trouble:
        return LoadRefusal(str(trouble), is_certain=False)
    except ReportrunError as refused:
        return LoadRefusal(str(refused))
    except OSError as trouble:
        log.exception("An upload could not be loaded.")
        return LoadRefusal(disk_errors.sentence_of(trouble, "the data folder"), is_certain=False)
    except Exception:
        log.exception("An upload could not be loaded.")
        return FAILED


def _loaded(installation: Installation, order: StagedLoad, parent: Channel) -> LoadReport:
    sources, left_out = _sources(order)
    command = LoadFiles(
        sources,
        livemode=order.livemode,
        account=order.account,
        owner_column=order.owner_column,
        complete_through=order.complete_through,
        complete_from=order.complete_from,
        strict=order.strict,
        ignore_before_opening=order.ignore_before_opening,
    )
    load = loading(installation, order.actor).load
    loaded = load(command, lambda step, part: parent.send(LoadProgress(step, part)))
    return _report(loaded, left_out)


def _sources(order: StagedLoad) -> tuple[Sequence[LedgerSource], Sequence[str]]:
    """The files and their tables, and a sentence about each that is left out."""
    remarks = [order.remark] if order.remark else []
    if order.table:
        return [LedgerSource(table_named(order.table), path) for path in sorted(order.folder.iterdir())], remarks
    sources, left_out = folder_contents(order.folder)
    remarks += left_out
    if not sources:
        raise together([LedgerRefused(sentence) for sentence in (NO_TABLE, *remarks)])
    return sources, remarks


def _report(loaded: Loaded, left_out: Sequence[str]) -> LoadReport:
    remarks = [*left_out, *loaded.warnings, *([loaded.hint] if loaded.hint else [])]
    return LoadReport(loaded.ledger.version, loaded.ledger.window, loaded.changed, tuple(loaded.files), tuple(remarks))


if __name__ == "__main__":
    end_process(main())
