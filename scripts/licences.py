"""Writes NOTICE from the metadata of the packages that the installed Reportrun needs at run time."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

NOTICE = Path(__file__).parents[1] / "NOTICE"

HEAD = """\
Reportrun
Licensed under the Apache License, Version 2.0; see LICENSE.

Reportrun uses these packages at run time. They are not part of it: pip installs each of them, unchanged, under its own
licence. This file is made by scripts/notice; do not edit it.
"""

TERMS = {
    "LGPL": "Used as separate, unmodified packages; they can be replaced by any compatible version.",
    "MPL": "Used as a separate, unmodified package; its source is at the address above.",
}
"""The beginning of a licence's name -> what is said of the packages that have it."""

SPDX = {"MIT License": "MIT", "BSD License": "BSD-3-Clause", "Apache Software License": "Apache-2.0"}
"""Names of licences in classifiers and older metadata -> SPDX identifiers."""


def main(arguments: list[str]) -> int:
    try:
        text = notice()
    except LookupError as error:
        print(error.args[0], file=sys.stderr)
        return 1
    if "--check" not in arguments:
        NOTICE.write_text(text, encoding="utf-8")
        return 0
    if not NOTICE.is_file() or NOTICE.read_text(encoding="utf-8") != text:
        print("NOTICE differs from the licences of the installed packages. Run: bash scripts/notice", file=sys.stderr)
        return 1
    return 0


def notice() -> str:
    """The text of NOTICE. Raises `LookupError` with a sentence for a package without a known licence."""
    packages = {canonicalize_name(package.name): package for package in runtime_packages()}
    licences = {name: licence_of(packages[name]) for name in sorted(packages)}
    width = max(map(len, licences)) + 2
    breadth = max(map(len, licences.values())) + 2
    lines = [f"{name:{width}}{licences[name]:{breadth}}{home_of(packages[name])}".rstrip() for name in licences]
    remarks = [
        f"\n{', '.join(name for name in licences if start in licences[name])} ({start}):\n    {what}"
        for start, what in TERMS.items()
    ]
    return "\n".join([HEAD, *lines, *remarks, ""])


def runtime_packages() -> Iterator[Distribution]:
    """The packages that Reportrun needs in this environment, directly or through others."""
    seen: set[tuple[str, frozenset[str]]] = set()
    waiting = _needed_by(Requirement("reportrun"))
    while waiting:
        requirement = waiting.pop()
        key = (canonicalize_name(requirement.name), frozenset(requirement.extras))
        if key not in seen:
            seen.add(key)
            waiting += _needed_by(requirement)
            yield distribution(requirement.name)


def licence_of(package: Distribution) -> str:
    """The SPDX expression of a package's licence."""
    classifiers = [line.rpartition(" :: ")[2] for line in _fields(package, "Classifier") if "License ::" in line]
    for stated in (*_fields(package, "License-Expression"), *_fields(package, "License"), *classifiers):
        if stated and "\n" not in stated:
            return SPDX.get(stated, stated)
    raise LookupError(f"{package.name} states no licence in its metadata. Read its licence, and name it in {__file__}.")


def home_of(package: Distribution) -> str:
    """The address of a package's source, else of its home page; empty when it states neither."""
    labelled = [line.partition(", ") for line in _fields(package, "Project-URL")]
    addresses = {label.lower(): address for label, _, address in labelled}
    for label in ("source", "source code", "repository", "github", "code", "homepage"):
        if label in addresses:
            return addresses[label]
    return next(iter([*_fields(package, "Home-page"), *addresses.values()]), "")


def _fields(package: Distribution, name: str) -> list[str]:
    """The values of a field of the metadata, which may stand there several times or not at all."""
    return [str(value) for value in package.metadata.get_all(name) or ()]


def _needed_by(requirement: Requirement) -> list[Requirement]:
    needed = map(Requirement, distribution(requirement.name).requires or ())
    extras = requirement.extras or {""}
    return [
        one for one in needed if one.marker is None or any(one.marker.evaluate({"extra": extra}) for extra in extras)
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
