"""The OpenAPI document describes what there is: all of it, and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from domain.report_types import catalogue
from interfaces.http.routes.operation import Operation
from tests.http.routes import methods_and_paths
from tests.support.in_process import InProcess
from tests.support.server import SampleInstallation


@pytest.fixture(scope="module")
def document(api: InProcess) -> dict[str, Any]:
    return dict(api("GET", "/openapi.json").json())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def resolved(document: dict[str, Any], part: Any) -> Any:
    """A part of the document, behind its reference if it is one. Raises KeyError for one that leads nowhere."""
    if isinstance(part, dict) and "$ref" in part:
        target: Any = document
        for step in part["$ref"].removeprefix("#/").split("/"):
            target = target[step]
        return target
    return part


def every_part(part: Any) -> Iterator[Any]:
    yield part
    for inner in part.values() if isinstance(part, dict) else part if isinstance(part, list) else ():
        yield from every_part(inner)


def test_every_address_is_described_and_every_description_is_an_address(
    api: InProcess, document: dict[str, Any]
) -> None:
    routes = {
        (method, path)
        for method, path in methods_and_paths(api.edge.app)
        if method != "HEAD" and path != "/" and not path.startswith(("/docs", "/openapi", "/console"))
    }

    assert {(method, path) for method, path, _ in operations(document)} == routes
    assert len(routes) == 31


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    for part in every_part(document):
        assert resolved(document, part) is not None


def test_every_operation_can_become_a_method_of_a_client(document: dict[str, Any]) -> None:
    ids = [operation["operationId"] for _, _, operation in operations(document)]

    assert len(ids) == len(set(ids))
    assert all(id.isidentifier() for id in ids)
    for _, path, operation in operations(document):
        given = [resolved(document, one) for one in operation.get("parameters", [])]
        in_path = {one["name"] for one in given if one["in"] == "path"}
        assert in_path == ({"id"} if "{id}" in path else set())
        assert all(one["schema"] and one["description"] for one in given)
        assert len({(one["in"], one["name"]) for one in given}) == len(given)


def test_every_operation_tells_its_refusals_and_their_shape(document: dict[str, Any]) -> None:
    for _, path, operation in operations(document):
        if operation["tags"][0] in ("health", "public links"):
            assert "security" not in operation
            continue
        assert operation["security"] == [{"bearer": []}, {"basic": []}]
        assert {"400", "401", "403", "500"} <= operation["responses"].keys()
        assert ("404" in operation["responses"]) == ("{id}" in path)
        for status, response in operation["responses"].items():
            body = resolved(document, response)
            assert {"Request-Id", "Stripe-Version"} <= body["headers"].keys()
            if int(status) >= 400 and status != "416":
                assert body["content"]["application/json"]["schema"] == {"$ref": "#/components/schemas/Error"}


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/reporting/report_runs", "ReportRunList"),
        ("/v1/reporting/report_runs/{run}", "ReportRun"),
        ("/v1/reporting/report_runs/{run}/history", "HistoryEventList"),
        ("/v1/reporting/report_types", "ReportTypeList"),
        ("/v1/files", "FileList"),
        ("/v1/files/{file}", "File"),
        ("/v1/files/nope", "Error"),
        ("/v1/file_links", "FileLinkList"),
        ("/v1/file_links/nope", "Error"),
        ("/v1/events", "EventList"),
        ("/v1/events/{event}", "Event"),
        ("/v1/webhook_endpoints", "WebhookEndpointList"),
    ],
)
def test_answers_are_as_they_are_described(
    api: InProcess, installation: SampleInstallation, document: dict[str, Any], path: str, name: str
) -> None:
    event = api("GET", "/v1/events", key=installation.stranger_key).json()["data"][0]["id"]
    address = path.format(run=installation.past_runs[0], file=installation.past_files[0], event=event)

    answer = api("GET", address, key=installation.stranger_key).json()

    assert faults(document, document["components"]["schemas"][name], answer) == []


def faults(document: dict[str, Any], schema: dict[str, Any], value: Any, where: str = "") -> list[str]:
    """Where a value is not as its schema says, for the few words of JSON Schema that the document uses."""
    schema = resolved(document, schema)
    if "anyOf" in schema:
        found = [faults(document, one, value, where) for one in schema["anyOf"]]
        return [] if [] in found else found[0]
    kinds = schema.get("type", [])
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "integer", type(None): "null"}
    if kinds and names[type(value)] not in ([kinds] if isinstance(kinds, str) else kinds):
        return [f"{where} is {value!r}, not {kinds}"]
    if "const" in schema and value != schema["const"]:
        return [f"{where} is {value!r}, not {schema['const']!r}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where} is {value!r}, not one of {schema['enum']}"]
    if isinstance(value, list):
        return [fault for one in value for fault in faults(document, schema["items"], one, f"{where}[]")]
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    known = schema["properties"]
    missing = [f"{where}.{name} is missing" for name in schema.get("required", []) if name not in value]
    extra = [f"{where}.{name} is not described" for name in value if name not in known]
    inner = [
        fault
        for name, one in value.items()
        if name in known
        for fault in faults(document, known[name], one, f"{where}.{name}")
    ]
    return missing + extra + inner


def test_the_pages_for_people_open_without_a_key(api: InProcess) -> None:
    answers: list[httpx.Response] = [api("GET", path) for path in ("/docs", "/docs/start.js", "/openapi.json")]

    assert [answer.status_code for answer in answers] == [200, 200, 200]
    assert 'url: "openapi.json"' in answers[1].text


def test_the_page_runs_no_script_of_another_origin_and_is_not_framed(api: InProcess) -> None:
    policy = api("GET", "/docs").headers["content-security-policy"]

    assert "script-src 'self';" in policy
    assert "frame-ancestors 'none'" in policy
    assert api("GET", "/docs").headers["x-content-type-options"] == "nosniff"


def test_every_field_of_a_form_has_an_example(document: dict[str, Any]) -> None:
    forms = [document["components"]["schemas"][name] for name in ("CreateReportRun", "CreatePlannedRun")]

    for form in forms:
        assert [name for name, field in form["properties"].items() if "example" not in field] == []
        assert form["properties"]["parameters[interval_start]"]["example"] == 1735689600


def test_the_page_loads_nothing_from_elsewhere(api: InProcess) -> None:
    page = api("GET", "/docs").text
    loaded = re.findall(r'(?:src|href)="([^"]+)"', page)

    assert len(loaded) >= 3
    for address in loaded:
        assert address.startswith("docs/"), address  # relative, so that a path prefix is kept
        assert api("GET", f"/{address}").status_code == 200, address


def test_the_document_does_not_change_while_the_server_runs(api: InProcess) -> None:
    assert api.edge.app.openapi() is api.edge.app.openapi()


def test_no_operation_promises_the_status_of_a_validation_that_is_not_done(document: dict[str, Any]) -> None:
    assert not any("422" in operation["responses"] for _, _, operation in operations(document))
    assert not any("Validation" in name for name in document["components"]["schemas"])


def test_parameters_have_the_names_that_requests_have(document: dict[str, Any]) -> None:
    form = document["components"]["schemas"]["CreateReportRun"]
    listed = document["paths"]["/v1/reporting/report_runs"]["get"]["parameters"]

    assert form["required"] == ["report_type"]
    assert form["properties"]["parameters[interval_start]"]["type"] == "integer"
    assert form["properties"]["parameters[columns][]"]["type"] == "array"
    assert {"limit", "starting_after", "ending_before", "created", "created[gte]", "expand[]", "Stripe-Account"} <= {
        one["name"] for one in listed
    }
    assert not any("style" in one for one in listed)


def test_every_parameter_of_a_report_type_is_in_the_form(document: dict[str, Any]) -> None:
    form = document["components"]["schemas"]["CreateReportRun"]["properties"]

    taken = {name for report_type in catalogue() for name in (*report_type.required, *report_type.optional)}

    assert taken <= {name.removeprefix("parameters[").partition("]")[0] for name in form}


def test_an_operation_builds_few_validators_before_the_server_is_ready(api: InProcess) -> None:
    routes = [route for route in api.edge.app.routes if isinstance(route, Operation)]

    assert {path for _, path in methods_and_paths(api.edge.app) if path.startswith("/v1")} <= {
        route.path.replace(":path}", "}") for route in routes
    }, "an operation of an included router is built twice"
    assert [route.path for route in routes if len(route.response_fields) > 1] == []
    assert [route.path for route in routes if route.methods == {"HEAD"} and route.dependant.dependencies] == []
