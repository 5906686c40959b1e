"""Lines of the request log, as they are written."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import Any

import orjson

from interfaces.http.app import build_app
from interfaces.http.edge.middleware import Edge
from interfaces.http.request_log.buffered_lines import BufferedLines
from interfaces.http.request_log.request_log import RequestLog
from interfaces.http.request_log.request_records import RequestRecords
from tests.support.in_process import InProcess, nothing_started


class Written:
    """An API whose log of requests is kept."""

    def __init__(self, api: InProcess, kind: str, level: int = logging.INFO, *, most: int = 10) -> None:
        self._output = Output()
        self._lines = BufferedLines("json", self._output)
        log = RequestLog(kind, level, self._lines, RequestRecords(most))
        self.edge: Edge = build_app(replace(api.edge.api, request_log=log), nothing_started)
        self._api = api

    def __call__(self, method: str, url: str, **more: Any) -> Any:
        return self._api.ask(self.edge, method, url, **more)

    @property
    def lines(self) -> list[dict[str, Any]]:
        self._lines.flush()
        return self._output.lines


class Output:
    """A log that takes so many writes."""

    def __init__(self, takes: int = 1_000_000) -> None:
        self.takes = takes
        self.texts: list[bytes] = []

    def takes_more(self) -> bool:
        return len(self.texts) < self.takes

    def write(self, lines: bytes) -> None:
        self.texts.append(lines)

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [orjson.loads(line) for line in b"".join(self.texts).splitlines()]
