"""Report types that Stripe has and this product has not: they are seen in use, and their columns are not documented."""

from __future__ import annotations

import re

from domain.report_types.catalogue import Catalogue

FAMILIES = ("activity", "all_fees")
"""Families of which no type is offered."""

NEWEST_VERSION = 7
"""The newest version of an itemized report that is seen in use."""

_ITEMIZED = re.compile(r"(?P<unversioned>.+\.itemized)\.(?P<version>[1-9])", re.ASCII)


def is_not_offered(id: str, catalogue: Catalogue) -> bool:
    """Whether an id that the catalogue does not have is known to be a type of Stripe's."""
    if id.partition(".")[0] in FAMILIES:
        return True
    parts = _ITEMIZED.fullmatch(id)
    return parts is not None and int(parts["version"]) <= NEWEST_VERSION and newest_version(id, catalogue) is not None


def newest_version(id: str, catalogue: Catalogue) -> str | None:
    """The newest version in the catalogue of the report that an id is a version of."""
    unversioned = id.rpartition(".")[0]
    versions = [one for one in catalogue if one.unversioned == unversioned]
    return max(versions, key=lambda one: one.version).id if versions else None
