"""Checks that the decoded state of an event has the fields of its type, each with a value of the declared type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints

Accepts = Callable[[Any], bool]

_LARGEST = 2**63 - 1
"""Integers of events go into columns of 64 bits."""

_MISSING = object()

_FROM_THE_ROW = ("originator_id", "originator_version")


class FieldFault(ValueError):
    """A field that is missing, or has a value of another type."""


def check_fields(kind: type, state: Mapping[str, Any]) -> None:
    """Raises `FieldFault` with the first field of an event's type that its state does not have as declared."""
    for name, plain, accepts in _fields(kind):
        value = state.get(name, _MISSING)
        if type(value) in plain or accepts(value):
            continue
        if value is _MISSING:
            raise FieldFault(f"the field {name} is missing")
        raise FieldFault(f"the field {name} has a value of another type")


@cache
def _fields(kind: type) -> tuple[tuple[str, frozenset[type], Accepts], ...]:
    """Each field with the types of which every value is right, and the test for values of others."""
    hints = get_type_hints(kind)
    return tuple(
        (name, _plain_types(hints[name]), _acceptor(hints[name]))
        for name in hints
        if _is_field(kind, name) and name not in _FROM_THE_ROW
    )


def _plain_types(hint: Any) -> frozenset[type]:
    """Most values of a log are such ones: their test is one lookup."""
    return frozenset(get_args(hint) if isinstance(hint, UnionType) else (hint,)) & {str, bool, NoneType}


def _is_field(kind: type, name: str) -> bool:
    """Whether an annotated name is set on events, and not on their class."""
    return not hasattr(kind, name)


def _acceptor(hint: Any) -> Accepts:
    """The test for the values of a type."""
    if hint is Any:
        return lambda value: value is not _MISSING
    if isinstance(hint, UnionType):
        options = [_acceptor(option) for option in get_args(hint)]
        return lambda value: any(accepts(value) for accepts in options)
    origin = get_origin(hint)
    if origin is list:
        element = _acceptor(get_args(hint)[0])
        return lambda value: type(value) is list and all(map(element, value))
    if origin is dict:
        element = _acceptor(get_args(hint)[1])  # keys of JSON are text
        return lambda value: type(value) is dict and all(map(element, value.values()))
    return _SIMPLE[hint]


_SIMPLE: dict[Any, Accepts] = {
    str: lambda value: type(value) is str,
    int: lambda value: type(value) is int and -_LARGEST <= value <= _LARGEST,
    bool: lambda value: type(value) is bool,
    float: lambda value: type(value) in {int, float},
    NoneType: lambda value: value is None,
    datetime: lambda value: type(value) is datetime and value.tzinfo is not None,
}
