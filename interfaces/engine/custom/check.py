"""Checks the SQL of a custom report: one `select` over the ledger's tables that depends on nothing else.

The check reads the tree of DuckDB's own parser, not the text. A report that passes gives the same bytes for the same
version of the ledger, and shows rows of the caller only.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from domain.ledger.tables import TABLES
from domain.report_types import ReportType
from interfaces.engine.custom.header import BrokenReport, OverLimit
from interfaces.engine.custom.query import CustomReport, names_of, values_of
from interfaces.engine.custom.rules import Node, must_keep_to_itself, nodes_of
from interfaces.engine.definitions.functions import functions
from interfaces.engine.duckdb.ledger_views import empty_view

if TYPE_CHECKING:
    from collections.abc import Sequence

MEMORY_MIB = 256

_SAMPLE = {"interval_start": 0, "interval_end": 86_400}

_NAME = re.compile(r"\w+")
"""What a part of a query may be called. Where that part is not known, such a name can be no file's."""

_MESSAGE_LETTERS = 300


class SqlCheck:
    """A database with the ledger's tables, all empty, to try reports on.

    Trying one computes everything in it that does not depend on rows, and some of that can be neither interrupted nor
    kept to the memory limit. So `BoundedCheck` runs it in another process.
    """

    def __init__(self) -> None:
        import duckdb  # heavy, and needed only where there are reports to check

        self._connection = duckdb.connect(
            config={
                "threads": 1,
                "memory_limit": f"{MEMORY_MIB}MiB",
                "temp_directory": "",
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "python_enable_replacements": False,
            }
        )
        for statement in (*functions(), *map(empty_view, TABLES)):
            self._connection.execute(statement)
        for setting in ("enable_external_access = false", "TimeZone = 'UTC'", "lock_configuration = true"):
            self._connection.execute(f"set {setting}")
        self._macros = self._names("select function_name from duckdb_functions() where not internal")
        self._taken = self._names("select view_name from duckdb_views() where schema_name <> 'information_schema'")

    def close(self) -> None:
        self._connection.close()

    def checked(self, report_type: ReportType, sql: str) -> CustomReport:
        """The report, when its SQL may run and gives the columns that its header names. Raises `BrokenReport`."""
        import duckdb  # loaded by now

        try:
            return self._checked(report_type, sql)
        except (duckdb.OutOfMemoryException, MemoryError):
            raise OverLimit(f"its SQL takes more than {MEMORY_MIB} MiB of memory before it reads a row") from None
        except RecursionError:
            raise BrokenReport("its SQL is nested too deeply") from None
        except duckdb.Error as fault:
            what = str(fault).splitlines()[0][:_MESSAGE_LETTERS]
            raise BrokenReport(f"its SQL does not run: {what}") from None

    def _checked(self, report_type: ReportType, sql: str) -> CustomReport:
        query = self._query_of(sql)
        nodes = list(nodes_of(query))
        must_keep_to_itself(nodes, self._macros)
        tables = self._tables(nodes)
        parameters = frozenset(str(node["identifier"]) for node in nodes if node.get("type") == "VALUE_PARAMETER")
        undeclared = parameters - set(names_of(report_type))
        if undeclared:
            raise BrokenReport(f"its header has no parameter {min(undeclared)!r}, which its SQL names")
        ordered = any(modifier.get("type") == "ORDER_MODIFIER" for modifier in query["modifiers"])
        report = CustomReport(report_type, sql, tables, parameters, ordered)
        self._try(report)
        return report

    def _query_of(self, sql: str) -> Node:
        """The one query that the text is."""
        ((text,),) = self._rows("select json_serialize_sql(?)", [sql])
        parsed = json.loads(text)
        if parsed["error"]:
            what = parsed["error_message"]
            raise BrokenReport("it is no select" if "Only SELECT" in what else f"its SQL cannot be read: {what}")
        if len(parsed["statements"]) != 1:
            raise BrokenReport("it must be one statement")
        found: Node = parsed["statements"][0]["node"]
        return found

    def _tables(self, nodes: Sequence[Node]) -> tuple[str, ...]:
        parts = {str(one["key"]).lower() for node in nodes for one in node.get("cte_map", {}).get("map", ())}
        taken = parts & (TABLES.keys() | self._taken)
        if taken:
            raise BrokenReport(f"it calls a part of itself {min(taken)!r}, which is the name of a table")
        odd = sorted(name for name in parts if not _NAME.fullmatch(name))
        if odd:
            raise BrokenReport(f"it calls a part of itself {odd[0]!r}; give letters, digits and underscores")
        named = set()
        for node in nodes:
            if node.get("type") == "BASE_TABLE":
                table = str(node["table_name"]).lower()
                if node["schema_name"] or node["catalog_name"] or table not in parts | TABLES.keys():
                    raise BrokenReport(
                        f"it reads {node['table_name']!r}, which is no table of the ledger. These are: "
                        f"{', '.join(TABLES)}"
                    )
                named.add(table)
        return tuple(table for table in TABLES if table in named)

    def _try(self, report: CustomReport) -> None:
        statement = report.over(report.report_type.columns)
        given = {**values_of(report.report_type, _SAMPLE), "account": "acct_1"}
        self._connection.execute(statement.sql, {name: given[name] for name in statement.parameters})

    def _names(self, sql: str) -> set[str]:
        return {str(name) for (name,) in self._rows(sql)}

    def _rows(self, sql: str, values: list[str] | None = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values or []).fetchall()
