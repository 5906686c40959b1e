"""constraints.txt holds an exact version of everything that the product and its tests need."""

from __future__ import annotations

import re

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.structure.dependencies import PROJECT, closure, declared_at_run_time, name_of, needed_here
from tests.support.markdown import ROOT

LINES = [
    line for line in (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines() if not line.startswith("#")
]


def test_lines_are_names_and_exact_versions() -> None:
    assert [line for line in LINES if not re.fullmatch(r"[A-Za-z0-9._-]+==[A-Za-z0-9.+!]+", line)] == []


def test_declared_dependencies_are_held_at_versions_that_they_allow() -> None:
    pinned = _pinned()

    wrong = [str(one) for one in _declared() if Version(pinned.get(name_of(one), "0")) not in one.specifier]

    assert wrong == []


def test_run_time_dependencies_have_an_upper_bound() -> None:
    unbounded = [str(one) for one in declared_at_run_time() if not _bounds(one) & {"<", "<=", "==", "~="}]

    assert unbounded == []


def test_dependencies_of_dependencies_are_held_too() -> None:
    assert closure(_declared()) - _pinned().keys() == set()


def _pinned() -> dict[str, str]:
    pairs = (line.split("==") for line in LINES)
    return {canonicalize_name(name): version for name, version in pairs}


def _declared() -> list[Requirement]:
    return declared_at_run_time() + needed_here(PROJECT["optional-dependencies"]["test"])


def _bounds(requirement: Requirement) -> set[str]:
    return {one.operator for one in requirement.specifier}
