"""Entity tags and content codings in request headers."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interfaces.http.responses.contents.conditions import accepts_gzip, is_exactly, matches, names
from interfaces.http.responses.contents.gzip_stream import gzipped


@pytest.mark.parametrize("header", ['"a"', 'W/"a"', '"b", "a"', '"b",W/"a" , "c"', "*", '"b,c", "a"'])
def test_a_list_names_a_tag_weak_or_strong(header: str) -> None:
    assert names(header, '"a"')


@pytest.mark.parametrize("header", [None, "", "a", '"b"', 'W/"ab"', '"*"', "**", '"b, a"'])
def test_other_lists_do_not(header: str | None) -> None:
    assert not names(header, '"a"')


@pytest.mark.parametrize("header", ['W/"a"', '"b"', "a", "*", '"a", "b"', "Wed, 21 Oct 2026 07:28:00 GMT"])
def test_a_range_rests_on_one_strong_tag_only(header: str) -> None:
    assert is_exactly(' "a" ', '"a"')
    assert not is_exactly(header, '"a"')


@pytest.mark.parametrize(
    ("header", "is_let_through"),
    [(None, True), (" * ", True), ('"a"', True), ('"b" ,"a"', True), ("", False), ('W/"a"', False), ("a", False)],
)
def test_a_request_goes_on_only_for_the_very_tag(header: str | None, is_let_through: bool) -> None:
    assert matches(header, '"a"') is is_let_through


@pytest.mark.parametrize(
    "header",
    ["gzip", "GZip", "deflate, gzip", "gzip;q=0.1", "gzip ; q=1", "*", "identity, *;q=0.5", "x-gzip"],
)
def test_gzip_is_taken(header: str) -> None:
    assert accepts_gzip(header)


@pytest.mark.parametrize(
    "header", [None, "", "identity", "br", "gzip;q=0", "gzip;q=0.000", "*;q=0", "*, gzip;q=0", "gzip;q=x", ",;,="]
)
def test_gzip_is_not_taken(header: str | None) -> None:
    assert not accepts_gzip(header)


@given(st.lists(st.binary(max_size=100)))
def test_what_is_compressed_is_what_comes_out(chunks: list[bytes]) -> None:
    async def given_chunks() -> AsyncIterator[bytes]:
        for chunk in chunks:
            yield chunk

    async def compressed() -> bytes:
        return b"".join([part async for part in gzipped(given_chunks())])

    assert gzip.decompress(asyncio.run(compressed())) == b"".join(chunks)


@given(st.text())
def test_any_header_is_understood_somehow(header: str) -> None:
    accepts_gzip(header)
    names(header, '"a"')
