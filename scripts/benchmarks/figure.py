"""A measured figure, and the size of a measurement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure.

    value   the median of its rounds
    unit    what it counts: `x` for a ratio
    wanted  the goal, in words; empty where there is none
    note    how it was measured
    """

    name: str
    value: float
    unit: str
    wanted: str = ""
    note: str = ""

    @property
    def shown(self) -> str:
        digits = 0 if abs(self.value) >= 100 else 1 if abs(self.value) >= 10 else 2
        return f"{self.value:,.{digits}f} {self.unit}"

    @property
    def line(self) -> str:
        return " | ".join(part for part in (self.name, self.shown, self.wanted, self.note) if part)

    @property
    def plain(self) -> dict[str, object]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Effort:
    """The size of a measurement.

    rounds    of each comparison; their median counts
    seconds   of load in a round
    runs      in a large log
    rows      balance transactions of a large ledger; many_rows: of one larger than memory
    requests  between two measurements of a server's memory
    """

    name: str
    rounds: int
    seconds: int
    runs: int
    rows: int
    many_rows: int
    requests: int

    @classmethod
    def quick(cls) -> Effort:
        return cls("quick", rounds=2, seconds=1, runs=10_000, rows=30_000, many_rows=30_000, requests=5_000)

    @classmethod
    def full(cls) -> Effort:
        return cls(
            "full", rounds=5, seconds=6, runs=1_000_000, rows=1_000_000, many_rows=10_000_000, requests=1_000_000
        )


def ratio(name: str, ours: Sequence[float], theirs: Sequence[float], wanted: str = "", note: str = "") -> Figure:
    """The median of the rounds' ratios: a disturbance affects both sides of a round."""
    return Figure(name, median(one / other for one, other in zip(ours, theirs, strict=True)), "x", wanted, note)


def table(figures: Sequence[Figure], before: dict[str, Figure]) -> Iterator[str]:
    """The figures as a Markdown table, with a column for the figures of an earlier run if there are any."""
    heads = ["what", "measured", "wanted", "how"]
    if before:
        heads.insert(2, "before")
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    for figure in figures:
        cells = [figure.name, figure.shown, figure.wanted, figure.note]
        if before:
            old = before.get(figure.name)
            cells.insert(2, old.shown if old else "")
        yield f"| {' | '.join(cells)} |"
