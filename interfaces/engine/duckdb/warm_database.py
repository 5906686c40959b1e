"""A DuckDB database that stays open from report to report, and can access only the folders that it is given."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from interfaces.engine.definitions.functions import functions
from interfaces.engine.duckdb.ledger_views import LedgerViews, folders_of
from interfaces.host.sql_text import text_list

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


_PROGRESS = "enable_progress_bar"
"""The setting that `query_progress()` depends on."""


class WarmDatabase:
    """Opened when it is first needed, and again when a report needs a folder that it may not access yet.

    Folders must be allowed before the configuration is locked, so a new one costs an opening: some 30 ms, a few times
    in the life of a worker.

    tables_on_disk  whether tables are kept in a file of the spill folder. What was read of one then gives way to other
                    rows at no cost, while a table in memory is written to disk again each time.
    spill_limit_mib  what may be spilled to disk; None: what the disk has
    """

    def __init__(
        self,
        *,
        memory_limit_mib: int,
        threads: int,
        spill_folder: Path,
        tables_on_disk: bool = False,
        spill_limit_mib: int | None = None,
    ) -> None:
        self._memory_limit_mib = memory_limit_mib
        self._threads = threads
        self._spill_folder = spill_folder
        self._spill_limit = {} if spill_limit_mib is None else {"max_temp_directory_size": f"{spill_limit_mib}MiB"}
        self._file = spill_folder / "tables.duckdb" if tables_on_disk else None
        self._folders: frozenset[str] = frozenset()
        self._open: tuple[DuckDBPyConnection, LedgerViews] | None = None

    def showing(
        self,
        files: Mapping[str, list[str]],
        *,
        writing_to: Path,
        small: Collection[str] = (),
        reports_progress: bool = True,
    ) -> DuckDBPyConnection:
        """The open database, with the ledger's tables made of these files, and a folder that it may write to.

        small             the tables that may be held in memory
        reports_progress  whether it can be asked how far a query is, which costs each query some milliseconds
        """
        paths = (path for some in files.values() for path in some)
        folders = self._folders | folders_of(paths) | {f"{writing_to.absolute()}/"}
        if self._open is None or folders != self._folders:
            self.close()
            self._folders = folders
            connection = self._opened(folders)
            self._open = connection, LedgerViews(connection)
        connection, views = self._open
        views.show(files, small)
        connection.execute(f"set {_PROGRESS} = {str(reports_progress).lower()}")
        return connection

    def close(self) -> None:
        if self._open is not None:
            self._open[0].close()
            self._open = None
        if self._file is not None:
            self._file.unlink(missing_ok=True)

    def _opened(self, folders: frozenset[str]) -> DuckDBPyConnection:
        import duckdb  # heavy, and only workers need it

        self._spill_folder.mkdir(parents=True, exist_ok=True)
        connection = duckdb.connect(
            str(self._file) if self._file else ":memory:",
            config={
                "threads": self._threads,
                "memory_limit": f"{self._memory_limit_mib}MiB",
                "temp_directory": str(self._spill_folder),
                **self._spill_limit,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "allow_community_extensions": False,
                "allow_persistent_secrets": False,
                "python_enable_replacements": False,
            },
        )
        for function in functions():
            connection.execute(function)
        for setting in (
            "global TimeZone = 'UTC'",  # global: for connections that come later, too
            "parquet_metadata_cache = true",
            "enable_external_file_cache = false",  # the system caches local files, for less
            "enable_progress_bar_print = false",
            f"allowed_directories = {text_list(sorted(folders))}",
            "enable_external_access = false",
            f"allowed_configs = {text_list([_PROGRESS])}",  # can still be set
            "lock_configuration = true",
        ):
            connection.execute(f"set {setting}")
        return connection
