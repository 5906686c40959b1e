"""Local copies of a bucket's files: what dead processes left half fetched goes, and a full disk is named."""

from __future__ import annotations

import os
from pathlib import Path

import obstore
import pytest
from obstore.store import from_url

from domain.errors import StoreUnavailable
from interfaces.host.scratch_folder import LOCK, ScratchFolder
from interfaces.ledger.delta.local_copies import LocalCopies
from tests.support.disks import small_disk

MIB = 1024 * 1024


@pytest.fixture
def uri(buckets: dict[str, str], tmp_path: Path) -> str:
    """The address of a file in a bucket."""
    obstore.put(from_url("s3://reports"), f"{tmp_path.name}/0.parquet", b"x" * MIB)
    return f"s3://reports/{tmp_path.name}/0.parquet"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "copies").mkdir()
    return tmp_path / "copies"


def test_what_a_dead_process_left_half_fetched_goes_and_what_a_living_one_fetches_stays(uri: str, folder: Path) -> None:
    dead = folder / "fetching-dead"
    dead.mkdir()
    (dead / LOCK).touch()
    (dead / "part_1").write_bytes(b"half a fi")
    living = ScratchFolder(folder, "fetching-")
    (living.path / "part_2").write_bytes(b"half")
    earlier, current = folder / "part_3", folder / "part_4"
    for part in (earlier, current):
        part.write_bytes(b"of an earlier version")
    os.utime(earlier, (0, 0))

    copy = Path(LocalCopies(folder, 10 * MIB).path_of(uri))

    assert copy.read_bytes() == b"x" * MIB
    assert (living.path / "part_2").exists() and current.exists()
    assert not dead.exists() and not earlier.exists()


def test_a_fetch_leaves_one_file(uri: str, folder: Path) -> None:
    copies = LocalCopies(folder, 10 * MIB)

    copy = Path(copies.path_of(uri))

    assert [path for path in folder.rglob("*") if path.is_file() and path.name != LOCK] == [copy]


def test_a_full_disk_is_named(uri: str, tmp_path: Path) -> None:
    with (
        small_disk(tmp_path / "small", kib=64) as disk,
        pytest.raises(StoreUnavailable, match=f"cannot be copied now. No space left on device: {disk}. Make room"),
    ):
        LocalCopies(disk, 10 * MIB).path_of(uri)


def test_a_file_that_a_bucket_lacks_is_trouble_of_the_moment(uri: str, folder: Path) -> None:
    with pytest.raises(StoreUnavailable, match="cannot be fetched now"):
        LocalCopies(folder, 10 * MIB).path_of(f"{uri}.gone")
