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


def integer(value: Any, param: ParameterPath) -> int:
    written = _text(value, param).strip()
    digits = written.removeprefix("-")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > MAX_DIGITS:
        raise NotAnInteger(written[:100], param)
    return int(written)


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
