"""What the start of a server says of the transparency log."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from interfaces.composition.audit.sealing import look_at_seal
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.cli.conftest import Cli


def said_at_start(data: Path, caplog: pytest.LogCaptureFixture) -> list[tuple[int, str]]:
    caplog.clear()
    with caplog.at_level(logging.INFO, "reportrun.seal"), Installation(Settings(data=data)) as installation:
        look_at_seal(installation)
    return [(one.levelno, one.getMessage()) for one in caplog.records if one.name == "reportrun.seal"]


def test_the_start_says_what_it_compared_and_what_not(
    reportrun: Cli, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reportrun("keys", "create")
    before = said_at_start(tmp_path / "data", caplog)
    reportrun("seal", "--once")

    after = said_at_start(tmp_path / "data", caplog)

    assert before == [(logging.INFO, "Nothing of the log is sealed yet, so it was compared with nothing.")]
    sentence = (
        "The log is sealed up to position 3, and ends as it was sealed. The events before were not compared: "
        "`reportrun audit verify` does so."
    )
    assert after == [(logging.INFO, sentence)]


def test_the_start_says_that_the_end_of_the_log_was_changed(
    reportrun: Cli, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    reportrun("keys", "create")
    reportrun("seal", "--once")
    with closing(sqlite3.connect(tmp_path / "data" / "events.db")) as intruder, intruder:
        intruder.execute("delete from stored_events where rowid = (select max(rowid) from stored_events)")

    ((level, sentence),) = said_at_start(tmp_path / "data", caplog)

    assert level == logging.ERROR and sentence.startswith("The log ends at position 2, and its checkpoint of 3 leaves")
