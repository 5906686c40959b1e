"""What an attack is, and what came of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from attacks.memory import MemoryWatch
from tests.support.site import Site


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the defence held, and the figures that say so."""

    held: bool
    figures: str


@dataclass(frozen=True, slots=True)
class Target:
    """A running site that is attacked for `seconds`, while its memory is measured."""

    site: Site
    memory: MemoryWatch
    seconds: float


@dataclass(frozen=True, slots=True)
class Attack:
    """One attack: its name, what is tried, and the function that tries it on a running target.

    settings  of the target, in addition to those of every target
    prepare   makes what the target needs in its folder, and gives settings that name it
    """

    name: str
    tried: str
    carry_out: Callable[[Target], Verdict]
    settings: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[Path], Mapping[str, str]] = lambda folder: {}
