"""Renders templates into pages. Jinja2 is imported with the first page, so that a server without visitors is spared."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from domain.access.caller import AUDIT_READ, OF_THE_OPERATOR, Caller
from interfaces.console import wording
from interfaces.host.escaping import escaped

if TYPE_CHECKING:
    from jinja2 import Environment

CALLER = "reportrun.console.caller"
"""Key of the ASGI scope: the signed-in caller."""

TEMPLATES = Path(__file__).parent / "templates"

REFUSAL = "[role=alert]"
"""The element of the page of a refusal that takes the place of a part of a page."""

READS_RUNS = ("report_runs_and_report_types_read", "report_runs_read_only")
ASKS_FOR_RUNS = ("report_runs_and_report_types_read",)
READS_FILES = ("file_read",)
READS_WEBHOOKS = ("webhook_read",)
WRITES_WEBHOOKS = ("webhook_write",)
READS_EVENTS = ("event_read",)
READS_AUDIT = (AUDIT_READ,)
READS_LEDGER = (*READS_RUNS, *OF_THE_OPERATOR)
"""The permissions one of which a page needs, the same as the API's operation."""


_SECTIONS = (
    ("/runs", "Runs", READS_RUNS),
    ("/reports", "Reports", ASKS_FOR_RUNS),
    ("/webhooks", "Webhooks", READS_WEBHOOKS),
    ("/audit", "Audit", READS_AUDIT),
    ("/ledger", "Ledger", READS_LEDGER),
)
"""Path, name, and the permissions one of which a key needs."""


def page(request: Request, template: str, status: int = 200, **values: Any) -> Response:
    """A whole page. Every template knows `base`, what the console's addresses begin with, and `caller`."""
    caller: Caller | None = request.scope.get(CALLER)
    text = _environment().get_template(template).render(
        base=base_of(request),
        caller=caller,
        may=lambda permissions: caller is not None and may(caller, permissions),
        here=request.scope["path"],
        READS_RUNS=READS_RUNS,
        READS_EVENTS=READS_EVENTS,
        WRITES_WEBHOOKS=WRITES_WEBHOOKS,
        READS_AUDIT=READS_AUDIT,
        ASKS_FOR_RUNS=ASKS_FOR_RUNS,
        sections=sections_of(caller) if caller is not None else [],
        **values,
    )  # fmt: skip
    return HTMLResponse(text, status)


def base_of(request: Request) -> str:
    """The path of the console, with the prefix of a proxy: `/console`, `/x/console`."""
    base: str = request.scope.get("root_path", "")
    return base


def sections_of(caller: Caller) -> list[tuple[str, str]]:
    """Path and name of the sections that a key may see."""
    shown = [(path, name) for path, name, permissions in _SECTIONS if may(caller, permissions)]
    if caller.permissions is None:
        shown.append(("/access", "Keys and accounts"))
    return shown


def may(caller: Caller, permissions: tuple[str, ...]) -> bool:
    """Whether a key has one of the permissions."""
    return caller.may(*permissions)


def refusal_page(request: Request, error: Exception, status: int | None = None) -> Response:
    """The page with the reason of a refusal; the reason alone where a part of a page was fetched.

    status  of the response; None: the error's own, if it is one of HTTP
    """
    if isinstance(error, HTTPException):
        status, sentence = error.status_code, error.detail
        if status == 404:
            sentence = "There is no such page in the console."
    else:
        sentence = escaped(str(error))
    refused = page(request, "refusal.html", status or 500, sentence=sentence)
    if is_part(request):
        refused.headers["HX-Reselect"] = REFUSAL
    return refused


def is_part(request: Request) -> bool:
    """Whether htmx fetches a part of a page in the background."""
    return request.headers.get("hx-request") == "true"


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    environment.filters.update(wording.FILTERS)
    return environment
