"""The fast path and FastAPI's router give the same responses, bytes and headers, for every route."""

from __future__ import annotations

import re
from typing import Any

import httpx
import pytest

from interfaces.http.edge.fast_path import FastPath
from interfaces.http.edge.middleware import Edge
from tests.http.routes import methods_and_paths
from tests.support.in_process import InProcess
from tests.support.server import SampleInstallation

RUNS = "/v1/reporting/report_runs"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
RUN = "report_type=balance.summary.1&parameters[interval_start]=1735689600&parameters[interval_end]=1738368000"


@pytest.fixture(scope="module")
def through_the_router(api: InProcess) -> Edge:
    return Edge(api.edge.app, api.edge.api, FastPath([]))


def every_keyed_route(edge: Edge) -> set[tuple[str, str]]:
    return {(method, path) for method, path in methods_and_paths(edge.app) if path.startswith("/v1")}


CASES = [
    ("GET", RUNS, {}),
    ("GET", RUNS + "?limit=3&created[gte]=1&expand[]=data", {}),
    ("GET", RUNS + "?wat=1", {}),
    ("HEAD", RUNS, {}),
    ("POST", RUNS, {"content": RUN, "headers": FORM}),
    ("POST", RUNS, {"content": RUN, "headers": {**FORM, "Idempotency-Key": "{key}"}}),
    ("POST", RUNS, {"content": "wat=1", "headers": FORM}),
    ("POST", RUNS, {"content": "{}", "headers": {"Content-Type": "application/json"}}),
    ("GET", RUNS + "/{run}", {}),
    ("HEAD", RUNS + "/{run}", {}),
    ("GET", RUNS + "/nope", {}),
    ("GET", RUNS + "/a%20b%0d%0aX:%20y", {}),
    ("GET", RUNS + "/{run}/history", {}),
    ("HEAD", RUNS + "/{run}/history?limit=1", {}),
    ("GET", "/v1/audit/report_runs/{run}?at=1", {}),
    ("HEAD", "/v1/audit/report_runs/{run}", {}),
    ("POST", "/v1/test_helpers" + RUNS.removeprefix("/v1"), {"content": RUN + "&error=No.", "headers": FORM}),
    ("GET", "/v1/reporting/report_types", {}),
    ("HEAD", "/v1/reporting/report_types", {}),
    ("GET", "/v1/reporting/report_types/balance.summary.1", {}),
    ("HEAD", "/v1/reporting/report_types/balance.summary.1", {}),
    ("GET", "/v1/files", {}),
    ("HEAD", "/v1/files?purpose=finance_report_run", {}),
    ("GET", "/v1/files/{file}", {}),
    ("HEAD", "/v1/files/{file}", {}),
    ("GET", "/v1/files/{file}/contents", {}),
    ("HEAD", "/v1/files/{file}/contents", {"headers": {"Range": "bytes=0-4"}}),
    ("GET", "/v1/files/nope/contents", {}),
    ("GET", "/v1/file_links", {}),
    ("HEAD", "/v1/file_links?expired=true", {}),
    ("POST", "/v1/file_links", {"content": "file=nope", "headers": FORM}),
    ("GET", "/v1/file_links/nope", {}),
    ("HEAD", "/v1/file_links/nope", {}),
    ("POST", "/v1/file_links/nope", {"content": "expires_at=now", "headers": FORM}),
    ("GET", "/v1/events?type=reporting.report_run.*", {}),
    ("HEAD", "/v1/events", {}),
    ("GET", "/v1/events/nope", {}),
    ("HEAD", "/v1/events/nope", {}),
    ("GET", "/v1/events/nope/deliveries", {}),
    ("HEAD", "/v1/events/nope/deliveries", {}),
    ("GET", "/v1/webhook_endpoints", {}),
    ("HEAD", "/v1/webhook_endpoints?limit=1", {}),
    ("POST", "/v1/webhook_endpoints", {"content": "url=nope", "headers": FORM}),
    ("GET", "/v1/webhook_endpoints/nope", {}),
    ("HEAD", "/v1/webhook_endpoints/nope", {}),
    ("POST", "/v1/webhook_endpoints/nope", {"content": "disabled=true", "headers": FORM}),
    ("DELETE", "/v1/webhook_endpoints/nope", {}),
    ("GET", RUNS + "/{run}/proof", {}),
    ("HEAD", RUNS + "/{run}/proof", {}),
    ("GET", "/v1/audit/checkpoint", {}),
    ("HEAD", "/v1/audit/checkpoint", {}),
    ("GET", "/v1/audit/tile/nope", {}),
    ("HEAD", "/v1/audit/tile/nope", {}),
    ("GET", "/v1/audit/tile/0/x001/000.p/5", {}),
    ("GET", "/v1/x", {}),
    ("DELETE", RUNS, {}),
    ("POST", "/v1/files/{file}", {}),
    ("OPTIONS", RUNS, {}),
    ("GET", RUNS, {"headers": {"Stripe-Version": "wat"}}),
    ("GET", RUNS, {"headers": {"Authorization": ""}}),
]


@pytest.mark.parametrize(("method", "path", "more"), CASES)
def test_both_ways_give_the_same(
    api: InProcess,
    installation: SampleInstallation,
    through_the_router: Edge,
    method: str,
    path: str,
    more: dict[str, Any],
) -> None:
    url = path.format(run=installation.past_runs[0], file=installation.past_files[0])

    def response(edge: Edge, key: str) -> tuple[int, list[tuple[str, str]], str]:
        headers = {name: value.format(key=key) for name, value in more.get("headers", {}).items()}
        owner = installation.test_key if method == "POST" else installation.stranger_key
        asked = api.ask(edge, method, url, key=owner, **{**more, "headers": headers})
        return asked.status_code, *comparable(asked, key)

    assert response(api.edge, f"fast {path}") == response(through_the_router, f"routed {path}")


def comparable(response: httpx.Response, key: str) -> tuple[list[tuple[str, str]], str]:
    """Headers and body without the ids and times of this request alone."""

    def same(text: str) -> str:
        text = text.replace(key, "KEY")
        return re.sub(r"(req|frr)_[0-9A-Za-z]+|\?t=\d+|\"created\": \d{10}", "ID", text)

    return [(name, same(value)) for name, value in response.headers.multi_items()], same(response.text)


def test_every_route_is_compared(api: InProcess) -> None:
    pattern = {path: re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for _, path in every_keyed_route(api.edge)}
    compared = {
        (method, path)
        for method, asked, _ in CASES
        for path, regex in pattern.items()
        if regex.fullmatch(asked.partition("?")[0])
    }

    assert every_keyed_route(api.edge) <= compared


def test_every_route_that_needs_a_key_is_on_the_fast_path(api: InProcess) -> None:
    found = FastPath(api.edge.app.routes)

    for method, path in every_keyed_route(api.edge):
        scope = {"method": method, "path": path.replace("{id}", "some.id")}
        assert found.endpoint_of(scope) is not None
        assert scope.get("path_params", {}) == ({"id": "some.id"} if "{id}" in path else {})


def test_a_bug_gives_the_same_both_ways(
    api: InProcess, installation: SampleInstallation, through_the_router: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def broken(*arguments: object) -> None:
        raise RuntimeError("secret")

    monkeypatch.setattr(api.edge.api.runs, "page", broken)

    fast, routed = (api.ask(edge, "GET", RUNS, key=installation.test_key) for edge in (api.edge, through_the_router))

    assert fast.status_code == routed.status_code == 500
    assert comparable(fast, "no key") == comparable(routed, "no key")
