"""The views' tables: each class reads and writes one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any, ClassVar

from application.views import AccountRow, FileRow, KeyRow, LedgerRow, Page, Place, RunRow
from domain.caller import Scope
from domain.data_window import DataWindow, TableData
from domain.instants import LATEST
from domain.ledger import EVERYBODY, WHOLE
from interfaces.storage.sql.database import Database, Row
from interfaces.storage.sql.statements import statements

_ALL = 2**31 - 1
"""More rows than there are."""

_NEWEST = Place(LATEST + 1, 0)


Changes = dict[str, list[dict[str, Any]]]
"""Statement -> the values that it is to be executed with."""


class SqlTable:
    """One view's table, or its copy under a suffix. What is written may wait until `flush`, within a turn.

    changes  the statements that change rows by their ids, in the order that they are written in
    """

    view: ClassVar[str]
    changes: ClassVar[tuple[str, ...]] = ()

    def __init__(self, database: Database, suffix: str = "", *, holds_back: bool = False) -> None:
        """holds_back  whether changes of rows that are written wait until `write_held_back`: there is no index yet"""
        self._reader = database.reader
        self._writer = database.writer
        self._table = self.view + suffix
        self._held_back: Changes | None = self._no_changes() if holds_back else None
        self.discard()
        self._sql = {
            name: text.replace("{view}", self.view).replace("{s}", suffix)
            for name, text in statements("views.sql").items()
        }

    def flush(self) -> None:
        """Write what waits."""

    def discard(self) -> None:
        """Forget what waits."""
        self._changes = self._no_changes()

    @property
    def held_back(self) -> int:
        """How many changes."""
        return sum(map(len, self._held_back.values())) if self._held_back else 0

    def write_held_back(self) -> None:
        """Write it, and hold nothing back from now on."""
        changes, self._held_back = self._held_back, None
        self._write(changes or {})

    def _write_changes(self) -> None:
        if self._held_back is None:
            self._write(self._changes)
            return
        for statement, changes in self._changes.items():
            self._held_back[statement] += changes

    def _write(self, changes: Changes) -> None:
        for statement, values in changes.items():
            self._writer.execute_many(self._sql[statement], values)

    def _no_changes(self) -> Changes:
        return {statement: [] for statement in self.changes}

    def _insert_new(self, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        self._writer.insert(self._table, columns, list(rows))

    async def _page(self, scope: Scope, page: Page) -> Sequence[tuple[Any, ...]]:
        """A page of a view whose rows have a place."""
        if page.before:
            direction, place = "newer", page.before
            first, last = max(page.created.first, place.created), page.created.last
        else:
            direction, place = "older", page.after or _NEWEST
            first, last = page.created.first, min(page.created.last, place.created)
        return await self._reader.tuples(
            self._sql[direction],
            _within(scope, first=first, last=last, created=place.created, position=place.position, limit=page.limit),
        )


class SqlRunList(SqlTable):
    view = "runs"
    changes = ("runs start_attempt", "runs succeed", "runs fail")  # what has ended does not start again

    async def get(self, scope: Scope, id: str) -> RunRow | None:
        found = await self._reader.tuples(self._sql["runs get"], _within(scope, id=id))
        return RunRow._make(found[0]) if found else None

    async def page(self, scope: Scope, page: Page) -> Sequence[RunRow]:
        return [RunRow._make(row) for row in await self._page(scope, page)]

    def add(self, row: RunRow) -> None:
        self._new[row.id] = [*row]
        self._new[row.id][_PLACES["livemode"]] = int(row.livemode)

    def start_attempt(self, id: str, attempt: int) -> None:
        self._change("runs start_attempt", id, attempts=attempt)

    def succeed(self, id: str, *, at: int, file_id: str, file_size: int) -> None:
        self._change("runs succeed", id, status="succeeded", succeeded_at=at, file_id=file_id, file_size=file_size)

    def fail(self, id: str, error: str) -> None:
        self._change("runs fail", id, status="failed", error=error)

    def flush(self) -> None:
        self._insert_new(RunRow._fields, self._new.values())
        self._write_changes()
        self.discard()

    def discard(self) -> None:
        super().discard()
        self._new: dict[str, list[Any]] = {}

    def _change(self, statement: str, id: str, **values: Any) -> None:
        """Change a run: one that waits to be written there, so that it is written once."""
        new = self._new.get(id)
        if new is None:
            self._changes[statement].append({"id": id, **values})
            return
        for name, value in values.items():
            new[_PLACES[name]] = value


_PLACES = {name: place for place, name in enumerate(RunRow._fields)}


class SqlFileList(SqlTable):
    view = "files"
    changes = ("files mark_removed",)

    async def get(self, scope: Scope, id: str) -> FileRow | None:
        found = await self._reader.tuples(self._sql["files get"], _within(scope, id=id))
        return FileRow._make(found[0]) if found else None

    async def page(self, scope: Scope, page: Page) -> Sequence[FileRow]:
        return [FileRow._make(row) for row in await self._page(scope, page)]

    async def kept(self, created_before: int, limit: int) -> Sequence[FileRow]:
        values = {"created_before": created_before, "limit": limit}
        return [FileRow._make(row) for row in await self._reader.tuples(self._sql["files kept"], values)]

    async def by_id(self, after: str, limit: int) -> Sequence[FileRow]:
        values = {"after": after, "limit": limit}
        return [FileRow._make(row) for row in await self._reader.tuples(self._sql["files by_id"], values)]

    def add(self, row: FileRow) -> None:
        self._new.append(row._replace(livemode=int(row.livemode)))  # type: ignore[arg-type]

    def mark_removed(self, id: str, at: int) -> None:
        self._changes["files mark_removed"].append({"id": id, "at": at})

    def flush(self) -> None:
        self._insert_new(FileRow._fields, self._new)
        self._write_changes()
        self.discard()

    def discard(self) -> None:
        super().discard()
        self._new: list[FileRow] = []


class SqlKeyList(SqlTable):
    view = "api_keys"

    async def by_secret(self, secret_sha256: str) -> KeyRow | None:
        row = await self._reader.one(self._sql["keys by_secret"], {"secret_sha256": secret_sha256})
        return _key(row) if row else None

    async def all(self) -> Sequence[KeyRow]:
        return [_key(row) for row in await self._reader.all(self._sql["keys all"], {})]

    def add(self, row: KeyRow) -> None:
        values = {**asdict(row), "livemode": int(row.livemode), "permissions": " ".join(row.permissions)}
        self._writer.execute(self._sql["keys add"], values)

    def revoke(self, id: str, at: int) -> None:
        self._writer.execute(self._sql["keys revoke"], {"id": id, "at": at})


class SqlAccountList(SqlTable):
    view = "accounts"

    async def get(self, id: str) -> AccountRow | None:
        row = await self._reader.one(self._sql["accounts get"], {"id": id})
        return AccountRow(**row) if row else None

    async def all(self) -> Sequence[AccountRow]:
        return [AccountRow(**row) for row in await self._reader.all(self._sql["accounts all"], {})]

    async def connected_to(self, platform: str, limit: int | None = None) -> Sequence[str]:
        values = {"platform": platform, "limit": _ALL if limit is None else limit}
        return [row["id"] for row in await self._reader.all(self._sql["accounts connected_to"], values)]

    def add(self, row: AccountRow) -> None:
        self._writer.execute(self._sql["accounts add"], asdict(row))


class SqlLedgerList(SqlTable):
    view = "ledgers"

    async def about(self, scope: Scope) -> Sequence[LedgerRow]:
        rows = await self._reader.all(self._sql["ledgers about"], _within(scope, everybody=EVERYBODY, whole=WHOLE))
        return [LedgerRow(bool(row["livemode"]), row["owner"], row["report_table"], _data(row)) for row in rows]

    async def of_connected(self, scope: Scope) -> Mapping[str, TableData]:
        rows = await self._reader.all(self._sql["ledgers of_connected"], _within(scope))
        return {row["report_table"]: _data(row) for row in rows}

    def put(self, row: LedgerRow) -> None:
        window = row.data.window
        self._writer.execute(
            self._sql["ledgers put"],
            {
                "livemode": int(row.livemode),
                "owner": row.owner,
                "table": row.table,
                "start": window.start,
                "end": window.end,
                "complete_through": row.data.complete_through,
                "updated": row.data.updated,
            },
        )


def _within(scope: Scope, **values: Any) -> dict[str, Any]:
    return {"account": scope.account, "livemode": int(scope.livemode), **values}


def _key(row: Row) -> KeyRow:
    return KeyRow(**{**row, "livemode": bool(row["livemode"]), "permissions": tuple(row["permissions"].split())})


def _data(row: Row) -> TableData:
    return TableData(DataWindow.of(row["window_start"], row["window_end"]), row["complete_through"], row["updated"])
