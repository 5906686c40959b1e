"""The form grammar of bodies and queries: `a=1`, `a[b]=1`, `a[]=1`, `a[0]=1`, brackets raw or percent-encoded."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from itertools import count
from typing import Any
from urllib.parse import unquote_to_bytes

from domain.errors import InvalidParameter, NulGiven, TooLong, WrongShape, request_parameter
from domain.runs.run_parameters import MAX_STRING

MAX_PAIRS = 1_000
"""Parameters of a request; a list counts once."""

MAX_LIST = 10_000
"""Values of one list, as platforms name their connected accounts."""

MOST_PAIRS = MAX_PAIRS + MAX_LIST
"""With more, a text is not even split."""

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
    pairs = encoded.count(b"&") + 1
    if pairs > MOST_PAIRS:
        raise _too_many(pairs)
    if pairs > MAX_PAIRS:
        _must_be_mostly_lists(encoded, pairs)
    root: Form = {}
    free: dict[int, int] = {}
    for pair in encoded.split(b"&"):
        if pair:
            name, _, value = pair.partition(b"=")
            path = _path_of(name)
            if len(value) > MAX_VALUE_BYTES:
                raise TooLong(_beginning(value), MAX_STRING, request_parameter(*path))
            _put(root, path, _decoded(value), free)
    return {name: value if isinstance(value, str) else _with_lists(value) for name, value in root.items()}


def _must_be_mostly_lists(encoded: bytes, pairs: int) -> None:
    """Raises `InvalidParameter` for too many parameters, of which each list is one, or too many values of a list."""
    paths = (_path_of(pair.partition(b"=")[0]) for pair in encoded.split(b"&") if pair)
    lists = Counter(tuple(path[:-1]) for path in paths if len(path) > 1 and (not path[-1] or _is_index(path[-1])))
    parameters = pairs - lists.total() + len(lists)
    if parameters > MAX_PAIRS:
        raise _too_many(parameters)
    for path, values in lists.items():
        if values > MAX_LIST:
            message = f"The request gives {values} values in one list; at most {MAX_LIST} are allowed."
            raise InvalidParameter(message, request_parameter(*path))


def _too_many(parameters: int) -> InvalidParameter:
    return InvalidParameter(f"The request has {parameters} parameters; at most {MAX_PAIRS} are allowed.")


def _decoded(encoded: bytes) -> str:
    try:
        plain = encoded.find(b"%") < 0 and encoded.find(b"+") < 0  # `in` raises and drops a `TypeError` first
        text = (encoded if plain else unquote_to_bytes(encoded.replace(b"+", b" "))).decode()
    except UnicodeDecodeError:
        raise InvalidParameter("The request is not valid form-encoded UTF-8 text.") from None
    if "\x00" in text:
        raise NulGiven
    return text


def _beginning(encoded: bytes) -> str:
    """Of a value that is too long to be decoded whole: what a message shows of it."""
    return unquote_to_bytes(encoded[:SHOWN_BYTES]).decode(errors="replace")


def _path_of(encoded: bytes) -> list[str]:
    return _known_path(encoded) if len(encoded) <= KNOWN_NAME_BYTES else _long_path(encoded)


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


def _put(root: Form, path: list[str], value: str, free: dict[int, int]) -> None:
    """free  node -> the index from which to look for a free one: names may take indexes in any order"""
    node = root
    for depth, key in enumerate(path[:-1]):
        child = node.setdefault(key or _free_index(node, free), {})
        if not isinstance(child, dict):  # a=1&a[b]=2
            raise WrongShape("Invalid object", request_parameter(*path[: depth + 1]))
        node = child
    last = path[-1] or (_free_index(node, free) if len(path) > 1 else "")
    if isinstance(node.get(last), dict):  # a[b]=1&a=2
        raise WrongShape("Invalid object", request_parameter(*path))
    node[last] = value


def _free_index(node: Form, free: dict[int, int]) -> str:
    first = max(len(node), free.get(id(node), 0))
    index = next(index for index in count(first) if str(index) not in node)
    free[id(node)] = index + 1
    return str(index)


def _with_lists(value: Any) -> Any:
    """A hash with whole numbers for all keys is a list, in the order of those numbers."""
    if not isinstance(value, dict):
        return value
    inner = {key: item if isinstance(item, str) else _with_lists(item) for key, item in value.items()}
    for key in inner:
        if not _is_index(key):
            return inner
    return [inner[key] for key in sorted(inner, key=int)]


def _is_index(key: str) -> bool:
    return key.isascii() and key.isdigit() and len(key) <= MAX_INDEX_DIGITS
