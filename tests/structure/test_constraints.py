"""constraints.txt holds an exact version of everything that the product and its tests need."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.support.markdown import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

LINES = [
    line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
]


def test_lines_are_names_and_exact_versions() -> None:
    assert [line for line in LINES if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


def test_declared_dependencies_are_held_at_versions_that_they_allow() -> None:
    pinned = _pinned()

    wrong = [str(one) for one in _declared() if Version(pinned.get(_name(one), "0")) not in one.specifier]

    assert wrong == []


def test_run_time_dependencies_have_an_upper_bound() -> None:
    unbounded = [str(one) for one in _declared_at_run_time() if not _bounds(one) & {"<", "<=", "==", "~="}]

    assert unbounded == []


def test_dependencies_of_dependencies_are_held_too() -> None:
    assert _closure(_declared()) - _pinned().keys() == set()


def needed_at_run_time() -> set[str]:
    """The names of the packages that the product needs, directly or through others."""
    return _closure(_declared_at_run_time())


def _closure(requirements: list[Requirement]) -> set[str]:
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = list(requirements)
    while waiting:
        one = waiting.pop()
        if (key := (_name(one), frozenset(one.extras))) not in seen:
            seen.add(key)
            waiting += _needed_by(one)
    return {name for name, _ in seen}


def _pinned() -> dict[str, str]:
    pairs = (line.split("==") for line in LINES)
    return {canonicalize_name(name): version for name, version in pairs}


def _declared() -> list[Requirement]:
    return _declared_at_run_time() + _needed_here(PROJECT["optional-dependencies"]["test"])


def _declared_at_run_time() -> list[Requirement]:
    return _needed_here(PROJECT["dependencies"])


def _needed_here(lines: list[str]) -> list[Requirement]:
    return [one for one in map(Requirement, lines) if one.marker is None or one.marker.evaluate()]


def _bounds(requirement: Requirement) -> set[str]:
    return {one.operator for one in requirement.specifier}


def _needed_by(requirement: Requirement) -> list[Requirement]:
    try:
        needed = map(Requirement, requires(requirement.name) or ())
    except PackageNotFoundError:
        return []
    extras = requirement.extras or {""}
    return [
        one for one in needed if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)
    ]


def _name(requirement: Requirement) -> str:
    return canonicalize_name(requirement.name)
