"""A sealed log, and an intruder who can write its database."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from application.audit.whole_log.differences import Difference
from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.audit.checkpoint import Checkpoint
from interfaces.composition.audit.audit_checks import verification
from interfaces.composition.audit.sealing import sealed_now
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.runs import pending_run, start, succeed


class SealedLog:
    """A small log that is sealed, and its database as an intruder has it. run: the id of its run"""

    def __init__(self, installation: Installation, intruder: sqlite3.Connection, run: str) -> None:
        self.installation = installation
        self.intruder = intruder
        self.run = run
        self.seal()

    def seal(self) -> None:
        self.state = sealed_now(self.installation)
        self.last = self.state.position

    def change(self, statement: str, *values: object) -> None:
        with self.intruder:
            self.intruder.execute(statement, values)

    def found(self) -> list[Difference]:
        return list(verification(self.installation, lambda position, last: None).verified().differences)

    @property
    def positions(self) -> list[int | None]:
        return [one.position for one in self.found()]

    def checkpoint(self) -> Checkpoint:
        return Checkpoint.parse(self.state.note)


@contextmanager
def opened(data: Path) -> Iterator[SealedLog]:
    """The sealed log in a data folder that has one run."""
    with (
        Installation(Settings(data=data)) as installation,
        closing(sqlite3.connect(data / "events.db", timeout=30)) as db,
    ):
        db.execute("pragma synchronous = off")  # thousands of changes
        (run,) = db.execute("select originator_id from stored_events where topic = 'report_run.created'").fetchone()
        yield SealedLog(installation, db, run)


@pytest.fixture(scope="module")
def sealed_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with a small log that is sealed, for copies."""
    data = tmp_path_factory.mktemp("sealed") / "data"
    with Installation(Settings(data=data)) as installation:
        admin = administration(installation)
        admin.create_key(Scope(admin.platform(), livemode=False), KeyKind.SECRET, (), None)
        run = pending_run()
        start(run)
        succeed(run)
        installation.stores.events.save(run)
        sealed_now(installation)
    return data


COLUMNS = ("originator_id", "originator_version", "topic", "state")


def unnoticed_changes(
    sealed: SealedLog, column: str, expected: Callable[[int], list[int]]
) -> list[tuple[int, str, list[Difference]]]:
    """Change every byte of a column, one after the other, and give the changes that are not found as expected.

    expected  the positions that must be named for a change at a position
    """
    unnoticed = []
    for position in range(1, sealed.last + 1):
        (value,) = sealed.intruder.execute(
            f"select {column} from stored_events where rowid = ?", (position,)
        ).fetchone()
        for changed in _changed(value):
            sealed.change(f"update stored_events set {column} = {changed} where rowid = ?", position)
            found = sealed.found()
            if not set(expected(position)) <= {one.position for one in found}:
                unnoticed.append((position, changed, found))
        sealed.change(f"update stored_events set {column} = ? where rowid = ?", value, position)
    return unnoticed


def _changed(value: object) -> Iterator[str]:
    """Expressions of SQL for a value with one byte changed, after the other, and of another type."""
    if isinstance(value, int):
        yield from (str(value + 1_000), f"'{value}x'")
        return
    content = value.encode() if isinstance(value, str) else value
    assert isinstance(content, bytes)
    for other in with_one_byte_changed(content):
        literal = f"x'{other.hex()}'"
        yield f"cast({literal} as text)" if isinstance(value, str) else literal
    yield "null"
    if isinstance(value, bytes):
        yield f"cast(x'{content.hex()}' as text)"


def with_one_byte_changed(content: bytes) -> Iterator[bytes]:
    for place in range(len(content)):
        yield content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
