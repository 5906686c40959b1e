"""The catalogue of reports, and the form that asks for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from application.runs.report_runs import RequestRun
from application.runs.report_types import Offer
from domain.errors import InvalidParameter
from domain.money import CURRENCIES
from domain.report_types import ReportType
from domain.report_types.descriptions import description_of
from domain.report_types.versions import changes, in_order
from interfaces.console.api_calls import api_address, curl_of, python_of
from interfaces.console.console_services import services_of
from interfaces.console.form_body import FormFields, read_form
from interfaces.console.forms.offered_periods import newest_month, periods_in
from interfaces.console.forms.refused_form import param_at_fault
from interfaces.console.forms.report_form import (
    INTERVAL,
    columns_in_order,
    fields_of,
    keyed_columns,
    raw_parameters,
)
from interfaces.console.rendering import base_of, page
from interfaces.console.signed_in import caller_of
from interfaces.host.escaping import escaped


async def catalogue_page(request: Request) -> Response:
    """By family: the types that can be run now, and those that need live mode or data that the ledger lacks."""
    types, scope = services_of(request).report_types, caller_of(request).scope
    offered = {offer.report_type.id for offer in await types.all(scope)}
    families = groupby(types.runnable(livemode=True), key=lambda one: one.family)
    return page(
        request,
        "reports.html",
        families={family: in_order(group) for family, group in families},
        offered=offered,
        livemode=scope.livemode,
        description_of=description_of,
    )


async def report_form(request: Request) -> Response:
    """A payout and a connected account in the address stand in their fields."""
    given = {name: [value] for name in ("payout", "connected_account") if (value := request.query_params.get(name))}
    return await _form_page(request, await _offer(request), None, given=given)


async def ask_for_report(request: Request) -> Response:
    """Make the run and show it; or show the calls of the API, where that is asked for."""
    services = services_of(request)
    offer = await _offer(request)
    form = await read_form(request, services.max_body_bytes)
    raw = raw_parameters(offer.report_type, form)
    if form.text("action") == "calls":
        address, id = api_address(request), offer.report_type.id
        calls = {"curl": curl_of(address, id, raw), "Python": python_of(address, id, raw)}
        return await _form_page(request, offer, form, calls=calls)
    try:
        run = await services.runs.request(RequestRun(caller_of(request), offer.report_type.id, raw))
    except InvalidParameter as fault:
        return await _form_page(request, offer, form, fault=fault)
    return RedirectResponse(f"{base_of(request)}/runs/{run.id}", 303)


async def _currencies(request: Request, report_type: ReportType, chosen: str) -> Sequence[str]:
    """Those of the ledger, and the one that was chosen; all that there are, where the ledger's are not known."""
    if not report_type.takes("currency"):
        return ()
    found = await services_of(request).choices.currencies(caller_of(request).scope, report_type)
    return sorted({*found, chosen} - {""}) if found else CURRENCIES


async def _offer(request: Request) -> Offer:
    return await services_of(request).report_types.get(caller_of(request).scope, request.path_params["id"])


async def _form_page(
    request: Request,
    offer: Offer,
    form: FormFields | None,
    *,
    given: Mapping[str, list[str]] | None = None,
    fault: InvalidParameter | None = None,
    calls: Mapping[str, str] | None = None,
) -> Response:
    """
    given  values of fields of a form that was not sent yet
    fault  shown beside its field, in the API's own sentence
    """
    report_type, periods = offer.report_type, periods_in(offer.window)
    shown = form if form is not None else FormFields(given or {})
    fields = fields_of(report_type, await _currencies(request, report_type, shown.text("currency")))
    names = {*(field.name for field in fields), "columns"}
    return page(
        request,
        "report_form.html",
        400 if fault else 200,
        report_type=report_type,
        about=description_of(report_type),
        changes=changes(report_type, services_of(request).report_types.runnable(livemode=True)),
        window=offer.window,
        periods=periods if report_type.takes(INTERVAL[1]) else {},
        period=form.text("period") if form is not None else newest_month(periods),
        fields=fields,
        values={field.name: shown.text(field.name) for field in fields},
        columns=columns_in_order(report_type, form),
        keyed=keyed_columns(report_type),
        more_columns=shown.text("more_columns"),
        at_fault=param_at_fault(fault, names),
        sentence=escaped(fault.sentence(services_of(request).wire_name)) if fault is not None else "",
        calls=calls or {},
    )
