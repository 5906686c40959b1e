"""Reads single values of a form. Errors name the parameter at fault."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from domain.errors import (
    EmptyParameter,
    InvalidParameter,
    MissingParameter,
    NotAnInteger,
    NotOneOf,
    ParameterPath,
    TooLong,
    WrongShape,
    request_parameter,
)
from domain.instants import LATEST
from domain.metadata import CLEARED, MetadataChange
from domain.runs.run_parameters import MAX_STRING

MAX_DIGITS = 15


def text(form: Mapping[str, Any], name: str) -> str | None:
    """A text, or None when it is not there."""
    value = form.get(name)
    return None if value is None else _text(value, request_parameter(name))


def required_text(form: Mapping[str, Any], name: str) -> str:
    if name not in form:
        raise MissingParameter(request_parameter(name))
    return _text(form[name], request_parameter(name))


def integer_within(form: Mapping[str, Any], name: str, least: int, most: int) -> int | None:
    """A whole number within limits, or None when it is not there."""
    if name not in form:
        return None
    value = integer(form[name], request_parameter(name))
    if not least <= value <= most:
        raise InvalidParameter(f"{name} must be {least} to {most}, and is {value}.", request_parameter(name))
    return value


def one_of(form: Mapping[str, Any], name: str, allowed: Sequence[str]) -> str | None:
    """One word of a closed list, or None when it is not there."""
    word = text(form, name)
    if word is not None and word not in allowed:
        raise NotOneOf(request_parameter(name), allowed, word)
    return word


def mapping(form: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """A hash; empty when it is not there."""
    value = form.get(name, {})
    if value == "":
        raise EmptyParameter(request_parameter(name))
    if isinstance(value, list):  # `parameters[0]=a`: a hash with numbers for keys
        return _by_index(value)
    if not isinstance(value, dict):
        raise WrongShape("Invalid object", request_parameter(name))
    return value


def unsettable_text(form: Mapping[str, Any], name: str) -> str | None:
    """A text; "" to remove it, None when it is not there."""
    return "" if form.get(name) == "" else text(form, name)


def boolean(form: Mapping[str, Any], name: str) -> bool | None:
    """`true` or `false`, or None when it is not there."""
    word = text(form, name)
    if word not in (None, "true", "false"):
        raise InvalidParameter(f"Invalid boolean: {word[:100]}", request_parameter(name))
    return None if word is None else word == "true"


def texts(form: Mapping[str, Any], name: str, most: int) -> list[str] | None:
    """A list of up to `most` texts, or None when it is not there."""
    values = form.get(name)
    if values is None:
        return None
    if values == "":
        raise EmptyParameter(request_parameter(name))
    if not isinstance(values, list):
        raise WrongShape("Invalid array", request_parameter(name))
    if len(values) > most:
        raise InvalidParameter(f"{name} has {len(values)} items; at most {most} are allowed.", request_parameter(name))
    return [_text(value, request_parameter(name, str(index))) for index, value in enumerate(values)]


def metadata_change(form: Mapping[str, Any]) -> MetadataChange:
    """`metadata[key]=value`, an empty value removes the key; `metadata=` removes all."""
    if form.get("metadata") == "":
        return CLEARED
    changes = mapping(form, "metadata")
    for key, value in changes.items():
        if not isinstance(value, str):
            raise WrongShape(f"Invalid string: {as_text(value)}", request_parameter("metadata", key))
    return MetadataChange(changes)


def integer(value: Any, param: ParameterPath) -> int:
    written = _text(value, param).strip()
    digits = written.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > MAX_DIGITS:
        raise NotAnInteger(written[:100], param)
    return int(written)


def instant(value: Any, param: ParameterPath) -> int:
    """Unix seconds, within the years that have four digits."""
    seconds = integer(value, param)
    if not 0 <= seconds <= LATEST:
        raise InvalidParameter(f"Invalid timestamp: must be an integer Unix timestamp, and is {seconds}", param)
    return seconds


def as_text(value: Any) -> str:
    """A list or hash as messages show it: lists are hashes with numbers for keys."""
    return orjson.dumps(_by_index(value) if isinstance(value, list) else value).decode()[:200]


def _text(value: Any, param: ParameterPath) -> str:
    if not isinstance(value, str):
        raise WrongShape(f"Invalid string: {as_text(value)}", param)
    if not value:
        raise EmptyParameter(param)
    if len(value) > MAX_STRING:
        raise TooLong(value, MAX_STRING, param)
    return value


def _by_index(values: Sequence[Any]) -> dict[str, Any]:
    return {str(index): value for index, value in enumerate(values)}
