"""Reads a folder of custom reports. Broken files are listed with their faults, and the others work."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from interfaces.engine.custom.header import BrokenReport, engines_of, report_of
from interfaces.engine.custom.query import CustomReport
from interfaces.engine.custom.sandbox import CHECK_SECONDS, BoundedCheck
from interfaces.engine.custom.verdicts import KeptVerdicts, Verdict, VerdictFile

LARGEST_FILE_BYTES = 1_048_576
MOST_FILES = 1000


@dataclass(frozen=True, slots=True)
class CustomReports:
    """The reports of a folder.

    by_id   report type -> report
    faults  a sentence for every broken file, with the file's name
    """

    by_id: Mapping[str, CustomReport]
    faults: tuple[str, ...] = ()


def read_reports(
    folder: Path, taken: Collection[str], *, verdicts: VerdictFile | None = None, check_seconds: float = CHECK_SECONDS
) -> CustomReports:
    """Every report of a folder's `.sql` files.

    taken          ids of the types that are known without them
    verdicts       where verdicts are kept, so that unchanged files are not tried again; None: every file is tried
    check_seconds  how long a file may take to be checked
    """
    if not folder.is_dir():
        return CustomReports({}, (f"There is no folder {folder} of report types.",))
    files = sorted(folder.glob("*.sql"))
    if not files:
        return CustomReports({})
    if len(files) > MOST_FILES:
        return CustomReports({}, (f"{folder} holds {len(files):,} report types; at most {MOST_FILES:,} are read.",))
    check, kept = BoundedCheck(check_seconds), verdicts.read() if verdicts else KeptVerdicts()
    try:
        return _sorted_out(_outcomes(files, check, kept), taken)
    finally:
        check.close()
        if verdicts:
            verdicts.write(kept)


def _sorted_out(outcomes: Iterator[tuple[Path, Verdict]], taken: Collection[str]) -> CustomReports:
    found: dict[str, CustomReport] = {}
    faults = []
    for path, outcome in outcomes:
        if isinstance(outcome, BrokenReport):
            faults.append(f"{path} is no report type: {outcome}.")
        elif outcome.report_type.id in taken or outcome.report_type.id in found:
            faults.append(f"{path} is no report type: its id {outcome.report_type.id!r} is that of another.")
        else:
            found[outcome.report_type.id] = outcome
    return CustomReports(found, tuple(faults))


def _outcomes(files: list[Path], check: BoundedCheck, kept: KeptVerdicts) -> Iterator[tuple[Path, Verdict]]:
    for path in files:
        try:
            text = _text_of(path)
        except BrokenReport as unreadable:
            yield path, unreadable
        else:
            yield path, kept.of(text) or _tried(text, check, kept)


def _tried(text: str, check: BoundedCheck, kept: KeptVerdicts) -> Verdict:
    verdict: Verdict
    try:
        engines = engines_of(text)
        verdict = replace(check.checked(*report_of(text)), engines=engines)
    except BrokenReport as broken:
        verdict = broken
    kept.add(text, verdict)
    return verdict


def _text_of(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE_BYTES:
            raise BrokenReport(f"it is larger than {LARGEST_FILE_BYTES:,} bytes")
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise BrokenReport("it is not UTF-8") from None
    except OSError as trouble:
        raise BrokenReport(f"it cannot be read: {trouble.strerror}") from None
