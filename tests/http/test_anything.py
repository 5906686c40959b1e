"""No request gets a 5xx: properties over the whole surface."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.support.in_process import InProcess
from tests.support.server import SampleInstallation

RUNS = "/v1/reporting/report_runs"
FORM = "application/x-www-form-urlencoded"

many = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])

names = st.sampled_from(
    "report_type parameters parameters[interval_start] parameters[interval_end] parameters[columns] "
    "parameters[columns][] parameters[columns][0] parameters[timezone] parameters[currency] parameters[timezone][] "
    "parameters[reporting_category] expand expand[] expand[][a] limit created created[gte] created[x] starting_after "
    "ending_before purpose parameters[a][b][c]".split()
)
values = st.one_of(
    st.sampled_from(
        ["balance.summary.1", "payouts.itemized.3", "1735689600", "1738368000", "-1", "0", "9" * 15, "9" * 400, "usd"]
    ),
    st.text(max_size=30).map(lambda text: text.encode(errors="replace").decode()),
)
forms = st.lists(st.tuples(names, values), max_size=6).map(
    lambda pairs: "&".join(f"{name}={quote(value)}" for name, value in pairs)
)


@many
@given(form=forms)
def test_no_form_breaks_the_making_of_runs(api: InProcess, installation: SampleInstallation, form: str) -> None:
    answer = api("POST", RUNS, key=installation.test_key, content=form, headers={"Content-Type": FORM})

    assert answer.status_code in (200, 400)


@many
@given(form=forms, path=st.sampled_from([RUNS, "/v1/files", "/v1/reporting/report_types", f"{RUNS}/frr_1"]))
def test_no_query_breaks_a_list(api: InProcess, installation: SampleInstallation, form: str, path: str) -> None:
    answer = api("GET", f"{path}?{form}", key=installation.stranger_key)

    assert answer.status_code in (200, 400, 404)


@many
@given(body=st.binary(max_size=300), content_type=st.sampled_from([FORM, "application/json", "text/plain"]))
def test_no_body_breaks_anything(
    api: InProcess, installation: SampleInstallation, body: bytes, content_type: str
) -> None:
    answer = api("POST", RUNS, key=installation.test_key, content=body, headers={"Content-Type": content_type})

    assert answer.status_code == 400


@many
@given(
    id=st.text(min_size=1, max_size=40).map(lambda text: text.encode(errors="replace").decode()),
    path=st.sampled_from(
        [RUNS + "/{}", "/v1/files/{}", "/v1/files/{}/contents", "/v1/reporting/report_types/{}", "/v1/{}"]
    ),
)
def test_no_id_breaks_a_look_up(api: InProcess, installation: SampleInstallation, id: str, path: str) -> None:
    answer = api("GET", path.format(quote(id, safe="")), key=installation.test_key)

    assert answer.status_code == 404 or id in (".", "..") or "\n" in id


@many
@given(
    name=st.sampled_from(
        "Authorization Stripe-Account Stripe-Version Idempotency-Key Host Range If-Range If-None-Match Accept-Encoding "
        "Content-Type Content-Length".split()
    ).map(str.encode),
    value=st.binary(max_size=60)
    | st.sampled_from([b"Basic \xff", b"Basic Og==", b"Bearer ", b"-5", b"9" * 40, b"1e5"]),
)
def test_no_header_breaks_anything(api: InProcess, installation: SampleInstallation, name: bytes, value: bytes) -> None:
    headers = {b"Authorization": f"Bearer {installation.test_key}".encode(), name: value}

    statuses = [
        api("GET", RUNS, headers=headers).status_code,
        api("POST", RUNS, headers=headers, content=b"a=1").status_code,
        api("GET", "/v1/files/file_1/contents", headers=headers).status_code,
    ]

    assert all(status < 500 for status in statuses)
