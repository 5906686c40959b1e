"""Checks the SQL of a report's file: one `select` over the ledger's tables that depends on nothing else.

What the database makes of the text is looked at, not the text. A report that passes can be made again from the same
version of the ledger, byte for byte, and shows nobody's rows but the caller's.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from domain.ledger_tables import TABLES
from domain.report_types import ReportType
from interfaces.engine.ledger_views import empty_view
from interfaces.engine.own.header import BrokenReport
from interfaces.engine.own.query import OwnReport, names_of, values_of
from interfaces.engine.sql_text import parameters_in
from interfaces.engine.warm_database import functions

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_TABLE_FUNCTIONS = ("unnest", "range", "generate_series")
"""Functions that may stand where a table does."""

_KEYWORDS = re.compile(r"(current|session|system)_.*|localtime|localtimestamp|user")
"""Words that stand for the clock or the session, without a call."""

_SURROUNDINGS = re.compile(
    rf"{_KEYWORDS.pattern}|(has|inet|pg)_.*|ago|version|(sh)?obj_description|col_description|format_(pg_)?type"
    "|get_block_size"
)
"""Functions that tell of the clock, the session or the database itself."""

_SAMPLE = {"interval_start": 0, "interval_end": 86_400}


class SqlCheck:
    """A database with the ledger's tables, all empty, to try reports on."""

    def __init__(self) -> None:
        import duckdb  # heavy, and needed only where there are reports to check

        self._connection = duckdb.connect(config={"python_enable_replacements": False, "threads": 1})
        for statement in (*functions(), *map(empty_view, TABLES)):
            self._connection.execute(statement)
        for setting in ("enable_external_access = false", "TimeZone = 'UTC'", "lock_configuration = true"):
            self._connection.execute(f"set {setting}")
        self._varying = _functions_that_vary(self._connection)
        self._taken = {
            str(name)
            for (name,) in self._rows("select view_name from duckdb_views() where schema_name <> 'information_schema'")
        }

    def close(self) -> None:
        self._connection.close()

    def checked(self, report_type: ReportType, sql: str) -> OwnReport:
        """The report, when its SQL may run and gives the columns that its header names. Raises `BrokenReport`."""
        query = self._query_of(sql)
        nodes = list(_nodes(query))
        self._must_keep_to_itself(nodes)
        tables = self._tables(nodes)
        undeclared = _named(nodes, "VALUE_PARAMETER", "identifier") - set(names_of(report_type))
        if undeclared:
            raise BrokenReport(f"its header has no parameter {min(undeclared)!r}, which its SQL names")
        ordered = any(modifier.get("type") == "ORDER_MODIFIER" for modifier in query["modifiers"])
        report = OwnReport(report_type, sql, tables, ordered)
        self._try(report)
        return report

    def _query_of(self, sql: str) -> dict[str, Any]:
        """The one query that the text is."""
        ((text,),) = self._rows("select json_serialize_sql(?)", [sql])
        parsed = json.loads(text)
        if parsed["error"]:
            what = parsed["error_message"]
            raise BrokenReport("it is no select" if "Only SELECT" in what else f"its SQL cannot be read: {what}")
        if len(parsed["statements"]) != 1:
            raise BrokenReport("it must be one statement")
        found: dict[str, Any] = parsed["statements"][0]["node"]
        return found

    def _must_keep_to_itself(self, nodes: list[dict[str, Any]]) -> None:
        for node in nodes:
            kind = node.get("type")
            name = str(node.get("function_name", "")).lower()
            if kind == "TABLE_FUNCTION" and node["function"]["function_name"].lower() not in _TABLE_FUNCTIONS:
                raise BrokenReport(f"it reads from {node['function']['function_name']}(), which is not of the ledger")
            if kind == "SHOW_REF" or node.get("sample"):
                raise BrokenReport("it describes or samples a table, which no report may")
            if name and (name in self._varying or _SURROUNDINGS.fullmatch(name)):
                raise BrokenReport(f"it calls {name}(), which may give something else when it is asked again")
            names = node.get("column_names", ())
            if kind == "COLUMN_REF" and len(names) == 1 and _KEYWORDS.fullmatch(names[0].lower()):
                raise BrokenReport(f"it names {names[0]}, which may be something else when it is asked again")

    def _tables(self, nodes: list[dict[str, Any]]) -> tuple[str, ...]:
        own = {str(one["key"]).lower() for node in nodes for one in node.get("cte_map", {}).get("map", ())}
        taken = own & (TABLES.keys() | self._taken)
        if taken:
            raise BrokenReport(f"it calls a part of itself {min(taken)!r}, which is the name of a table")
        named = set()
        for node in nodes:
            if node.get("type") == "BASE_TABLE":
                table = str(node["table_name"]).lower()
                if node["schema_name"] or node["catalog_name"] or table not in own | TABLES.keys():
                    raise BrokenReport(
                        f"it reads {node['table_name']!r}, which is no table of the ledger. These are: "
                        f"{', '.join(TABLES)}"
                    )
                named.add(table)
        return tuple(table for table in TABLES if table in named)

    def _try(self, report: OwnReport) -> None:
        import duckdb  # loaded by now

        sql = report.over(report.report_type.columns)
        given = {**values_of(report.report_type, _SAMPLE), "account": "acct_1"}
        try:
            self._connection.execute(sql, {name: given[name] for name in parameters_in(sql) & given.keys()})
        except duckdb.Error as fault:
            raise BrokenReport(f"its SQL does not run: {str(fault).splitlines()[0]}") from None

    def _rows(self, sql: str, values: list[str] | None = None) -> list[tuple[Any, ...]]:
        return self._connection.execute(sql, values or []).fetchall()


def _functions_that_vary(connection: DuckDBPyConnection) -> set[str]:
    """Functions of which no form depends on its arguments alone."""
    rows = connection.execute(
        "select function_name from duckdb_functions() where function_type in ('scalar', 'aggregate', 'window') "
        "group by function_name having not bool_or(coalesce(stability, 'CONSISTENT') = 'CONSISTENT')"
    ).fetchall()
    return {str(name) for (name,) in rows}


def _nodes(part: Any) -> Iterator[dict[str, Any]]:
    """Every object of a parsed query."""
    if isinstance(part, dict):
        yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from _nodes(inner)


def _named(nodes: list[dict[str, Any]], kind: str, key: str) -> set[str]:
    return {str(node[key]) for node in nodes if node.get("type") == kind}
