"""The calls of the API that ask for the same report: with curl, and with the official Python client."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import orjson
from starlette.requests import Request

from application.views.runs import RunRow
from interfaces.console.console_services import services_of

ADDRESS = "/v1/reporting/report_runs"

KEY = "YOUR_KEY"


def curl_call(request: Request, run: RunRow) -> str:
    return curl_of(api_address(request), run.report_type, orjson.loads(run.parameters))


def python_call(request: Request, run: RunRow) -> str:
    return python_of(api_address(request), run.report_type, orjson.loads(run.parameters))


def api_address(request: Request) -> str:
    """What addresses of the API begin with, as this visitor reaches it."""
    services = services_of(request)
    return services.public_url or services.base_url_of(request.scope, request.headers.get("host", ""))


def curl_of(address: str, report_type: str, parameters: Mapping[str, Any]) -> str:
    """An empty list is sent as an empty value: left out, it would be another request."""
    lines = [f"curl {address}{ADDRESS}", f"-u {KEY}:", f"-d {_quoted(f'report_type={report_type}')}"]
    lines += [f"--data-urlencode {_quoted(f'parameters[{name}]={value}')}" for name, value in _pairs(_sent(parameters))]
    return " \\\n  ".join(lines)


def python_of(address: str, report_type: str, parameters: Mapping[str, Any]) -> str:
    asked = json.dumps({"report_type": report_type, "parameters": _sent(parameters)}, indent=4, ensure_ascii=False)
    return (
        "from stripe import StripeClient\n\n"
        f"client = StripeClient({json.dumps(KEY)}, base_addresses={{'api': {json.dumps(address)}}})\n"
        f"run = client.v1.reporting.report_runs.create({asked})"
    )


def _sent(parameters: Mapping[str, Any]) -> dict[str, Any]:
    return {name: "" if value == [] else value for name, value in parameters.items()}


def _pairs(parameters: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Each value with the name that it has in a form; a list has one pair for each of its values."""
    for name, value in parameters.items():
        if isinstance(value, list):
            yield from ((f"{name}][", one) for one in value)
        else:
            yield name, value


def _quoted(text: str) -> str:
    """For a shell."""
    return "'" + text.replace("'", "'\\''") + "'"
