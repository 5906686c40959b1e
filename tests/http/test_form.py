"""The form grammar: what clients encode is decoded, and no input breaks the parser."""

from __future__ import annotations

import time
import tracemalloc
from contextlib import suppress
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stripe._encode import _api_encode

from domain.errors import InvalidParameter, WrongShape
from interfaces.http.requests.form import MAX_LIST, MAX_PAIRS, parse_form

names = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
texts = st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20)
values = st.recursive(
    texts,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(names, inner, min_size=1, max_size=3),
    max_leaves=8,
)
forms = st.dictionaries(names, values, max_size=4)


def depth(value: Any) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(depth, inner), default=0)


shallow_forms = forms.filter(lambda form: depth(form) <= 6)


@given(shallow_forms)
def test_what_the_python_client_encodes_is_read_as_it_was_meant(form: dict[str, str]) -> None:
    query = "&".join(f"{quote_plus(name)}={quote_plus(value)}" for name, value in _api_encode(form))
    body = query.replace("%5B", "[").replace("%5D", "]") if not any_bracket(form) else query

    assert parse_form(query.encode()) == form
    assert parse_form(body.encode()) == form


@given(shallow_forms)
def test_what_the_node_client_encodes_is_read_as_it_was_meant(form: dict[str, str]) -> None:
    encoded = "&".join(f"{quote(name, safe='[]')}={quote(value, safe='')}" for name, value in _api_encode(form))

    assert parse_form(encoded.encode()) == form


@given(names, st.lists(texts, min_size=1, max_size=8))
def test_a_list_may_be_written_without_numbers(name: str, items: list[str]) -> None:
    encoded = "&".join(f"{name}[]={quote(item)}" for item in items)

    assert parse_form(encoded.encode()) == {name: items}


@given(st.binary(max_size=200))
def test_any_bytes_are_a_form_or_a_refusal(encoded: bytes) -> None:
    try:
        form = parse_form(encoded)
    except InvalidParameter:
        return
    assert all(isinstance(name, str) for name in form)


@given(st.lists(st.tuples(st.sampled_from(["a", "a[b]", "a[]", "a[0]", "a[b][c]", "[", "a]", "a[", "[]", ""]), names)))
def test_names_that_contradict_each_other_are_refused_and_never_a_crash(pairs: list[tuple[str, ...]]) -> None:
    try:
        parse_form("&".join(f"{name}={value}" for name, value in pairs).encode())
    except WrongShape as conflict:
        assert str(conflict) == "Invalid object"


@pytest.mark.parametrize(
    ("encoded", "form"),
    [
        ("", {}),
        ("&&", {}),
        ("a", {"a": ""}),
        ("=1", {"": "1"}),
        ("a=1&a=2", {"a": "2"}),
        ("a=b=c", {"a": "b=c"}),
        ("a[b]=1&a[b]=2", {"a": {"b": "2"}}),
        ("a[b][]=1&a[b][]=2", {"a": {"b": ["1", "2"]}}),
        ("a[1]=x&a[]=y", {"a": ["x", "y"]}),
        ("a[9]=z&a[1]=x", {"a": ["x", "z"]}),
        ("a[x]=1&a[0]=2", {"a": {"x": "1", "0": "2"}}),
        ("a[b[c]]=1", {"a": {"b[c]": "1"}}),
        ("a[b=1", {"a[b": "1"}),
        ("a]b=1", {"a]b": "1"}),
        ("[a]=1", {"[a]": "1"}),
        ("a[b]c=1", {"a[b]c": "1"}),
        ("%5B%5D=1", {"[]": "1"}),
        ("a=%zz", {"a": "%zz"}),
        ("a=%", {"a": "%"}),
        ("a[999999]=1", {"a": {"999999": "1"}}),
        ("a[٣]=1", {"a": {"٣": "1"}}),
    ],
)
def test_odd_forms_are_read_in_one_way(encoded: str, form: dict[str, str]) -> None:
    assert parse_form(encoded.encode()) == form


@pytest.mark.parametrize(
    "encoded", ["a=1&a[b]=2", "a[b]=1&a=2", "a[]=1&a[0][b]=2", "a[b]=1&a[b][c]=2", "a[b][c]=1&a[b]=2"]
)
def test_a_value_cannot_be_text_and_hash_at_once(encoded: str) -> None:
    with pytest.raises(WrongShape, match="Invalid object"):
        parse_form(encoded.encode())


@pytest.mark.parametrize(
    ("encoded", "message"),
    [
        (b"a=\xff", "The request is not valid form-encoded UTF-8 text."),
        (b"a=%ff", "The request is not valid form-encoded UTF-8 text."),
        (b"%ed%a0%80=1", "The request is not valid form-encoded UTF-8 text."),
        (b"a=%00", "The request holds a NUL character, which no parameter may have."),
        (b"a%00=1", "The request holds a NUL character, which no parameter may have."),
        (b"a=1&" * (MAX_PAIRS + 1), "The request has 1001 parameters; at most 1000 are allowed."),
        (b"a=1&&" * MAX_PAIRS, "The request has 1999 parameters; at most 1000 are allowed."),
        (b"a" * 6001 + b"=1", "A parameter's name has 6001 bytes; at most 500 characters are allowed."),
        (b"a=" + b"%F0%9F%98%80" * 5001, f"Invalid string: {'😀' * 20}...; must be at most 5000 characters"),
        (b"a" + b"[b]" * 6 + b"=1", "The parameter a is nested deeper than 6 levels."),
        (b"a" * 501 + b"=1", "A parameter's name has 501 characters; at most 500 are allowed."),
    ],
)
def test_limits_are_refused_in_a_sentence(encoded: bytes, message: str) -> None:
    with pytest.raises(InvalidParameter) as refused:
        parse_form(encoded)

    assert str(refused.value) == message


@pytest.mark.parametrize("encoded", [b"&" * 2**20, b"a=1&" * 2**18, b"a=" + b"%41" * 2**18, b"%41" * 2**18 + b"=1"])
def test_a_form_over_the_limits_is_neither_split_nor_decoded(encoded: bytes) -> None:
    tracemalloc.start()
    with suppress(InvalidParameter):
        parse_form(encoded)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert most < 3 * len(encoded)  # split and decoded, it would take eight times as much and more


def test_the_longest_value_is_read() -> None:
    assert parse_form(b"a=" + b"%F0%9F%98%80" * 5000) == {"a": "😀" * 5000}


def test_the_largest_form_is_read() -> None:
    encoded = b"&".join(b"a[b][c][d][e][]=%d" % number for number in range(MAX_PAIRS))

    assert parse_form(encoded)["a"]["b"]["c"]["d"]["e"][-1] == "999"


@pytest.mark.parametrize("name", ["a[b][]", "a[b][{}]"])
def test_a_list_has_up_to_10_000_values_and_counts_as_one_parameter(name: str) -> None:
    names = [name.format(number) for number in range(MAX_LIST + 1)]
    others = "&".join(f"b{number}=1" for number in range(MAX_PAIRS - 1))
    largest = "&".join(f"{one}=x{number}" for number, one in enumerate(names[:-1]))

    form = parse_form(f"{largest}&{others}".encode())

    assert form["a"]["b"] == [f"x{number}" for number in range(MAX_LIST)]
    with pytest.raises(InvalidParameter, match=r"^The request gives 10001 values in one list; at most 10000"):
        parse_form(f"{largest}&{names[-1]}=1".encode())
    with pytest.raises(InvalidParameter, match=r"^The request has 1001 parameters; at most 1000 are allowed\.$"):
        parse_form(f"a[b][]=1&a[b][]=2&c=1&{others}".encode())


def test_values_without_a_number_find_a_free_one_at_once() -> None:
    """Each looked through all the numbers that were taken: 5,000 of them took seconds."""
    taken = "&".join(f"a[{number}]=1" for number in range(5_000, 10_000))
    encoded = f"{taken}&{'a[]=2&' * 5_000}"

    began = time.process_time()
    form = parse_form(encoded.encode())

    assert form["a"] == ["1"] * 5_000 + ["2"] * 5_000
    assert time.process_time() - began < 1


def any_bracket(value: Any) -> bool:
    """Whether a text of the form has a bracket of its own."""
    if isinstance(value, str):
        return "[" in value or "]" in value
    return any(map(any_bracket, value.values() if isinstance(value, dict) else value))


def test_a_character_may_be_written_half_raw_and_half_percent_encoded() -> None:
    assert parse_form(b"a=\xc3%a9&b=%c3\xa9") == {"a": "\u00e9", "b": "\u00e9"}
