"""Loads, reports, compactions and vacuums at once, each a command, and what must hold afterwards."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.loads import COLUMNS, ITEMIZED, LOAD_SECONDS, ROWS
from tests.support.environment import without_settings
from tests.support.small_ledger import DAY, JANUARY_START

BUSY = "is under way. Try again when it has ended."
VACUUMED = "was vacuumed: its versions are kept from"
KEPT_VERSIONS = "3"


@dataclass(slots=True)
class AtOnce:
    """What the commands did.

    loads      numbers of the loads that were acknowledged
    made       run -> the bytes of its file, as the report wrote them
    done       word -> how many such commands ended with exit code 0
    surprises  what ended otherwise, and not because another held the ledger
    """

    folder: Path
    environment: Mapping[str, str]
    loads: list[int] = field(default_factory=list)
    made: dict[str, bytes] = field(default_factory=dict)
    done: Counter[str] = field(default_factory=Counter)
    surprises: list[str] = field(default_factory=list)

    def go_on(self, seconds: float) -> None:
        """Run all kinds of commands for a time, each until one has ended well, after a load of their own."""
        self.load()
        end = time.monotonic() + seconds
        kinds: dict[str, Callable[[], None]] = {
            "load": self.load,
            "run": self.report,
            "compact": self.compact,
            "vacuum": self.vacuum,
        }
        threads = [threading.Thread(target=self._repeat, args=(*kind, end)) for kind in kinds.items()]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(seconds + LOAD_SECONDS)
            assert not thread.is_alive(), "a command hangs"

    def load(self) -> None:
        number = len(self.loads)
        file = self.folder / f"load_{number}.csv"
        file.write_text("\n".join([COLUMNS, *_rows(number)]) + "\n")
        if self._ended_well("load", "balance_transactions", str(file)):
            self.loads.append(number)

    def report(self) -> None:
        out = self.folder / f"report_{len(self.made)}.csv"
        said = self._ended_well("run", ITEMIZED, "--out", str(out))
        if said:
            self.made[said.split()[0]] = out.read_bytes()

    def compact(self) -> None:
        self._ended_well("ledger", "compact")

    def vacuum(self) -> None:
        self._ended_well("ledger", "vacuum", "--keep", KEPT_VERSIONS, "--including-pinned")

    def made_again(self) -> tuple[list[str], list[str]]:
        """The runs whose files can be made again, and those whose versions were given up; others are surprises."""
        same, gone = [], []
        for run, bytes_of_then in self.made.items():
            out = self.folder / f"{run}.csv"
            code, said = self.command("run", "--as-of-run", run, "--out", str(out))
            if code == 0 and out.read_bytes() == bytes_of_then:
                same.append(run)
            elif VACUUMED in said:
                gone.append(run)
            else:
                self.surprises.append(f"{run} cannot be made again: {said[-500:]}")
        return same, gone

    def rows_by_load(self) -> Counter[int]:
        """How many rows of each load the current version has."""
        out = self.folder / "all.csv"
        code, said = self.command("run", ITEMIZED, "--out", str(out))
        assert code == 0, said
        return Counter(int(number) for number in re.findall(r"txn_load_(\d+)_", out.read_text()))

    def command(self, *words: str) -> tuple[int, str]:
        """The exit code, and all that a command said."""
        done = subprocess.run(
            [sys.executable, "-m", "interfaces.cli.main", *words],
            env={**without_settings(), **self.environment},
            capture_output=True, text=True, check=False, timeout=LOAD_SECONDS,
        )  # fmt: skip
        return done.returncode, done.stderr + done.stdout

    def _repeat(self, word: str, command: Callable[[], None], end: float) -> None:
        while time.monotonic() < end or (not self.done[word] and not self.surprises):
            command()

    def _ended_well(self, *words: str) -> str:
        """What the command said; empty for one that did not end well."""
        code, said = self.command(*words)
        if code == 0:
            self.done[words[1] if words[0] == "ledger" else words[0]] += 1
            return said
        if BUSY not in said:
            self.surprises.append(f"{' '.join(words)}: {said[-500:]}")
        return ""


def check_upkeep(at_once: AtOnce) -> tuple[list[str], list[str]]:
    """Raises `AssertionError` unless every kept version gives the bytes of then, and every load is whole."""
    same, gone = at_once.made_again()
    assert at_once.surprises == []
    assert at_once.rows_by_load() == dict.fromkeys(at_once.loads, ROWS)
    code, said = at_once.command("doctor", "--deep")
    assert code == 0 and "cannot be read" not in said, said
    return same, gone


def _rows(number: int) -> list[str]:
    created = JANUARY_START + number % 30 * DAY
    rest = f"{created},{created + DAY},charge,charge,ch_load_{number},available"
    return [f"txn_load_{number}_{row},100,3,97,usd,{rest}" for row in range(ROWS)]
