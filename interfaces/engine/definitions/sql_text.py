"""SQL as text: filling its slots, and finding what it names. No text of a caller ever stands in it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from domain.ledger.tables import TABLES

_SLOT = re.compile(r"\{(\w+)\}")
_PARAMETER = re.compile(r"\$(\w+)")
_TABLE = re.compile(r"\b(?:from|join) (\w+)")


def filled(text: str, blocks: Mapping[str, str]) -> str:
    """Put blocks where their names stand in braces, as deep as the line is; other slots stay."""

    def block(slot: re.Match[str]) -> str:
        if slot[1] not in blocks:
            return slot[0]
        line = text[text.rfind("\n", 0, slot.start()) + 1 : slot.start()]
        depth = len(line) - len(line.lstrip(" "))
        return blocks[slot[1]].replace("\n", "\n" + " " * depth)

    return _SLOT.sub(block, text)


def slots_in(text: str) -> set[str]:
    return set(_SLOT.findall(text))


def parameters_in(text: str) -> set[str]:
    return set(_PARAMETER.findall(text))


def tables_in(text: str) -> list[str]:
    """The ledger's tables that the text reads."""
    named = set(_TABLE.findall(text))
    return [name for name in TABLES if name in named]


def without_empty_lines(text: str) -> str:
    return "\n".join(line for line in text.split("\n") if line.strip())
