"""Metadata: keys and values that callers attach to an object, within Stripe's limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from domain.errors import InvalidParameter, request_parameter

MAX_KEYS = 50
MAX_KEY = 40
MAX_VALUE = 500

NAME = "metadata"


def merged_metadata(before: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, str]:
    """Metadata after changes; an empty value removes its key. Raises an `InvalidParameter` for one over the limits."""
    for key, value in changes.items():
        _check(key, value)
    merged = {key: value for key, value in {**before, **changes}.items() if value}
    if len(merged) > MAX_KEYS:
        raise InvalidParameter(
            f"Metadata can have up to {MAX_KEYS} keys, and would have {len(merged)}.", request_parameter(NAME)
        )
    return merged


def _check(key: str, value: str) -> None:
    if not 0 < len(key) <= MAX_KEY:
        raise InvalidParameter(
            f"Metadata keys have 1 to {MAX_KEY} characters, and {key[:MAX_KEY]!r} has {len(key)}.",
            request_parameter(NAME, key[:MAX_KEY]),
        )
    if len(value) > MAX_VALUE:
        raise InvalidParameter(
            f"Metadata values can have up to {MAX_VALUE} characters, but you passed in a value that is {len(value)} "
            f"characters. Invalid value: {value[:20]}...",
            request_parameter(NAME, key),
        )


@dataclass(frozen=True, slots=True)
class MetadataChange:
    """A change of metadata.

    changes  values by key; an empty one removes its key
    clears   whether everything else is removed
    """

    changes: Mapping[str, str] = field(default_factory=dict)
    clears: bool = False

    def applied_to(self, before: Mapping[str, str]) -> dict[str, str]:
        """Raises an `InvalidParameter` for a value over the limits."""
        return merged_metadata({} if self.clears else before, self.changes)


NO_CHANGE = MetadataChange()
CLEARED = MetadataChange(clears=True)
