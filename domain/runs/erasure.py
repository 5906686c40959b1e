"""Erasure: what may be blanked in the stored events of a run, as a law may ask for, and what stands there afterwards.

Events keep their fields and the types of these, so that everything goes on reading them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from domain.errors import InvalidParameter

ERASED = "[erased]"
"""What stands in the place of a text."""

ERASABLE = ("parameters", "parameters.NAME", "idempotency_key", "error", "actor")
"""The fields that can be erased. Everything else says what was computed from what, and is needed to prove it."""

PERSONS = ("cli", "user")
"""The kinds of actors that name a person: one at the command line, and a user of the console behind a proxy."""

SALT = "salt"
"""The random part of an event's bytes. It goes too: with it, the digest from before could be used to guess."""


class Erasure(NamedTuple):
    """One erasure of an event, as a later event records it.

    version        of the event that was erased, in its run
    before, after  SHA-256 of its bytes, hex
    by             who erased it, and where that is on record
    """

    version: int
    before: str
    after: str
    by: str = ""


def chain_from(digest: str, version: int, erasures: Iterable[Erasure]) -> list[Erasure]:
    """Those erasures of an event of which each began with the bytes that the one before left, from a digest on.

    digest    of the bytes that the first must have begun with
    erasures  of the run, oldest first
    """
    chain: list[Erasure] = []
    for erasure in erasures:
        if (erasure.version, erasure.before) == (version, chain[-1].after if chain else digest):
            chain.append(erasure)
    return chain


def must_be_erasable(field: str) -> None:
    """Raises `InvalidParameter` for a field of events that must stay."""
    name, dot, inner = field.partition(".")
    if name not in ERASABLE or (dot and (name != "parameters" or not inner)):
        raise InvalidParameter(f"{field[:80]!r} cannot be erased. These can: {', '.join(ERASABLE)}.")


def replaced_values(state: Mapping[str, Any], fields: Sequence[str]) -> dict[str, Any]:
    """The values that are to stand in an event's state, for those of the fields that hold something to erase.

    state   the event as it is stored, decoded
    fields  such as `error`, or `parameters.customer`
    """
    values: dict[str, Any] = {}
    for field in fields:
        name, _, inner = field.partition(".")
        if name not in state:
            continue
        before = values.get(name, state[name])
        after = _person_blanked(before) if name == "actor" else _blanked_within(before, inner)
        if after != before:
            values[name] = after
    return values


def erased_state(state: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """The event's state afterwards."""
    return {name: value for name, value in {**state, **values}.items() if name != SALT}


def _blanked_within(value: Any, inner: str) -> Any:
    if not inner:
        return _blanked(value)
    return _blanked({inner: value[inner]}, value) if inner in value else value


def _blanked(value: Any, rest: Mapping[str, Any] | None = None) -> Any:
    """Texts become `ERASED`, lists empty; other values of a hash go, as nothing of their type could say it.

    rest  what a hash has besides, which stays
    """
    if isinstance(value, str):
        return ERASED
    if isinstance(value, list):
        return []
    if isinstance(value, dict):
        kept = {name: item for name, item in (rest or {}).items() if name not in value}
        return kept | {name: _blanked(item) for name, item in value.items() if isinstance(item, (str, list, dict))}
    return value


def _person_blanked(actor: str) -> str:
    """`cli:alice` -> `cli:[erased]`; ids of keys and names of machines stay."""
    kind, colon, _ = actor.partition(":")
    return f"{kind}:{ERASED}" if colon and kind in PERSONS else actor
