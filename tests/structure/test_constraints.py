"""constraints.txt holds an exact version of everything that the product and its tests need."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, requires

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.structure.markdown import ROOT

LINES = [
    line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
]


def test_lines_are_names_and_exact_versions() -> None:
    assert [line for line in LINES if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


def test_declared_dependencies_are_held_at_versions_that_they_allow() -> None:
    pinned = _pinned()

    wrong = [str(one) for one in _declared() if Version(pinned.get(_name(one), "0")) not in one.specifier]

    assert wrong == []


def test_dependencies_of_dependencies_are_held_too() -> None:
    pinned = _pinned()
    missing, seen, open_ends = set(), set(), _declared()
    while open_ends:
        one = open_ends.pop()
        if (key := (_name(one), frozenset(one.extras))) not in seen:
            seen.add(key)
            missing |= {_name(one)} - pinned.keys()
            open_ends += _needed_by(one)

    assert missing == set()


def _pinned() -> dict[str, str]:
    pairs = (line.split("==") for line in LINES)
    return {canonicalize_name(name): version for name, version in pairs}


def _declared() -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    declared = map(Requirement, [*project["dependencies"], *project["optional-dependencies"]["test"]])
    return [one for one in declared if one.marker is None or one.marker.evaluate()]


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
