"""Every error of the domain has a status, a code and a body, and no response leaks internals."""

from __future__ import annotations

import inspect
import re
from dataclasses import replace
from typing import Any, cast

import pytest

from domain import errors
from domain.errors import ReportrunError, request_parameter, run_parameter
from interfaces.http.app import build_app
from interfaces.http.edge.errors import CODE, STATUS, error_body, status_of
from tests.support.in_process import InProcess, nothing_started
from tests.support.server import SampleInstallation

RUNS = "/v1/reporting/report_runs"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

TELLTALE = re.compile(
    r"Traceback|File \"|\.py\b|sqlite|postgres|\bselect\s.*\bfrom\b|\binsert into\b|/(tmp|home|root|work|var|usr)/|"
    r"object at 0x|Error\(|Exception",
    re.IGNORECASE,
)
"""Words that only a leak has."""


EVERY_ERROR = [
    kind
    for _, kind in inspect.getmembers(errors, inspect.isclass)
    if issubclass(kind, ReportrunError) and kind is not ReportrunError
]


EXAMPLES: dict[str, tuple[Any, ...]] = {
    "InvalidParameter": ("Wrong.",),
    "UnknownParameters": ([request_parameter("a"), run_parameter("b")],),
    "MissingParameter": (run_parameter("a"),),
    "EmptyParameter": (run_parameter("a"),),
    "NotAnInteger": ("x", run_parameter("a")),
    "WrongShape": ("Invalid object", request_parameter("a")),
    "NotOneOf": (run_parameter("a"), ["x", "y"]),
    "UnknownTimezone": ("Mars/Olympus", ["Etc/UTC"], run_parameter("a")),
    "NotOfferedHere": ("activity.summary.1", None),
    "UnknownCurrency": ("xyz", ["usd"], run_parameter("a")),
    "TooLong": ("x", 1, request_parameter("a")),
    "NulGiven": (),
    "ColumnNotOffered": ("a", "balance.summary.1", ["b"]),
    "ColumnRepeated": ("a",),
    "IntervalRefused": ("Wrong.", run_parameter("interval_start")),
    "IntervalReversed": (2, 1),
    "OutsideDataWindow": ("Outside.", "interval_end", 1, "after"),
    "ReferenceNotFound": ("report run", "frr_1", request_parameter("starting_after")),
    "OneOrMany": ("connected_account", "connected_accounts"),
    "ConflictingCursors": (),
    "ReportTypeCannotRun": ("It cannot.",),
    "NotRunnableHere": ("balance.summary.1",),
    "LiveModeOnly": ("balance.summary.1",),
    "NoConnectedAccounts": ("balance.summary.1", "acct_1"),
    "NoLedgerData": ("balance.summary.1", "test", "balance_transactions", "this account"),
    "NotFound": ("report run", "frr_1"),
    "FileExpired": ("file_1", 0),
    "InvalidUrl": ("It has no scheme.",),
    "TooManyEndpoints": (16, "test"),
    "EventExpired": ("evt_1", 0, 30),
    "EndpointNotListening": ("we_1", "acct_1", "test"),
    "FileLinkExpired": ("link_1", 0),
    "LinkOpensNothing": (),
    "OnlyInTestMode": (),
    "RunAlreadyFinished": ("frr_1", "succeeded"),
    "ReportFailed": ("It failed.",),
    "ReportTimedOut": (1.0,),
    "ResultDamaged": ("file_1", "a" * 64, "b" * 64),
    "ResultDiffers": ("a" * 64, "b" * 64),
    "ColumnsMissing": ("The file has no column fee.",),
    "LedgerRefused": ("It is wrong.",),
    "LedgerBusy": (),
    "KeyRefused": ("It does not open.",),
    "NoKeyGiven": (),
    "UnknownKey": ("****",),
    "ExpiredKey": ("****",),
    "PublishableKeyGiven": (),
    "SessionEnded": (),
    "UserNotAdmitted": ("ada",),
    "SecretKeyNeeded": ("****",),
    "PermissionMissing": ("****", "acct_1", "file_read"),
    "NotAPlatform": ("acct_1",),
    "AccountRefused": ("****", "acct_1"),
    "IdempotencyKeyReused": ("key",),
    "IdempotencyKeyInUse": ("key",),
    "TooManyRequests": ("test",),
    "ServerStopping": (),
    "SealBroken": ("Not now.",),
    "SealRefused": ("Not now.",),
    "NotSealedYet": ("frr_1",),
    "StoreUnavailable": ("Not now.",),
}

STATUSES = {
    401: {"KeyRefused", "NoKeyGiven", "UnknownKey", "ExpiredKey", "PublishableKeyGiven", "SessionEnded"},
    403: {"PermissionMissing", "SecretKeyNeeded", "UserNotAdmitted", "NotAPlatform", "AccountRefused"},
    404: {"NotFound", "EventExpired", "LinkOpensNothing"},
    409: {"RunAlreadyFinished", "LedgerBusy", "IdempotencyKeyInUse", "NotSealedYet"},
    410: {"FileExpired"},
    429: {"TooManyRequests"},
    500: {"ReportFailed", "ReportTimedOut", "ResultDamaged", "ResultDiffers", "SealBroken", "SealRefused"},
    503: {"ServerStopping", "StoreUnavailable"},
}


def test_every_kind_of_error_has_an_example_and_nothing_else_has() -> None:
    assert {kind.__name__ for kind in EVERY_ERROR} == EXAMPLES.keys()


@pytest.mark.parametrize("kind", EVERY_ERROR, ids=lambda kind: kind.__name__)
def test_every_error_has_its_status(kind: type[ReportrunError]) -> None:
    expected = next((status for status, names in STATUSES.items() if kind.__name__ in names), 400)

    assert any(base in STATUS for base in kind.__mro__), f"{kind.__name__} is not in interfaces/http/edge/errors.py"
    assert status_of(kind(*EXAMPLES[kind.__name__])) == expected


@pytest.mark.parametrize("kind", EVERY_ERROR, ids=lambda kind: kind.__name__)
def test_every_body_is_an_envelope_in_alphabetical_order_without_nulls(kind: type[ReportrunError]) -> None:
    error = error_body(kind(*EXAMPLES[kind.__name__]), log_url="http://log")["error"]

    assert list(error) == sorted(error)
    assert None not in error.values()
    assert error["type"] in ("api_error", "idempotency_error", "invalid_request_error")
    assert ("code" in error) == ("doc_url" in error)
    assert set(error) <= {"code", "doc_url", "message", "param", "request_log_url", "type"}


@pytest.mark.parametrize(
    ("error", "param", "message"),
    [
        (
            errors.MissingParameter(run_parameter("payout")),
            "parameters[payout]",
            "Missing required param: parameters[payout].",
        ),
        (
            errors.UnknownParameters([run_parameter("a"), request_parameter("b", "c")]),
            "parameters[a]",
            "Received unknown parameters: parameters[a], b[c]",
        ),
        (
            errors.ReferenceNotFound("connected account", "acct_1", run_parameter("connected_accounts", "1")),
            "parameters[connected_accounts][1]",
            "No such connected account: 'acct_1'",
        ),
        (
            errors.OutsideDataWindow("Outside.", "interval_end", 1, "after"),
            "parameters.interval_end",
            "Outside.",
        ),
        (errors.LiveModeOnly("a.1"), "report_type", "The report type a.1 is only available with a live-mode API key."),
    ],
)
def test_parameters_are_named_as_callers_write_them(error: ReportrunError, param: str, message: str) -> None:
    shown = error_body(error, log_url=None)["error"]

    assert (shown["param"], shown["message"]) == (param, message)


def test_every_error_that_is_drawn_is_there_and_every_one_there_is_drawn() -> None:
    drawn = set(re.findall(r"\b[A-Z]\w+", (errors.__doc__ or "").partition("ReportrunError")[2].partition("Status")[0]))

    assert {kind.__name__ for kind in EVERY_ERROR} <= drawn


def test_every_code_belongs_to_an_error_that_can_happen() -> None:
    assert all(issubclass(kind, ReportrunError) for kind in CODE)


# ---------------------------------------------------------------- nothing leaks


class Broken:
    """A service that goes wrong in the worst way: with everything in its message."""

    SECRET = 'sk_test_secret: select * from api_keys; File "/var/lib/reportrun/views.py"'

    def __getattr__(self, name: str) -> Any:
        async def break_down(*arguments: Any, **more: Any) -> Any:
            raise RuntimeError(self.SECRET)

        return break_down


def test_a_bug_is_a_500_with_every_header_that_says_nothing_of_itself(
    api: InProcess, installation: SampleInstallation, caplog: pytest.LogCaptureFixture
) -> None:
    broken = build_app(replace(api.edge.api, runs=cast("Any", Broken()), files=cast("Any", Broken())), nothing_started)

    for method, path in (("GET", RUNS), ("GET", f"{RUNS}/frr_1"), ("GET", "/v1/files/file_1/contents")):
        answer = api.ask(broken, method, path, key=installation.test_key)

        assert answer.status_code == 500
        assert answer.json() == {
            "error": {
                "message": "Something went wrong on our end. Its details are in the server's log, under this request's "
                "id.",
                "type": "api_error",
            }
        }
        assert answer.headers["content-type"] == "application/json"
        assert answer.headers["stripe-version"] == "2026-10-28.endive"
        assert answer.headers["request-id"] in caplog.text


def test_a_bug_in_the_edge_is_a_500_too(
    api: InProcess, installation: SampleInstallation, caplog: pytest.LogCaptureFixture
) -> None:
    broken = build_app(replace(api.edge.api, authentication=cast("Any", Broken())), nothing_started)

    answer = api.ask(broken, "GET", RUNS, key=installation.test_key)

    assert (answer.status_code, answer.json()["error"]["type"]) == (500, "api_error")
    assert Broken.SECRET not in answer.text
    assert answer.headers["request-id"] in caplog.text


def test_a_store_that_is_away_is_a_503_that_may_be_tried_again(
    api: InProcess, installation: SampleInstallation
) -> None:
    class Away:
        def __getattr__(self, name: str) -> Any:
            async def away(*arguments: Any) -> Any:
                raise errors.StoreUnavailable("The views are behind the log. Try again in a moment.")

            return away

    answer = api.ask(
        build_app(replace(api.edge.api, runs=cast("Any", Away())), nothing_started),
        "GET",
        RUNS,
        key=installation.test_key,
    )

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "1")
    assert answer.json()["error"]["type"] == "api_error"
    assert "stripe-should-retry" not in answer.headers


@pytest.mark.parametrize(
    ("method", "path", "more"),
    [
        ("GET", RUNS + "?limit=x", {}),
        ("GET", RUNS + "?starting_after=' or 1=1 --", {}),
        ("GET", RUNS + "/' union select * from api_keys --", {}),
        ("GET", "/v1/files/..%2F..%2Fetc%2Fpasswd/contents", {}),
        ("GET", "/v1/files/file_%2E%2E/contents", {}),
        ("POST", RUNS, {"content": b"\xff", "headers": FORM}),
        ("POST", RUNS, {"content": b"{", "headers": {"Content-Type": "application/json"}}),
        ("POST", RUNS, {"content": b"report_type=balance.summary.1&parameters[columns][]=%s", "headers": FORM}),
        ("GET", RUNS, {"headers": {"Stripe-Version": "x" * 5000}}),
        ("GET", RUNS, {"headers": {"Stripe-Account": "' or 1=1"}}),
        ("GET", "/v1/x?a[b]=c", {}),
    ],
)
def test_no_refusal_tells_of_keys_statements_paths_or_code(
    api: InProcess, installation: SampleInstallation, method: str, path: str, more: dict[str, Any]
) -> None:
    answer = api(method, path, key=installation.test_key, **more)

    message = answer.json()["error"]["message"]
    sent = path.replace("%2F", "/").partition("/' ")[2]
    assert 400 <= answer.status_code < 500
    assert installation.test_key not in answer.text
    assert not TELLTALE.search(message.replace(sent, "") if sent else message), message


@pytest.mark.parametrize("key", ["sk_test_" + "S3cret" * 8, "S3cretS3cretS3cret", "a_S3cret_S3cret", "x", "_" * 100])
def test_a_refused_key_is_never_shown(api: InProcess, key: str) -> None:
    message = api("GET", RUNS, key=key).json()["error"]["message"]

    assert "*" in message
    assert "S3cretS3cret" not in message
    assert key not in message.replace("API Key", "")
