"""A data folder that one process removes, as its command was refused, while others open it."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from interfaces.storage.sqlite import folder_removal
from interfaces.storage.sqlite.folder_removal import remove_unused
from tests.support.runs import pending_run
from tests.support.stores import stores_in

ROUNDS = 30


def stored_in(folder: Path) -> int:
    """Open a folder's store and store a run; gives how many events it has then."""
    with stores_in(folder) as stores:
        stores.events.save(pending_run())
        return stores.events.last_position()


def test_a_process_that_waits_while_the_folder_is_removed_makes_it_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "data"
    stored: list[int] = []
    opening = threading.Thread(target=lambda: stored.append(stored_in(folder)))

    def unused_while_another_waits(log: Path, most_events: int) -> bool:
        opening.start()
        opening.join(0.3)
        return True

    monkeypatch.setattr(folder_removal, "_is_unused", unused_while_another_waits)
    remove_unused(folder, 0)
    opening.join()

    assert stored == [1] and stored_in(folder) == 2
    assert [file.name for file in tmp_path.iterdir()] == ["data"]


def test_what_another_process_stores_while_the_folder_is_removed_is_kept(tmp_path: Path) -> None:
    for number in range(ROUNDS):
        folder = tmp_path / str(number)
        with stores_in(folder):
            pass
        removing = threading.Thread(target=remove_unused, args=(folder, 0))

        removing.start()
        stored = stored_in(folder)
        removing.join()

        assert stored_in(folder) == stored + 1 == 2
