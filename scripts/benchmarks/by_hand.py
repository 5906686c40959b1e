"""Copies every balance transaction with all its joins to a CSV: `by_hand FOLDER_OF_TABLES TARGET MEMORY_MIB`."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

import duckdb

from benchmarks.large_ledger import BEGIN, END

NO_MEMORY = 3
"""Exit code when DuckDB runs out of memory."""


def main() -> None:
    folder, target, memory_mib = sys.argv[1:]
    with duckdb.connect(config={"memory_limit": f"{memory_mib}MiB", "temp_directory": f"{target}.spill"}) as connection:
        connection.execute("set TimeZone = 'UTC'")
        for table in Path(folder).iterdir():
            if table.is_dir():
                connection.execute(f"create view {table.name} as from read_parquet('{table}/**/*.parquet')")
        sql = files("benchmarks").joinpath("by_hand.sql").read_text("utf-8")
        between = {"interval_start": _time(BEGIN), "interval_end": _time(END)}
        try:
            connection.execute(f"copy ({sql}) to '{target}' (format csv, header, force_quote *)", between)
        except duckdb.OutOfMemoryException:
            sys.exit(NO_MEMORY)


def _time(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


if __name__ == "__main__":
    main()
