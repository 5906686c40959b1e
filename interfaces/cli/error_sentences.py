"""The sentence for what ended a command."""

from __future__ import annotations

import logging
from datetime import UTC, datetime

from domain.errors import OutsideDataWindow, ReportrunError
from interfaces.cli.ctrl_c import STOPPED
from interfaces.cli.parameter_flags import sentence_of
from interfaces.host.disk import disk_errors
from interfaces.setting_values import SettingRefused


def sentence(trouble: BaseException) -> str:
    """One sentence; empty when the reader of the output has gone."""
    if isinstance(trouble, KeyboardInterrupt):
        return STOPPED
    if isinstance(trouble, BrokenPipeError):
        return ""
    if isinstance(trouble, ReportrunError):
        return sentence_of(trouble) + (_remedy(trouble) if isinstance(trouble, OutsideDataWindow) else "")
    if isinstance(trouble, SettingRefused):
        return str(trouble)
    if isinstance(trouble, OSError):
        return disk_errors.sentence_of(trouble)
    logging.getLogger("reportrun").debug("Unexpected exception.", exc_info=trouble)
    return f"This should not have happened ({type(trouble).__name__}). With REPORTRUN_LOG_LEVEL=debug it says where."


def _remedy(refusal: OutsideDataWindow) -> str:
    """Nothing for a time to come, of which no data can be complete."""
    if refusal.requested > datetime.now(UTC).timestamp():
        return ""
    edge = "--from" if refusal.side == "before" else "--through"
    time = datetime.fromtimestamp(refusal.requested, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    missing = f"If no rows are missing {'since' if refusal.side == 'before' else 'until'} then"
    return f" {missing}, `reportrun ledger complete {edge} {time}` says so."
