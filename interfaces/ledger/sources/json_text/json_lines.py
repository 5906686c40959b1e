"""JSON lines as SQL: the objects of a file, what their keys are, and the envelopes that connectors put around them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import LedgerRefused
from interfaces.host.escaping import escaped
from interfaces.host.sql_text import file_literal, quoted, text_list
from interfaces.ledger.sources.table_names import table_of
from interfaces.ledger.sources.time_stamps import ENVELOPE_STAMPS

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

ARRAY, NO_JSON = "[", "{"
"""What `keys` has for lines that hold an array, or no JSON at all."""

_KEYS = (
    f"case when ltrim(line)[1] = {quoted(ARRAY)} then [{quoted(ARRAY)}] "
    f"else coalesce(try(json_keys(line)), [{quoted(NO_JSON)}]) end"
)
"""SQL of a line's keys, each as often as it is there."""

_MESSAGES = ("SCHEMA", "STATE", "ACTIVATE_VERSION", "LOG", "TRACE", "CONTROL", "SPEC", "CATALOG", "CONNECTION_STATUS")
"""Types of Singer's and Airbyte's messages that hold no row."""


@dataclass(frozen=True, slots=True)
class JsonLines:
    """Objects, one a line.

    query      SQL of `record`, from 1 on, and `line`
    stamped    whether it has `stamp`, too: the text of the time stamp of an envelope
    left_out   streams of other tables, whose messages are left out
    """

    query: str
    left_out: tuple[str, ...] = ()
    stamped: bool = False

    @classmethod
    def of_file(cls, path: Path, limits: str) -> JsonLines:
        """Of a text file; lines with nothing in them do not count."""
        return cls(f"""
            select row_number() over () as record, line
            from read_csv(
                {file_literal(path)}, auto_detect = false, header = false, columns = {{line: 'VARCHAR'}},
                delim = chr(1), quote = '', escape = '', strict_mode = false, {limits}
            )
            where regexp_matches(line, '\\S')""")

    def keys(self, connection: DuckDBPyConnection) -> list[str]:
        """Every key that any of the objects has. Raises `LedgerRefused` for an object that has one twice."""
        found = connection.execute(f"""
            select key, min(repeated)
            from (
                select
                    unnest(list_distinct(keys)) as key,
                    case when len(keys) > len(list_distinct(keys)) then record end as repeated
                from (select {_KEYS} as keys, min(record) as record from ({self.query}) group by keys)
            )
            group by key
            order by key""").fetchall()
        repeated = [record for _, record in found if record is not None]
        if repeated:
            self._refuse_repeated(connection, min(repeated))
        return [key for key, _ in found]

    def _refuse_repeated(self, connection: DuckDBPyConnection, record: int) -> None:
        """Raises `LedgerRefused` for an object that has a key twice: readers of JSON differ in which of them counts."""
        (keys,) = connection.execute(f"select {_KEYS} from ({self.query}) where record = {record}").fetchone() or ([],)
        twice = sorted({key for key in keys if keys.count(key) > 1})
        raise LedgerRefused(
            f"The object has {', '.join(map(escaped, twice))} more than once. Give each key once.", row=record
        )

    def unwrapped(self, connection: DuckDBPyConnection, keys: set[str], table: str) -> JsonLines:
        """The rows in the envelopes, where the keys are those of an envelope; else the same lines.

        A row is the `record` of a Singer message, the `record.data` of an Airbyte message, `_airbyte_data` in a raw
        table, or the `data` of a `stream`. Messages of other streams than the table's are left out.
        """
        if "_airbyte_data" in keys:
            return replace(self, query=_opened(self.query, ["/_airbyte_data"]), stamped=True)
        if not ({"type", "record"} <= keys or {"stream", "data"} <= keys):
            return self
        messages = f"select * from ({self.query}) where {_IS_ROW}"
        streams = self._streams(connection)
        others = [stream for stream in streams if not _is_of(stream, table)]
        if len(others) == len(streams) > 1:
            raise LedgerRefused(f"None of the streams is {table}. The file has: {', '.join(streams)}.")
        if len(streams) > 1:
            messages = f"select * from ({messages}) where not list_contains({text_list(others)}, {_STREAM})"
        opened = _opened(messages, ["/record/data", "/record", "/data"])
        return JsonLines(opened, tuple(others) if len(streams) > 1 else (), stamped=True)

    def _streams(self, connection: DuckDBPyConnection) -> list[str]:
        found = connection.execute(f"select distinct {_STREAM} from ({self.query}) where {_IS_ROW} order by 1")
        return [stream for (stream,) in found.fetchall() if stream is not None]


_STREAM = "coalesce(json_extract_string(line, '/stream'), json_extract_string(line, '/record/stream'))"

_IS_ROW = (
    "not coalesce(json_extract(line, '/record') is null "
    f"and list_contains({text_list(_MESSAGES)}, json_extract_string(line, '/type')), false)"
)


def _opened(query: str, places: list[str]) -> str:
    """The objects at the first of the places; JSON that is written as a text is read, too."""
    found = ", ".join(f"json_content(json_at(line, {quoted(place)}))" for place in places)
    stamps = ", ".join(f"json_scalar(json_at(line, {quoted(place)}))" for place in ENVELOPE_STAMPS)
    return f"select record, coalesce({found}, line) as line, coalesce({stamps}) as stamp from ({query})"


def _is_of(stream: str, table: str) -> bool:
    try:
        return table_of(stream) == table
    except LedgerRefused:
        return False
