"""Whether the views' database can hold an event of the log: the log is bytes, and holds any text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass

from application.log.damage import NOT_HELD
from application.views.views import ValueRefused
from domain.aggregate import TextIdEvent

MustHold = Callable[[Iterable[object]], None]
"""Raises `ValueRefused` for a value that the database cannot hold."""


def refusal(event: TextIdEvent, must_hold: MustHold) -> str:
    """Why the views cannot hold an event, as a projector says it; "" where they can."""
    try:
        must_hold(texts_of(vars(event)))
    except ValueRefused as refused:
        return f"{NOT_HELD} ({refused})"
    return ""


def texts_of(value: object) -> Iterator[str]:
    """Every text in a value, in lists, mappings and dataclasses within it, too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for one in (*value.keys(), *value.values()):
            yield from texts_of(one)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for one in value:
            yield from texts_of(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts_of(getattr(value, field.name))
