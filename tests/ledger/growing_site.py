"""A ledger that grows by small loads, with its events."""

from __future__ import annotations

from pathlib import Path

import duckdb

from application.access.administration import Administration
from application.ledger.checking import LedgerCheck, damage_of_ledger
from application.ledger.compaction import Compaction, LedgerCompaction
from application.ledger.ledger_changes import LedgerChanges
from application.ledger.loading import LoadFiles, Loading
from application.ledger.vacuum import Keep, LedgerVacuum, Vacuumed, VacuumLedger
from application.ledger.versions import versions_of
from application.log.event_store import EventStore
from application.ports.ledger import LedgerSource
from domain.ledger.ledger import PinnedLedger
from interfaces.host.clock import SystemClock
from interfaces.ledger.delta.delta_ledger import DeltaLedger

TABLE = "balance_transactions"
JANUARY, FEBRUARY = 1_735_700_000, 1_738_400_000


class GrowingSite:
    """A ledger and its events, into which loads of one row in each of two months go."""

    def __init__(self, root: Path, events: EventStore) -> None:
        self.root = root
        self.events = events
        self.table = root / "ledger" / "test" / TABLE

    @property
    def changes(self) -> LedgerChanges:
        """As a new process opens the ledger."""
        accounts = Administration(self.events, SystemClock(), "test", lambda: None)
        ledger = DeltaLedger(self.root / "ledger")
        return LedgerChanges(self.events, ledger, accounts, SystemClock(), "test", lambda: None)

    def load(self, number: int) -> None:
        path = self.root / "rows.csv"
        rows = [f"txn_{number}_{at},100,0,100,usd,{at},{at},charge" for at in (JANUARY, FEBRUARY)]
        path.write_text("\n".join(["id,amount,fee,net,currency,created,available_on,type", *rows]))
        Loading(self.changes).load(LoadFiles([LedgerSource(TABLE, path)], livemode=False))

    def compact(self) -> Compaction:
        return LedgerCompaction(self.changes).compact(livemode=False)

    def vacuum(self, versions: int, *, including_pinned: bool = False) -> Vacuumed:
        command = VacuumLedger(livemode=False, keep=Keep(versions=versions), including_pinned=including_pinned)
        return LedgerVacuum(self.changes).vacuum(command)

    def versions(self) -> list[PinnedLedger]:
        return versions_of(self.events, livemode=False)

    def files(self, at: PinnedLedger) -> list[str]:
        return DeltaLedger(self.root / "ledger").files(at, TABLE)

    def ids(self, at: PinnedLedger) -> set[str]:
        query = "select id from read_parquet(?, hive_partitioning = false)"
        return {id for (id,) in duckdb.execute(query, [self.files(at)]).fetchall()}

    def finding(self) -> tuple[str, str]:
        """The level and the sentence of what `doctor` says of damage; empty texts without damage."""
        damaged = LedgerCheck(self.events, DeltaLedger(self.root / "ledger").check()).damaged_loads(livemode=False)
        finding = damage_of_ledger("test", damaged) if damaged else None
        return (finding.level, finding.sentence) if finding else ("", "")


def row_ids(loads: int) -> set[str]:
    return {f"txn_{number}_{at}" for number in range(loads) for at in (JANUARY, FEBRUARY)}
