"""Whether a log may be sealed on: that it reaches as far as it was sealed, and as far as its published checkpoint."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from application.audit.consistency import must_contain
from application.audit.leaves import NONE_ERASED, Erased, StoredLog, entries_of, every_batch
from application.log.export import PositionedEvent
from application.ports.seal_states import SealState
from application.ports.tile_files import TileFiles
from domain.audit.checkpoint import Checkpoint
from domain.audit.merkle import leaf_hash
from domain.audit.signed_note import NoteRefused
from domain.audit.tiles import ENTRIES, WIDTH, entries_in, tile_of
from domain.errors import SealBroken

CHECKPOINT = "checkpoint"
"""The file of the newest published checkpoint."""


def published_checkpoint(files: TileFiles) -> Checkpoint | None:
    """The checkpoint in the log's files, its signature unchecked; None where there is none that can be read.

    It is never newer than the state in the database. A comparison reads it first.
    """
    try:
        return Checkpoint.parse(files.read(CHECKPOINT).decode(errors="backslashreplace"))
    except (FileNotFoundError, NoteRefused):
        return None


def signed_checkpoint(state: SealState) -> Checkpoint:
    """The checkpoint in the database, its signature unchecked. Raises `SealBroken` for a text that is none."""
    try:
        return Checkpoint.parse(state.note)
    except NoteRefused as refused:
        raise SealBroken(
            f"The newest checkpoint in the database is not good. {refused} `audit verify` says what differs."
        ) from None


def must_be_recorded(state: SealState | None, published: Checkpoint | None, place: str) -> None:
    """Raises `SealBroken` for a published checkpoint of which the database records nothing.

    A record of sealing that was removed, or made anew, would begin another log without a trace of the one before. After
    a restore there is a trace: the last checkpoint known then.

    place  of the published checkpoint, for the sentence
    """
    if published is None or (state is not None and (state.note or state.previous or state.origin == published.origin)):
        return
    raise SealBroken(
        f"A checkpoint of {published.size:,} leaves of {published.origin} is published in {place}, and the database "
        "does not record that it was sealed: the record was removed, or another database was put in its place. Nothing "
        "is sealed. `reportrun restore` with a backup begins a new incarnation; for a database that is meant to be a "
        "new one, move what is published to another place."
    )


def must_reach(
    log: StoredLog, state: SealState, published: Checkpoint | None, erased: Callable[[], Erased] = lambda: NONE_ERASED
) -> None:
    """Raises `SealBroken` for a log that has lost what its published checkpoint speaks of, with the record of sealing.

    Such is a database that was replaced by an older copy of itself. The log is read only when the record ends before.
    """
    if published is None or published.origin != state.origin or published.size <= state.size:
        return
    try:
        must_contain(every_batch(log), state, published, erased())
    except SealBroken as broken:
        raise SealBroken(
            f"A checkpoint of {published.size:,} leaves was published, and the database records {state.size:,}: an "
            f"older copy of it may have been put in its place. {broken} Nothing more is sealed. `reportrun restore` "
            "with a backup begins a new incarnation."
        ) from None


def must_go_on(
    log: StoredLog, state: SealState, files: TileFiles, erased: Callable[[], Erased] = lambda: NONE_ERASED
) -> None:
    """Raises `SealBroken` unless the log reaches as far as it was sealed, and its last sealed event is the same.

    Costs the same however long the log is, unless that event was erased; `audit verify` reads all of it.
    """
    last = log.max_notification_id() or 0
    if last < state.position:
        raise SealBroken(
            f"The log ends at position {last:,}, and its checkpoint of {state.size:,} leaves reaches to position "
            f"{state.position:,}: the newest events were removed, or an older copy of the log was put in its place. "
            "Nothing more is sealed. `reportrun restore` with a backup begins a new incarnation."
        )
    if state.position == 0:
        return
    index = state.size - 1
    rows = log.events_after(state.position - 1, 1)
    rows = rows if rows and rows[0][0] == state.position else []
    sealed = _sealed_hash(state, files)
    if sealed not in (None, _last_hash(rows, index)) and sealed != _last_hash(rows, index, erased):
        raise SealBroken(
            f"The event at position {state.position:,}, the last one that was sealed, was changed or removed. Nothing "
            "more is sealed. `reportrun audit verify` says what else differs."
        )


def _last_hash(
    rows: Sequence[PositionedEvent], index: int, erased: Callable[[], Erased] = lambda: NONE_ERASED
) -> bytes:
    return leaf_hash(entries_of(rows, index, erased())[0] if rows else b"")


def _sealed_hash(state: SealState, files: TileFiles) -> bytes | None:
    """The hash of the last leaf, from the files; None when they are not there, so that the log must be read."""
    index = state.size - 1
    try:
        entries = entries_in(files.read(tile_of(ENTRIES, index // WIDTH, state.size).path))
    except FileNotFoundError:
        return None
    return leaf_hash(entries[index % WIDTH]) if len(entries) > index % WIDTH else None
