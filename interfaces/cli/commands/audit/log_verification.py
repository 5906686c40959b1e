"""`audit verify` and `audit consistency`: whether the log is what was sealed."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from domain.counting import counted
from interfaces.cli.arguments import add_action, path, text_or_file
from interfaces.cli.output import progress_bar, result
from interfaces.settings import Settings

if TYPE_CHECKING:
    from application.audit.timestamps.stamped_checkpoints import StampedCheckpoint


def add(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    verify = add_action(
        actions,
        "verify",
        "compare every event with what was sealed of it, or check a folder that `audit export` made",
        "audit verify ./proof",
    )
    verify.add_argument("folder", type=path, metavar="DIR", nargs="?", help="an export; else the log is verified")
    verify.add_argument("--vkey", type=text_or_file, help="the verifier key that you know, or its file, for an export")
    verify.set_defaults(carry_out=_verify)
    consistency = add_action(
        actions,
        "consistency",
        "show that the log still contains what it contained when an older checkpoint was signed",
        "audit consistency ./checkpoint-of-last-year",
    )
    consistency.add_argument("checkpoint", type=path, metavar="OLD_CHECKPOINT", help="a file")
    consistency.add_argument(
        "--vkey", type=text_or_file, help="the verifier key that signed it, or its file (default: that of this log)"
    )
    consistency.set_defaults(carry_out=_show_consistency)


def _verify(settings: Settings, options: argparse.Namespace) -> int:
    return _verify_log(settings) if options.folder is None else _verify_export(settings, options.folder, options.vkey)


def _verify_log(settings: Settings) -> int:
    from interfaces.composition.audit.audit_checks import verification
    from interfaces.composition.installation import Installation

    with Installation(settings, only_reads=True) as installation, progress_bar("verifying") as bar:
        verified = verification(
            installation, lambda position, last: bar(f"position {position:,} of {last:,}", position / max(last, 1))
        ).verified()
    for aggregate, version in verified.erased:
        result(f"Event {version} of {aggregate} was erased, as an event of its own records.")
    for difference in verified.differences:
        result(difference.sentence)
    if verified.differences:
        return 1
    if verified.leaves == 0:
        result(
            "Nothing of the log is sealed yet, or nothing since it was restored. So nothing was compared: "
            "`reportrun seal --once` seals it, and so does `reportrun serve`."
        )
        return 1
    _print_newest(verified.stamped)
    later = (
        f" {counted(verified.unsealed, 'newer event is', 'newer events are')} not sealed yet."
        if verified.unsealed
        else ""
    )
    result(f"The log is what was sealed: all {verified.leaves:,} leaves were compared.{later}")
    return 0


def _print_newest(stamped: Sequence[StampedCheckpoint]) -> None:
    from application.audit.timestamps.timestamp_findings import described

    read = [one for one in stamped if one.facts is not None]
    if stamped:
        result(f"Timestamps: {len(stamped):,}. {described(read[-1]) if read else stamped[-1].remark}")


def _verify_export(settings: Settings, folder: Path, known_key: str | None) -> int:
    from interfaces.composition.audit.audit_checks import check_export

    checked = check_export(folder, known_key, settings.timestamp_ca)
    for sentence in checked.erased:
        result(sentence)
    for fault in checked.faults:
        result(fault)
    if checked.faults or checked.checkpoint is None:
        return 1
    result(
        f"All {checked.events} events of {checked.run_id} are in the log {checked.checkpoint.origin}, as it was with "
        f"{checked.checkpoint.size:,} leaves."
    )
    if checked.sha256 is not None:
        result(f"The result file has the SHA-256 {checked.sha256}.")
    if not checked.is_finished:
        result(
            f"The last of them is {checked.outcome}: with these events the run has not finished. An export cannot show "
            "that no later event was left out: ask for a newer one."
        )
    if checked.timestamp is not None:
        stamped = ", ".join(map(str, checked.stamped))
        result(f"Events {stamped} were in the log before the timestamp {checked.timestamp}.")
    if known_key is None:
        result("The key is the one in the folder: compare it with the one that you know, or give that as --vkey.")
    return 0


def _show_consistency(settings: Settings, options: argparse.Namespace) -> int:
    from domain.errors import NotFound, SealBroken
    from interfaces.composition.audit.old_checkpoints import contained
    from interfaces.composition.installation import Installation

    if not options.checkpoint.is_file():
        raise NotFound("file", str(options.checkpoint))
    note = options.checkpoint.read_text(encoding="utf-8", errors="backslashreplace")
    with Installation(settings, only_reads=True) as installation:
        try:
            old, position, began_anew = contained(installation, note, options.vkey)
        except SealBroken as broken:
            result(str(broken))
            return 1
    anew = f" The log of {old.origin} began anew after a restore, as {began_anew}." if began_anew else ""
    result(f"The log contains all {old.size:,} leaves of the checkpoint unchanged, up to position {position:,}.{anew}")
    return 0
