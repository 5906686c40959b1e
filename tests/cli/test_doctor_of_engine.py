"""`doctor` on an installation whose large reports are computed on a server."""

from __future__ import annotations

from pathlib import Path

import pytest

from application.health.findings import Level
from interfaces.composition.examination import examination
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.sail import running_sail


def findings(installation: Installation) -> list[tuple[Level, str]]:
    return [(level, sentence) for level, sentence in examination(installation) if "arge reports" in sentence]


def test_doctor_names_the_engine(tmp_path: Path) -> None:
    with running_sail() as server, Installation(Settings(data=tmp_path, engine_url=server.url)) as installation:
        found = findings(installation)

    assert found == [(Level.GOOD, "Large reports are computed by sail 0.7.2.")]


def test_doctor_says_that_the_server_is_away_and_shows_no_token(tmp_path: Path) -> None:
    pytest.importorskip("pyspark", reason="The extra spark is not installed.")
    with Installation(Settings(data=tmp_path, engine_url="sc://localhost:1/;token=secret")) as installation:
        found = findings(installation)

    assert found == [
        (
            Level.WRONG,
            "The server for large reports cannot be used. The report could not be computed, because the engine cannot "
            "be reached now.",
        )
    ]


def test_doctor_says_nothing_of_a_server_where_there_is_none(tmp_path: Path) -> None:
    with Installation(Settings(data=tmp_path)) as installation:
        assert findings(installation) == []
