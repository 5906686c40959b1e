"""What the page of an export says of its events and of the result, held against the files in its folder."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from domain.audit.leaf import Leaf

ROW = re.compile(r"^\| (\d+) \| `([^`]+)` \| (\d+) \| (\d+) \|$", re.MULTILINE)
"""Version, topic, position and leaf of an event."""

DIGEST = re.compile(r"SHA-256 `([0-9a-f]{64})`")
"""Of the result file."""


def digest_faults(page: str, sha256: str) -> Iterator[str]:
    """sha256: of the result, as the event has it that says that the run succeeded"""
    if DIGEST.findall(page) != [sha256]:
        yield f"README.md: It does not name the SHA-256 of the result, which is {sha256}."


def list_faults(page: str, leaves: Mapping[int, Leaf]) -> Iterator[str]:
    """How the page and the folder differ.

    leaves  by the number of the event
    """
    listed = {int(number): (topic, int(position), int(index)) for number, topic, position, index in ROW.findall(page)}
    if len(listed) != len(leaves):
        yield f"README.md: It lists {len(listed)} events, and the folder has {len(leaves)}."
    for number in sorted(listed.keys() & leaves.keys()):
        leaf = leaves[number]
        if listed[number] != (leaf.topic, leaf.position, leaf.index):
            yield f"README.md: It lists another event {number} than the folder has."
