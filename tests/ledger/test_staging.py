"""Staging lies in a folder of the installation, within a limit, and is cleaned after a crash."""

from __future__ import annotations

import gzip
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from application.ports.ledger import LedgerSource, LoadOrder, LoadOutcome
from domain.errors import LedgerRefused, StoreUnavailable
from domain.ledger.ledger import PinnedLedger
from interfaces.ledger.delta.delta_ledger import DeltaLedger
from interfaces.ledger.sources import workspace

KILLED_WHILE_READING = """
    import os, signal, sys
    from pathlib import Path
    from application.ports.ledger import LedgerSource, LoadOrder, LoadOutcome
    from domain.ledger.ledger import PinnedLedger
    from interfaces.ledger.delta.delta_ledger import DeltaLedger

    root, source = map(Path, sys.argv[1:])
    ledger = DeltaLedger(root / "ledger", staging_folder=root / "staging")
    order = LoadOrder(PinnedLedger(False, 0, {}), [LedgerSource("customers", source)], "acct_a")
    ledger.write(order, lambda what, part: what == "writing customers" and os.kill(os.getpid(), signal.SIGKILL))
"""


def order_of(*paths: Path) -> LoadOrder:
    return LoadOrder(PinnedLedger(False, 0, {}), [LedgerSource("customers", path) for path in paths], "acct_a")


def load(ledger: DeltaLedger, *paths: Path) -> LoadOutcome:
    return ledger.write(order_of(*paths), lambda what, part: None)


@pytest.fixture
def limited(tmp_path: Path) -> Any:
    """A ledger whose loads may unfold to 16 MiB."""
    return DeltaLedger(tmp_path / "ledger", memory_megabytes=256, staging_folder=tmp_path / "staging", unfolded_mib=16)


def test_what_a_killed_load_left_is_removed_by_the_next(tmp_path: Path, csv_file: Callable[..., Path]) -> None:
    source = csv_file([{"id": "cus_1", "created": 1}])
    killed = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(KILLED_WHILE_READING), tmp_path, source], check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    assert len(list((tmp_path / "staging").iterdir())) == 1

    load(DeltaLedger(tmp_path / "ledger", staging_folder=tmp_path / "staging"), source)

    assert list((tmp_path / "staging").iterdir()) == []


def test_a_small_file_that_spills_over_the_limit_is_refused(limited: Any, parquet_file: Callable[..., Path]) -> None:
    rows = "select 'cus_' || i as id, 1 as created, repeat('x', 400) as name, repeat('y', 400) as email"
    source = parquet_file(f"{rows} from range(1000000) numbers(i)")

    with pytest.raises(LedgerRefused, match=r"unfolds to more than 16 MiB on disk, .* REPORTRUN_LOAD_UNFOLDED_MIB"):
        load(limited, source)


def test_a_packed_file_that_unfolds_over_the_limit_is_refused(limited: Any, text_file: Callable[..., Path]) -> None:
    packed = text_file(gzip.compress(b"id,created,name\n" + b"cus_1,1,x\n" * 2_000_000), "rows.csv.gz")

    with pytest.raises(LedgerRefused, match="unfolds to more than 16 MiB on disk"):
        load(limited, packed)


def test_copies_of_files_count_one_file_at_a_time(limited: Any, text_file: Callable[..., Path]) -> None:
    rows = [b"id,created,name\n" + b"cus_%d,1,%b\n" % (n, b"x" * 7_000_000) for n in range(3)]
    packed = [text_file(gzip.compress(text), f"rows{n}.csv.gz") for n, text in enumerate(rows)]

    assert sum(file.inserted for file in load(limited, *packed).files) == 3


def test_a_load_ends_before_the_disk_is_full(
    tmp_path: Path, limited: Any, text_file: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workspace, "RESERVED_BYTES", 1 << 62)

    with pytest.raises(StoreUnavailable, match=r"needs more room than the disk of .*staging has"):
        load(limited, text_file(gzip.compress(b"id,created\ncus_1,1\n"), "rows.csv.gz"))


def test_staging_is_gone_after_a_load_that_was_refused(
    tmp_path: Path, limited: Any, text_file: Callable[..., Path]
) -> None:
    with pytest.raises(LedgerRefused):
        load(limited, text_file("id,created\ncus_1,soon\n"))

    assert list((tmp_path / "staging").iterdir()) == []


@pytest.mark.parametrize("name", ["a*b", "a?b"])
def test_staging_may_lie_in_a_folder_with_any_name(tmp_path: Path, text_file: Callable[..., Path], name: str) -> None:
    ledger = DeltaLedger(tmp_path / "ledger", staging_folder=tmp_path / name)

    outcome = load(ledger, text_file(gzip.compress(b"id,created\ncus_1,1\n"), "rows.csv.gz"))

    assert outcome.files[0].inserted == 1
