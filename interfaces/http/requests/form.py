"""The form grammar of bodies and queries: `a=1`, `a[b]=1`, `a[]=1`, `a[0]=1`, brackets raw or percent-encoded."""

from __future__ import annotations

from functools import lru_cache
from itertools import count
from typing import Any
from urllib.parse import unquote_to_bytes

from domain.errors import InvalidParameter, TooLong, WrongShape, request_parameter
from domain.runs.run_parameters import MAX_STRING

MAX_PAIRS = 1_000
MAX_DEPTH = 6
MAX_NAME_CHARACTERS = 500
MAX_INDEX_DIGITS = 5

BYTES_OF_A_CHARACTER = 12
"""The longest that one is written: four bytes, percent-encoded."""

MAX_VALUE_BYTES = MAX_STRING * BYTES_OF_A_CHARACTER

SHOWN_BYTES = 240
"""Of a value above it."""

KNOWN_NAME_BYTES = 64
"""Parsed names up to this size are cached."""

Form = dict[str, Any]
"""Text, lists and hashes of text, by name."""


def parse_form(encoded: bytes, below: bytes = b"") -> Form:
    """Parse an `application/x-www-form-urlencoded` text. Of a name that is given twice, the last counts.

    below  another text, that the first one overrides

    Raises an `InvalidParameter` for a malformed text or one over the limits.
    """
    if below:
        encoded = below + b"&" + encoded
    encoded = encoded.strip(b"&")
    if not encoded:
        return {}
    count = encoded.count(b"&") + 1
    if count > MAX_PAIRS:
        raise InvalidParameter(f"The request has {count} parameters; at most {MAX_PAIRS} are allowed.")
    root: Form = {}
    for pair in encoded.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            path = _known_path(name) if len(name) <= KNOWN_NAME_BYTES else _long_path(name)
            if len(value) > MAX_VALUE_BYTES:
                raise TooLong(_beginning(value), MAX_STRING, request_parameter(*path))
            _put(root, path, _decoded(value))
    return {name: value if isinstance(value, str) else _with_lists(value) for name, value in root.items()}


def _decoded(encoded: bytes) -> str:
    try:
        plain = b"%" not in encoded and b"+" not in encoded
        text = (encoded if plain else unquote_to_bytes(encoded.replace(b"+", b" "))).decode()
    except UnicodeDecodeError:
        raise InvalidParameter("The request is not valid form-encoded UTF-8 text.") from None
    if "\x00" in text:
        raise InvalidParameter("The request holds a NUL character, which no parameter may have.")
    return text


def _beginning(encoded: bytes) -> str:
    """Of a value that is too long to be decoded whole: what a message shows of it."""
    return unquote_to_bytes(encoded[:SHOWN_BYTES]).decode(errors="replace")


@lru_cache(maxsize=1024)
def _known_path(encoded: bytes) -> list[str]:
    """Cached: clients send the same few names."""
    return _path(_decoded(encoded))


def _long_path(encoded: bytes) -> list[str]:
    if len(encoded) > MAX_NAME_CHARACTERS * BYTES_OF_A_CHARACTER:
        raise InvalidParameter(
            f"A parameter's name has {len(encoded)} bytes; at most {MAX_NAME_CHARACTERS} characters are allowed."
        )
    return _path(_decoded(encoded))


def _path(name: str) -> list[str]:
    """`["a", "b", ""]` from `a[b][]`; without matching brackets it is a plain name."""
    if len(name) > MAX_NAME_CHARACTERS:
        raise InvalidParameter(
            f"A parameter's name has {len(name)} characters; at most {MAX_NAME_CHARACTERS} are allowed."
        )
    head, bracket, rest = name.partition("[")
    if not bracket or not head or not rest.endswith("]"):
        return [name]
    path = [head, *rest[:-1].split("][")]
    if len(path) > MAX_DEPTH:
        raise InvalidParameter(
            f"The parameter {head} is nested deeper than {MAX_DEPTH} levels.", request_parameter(head)
        )
    return path


def _put(root: Form, path: list[str], value: str) -> None:
    node = root
    for depth, key in enumerate(path[:-1]):
        child = node.setdefault(key or _free_index(node), {})
        if not isinstance(child, dict):  # a=1&a[b]=2
            raise WrongShape("Invalid object", request_parameter(*path[: depth + 1]))
        node = child
    last = path[-1] or (_free_index(node) if len(path) > 1 else "")
    if isinstance(node.get(last), dict):  # a[b]=1&a=2
        raise WrongShape("Invalid object", request_parameter(*path))
    node[last] = value


def _free_index(node: Form) -> str:
    return next(index for index in map(str, count(len(node))) if index not in node)


def _with_lists(value: Any) -> Any:
    """A hash with whole numbers for all keys is a list, in the order of those numbers."""
    if not isinstance(value, dict):
        return value
    inner = {key: _with_lists(item) for key, item in value.items()}
    for key in inner:
        if not (key.isascii() and key.isdigit() and len(key) <= MAX_INDEX_DIGITS):
            return inner
    return [inner[key] for key in sorted(inner, key=int)]
