"""Lists assembled from cached bytes equal the list written as a whole, and follow every change of a row."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from application.views.json_text import json_text
from application.views.runs import ListedRun
from interfaces.http.responses.json_bytes import item_bytes, json_bytes, list_bytes
from interfaces.http.responses.objects import list_object, run_item, run_object

BASE = "http://127.0.0.1:8000"
AWKWARD = {"columns": [], "currency": "0\n", "interval_start": 0}


def a_run(position: int, **changed: Any) -> ListedRun:
    parameters = json_text(AWKWARD)
    pending = ListedRun(
        position=position,
        id=f"frr_{position}",
        livemode=False,
        report_type="balance.summary.1",
        parameters=parameters,
        created=100,
        status="pending",
        attempts=0,
        error=None,
        succeeded_at=None,
        file_id=None,
        file_size=None,
        has_links=0,
    )
    return pending._replace(**changed)


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_list_of_bytes_is_the_list_written_as_a_whole(count: int) -> None:
    objects = [run_object(a_run(position), BASE) for position in range(count)]

    put_together = list_bytes([item_bytes(one) for one in objects], "/v1/reporting/report_runs", has_more=True)

    assert put_together == json_bytes(list_object(objects, "/v1/reporting/report_runs", has_more=True))


@pytest.mark.parametrize(
    "changed",
    [
        {"status": "failed", "error": "It went wrong."},
        {"status": "succeeded", "succeeded_at": 101, "file_id": "file_1", "file_size": 5},
        {"livemode": True},
        {"parameters": json_text({"interval_start": 1})},
    ],
)
def test_a_change_in_a_row_changes_its_item(changed: dict[str, bool] | dict[str, str | int] | dict[str, str]) -> None:
    before, after = a_run(1), a_run(1, **changed)

    shown = [orjson.loads(run_item(row, BASE)) for row in (before, after, before)]

    assert shown == [run_object(row, BASE) for row in (before, after, before)]
    assert shown[0] != shown[1]


def test_links_begin_with_the_host_that_was_asked() -> None:
    done = a_run(1, status="succeeded", succeeded_at=101, file_id="file_1", file_size=5)

    urls = [orjson.loads(run_item(done, base))["result"]["url"] for base in (BASE, "https://reports.example")]

    assert urls == [f"{base}/v1/files/file_1/contents" for base in (BASE, "https://reports.example")]
