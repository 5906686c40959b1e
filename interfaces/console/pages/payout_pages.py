"""The search for a payout, beside the field of a form that takes one."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from application.ledger.ledger_choices import MOST_PAYOUTS
from application.ports.ledger import FoundPayout
from domain.errors import ReferenceNotFound
from interfaces.console.console_services import services_of
from interfaces.console.rendering import page
from interfaces.console.signed_in import caller_of


async def payouts_page(request: Request) -> Response:
    """Payouts of the caller's account, or of a connected one, each with a link to the form that names it."""
    services, scope = services_of(request), caller_of(request).scope
    offer = await services.report_types.get(scope, request.path_params["id"])
    query, account = request.query_params.get("q", ""), request.query_params.get("connected_account", "").strip()
    payouts: list[FoundPayout] = []
    sentence = ""
    if offer.report_type.about_connected_accounts and not account:
        sentence = "Name the connected account first: payouts are those of one account."
    else:
        try:
            payouts = list(await services.choices.payouts(scope, query, account))
        except ReferenceNotFound as unknown:
            sentence = unknown.sentence(services.wire_name)
    return page(
        request,
        "payouts.html",
        id=offer.report_type.id,
        payouts=payouts,
        most=MOST_PAYOUTS,
        connected_account=account,
        sentence=sentence,
    )
