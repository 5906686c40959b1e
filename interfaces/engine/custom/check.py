"""Checks the SQL of a custom report: one `select` over the ledger's tables that depends on nothing else.

The check reads the tree of DuckDB's own parser, not the text. A report that passes gives the same bytes for the same
version of the ledger, and shows rows of the caller only.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from domain.ledger.tables import TABLES
from domain.report_types import ReportType
from interfaces.engine.custom.determinism.exact_types import inexact_columns, must_be_exact
from interfaces.engine.custom.determinism.orders import OrderCheck
from interfaces.engine.custom.determinism.total_order import is_ordered, with_all_columns
from interfaces.engine.custom.header import BrokenReport, OverLimit
from interfaces.engine.custom.query import CustomReport, names_of, values_of
from interfaces.engine.custom.rules import Node, must_keep_to_itself, nodes_of
from interfaces.engine.custom.sql_trees import SqlTrees
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
        self._trees = SqlTrees(self._connection)
        for statement in (*functions(), *map(empty_view, TABLES)):
            self._connection.execute(statement)
        for setting in ("enable_external_access = false", "TimeZone = 'UTC'", "lock_configuration = true"):
            self._connection.execute(f"set {setting}")
        self._macros = self._names("select function_name from duckdb_functions() where not internal")
        aggregates = self._names(
            "select lower(function_name) from duckdb_functions() where function_type = 'aggregate'"
        )
        self._orders = OrderCheck(aggregates)
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
        query = self._trees.query_of(sql)
        nodes = list(nodes_of(query))
        must_keep_to_itself(nodes, self._macros)
        tables = self._tables(nodes)
        parameters = frozenset(str(node["identifier"]) for node in nodes if node.get("type") == "VALUE_PARAMETER")
        undeclared = parameters - set(names_of(report_type))
        if undeclared:
            raise BrokenReport(f"its header has no parameter {min(undeclared)!r}, which its SQL names")
        report = CustomReport(report_type, sql, tables, parameters, is_ordered(query))
        self._try(report)
        self._orders.must_be_total(query)
        return self._in_total_order(self._exact(report), query)

    def _exact(self, report: CustomReport) -> CustomReport:
        """The report with the columns whose equal values may be printed differently. Raises `BrokenReport`."""
        statement = replace(report, is_ordered=True).over(report.report_type.columns)
        plan = self._trees.plan_of(statement.sql)
        must_be_exact(plan)
        return replace(report, inexact=inexact_columns(plan, report.is_ordered))

    def _in_total_order(self, report: CustomReport, query: Node) -> CustomReport:
        """The report with all of its columns at the end of its own order."""
        if not report.is_ordered:
            return report
        columns = self._trees.columns_of(report.sql)
        return replace(report, sql=self._trees.text_of(with_all_columns(query, columns)))

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
        return {str(name) for (name,) in self._connection.execute(sql).fetchall()}
