"""Verdicts on the files of custom reports, kept by content: a file that has not changed is not tried again."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import orjson

from domain.report_types import ReportType
from interfaces.engine.custom.header import BrokenReport, CheckBrokenOff
from interfaces.engine.custom.query import CustomReport

log = logging.getLogger("reportrun")

Verdict = CustomReport | BrokenReport

_CHECK_SOURCES = ("domain", "interfaces.engine")


@dataclass
class KeptVerdicts:
    """The verdicts of earlier checks, and those of this one.

    known  text's digest -> verdict, from earlier checks by the same version
    used   the verdicts on the files of this check
    """

    known: Mapping[str, Verdict] = field(default_factory=dict)
    used: dict[str, Verdict] = field(default_factory=dict)

    def of(self, text: str) -> Verdict | None:
        """The verdict on a file with this text; None when it must be tried."""
        digest = _digest(text)
        found = self.known.get(digest)
        if found is not None:
            self.used[digest] = found
        return found

    def add(self, text: str, verdict: Verdict) -> None:
        """Keep a verdict, unless another check of the same text may end otherwise."""
        if not isinstance(verdict, CheckBrokenOff):
            self.used[_digest(text)] = verdict


class VerdictFile:
    """The file that verdicts are kept in, from one process to the next.

    It is replaced whole, so processes that write at the same time leave the verdicts of one of them. A file that is
    missing, damaged, of another version or not readable costs a new check of every report; so does one that cannot be
    written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self) -> KeptVerdicts:
        try:
            kept = orjson.loads(self._path.read_bytes())
            if kept["checked_by"] == check_version():
                return KeptVerdicts(dict(_verdicts_of(kept)))
        except FileNotFoundError:
            pass
        except (OSError, ValueError, TypeError, LookupError, AttributeError) as trouble:
            log.debug("%s cannot be used: %s", self._path, trouble)
        return KeptVerdicts()

    def write(self, verdicts: KeptVerdicts) -> None:
        """Keep the verdicts that were used, unless they are in the file already."""
        if verdicts.used == verdicts.known:
            return
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._replace(orjson.dumps(_plain(verdicts.used), default=sorted))
        except OSError as trouble:
            log.debug("%s cannot be written: %s", self._path, trouble)

    def _replace(self, contents: bytes) -> None:
        with NamedTemporaryFile(prefix=f"{self._path.name}-", dir=self._path.parent, delete=False) as new:
            try:
                new.write(contents)
                new.close()
                Path(new.name).replace(self._path)
            except BaseException:
                with suppress(OSError):
                    Path(new.name).unlink()
                raise


@cache
def check_version() -> str:
    """A digest of what verdicts depend on besides the file: this program, its check's sources, and DuckDB."""
    digest = hashlib.sha256(f"{version('reportrun')} {version('duckdb')}".encode())
    for package in _CHECK_SOURCES:
        for source in sorted(_sources(Path(str(files(package))))):
            digest.update(source.read_bytes())
    return digest.hexdigest()


def _sources(folder: Path) -> Iterable[Path]:
    return (path for path in folder.rglob("*") if path.suffix in (".py", ".sql", ".toml"))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _plain(verdicts: Mapping[str, Verdict]) -> dict[str, Any]:
    return {
        "checked_by": check_version(),
        "reports": {digest: one for digest, one in verdicts.items() if isinstance(one, CustomReport)},
        "faults": {digest: str(one) for digest, one in verdicts.items() if isinstance(one, BrokenReport)},
    }


def _verdicts_of(kept: Mapping[str, Any]) -> Iterator[tuple[str, Verdict]]:
    for digest, report in kept["reports"].items():
        yield digest, _report_of(report)
    for digest, fault in kept["faults"].items():
        yield digest, BrokenReport(fault)


def _report_of(plain: Mapping[str, Any]) -> CustomReport:
    described: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in plain["report_type"].items()
    }
    return CustomReport(
        ReportType(**described),
        plain["sql"],
        tuple(plain["tables"]),
        frozenset(plain["parameters"]),
        plain["is_ordered"],
        frozenset(plain["inexact"]),
        tuple(plain["engines"]),
    )
