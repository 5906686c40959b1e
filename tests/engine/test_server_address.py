"""The address of a Spark Connect server: where it comes from, and that no text shows it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from domain.errors import ReportFailed
from interfaces.engine.spark.server_address import ServerAddress, host_of

URL = "sc://spark.example:15002/;token=secret"


def test_an_address_is_given_as_it_is() -> None:
    assert ServerAddress(url=URL).read() == URL


def test_a_file_is_read_each_time(tmp_path: Path) -> None:
    file = tmp_path / "url"
    address = ServerAddress(file=str(file))
    file.write_text(f"{URL}\n")
    first = address.read()
    file.write_text("sc://other.example\n")

    assert (first, address.read()) == (URL, "sc://other.example")


def test_a_command_prints_the_address() -> None:
    assert ServerAddress(command=f"{sys.executable} -c \"print('{URL}')\"").read() == URL


@pytest.mark.parametrize(
    "address",
    [
        ServerAddress(file="/nowhere/url"),
        ServerAddress(command="false"),
        ServerAddress(command="no-such-command --token secret"),
        ServerAddress(command="echo https://secret"),
        ServerAddress(command="unbalanced 'quote"),
    ],
)
def test_an_address_that_cannot_be_read_is_a_failure_that_may_pass_and_shows_nothing(address: ServerAddress) -> None:
    with pytest.raises(ReportFailed, match="address of the engine is not known") as failed:
        address.read()

    assert failed.value.try_again
    assert "secret" not in f"{failed.value} {failed.value.__notes__} {address}"


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("sc://host;token=secret", "REPORTRUN_ENGINE_URL has parameters without a / before them"),
        ("sc://host/;token=secret;session_id=1", "REPORTRUN_ENGINE_URL names a session_id, and each worker needs"),
    ],
)
def test_an_address_that_would_show_a_token_or_share_a_session_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(ReportFailed) as failed:
        ServerAddress(url=url).read()

    assert failed.value.__notes__[0].startswith(sentence)
    assert "secret" not in f"{failed.value} {failed.value.__notes__}"


def test_a_host_is_shown_without_its_parameters() -> None:
    assert host_of(URL) == "spark.example:15002"
