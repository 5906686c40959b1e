"""`verify-result`: whether a result is the one on record, and can be made again."""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from domain.errors import InvalidParameter, NotFound
from interfaces.cli.arguments import id_text
from interfaces.cli.output import progress_bar, result
from interfaces.settings import Settings

if TYPE_CHECKING:
    from application.history.result_verification import ResultVerification, VerifiedResult
    from domain.runs.report_run import ReportRun
    from interfaces.composition.installation import Installation

RUN_ID = re.compile(r"frr_[0-9A-Za-z]+", re.ASCII)


def add_verify_result(command: argparse.ArgumentParser) -> None:
    command.add_argument("result", type=id_text, metavar="RUN_ID|FILE", help="frr_..., or the path of a CSV file")
    command.add_argument(
        "--run", type=id_text, metavar="RUN_ID", help="the run that FILE is to be of (default: any that made it)"
    )
    command.add_argument("--only-digest", action="store_true", help="compare the digest; do not make the file again")


def verify_result(settings: Settings, options: argparse.Namespace) -> int:
    """Check that a result is the one that the log speaks of, and that it can be made again.

    Of a run, the stored file is checked. It is made again from the version of the ledger that the run read, in a
    temporary folder (TMPDIR). Exit codes: 0 when both hold, 3 when it is not the file on record, 4 when it was not made
    again the same; 1 when it could not be checked.

    Example: reportrun verify-result january.csv --run frr_0123456789abcdefABCDEFGH
    """
    from application.history.result_verification import ResultVerdict
    from interfaces.composition.installation import Installation
    from interfaces.composition.reports import result_verification

    with Installation(settings) as installation:
        verification = result_verification(installation)
        found, success = _compared(installation, verification, options)
        _say(found)
        if found.verdict is not ResultVerdict.SAME or success is None or options.only_digest:
            return int(found.verdict)
        remade = _remade(verification, success.originator_id)
        _say(remade)
        return int(remade.verdict)


def _compared(
    installation: Installation, verification: ResultVerification, options: argparse.Namespace
) -> tuple[VerifiedResult, ReportRun.Succeeded | None]:
    from application.history.result_verification import digest_of_file

    file = Path(options.result)
    if RUN_ID.fullmatch(options.result) and not file.exists():
        if options.run is not None:
            raise InvalidParameter("--run says which run a file is to be of. Leave it out, or name a file.")
        success = verification.success_of(options.result)
        return verification.compared(success.file_id, _stored_digest(installation, success), success), success
    if not file.is_file():
        raise InvalidParameter(f"There is no file {file}. Give the path of a file, or the id of a run (frr_...).")
    sha256 = digest_of_file(file)
    if options.run:
        made_it = verification.success_of(options.run)
        return verification.compared(str(file), sha256, made_it), made_it
    makers = verification.makers_of(sha256)
    found = verification.compared(str(file), sha256, makers.first)
    return found._replace(sentences=(*found.sentences, *filter(None, [makers.sentence]))), makers.first


def _stored_digest(installation: Installation, success: ReportRun.Succeeded) -> str:
    """The digest of the bytes in the result store. Raises `NotFound` when they are gone."""
    from application.history.result_digest import stored_digest

    try:
        return asyncio.run(stored_digest(installation.results, success.file_id, success.size))
    except NotFound:
        raise NotFound(
            "file", success.file_id, reason="Its bytes were removed, or lost. Name the file that you have instead."
        ) from None


def _remade(verification: ResultVerification, run_id: str) -> VerifiedResult:
    with tempfile.TemporaryDirectory() as scratch, progress_bar(run_id) as progress:
        return verification.remade(run_id, Path(scratch), lambda part: progress(run_id, part))


def _say(found: VerifiedResult) -> None:
    for sentence in found.sentences:
        result(sentence)
