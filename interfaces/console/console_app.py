"""The ASGI application of the console, which the server mounts at `/console`."""

from __future__ import annotations

from pathlib import Path
from typing import cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from domain.errors import ReportrunError
from interfaces.console.allowed_host import AllowedHost
from interfaces.console.console_services import ConsoleServices, services_of
from interfaces.console.page_policy import PagePolicy
from interfaces.console.pages import payout_pages, report_pages, run_pages, sign_in_pages
from interfaces.console.pages.access import access_pages
from interfaces.console.pages.audit import actor_page, audit_pages, sealed_run_page
from interfaces.console.pages.ledger import ledger_pages, load_pages
from interfaces.console.pages.one_run import chart_page, comparison_page, file_pages, run_page, workbook_page
from interfaces.console.pages.webhooks import endpoint_pages, webhook_pages
from interfaces.console.rendering import (
    ASKS_FOR_RUNS,
    READS_AUDIT,
    READS_EVENTS,
    READS_FILES,
    READS_LEDGER,
    READS_RUNS,
    READS_WEBHOOKS,
    WRITES_WEBHOOKS,
    refusal_page,
)
from interfaces.console.same_origin import SameOrigin
from interfaces.console.signed_in import signed_in

ASSETS = Path(__file__).parent / "assets"

BROKEN = HTTPException(500, "Something went wrong on our end. Its details are in the server's log.")


def build_console(services: ConsoleServices) -> Starlette:
    """Every page, below the path that it is mounted at."""
    console = Starlette(
        routes=_routes(),
        middleware=[
            Middleware(PagePolicy),
            Middleware(AllowedHost, services.check_host, services.status_of),
            Middleware(SameOrigin, services.public_url),
        ],
        exception_handlers={ReportrunError: _refuse, HTTPException: _refuse_http, Exception: _fail},
    )
    console.router.redirect_slashes = False
    console.state.services = services
    return console


def _routes() -> list[Route | Mount]:
    return [
        Route("/", signed_in(sign_in_pages.first_page)),
        Route("/sign-in", sign_in_pages.sign_in_page),
        Route("/sign-in", sign_in_pages.sign_in, methods=["POST"]),
        Route("/sign-out", signed_in(sign_in_pages.sign_out), methods=["POST"]),
        Route("/runs", signed_in(run_pages.list_of_runs, *READS_RUNS)),
        Route("/runs/{id}", signed_in(run_page.one_run, *READS_RUNS)),
        Route("/runs/{id}/file.csv", signed_in(file_pages.download_csv, *READS_FILES)),
        Route("/runs/{id}/file.xlsx", signed_in(workbook_page.download_workbook, *READS_FILES)),
        Route("/runs/{id}/charts", signed_in(chart_page.charts_page, *READS_FILES)),
        Route("/runs/{id}/comparison", signed_in(comparison_page.comparison_page, *ASKS_FOR_RUNS)),
        Route("/runs/{id}/comparison", signed_in(comparison_page.start_comparison, *ASKS_FOR_RUNS), methods=["POST"]),
        Route("/reports", signed_in(report_pages.catalogue_page, *ASKS_FOR_RUNS)),
        Route("/reports/{id}", signed_in(report_pages.report_form, *ASKS_FOR_RUNS)),
        Route("/reports/{id}", signed_in(report_pages.ask_for_report, *ASKS_FOR_RUNS), methods=["POST"]),
        Route("/reports/{id}/payouts", signed_in(payout_pages.payouts_page, *ASKS_FOR_RUNS)),
        Route("/runs/{id}/proof.zip", signed_in(audit_pages.run_proof, *READS_AUDIT)),
        Route("/webhooks", signed_in(webhook_pages.list_of_endpoints, *READS_WEBHOOKS)),
        Route("/webhooks/events/{id}", signed_in(webhook_pages.one_event, *READS_EVENTS)),
        Route("/webhooks/events/{id}/resend", signed_in(webhook_pages.send_again, *WRITES_WEBHOOKS), methods=["POST"]),
        Route("/webhooks/endpoints/new", signed_in(endpoint_pages.new_endpoint, *WRITES_WEBHOOKS)),
        Route("/webhooks/endpoints", signed_in(endpoint_pages.create_endpoint, *WRITES_WEBHOOKS), methods=["POST"]),
        Route("/webhooks/endpoints/{id}", signed_in(endpoint_pages.one_endpoint, *READS_WEBHOOKS)),
        Route(
            "/webhooks/endpoints/{id}/{action}",
            signed_in(endpoint_pages.change_endpoint, *WRITES_WEBHOOKS),
            methods=["POST"],
        ),
        Route("/access", signed_in(access_pages.keys_and_accounts)),
        Route("/access/keys", signed_in(access_pages.create_key), methods=["POST"]),
        Route("/access/keys/{id}/revoke", signed_in(access_pages.revoke_key), methods=["POST"]),
        Route("/access/accounts", signed_in(access_pages.connect_account), methods=["POST"]),
        Route("/ledger", signed_in(ledger_pages.ledger_page, *READS_LEDGER)),
        Route("/ledger/load", signed_in(load_pages.load_form)),
        Route("/ledger/load", signed_in(load_pages.upload), methods=["POST"]),
        Route("/ledger/loads/{id}", signed_in(load_pages.one_load)),
        Route("/audit", signed_in(audit_pages.audit_page, *READS_AUDIT)),
        Route("/audit/run", signed_in(sealed_run_page.sealed_run_page, *READS_AUDIT)),
        Route("/audit/actor", signed_in(actor_page.actor_page, *READS_AUDIT)),
        Mount("/assets", StaticFiles(directory=ASSETS)),
    ]


async def _refuse(request: Request, error: Exception) -> Response:
    return refusal_page(request, error, services_of(request).status_of(cast("ReportrunError", error)))


async def _refuse_http(request: Request, error: Exception) -> Response:
    return refusal_page(request, error)


async def _fail(request: Request, error: Exception) -> Response:
    return refusal_page(request, BROKEN)
