"""Checks tables of a Delta ledger, version by version: `LedgerInspector`."""

from __future__ import annotations

from application.ports.ledger import Damage
from domain.errors import StoreUnavailable
from interfaces.ledger.delta.ledger_folder import LedgerFolder
from interfaces.ledger.delta.table_check import TableCheck


class DeltaLedgerCheck:
    """One check of a ledger; each file is looked at once."""

    def __init__(self, folder: LedgerFolder, *, digests: bool) -> None:
        """digests  whether files are read and their digests compared"""
        self._folder = folder
        self._digests = digests
        self._tables: dict[tuple[bool, str], TableCheck] = {}

    def damage(self, livemode: bool, table: str, version: int) -> Damage | None:
        return self.of(livemode, table).damage(version)

    def lineage(self, livemode: bool, table: str, version: int) -> frozenset[int]:
        """Walks the Delta log back, past restored versions to what they restored."""
        from deltalake import DeltaTable
        from deltalake.exceptions import DeltaError

        uri, options = self._folder.uri(livemode, table), self._folder.storage_options
        try:
            history = DeltaTable(uri, version=version, storage_options=options).history()
        except (DeltaError, OSError) as trouble:
            raise StoreUnavailable(f"The history of {uri} cannot be read now. Try again in a moment.") from trouble
        restored = {
            commit["version"]: int(commit["operationParameters"]["version"])
            for commit in history
            if commit["operation"] == "RESTORE"
        }
        found = set()
        while version >= 0:
            found.add(version)
            version = restored.get(version, version - 1)
        return frozenset(found)

    def of(self, livemode: bool, table: str) -> TableCheck:
        key = (livemode, table)
        if key not in self._tables:
            self._tables[key] = TableCheck(self._folder.uri(livemode, table), self._folder.files, digests=self._digests)
        return self._tables[key]
