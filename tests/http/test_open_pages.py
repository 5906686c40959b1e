"""Pages that need no key: each response has an id, and downloads and the console have lines in the log of requests."""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from interfaces.http.app import build_app
from tests.http.links_to_files import Links, installation, links, opened
from tests.http.written_lines import Written
from tests.support.in_process import InProcess, nothing_started

__all__ = ["installation", "links", "opened"]

ID = re.compile("req_[0-9A-Za-z]{14}")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/docs", 200),
        ("/openapi.json", 200),
        ("/healthz", 200),
        ("/readyz", 200),
        ("/links/x", 404),
        ("/links/%00", 404),
    ],
)
def test_a_page_without_a_key_has_an_id_all_the_same(api: InProcess, path: str, status: int) -> None:
    answer = api("GET", path)

    assert answer.status_code == status
    assert ID.fullmatch(answer.headers["request-id"])


def test_a_download_by_a_link_is_one_line_without_the_secret_part_of_its_address(links: Links) -> None:
    link, ask = links.made(), Written(links.api, "all")
    address = link["url"].removeprefix("http://reports")

    downloaded = ask("GET", address)

    (line,) = ask.lines
    assert {name: line[name] for name in ("message", "route", "status", "link_id", "request_id")} == {
        "message": "GET /links/{id} 200",
        "route": "/links/{id}",
        "status": 200,
        "link_id": link["id"],
        "request_id": downloaded.headers["request-id"],
    }
    assert address.rpartition("/")[2] not in str(line)


def test_pages_for_machines_and_scripts_have_no_lines(api: InProcess) -> None:
    ask = Written(api, "all")

    for path in ("/docs", "/openapi.json", "/healthz", "/readyz", "/console/assets/console.css"):
        ask("GET", path)
    ask("GET", "/console/sign-in")

    assert [line["route"] for line in ask.lines] == ["/console/sign-in"]


@pytest.mark.parametrize("kind", ["all", "errors"])
def test_a_failure_of_this_program_is_logged_under_the_id_of_its_response(
    api: InProcess, caplog: pytest.LogCaptureFixture, kind: str
) -> None:
    ask = Written(api, kind)

    async def fail(token: str) -> Any:
        raise RuntimeError("A bug.")

    ask.edge = build_app(replace(ask.edge.api, links=SimpleNamespace(open=fail)), nothing_started)  # type: ignore[arg-type]
    answer = ask("GET", "/links/secret0token")

    assert answer.status_code == 500
    assert "under this request's id" in answer.json()["error"]["message"]
    (failure,) = [record for record in caplog.records if record.levelno == logging.ERROR]
    assert failure.getMessage() == f"{answer.headers['request-id']}: GET '/links/{{id}}' failed"
    assert [(line["status"], line["request_id"]) for line in ask.lines] == [(500, answer.headers["request-id"])]
