"""Folds rows of metadata tables into the staged rows of the objects that they name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from domain.ledger.tables import ACCOUNT, Table
from interfaces.host.sql_text import text_list
from interfaces.ledger.merge.staging_tables import staged
from interfaces.ledger.sources.column_names import OBJECT_ID

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def fold_metadata(
    connection: DuckDBPyConnection, metadata: Table, owner: Table, position: int, stored: Sequence[str]
) -> int:
    """Give objects their metadata: those of the load, and stored ones that are then staged again.

    position  under which stored objects are staged
    stored    the data files of the objects' table

    Returns how many objects are neither in the load nor stored.
    """
    connection.execute(f"""
        create or replace temp table folded as
        select {ACCOUNT}, {OBJECT_ID} as id, metadata_of_pairs(list({{'key': key, 'value': value}})) as metadata
        from {staged(metadata)}
        where not deleted
        group by all""")
    connection.execute(f"""
        update {staged(owner)} as row
        set metadata = folded.metadata
        from folded
        where row.id = folded.id and row.{ACCOUNT} = folded.{ACCOUNT} and row.metadata is null""")
    if stored:
        _stage_stored(connection, owner, position, stored)
    (missing,) = connection.execute(
        f"select count(*) from folded anti join {staged(owner)} using ({ACCOUNT}, id)"
    ).fetchone() or (0,)
    connection.execute("drop table folded")
    connection.execute(f"drop table {staged(metadata)}")
    return int(missing)


def _stage_stored(connection: DuckDBPyConnection, owner: Table, position: int, stored: Sequence[str]) -> None:
    columns = [ACCOUNT, *owner.columns]
    values = ", ".join(f"{'folded' if column == 'metadata' else 'old'}.{column}" for column in columns)
    month = "month_of(old.created)" if owner.partitioned else "null"
    connection.execute(f"""
        insert into {staged(owner)} (from_file, record, month, owner_named, deleted, {", ".join(columns)})
        select {position}, row_number() over (), {month}, false, false, {values}
        from read_parquet({text_list(stored)}, hive_partitioning = false) as old
        join folded using ({ACCOUNT}, id)
        anti join {staged(owner)} as new using ({ACCOUNT}, id)""")
