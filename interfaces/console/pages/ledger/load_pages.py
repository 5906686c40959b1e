"""Loading files into the ledger: the form, the upload, and the page of a load while it runs and when it has ended."""

from __future__ import annotations

import asyncio
import logging

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import RedirectResponse, Response

from domain.errors import InvalidParameter, ReportrunError, StoreUnavailable, request_parameter
from domain.instants import parse_instant
from domain.ledger.tables import TABLES
from interfaces.console.console_services import services_of
from interfaces.console.form_body import FormFields
from interfaces.console.forms.refused_form import RefusedForm
from interfaces.console.rendering import base_of, page
from interfaces.console.signed_in import caller_of
from interfaces.console.uploads.load_jobs import LoadJob
from interfaces.console.uploads.load_messages import LoadRefusal, LoadReport, StagedLoad
from interfaces.console.uploads.multipart_body import FILES, receive_form
from interfaces.host.disk import disk_errors
from interfaces.host.scratch_folder import ScratchFolder

log = logging.getLogger("reportrun.console")

TURNED_OFF = HTTPException(403, "This installation takes no uploads. `reportrun load` loads files.")

NOTHING_ENTERED = FormFields()

GONE = Response(status_code=400)
"""For a visitor who has left before the files were here."""


async def load_form(request: Request) -> Response:
    await _must_load(request)
    return _form_page(request)


async def upload(request: Request) -> Response:
    """Take the files, start to load them, and show the load."""
    services = services_of(request)
    await _must_load(request)
    services.allow_long_body(request.scope)
    entered = FormFields()
    try:
        with services.loads.receiving(caller_of(request).scope.livemode):
            job = await _received(request, entered)
    except ReportrunError as refused:
        return _form_page(request, refused, entered)
    except OSError as trouble:
        log.warning("An upload could not be kept: %s", trouble)
        return _form_page(
            request, StoreUnavailable(disk_errors.sentence_of(trouble, "the server's data folder")), entered
        )
    except ClientDisconnect:
        return GONE
    return RedirectResponse(f"{base_of(request)}/ledger/loads/{job.id}", 303)


async def one_load(request: Request) -> Response:
    """Progress, and what came of it."""
    await _must_load(request)
    job = services_of(request).loads.get(caller_of(request).scope, request.path_params["id"])
    outcome = job.outcome
    return page(
        request,
        "load.html",
        job=job,
        is_running=outcome is None,
        progress=job.progress,
        refusal=outcome if isinstance(outcome, LoadRefusal) else None,
        report=outcome if isinstance(outcome, LoadReport) else None,
    )


async def _received(request: Request, entered: FormFields) -> LoadJob:
    """Take the files into a folder of their own, which is removed when they are not loaded.

    entered  takes the other fields of the form, as soon as they are here
    """
    staging = await asyncio.to_thread(ScratchFolder, services_of(request).scratch, "upload-")
    try:
        return await _started(request, staging, entered)
    except (ReportrunError, OSError, ClientDisconnect):
        await asyncio.to_thread(staging.remove)
        raise
    except BaseException:
        staging.remove()
        raise


async def _started(request: Request, staging: ScratchFolder, entered: FormFields) -> LoadJob:
    services, caller = services_of(request), caller_of(request)
    folder = staging.path / "files"
    folder.mkdir(mode=0o700)
    form = await receive_form(request, folder, services.upload_bytes)
    entered.update(form.fields)
    if not form.files:
        raise InvalidParameter(f"Choose the files to load. {form.remark()}".strip(), FILES)
    order = StagedLoad(
        folder,
        entered.text("table"),
        caller.scope.livemode,
        caller.scope.account,
        caller.actor,
        remark=form.remark(),
        owner_column=entered.text("owner_column") or None,
        complete_from=_instant(entered, "complete_from"),
        complete_through=_instant(entered, "complete_through"),
        strict="strict" in entered,
        ignore_before_opening="ignore_before_opening" in entered,
    )
    return services.loads.start(order, staging)


def _instant(fields: FormFields, name: str) -> int | None:
    """Unix seconds; None for an empty field. Raises an `InvalidParameter`."""
    text = fields.text(name)
    try:
        return parse_instant(text) if text else None
    except ValueError as fault:
        raise InvalidParameter(str(fault), request_parameter(name)) from None


async def _must_load(request: Request) -> None:
    """Raises `PermissionMissing`."""
    services = services_of(request)
    await services.ledger_access.must_load(caller_of(request))
    if not services.upload_bytes:
        raise TURNED_OFF


def _form_page(
    request: Request, fault: ReportrunError | None = None, entered: FormFields = NOTHING_ENTERED
) -> Response:
    services = services_of(request)
    return page(
        request,
        "load_form.html",
        services.status_of(fault) if fault else 200,
        tables=list(TABLES),
        most_mib=services.upload_bytes // 1_048_576,
        refused=RefusedForm("load", entered, fault, ("complete_from", "complete_through")),
    )
