"""`Range` headers: which bytes, the whole file, or none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interfaces.http.responses.contents.conditions import RangeRefused, requested_range

sizes = st.integers(0, 50)


@given(sizes, st.integers(0, 60), st.integers(0, 60))
def test_a_range_is_the_bytes_that_it_names_as_far_as_there_are_any(size: int, first: int, last: int) -> None:
    contents = bytes(range(size))
    try:
        part = requested_range(f"bytes={first}-{last}", size)
    except RangeRefused:
        assert first <= last and not contents[first : last + 1]
        return

    if part is None:
        assert last < first
    else:
        assert contents[part.start : part.stop] == contents[first : last + 1]


@given(sizes, st.integers(0, 60))
def test_a_suffix_is_the_end_of_the_file(size: int, length: int) -> None:
    contents = bytes(range(size))
    try:
        part = requested_range(f"bytes=-{length}", size)
    except RangeRefused:
        assert not size or not length
        return

    assert part is not None
    assert contents[part.start : part.stop] == contents[-length:]


@given(sizes, st.integers(0, 60))
def test_an_open_range_goes_on_to_the_end(size: int, first: int) -> None:
    try:
        part = requested_range(f"bytes={first}-", size)
    except RangeRefused:
        assert first >= size
        return

    assert part == range(first, size)


@given(st.text(max_size=30), sizes)
def test_any_other_header_asks_for_the_whole_file(header: str, size: int) -> None:
    if header.strip().lower().startswith("bytes="):
        return

    assert requested_range(header, size) is None


@pytest.mark.parametrize(
    "header", [None, "", "bytes=", "bytes=-", "bytes=a-b", "bytes=1-2,4-5", "bytes=5-2", "bytes=--5"]
)
def test_what_is_no_single_range_asks_for_the_whole_file(header: str | None) -> None:
    assert requested_range(header, 10) is None


@pytest.mark.parametrize("header", ["bytes=0-4", "BYTES=0-4", " bytes= 0-4 "])
def test_the_unit_may_be_written_in_any_case(header: str) -> None:
    assert requested_range(header, 10) == range(5)
