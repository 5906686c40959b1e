"""What the product and its tests depend on: what pyproject.toml declares, and what that needs in turn."""

from __future__ import annotations

import tomllib
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.markdown import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def needed_at_run_time() -> set[str]:
    """The names of the packages that the product needs, directly or through others."""
    return closure(declared_at_run_time())


def closure(requirements: list[Requirement]) -> set[str]:
    """The names of some packages, and of all that they need."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = list(requirements)
    while waiting:
        one = waiting.pop()
        if (key := (name_of(one), frozenset(one.extras))) not in seen:
            seen.add(key)
            waiting += _needed_by(one)
    return {name for name, _ in seen}


def declared_at_run_time() -> list[Requirement]:
    return needed_here(PROJECT["dependencies"])


def needed_here(lines: list[str]) -> list[Requirement]:
    """The requirements that apply to this Python on this machine."""
    return [one for one in map(Requirement, lines) if one.marker is None or one.marker.evaluate()]


def _needed_by(requirement: Requirement) -> list[Requirement]:
    try:
        needed = map(Requirement, requires(requirement.name) or ())
    except PackageNotFoundError:
        return []
    extras = requirement.extras or {""}
    return [
        one for one in needed if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)
    ]


def name_of(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)
