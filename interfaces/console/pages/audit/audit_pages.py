"""The transparency log: its newest checkpoint, and the proof of what was recorded of a run."""

from __future__ import annotations

import asyncio
import io
import zipfile

from starlette.requests import Request
from starlette.responses import Response

from application.audit.proofs.run_export import export_of
from application.audit.proofs.run_proofs import RunProof
from domain.access.caller import AUDIT_READ
from domain.errors import StoreUnavailable
from interfaces.console.console_services import services_of
from interfaces.console.pages.askers import askers_of
from interfaces.console.rendering import page
from interfaces.console.signed_in import caller_of


async def audit_page(request: Request) -> Response:
    try:
        checkpoint, absent = await services_of(request).published_log.checkpoint(), ""
    except StoreUnavailable as not_yet:
        checkpoint, absent = "", str(not_yet)
    return page(
        request,
        "audit.html",
        checkpoint=checkpoint,
        absent=absent,
        sees_all=caller_of(request).holds(AUDIT_READ),
        askers=await askers_of(request),
    )


async def run_proof(request: Request) -> Response:
    """The folder that `reportrun audit export` writes, as a ZIP file. Raises `NotSealedYet`."""
    services, caller = services_of(request), caller_of(request)
    run = await services.runs.get(caller.scope, request.path_params["id"])
    proof = await services.published_log.proof(run.id, caller)
    packed = await asyncio.to_thread(_packed, run.id, proof)
    headers = {"Content-Disposition": f'attachment; filename="{run.id}.proof.zip"'}
    return Response(packed, 200, headers, "application/zip")


def _packed(folder: str, proof: RunProof) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, contents in export_of(proof).items():
            archive.writestr(f"{folder}/{path}", contents)
    return written.getvalue()
