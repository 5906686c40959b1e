"""The status, code and body of every error."""

from __future__ import annotations

from typing import Any

from domain import errors
from domain.errors import ParameterPath, ReportrunError
from interfaces.host.escaping import escaped
from interfaces.http.edge.refusals import (
    HttpVersionRefused,
    PreconditionFailed,
    RequestRefused,
    RequestTimedOut,
    TransferCodingRefused,
    UnrecognizedUrl,
    VersionRefused,
)
from interfaces.http.responses.json import Json

STATUS: dict[type, int] = {
    RequestRefused: 400,
    RequestTimedOut: 408,
    PreconditionFailed: 412,
    TransferCodingRefused: 501,
    HttpVersionRefused: 505,
    VersionRefused: 400,
    UnrecognizedUrl: 404,
    errors.InvalidParameter: 400,
    errors.ReportTypeCannotRun: 400,
    errors.NotFound: 404,
    errors.FileExpired: 410,
    errors.FileLinkExpired: 400,
    errors.LinkOpensNothing: 404,
    errors.OnlyInTestMode: 400,
    errors.RunAlreadyFinished: 409,
    errors.ReportFailed: 500,
    errors.ResultDamaged: 500,
    errors.LedgerRefused: 400,
    errors.LedgerBusy: 409,
    errors.KeyRefused: 401,
    errors.PermissionMissing: 403,
    errors.SecretKeyNeeded: 403,
    errors.UserNotAdmitted: 403,
    errors.NotAPlatform: 403,
    errors.AccountRefused: 403,
    errors.IdempotencyKeyReused: 400,
    errors.IdempotencyKeyInUse: 409,
    errors.SealBroken: 500,
    errors.SealRefused: 500,
    errors.NotSealedYet: 409,
    errors.TooManyRequests: 429,
    errors.ServerStopping: 503,
    errors.StoreUnavailable: 503,
}
"""The status of each kind of error; a kind that is not here has its base's."""

CODE: dict[type, str] = {
    errors.UnknownParameters: "parameter_unknown",
    errors.MissingParameter: "parameter_missing",
    errors.EmptyParameter: "parameter_invalid_empty",
    errors.NotAnInteger: "parameter_invalid_integer",
    errors.TooLong: "parameter_invalid_string",
    errors.InvalidUrl: "url_invalid",
    errors.ReferenceNotFound: "resource_missing",
    errors.NotFound: "resource_missing",
    errors.ExpiredKey: "api_key_expired",
    errors.PublishableKeyGiven: "secret_key_required",
    errors.NotAPlatform: "platform_account_required",
    errors.AccountRefused: "account_invalid",
    errors.IdempotencyKeyInUse: "idempotency_key_in_use",
    errors.TooManyRequests: "rate_limit",
}
"""The `code` of each kind of error; a kind that is not here has its base's, or none."""

ANONYMOUS = (errors.NoKeyGiven, errors.UnknownKey, errors.ExpiredKey, errors.PublishableKeyGiven, VersionRefused)
"""Errors without a `request_log_url`, as in recorded traffic."""


def status_of(error: ReportrunError) -> int:
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def code_of(error: ReportrunError) -> str | None:
    return next((CODE[kind] for kind in type(error).__mro__ if kind in CODE), None)


def type_of(error: ReportrunError) -> str:
    if isinstance(error, errors.IdempotencyKeyReused):
        return "idempotency_error"
    is_ours = status_of(error) >= 500 and not isinstance(error, RequestRefused)
    return "api_error" if is_ours else "invalid_request_error"


def name_on_wire(param: ParameterPath) -> str:
    """A parameter as callers write it: `parameters[columns]`."""
    outer, *inner = ("parameters", *param.parts) if param.in_run else param.parts
    return outer + "".join(f"[{part}]" for part in inner)


def param_of(error: ReportrunError) -> str | None:
    """The `param` of an error; Stripe's API writes those of refused intervals with dots."""
    if isinstance(error, errors.NotFound):
        return "id"
    if not isinstance(error, (errors.InvalidParameter, errors.ReportTypeCannotRun)) or error.param is None:
        return None
    if isinstance(error, errors.IntervalRefused):
        return f"parameters.{error.param}"
    return name_on_wire(error.param)


def error_body(error: ReportrunError, log_url: str | None) -> dict[str, Any]:
    """The envelope: keys in alphabetical order, and none that is null.

    log_url  the page of an authenticated request; None for others
    """
    code = code_of(error)
    keys = {
        "code": code,
        "doc_url": f"https://stripe.com/docs/error-codes/{code.replace('_', '-')}" if code else None,
        "message": escaped(_sentence(error)),
        "param": param_of(error),
        "request_log_url": None if isinstance(error, ANONYMOUS) else log_url,
        "type": type_of(error),
    }
    return {"error": {key: value for key, value in keys.items() if value is not None}}


def _sentence(error: ReportrunError) -> str:
    return error.sentence(name_on_wire) if isinstance(error, errors.InvalidParameter) else str(error)


def error_response(error: ReportrunError, log_url: str | None) -> Json:
    status = status_of(error)
    headers = {}
    if status == 401:
        headers["WWW-Authenticate"] = 'Basic realm="Stripe"'
    if status == 429:
        headers["Stripe-Rate-Limited-Reason"] = "global-rate"
    if status == 503:
        headers["Retry-After"] = "1"
    return Json(error_body(error, log_url), status, headers)


def internal_error() -> Json:
    """The response to a request that met a bug."""
    message = "Something went wrong on our end. Its details are in the server's log, under this request's id."
    return Json({"error": {"message": message, "type": "api_error"}}, 500)
