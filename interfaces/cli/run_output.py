"""Where the file of `run` goes: standard output or a path, as CSV or as a workbook."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from domain.errors import InvalidParameter
from interfaces.cli.out_file import atomic_write, must_not_be_own, place_for_file
from interfaces.settings import Settings

WORKBOOK = ".xlsx"

OTHER_FORMATS = (".xlsm", ".xlsb", ".xls", ".ods", ".gz", ".zst", ".zip", ".parquet", ".json", ".jsonl", ".pdf")
"""Endings of names that promise neither CSV nor the workbook that is written, so programs would refuse the file."""


def place_for_report(named: Path, settings: Settings) -> Path:
    """The path to write. Raises `InvalidParameter` where no file can be written, or none of this name."""
    if named.suffix.lower() in OTHER_FORMATS:
        stem = named.stem.removesuffix(".csv")
        raise InvalidParameter(
            f"{named} would hold another format than its name says. Name it {stem}.xlsx for a workbook, or {stem}.csv."
        )
    place = place_for_file(named, "the file")
    must_not_be_own(place, settings)
    return place


def is_workbook(out: Path | None) -> bool:
    return out is not None and out.suffix.lower() == WORKBOOK


def write_report(chunks: Iterable[bytes], out: Path | None, decimal_separator: str) -> None:
    """Write a CSV that comes in chunks. Raises `InvalidParameter` for what no sheet of a workbook holds."""
    if out is not None and is_workbook(out):
        _write_workbook(chunks, out, decimal_separator)
        return
    with _output(out) as target:
        target.writelines(chunks)


def _write_workbook(chunks: Iterable[bytes], out: Path, decimal_separator: str) -> None:
    from interfaces.host.csv_rows import rows_of
    from interfaces.workbooks.workbook import write_workbook

    with atomic_write(out) as target:
        write_workbook(rows_of(chunks), target, decimal_separator)


@contextmanager
def _output(out: Path | None) -> Iterator[BinaryIO]:
    if out is not None:
        with atomic_write(out) as target:
            yield target
        return
    yield sys.stdout.buffer
    sys.stdout.buffer.flush()
