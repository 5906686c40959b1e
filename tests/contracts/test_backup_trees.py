"""The folders that a backup copies: all of their files, or a sentence that names what cannot be read."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from errno import EACCES, EIO
from pathlib import Path
from typing import Any

import pytest

from domain.errors import StoreUnavailable
from interfaces.storage.backups.file_trees import FolderTree
from interfaces.storage.backups.tree_copy import save_tree


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "ledger"
    for name in ("live/invoices/0.parquet", "live/invoices/1.parquet", "test/invoices/2.parquet"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def saved(source: Path, backup: Path) -> list[str]:
    save_tree(FolderTree(source), backup, lambda done, total: None)
    return sorted(path.relative_to(backup).as_posix() for path in backup.rglob("*") if path.is_file())


def failing(folder: Path, number: int) -> Callable[[Any], Any]:
    """A `scandir` that fails for one folder, as its disk or its rights do, also for root."""
    scandir = os.scandir

    def scan(place: Any) -> Any:
        if Path(place) == folder:
            raise OSError(number, os.strerror(number), str(place))
        return scandir(place)

    return scan


@pytest.mark.parametrize("number", [EACCES, EIO])
def test_a_folder_that_cannot_be_listed_is_named(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "scandir", failing(source / "live" / "invoices", number))

    with pytest.raises(StoreUnavailable, match=f"^{source}/live/invoices cannot be read: {os.strerror(number)}"):
        saved(source, tmp_path / "backup")


def test_a_folder_that_is_a_link_to_another_disk_is_copied(source: Path, tmp_path: Path) -> None:
    expected = saved(source, tmp_path / "first")
    (source / "live").rename(tmp_path / "disk")
    (source / "live").symlink_to(tmp_path / "disk")

    assert saved(source, tmp_path / "backup") == expected


@pytest.mark.parametrize("linked", ["live", "."])
def test_a_link_to_a_disk_that_is_not_mounted_is_named(source: Path, tmp_path: Path, linked: str) -> None:
    link = source / linked
    shutil.rmtree(link)
    link.symlink_to(tmp_path / "not-mounted")

    with pytest.raises(StoreUnavailable, match=f"^{link} cannot be read: No such file or directory"):
        saved(source, tmp_path / "backup")


def test_a_link_to_a_folder_above_is_named(source: Path, tmp_path: Path) -> None:
    (source / "live" / "again").symlink_to(source)

    with pytest.raises(StoreUnavailable, match="again cannot be read: Too many levels of symbolic links"):
        saved(source, tmp_path / "backup")


def test_a_file_that_is_removed_during_the_walk_is_passed_over(source: Path) -> None:
    names = []

    for entry in FolderTree(source).entries():
        names.append(entry.name)
        (source / "live" / "invoices" / "1.parquet").unlink(missing_ok=True)

    assert names == ["live/invoices/0.parquet", "test/invoices/2.parquet"]


def test_a_folder_that_is_removed_during_the_walk_is_passed_over(source: Path) -> None:
    names = []

    for entry in FolderTree(source).entries():
        names.append(entry.name)
        shutil.rmtree(source / "test" / "invoices", ignore_errors=True)

    assert names == ["live/invoices/0.parquet", "live/invoices/1.parquet"]


def test_what_a_tree_has_no_more_is_gone(source: Path, tmp_path: Path) -> None:
    saved(source, tmp_path / "backup")
    (source / "live" / "invoices" / "1.parquet").unlink()

    copied = save_tree(FolderTree(source), tmp_path / "backup", lambda done, total: None)

    assert copied.gone == [tmp_path / "backup" / "live" / "invoices" / "1.parquet"]


def test_nothing_is_gone_from_a_place_that_has_no_file(source: Path, tmp_path: Path) -> None:
    saved(source, tmp_path / "backup")
    (tmp_path / "not-mounted").mkdir()

    copied = save_tree(FolderTree(tmp_path / "not-mounted"), tmp_path / "backup", lambda done, total: None)

    assert list(copied.gone) == []


def test_a_folder_that_is_missing_has_no_files(tmp_path: Path) -> None:
    assert saved(tmp_path / "missing", tmp_path / "backup") == []
