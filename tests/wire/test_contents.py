"""GET /v1/files/:id/contents: whole, in part, compressed, or not at all when the caller has it."""

from __future__ import annotations

import gzip
import zlib
from typing import Any, cast

import httpx
import pytest
from stripe import StripeClient

from tests.support.official import create, finished
from tests.support.server import SampleInstallation
from tests.wire.envelopes import body_of, refusal

PLAIN = {"Accept-Encoding": "identity"}


@pytest.fixture
def contents(finished_run: dict[str, Any]) -> str:
    return f"/v1/files/{finished_run['result']['id']}/contents"


@pytest.fixture
def whole(http: httpx.Client, contents: str) -> httpx.Response:
    return http.get(contents, headers=PLAIN)


def raw_body(client: httpx.Client, url: str, headers: dict[str, str]) -> tuple[httpx.Response, bytes]:
    """An answer, and its bytes as they were sent."""
    with client.stream("GET", url, headers=headers) as answer:
        return answer, b"".join(answer.iter_raw())


def test_the_whole_file_is_quoted_csv(whole: httpx.Response, finished_run: dict[str, Any]) -> None:
    file = finished_run["result"]

    assert whole.status_code == 200
    assert whole.text.splitlines()[0] == '"category","description","net_amount","currency"'
    assert whole.headers["content-type"] == "text/csv; charset=utf-8"
    assert whole.headers["content-length"] == str(file["size"]) == str(len(whole.content))
    assert whole.headers["content-disposition"] == f'attachment; filename="{file["filename"]}"'
    assert whole.headers["accept-ranges"] == "bytes"
    assert whole.headers["vary"] == "Accept-Encoding"
    assert "content-encoding" not in whole.headers


def test_the_file_opens_with_the_key_as_user_and_as_bearer_but_not_without(
    web: httpx.Client, contents: str, whole: httpx.Response, installation: SampleInstallation
) -> None:
    basic = web.get(contents, auth=(installation.test_key, ""))
    bearer = web.get(contents, headers={"Authorization": f"Bearer {installation.test_key}"})

    assert basic.content == bearer.content == whole.content
    assert web.get(contents).status_code == 401
    assert web.get(contents, headers={"Authorization": f"Bearer {installation.stranger_key}"}).status_code == 404
    assert web.get(contents, headers={"Authorization": f"Bearer {installation.live_key}"}).status_code == 404


@pytest.mark.parametrize("accepted", ["gzip", "gzip, deflate", "br;q=1.0, GZIP;q=0.5", "*", "x-gzip"])
def test_it_is_compressed_for_clients_that_take_gzip(
    http: httpx.Client, contents: str, whole: httpx.Response, accepted: str
) -> None:
    answer, sent = raw_body(http, contents, {"Accept-Encoding": accepted})

    assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
    assert gzip.decompress(sent) == whole.content
    assert answer.headers["etag"] == f"W/{whole.headers['etag']}"
    assert answer.headers["vary"] == "Accept-Encoding"
    assert "content-length" not in answer.headers


@pytest.mark.parametrize("accepted", ["", "identity", "deflate, br", "gzip;q=0", "gzip; q=0.0, *", "*;q=0", "gzip;q=x"])
def test_it_is_plain_for_all_others(http: httpx.Client, contents: str, whole: httpx.Response, accepted: str) -> None:
    answer, sent = raw_body(http, contents, {"Accept-Encoding": accepted})

    assert "content-encoding" not in answer.headers
    assert sent == whole.content


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        ("bytes=0-9", 0, 9),
        ("bytes=5-", 5, None),
        ("bytes=-7", -7, None),
        ("bytes=3-99999999", 3, None),
        ("bytes=-99999999", 0, None),
        ("Bytes = 0-9", None, None),
    ],
)
def test_a_range_is_a_part_and_never_compressed(
    http: httpx.Client, contents: str, whole: httpx.Response, asked: str, first: int | None, last: int | None
) -> None:
    answer, sent = raw_body(http, contents, {"Range": asked, "Accept-Encoding": "gzip"})
    if first is None:  # no range that HTTP knows: the whole file
        assert (answer.status_code, zlib.decompress(sent, wbits=31)) == (200, whole.content)
        return

    size = len(whole.content)
    start = first % size
    expected = whole.content[start:] if last is None else whole.content[start : last + 1]
    assert (answer.status_code, sent) == (206, expected)
    assert answer.headers["content-range"] == f"bytes {start}-{start + len(expected) - 1}/{size}"
    assert answer.headers["content-length"] == str(len(expected))
    assert answer.headers["etag"] == whole.headers["etag"]
    assert "content-encoding" not in answer.headers


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0"])
def test_a_range_outside_the_file_is_a_416_that_tells_its_size(
    http: httpx.Client, contents: str, whole: httpx.Response, asked: str
) -> None:
    answer = http.get(contents, headers={"Range": asked})

    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{len(whole.content)}"


@pytest.mark.parametrize(
    "asked", ["bytes=5-2", "bytes=-", "bytes=0-1,4-5", "lines=0-1", "bytes=" + "9" * 5000 + "-", "é"]
)
def test_what_is_no_single_range_gets_the_whole_file(
    http: httpx.Client, contents: str, whole: httpx.Response, asked: str
) -> None:
    answer = http.get(contents, headers=cast("Any", {**PLAIN, "Range": asked.encode()}))

    assert (answer.status_code, answer.content) == (200, whole.content)


def test_a_caller_that_has_the_file_gets_a_304(http: httpx.Client, contents: str, whole: httpx.Response) -> None:
    tag = whole.headers["etag"]

    for named in (tag, f"W/{tag}", f'"other", {tag}', f'W/"other",W/{tag}', "*"):
        answer = http.get(contents, headers={"If-None-Match": named})

        assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", tag)
        assert {"content-length", "content-type"}.isdisjoint(answer.headers)
    for other in ('"other"', tag.strip('"'), ""):
        assert http.get(contents, headers={"If-None-Match": other}).status_code == 200


def test_a_caller_gets_only_the_file_that_it_names(http: httpx.Client, contents: str, whole: httpx.Response) -> None:
    tag = whole.headers["etag"]

    for named in (tag, f'"other", {tag}', "*"):
        assert http.get(contents, headers={**PLAIN, "If-Match": named}).content == whole.content
    for other in ('"other"', f"W/{tag}", tag.strip('"'), ""):
        answer = http.get(contents, headers={"If-Match": other, "If-None-Match": "*", "Range": "bytes=0-4"})

        assert (answer.status_code, body_of(answer)) == (
            412,
            refusal(f"The file's ETag is {tag}, which the If-Match header does not name."),
        )


def test_a_range_is_given_only_of_the_file_that_the_caller_began_with(
    http: httpx.Client, contents: str, whole: httpx.Response
) -> None:
    def status(condition: str) -> int:
        return http.get(contents, headers={**PLAIN, "Range": "bytes=0-4", "If-Range": condition}).status_code

    tag = whole.headers["etag"]
    assert status(tag) == 206
    assert [status(other) for other in (f"W/{tag}", '"other"', "Wed, 21 Oct 2026 07:28:00 GMT", "")] == [200] * 4


def test_head_has_the_headers_of_get_and_ignores_ranges(
    http: httpx.Client, contents: str, whole: httpx.Response
) -> None:
    plain = http.head(contents, headers={**PLAIN, "Range": "bytes=0-4"})
    compressed = http.head(contents, headers={"Accept-Encoding": "gzip"})

    assert (plain.status_code, plain.content) == (200, b"")
    assert plain.headers["content-length"] == str(len(whole.content))
    assert plain.headers["etag"] == whole.headers["etag"]
    assert (compressed.headers["content-encoding"], compressed.content) == ("gzip", b"")


def test_parts_put_together_are_the_file(http: httpx.Client, contents: str, whole: httpx.Response) -> None:
    size = len(whole.content)

    parts = [
        http.get(contents, headers={"Range": f"bytes={start}-{start + 49}"}).content for start in range(0, size, 50)
    ]

    assert b"".join(parts) == whole.content


def test_a_file_without_its_bytes_is_a_404_and_no_broken_response(
    http: httpx.Client, client: StripeClient, installation: SampleInstallation
) -> None:
    file = finished(client, create(client).id).result.id
    (path,) = (installation.data / "files").rglob(f"{file}.csv")
    path.unlink()

    for more in ({}, PLAIN, {"Range": "bytes=0-4"}):
        answer = http.get(f"/v1/files/{file}/contents", headers=more)

        assert (answer.status_code, body_of(answer)) == (
            404,
            refusal(f"No such file upload: '{file}'", code="resource_missing", param="id"),
        )


def test_an_expired_file_is_a_410_that_says_when_it_expired_and_its_record_stays(
    web: httpx.Client, installation: SampleInstallation
) -> None:
    file = installation.past_files[0]
    key = {"Authorization": f"Bearer {installation.stranger_key}"}

    answer = web.get(f"/v1/files/{file}/contents", headers=key)

    assert (answer.status_code, body_of(answer)) == (
        410,
        refusal(
            f"The file {file} expired at 2024-11-13 22:15:10 UTC; its contents are no longer available. Run the report "
            "again to get them."
        ),
    )
    assert web.get(f"/v1/files/{file}", headers=key).status_code == 200


def test_contents_take_no_parameters(http: httpx.Client, contents: str) -> None:
    answer = http.get(f"{contents}?wat=1")

    assert (answer.status_code, body_of(answer)) == (
        400,
        refusal("Received unknown parameter: wat", code="parameter_unknown", param="wat"),
    )


def test_a_platform_fetches_the_file_of_its_connected_account(
    web: httpx.Client, installation: SampleInstallation
) -> None:
    headers = {"Authorization": f"Bearer {installation.test_key}", "Stripe-Account": installation.connected}

    answer = web.get("/v1/files/file_1/contents", headers=headers)

    assert (answer.status_code, answer.headers["stripe-account"]) == (404, installation.connected)
