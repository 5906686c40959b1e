"""The versions of Stripe's API that a request may name."""

from __future__ import annotations

import re

from interfaces.http.edge.refusals import VersionRefused

DEFAULT_VERSION = "2026-10-28.endive"
"""The version of a request that names none."""

VERSION = re.compile(r"\d{4}-\d{2}-\d{2}(\.[a-z]+)?( *; *[a-z0-9_]+=[a-z0-9_.]+){0,20}", re.ASCII)
"""A date, the name of a release where it has one, and beta flags as official SDKs write them: `; feature_beta=v3`."""


def check_version(version: str) -> None:
    """Any version is served alike. Raises `VersionRefused` for a text that is none."""
    if version is not DEFAULT_VERSION and not VERSION.fullmatch(version):
        raise VersionRefused(version)
