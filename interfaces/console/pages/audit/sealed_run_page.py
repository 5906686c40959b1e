"""A run held against the transparency log: whether each of its events is what was sealed."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from domain.audit.checkpoint import Checkpoint
from domain.errors import InvalidParameter, SealBroken, request_parameter
from interfaces.console.console_services import services_of
from interfaces.console.rendering import page
from interfaces.console.signed_in import caller_of
from interfaces.host.escaping import escaped


async def sealed_run_page(request: Request) -> Response:
    """The run is named in the address, as `id`. Raises `NotFound` and `NotSealedYet`."""
    services, caller, id = services_of(request), caller_of(request), request.query_params.get("id", "").strip()
    if not id:
        raise InvalidParameter("Name a run, as frr_0123456789abcdefABCDEFGH.", request_parameter("id"))
    run = await services.runs.get(caller.scope, id)
    try:
        proof = await services.published_log.proof(run.id, caller)
    except SealBroken as broken:
        return page(request, "sealed_run.html", run=run, proof=None, checkpoint=None, difference=escaped(str(broken)))
    checkpoint = Checkpoint.parse(proof.checkpoint)
    return page(request, "sealed_run.html", run=run, proof=proof, checkpoint=checkpoint, difference="")
