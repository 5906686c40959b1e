"""Results in parts: their order, their rows, and what is left of attempts that died."""

from __future__ import annotations

import time
from pathlib import Path
from urllib.parse import urlsplit

import obstore
import pytest
from obstore.exceptions import GenericError
from obstore.store import from_url

from interfaces.engine.spark.result_parts import PartsPlace
from interfaces.engine.spark.row_count import RowCount


class WrittenLines:
    """Lines as a server writes them: parts named in order, and a mark that all is there."""

    def __init__(self, *parts: bytes, fails: bool = False) -> None:
        self._parts = parts
        self._fails = fails
        self.write = self

    def text(self, address: str) -> None:
        folder = Path(urlsplit(address).path)
        folder.mkdir()
        for number in reversed(range(len(self._parts))):
            (folder / f"part-{number:05}-abc.txt").write_bytes(self._parts[number])
        if self._fails:
            raise RuntimeError("the server is gone")
        (folder / "_SUCCESS").touch()


@pytest.fixture
def place(tmp_path: Path) -> PartsPlace:
    return PartsPlace(str(tmp_path / "parts"), kept_seconds=60)


def test_parts_are_read_in_the_order_of_their_names_after_the_header(place: PartsPlace) -> None:
    lines = WrittenLines(b'"1"\n"2"\n', b'"3"\n', b'"4\n4"\n')

    parts = place.written(lines, b'"number"\n')

    assert b"".join(parts) == b'"number"\n"1"\n"2"\n"3"\n"4\n4"\n'
    assert parts.rows == 4


class LinesInABucket:
    """The same, into a bucket."""

    def __init__(self, *parts: bytes) -> None:
        self._parts = parts
        self.write = self

    def text(self, address: str) -> None:
        store = from_url(address)
        for number, part in enumerate(self._parts):
            obstore.put(store, f"part-{number:05}-abc.txt", part)


def test_parts_in_a_bucket_are_read_and_removed(buckets: dict[str, str], tmp_path: Path) -> None:
    place = PartsPlace(f"s3://reports/{tmp_path.name}", kept_seconds=60)

    parts = place.written(LinesInABucket(b'"1"\n', b'"2"\n'), b'"number"\n')

    assert b"".join(parts) == b'"number"\n"1"\n"2"\n'
    assert parts.rows == 2
    parts.close()
    assert [item for batch in obstore.list(place.store) for item in batch] == []


def test_parts_in_a_bucket_that_is_away_are_left_to_a_sweep(
    buckets: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    address = f"s3://reports/{tmp_path.name}"
    parts = PartsPlace(address, kept_seconds=60).written(LinesInABucket(b'"1"\n'), b'"number"\n')
    assert b"".join(parts) == b'"number"\n"1"\n'
    with monkeypatch.context() as away:
        away.setattr(obstore, "delete", refuse)
        parts.close()
    assert "The parts of a result are left to the next sweep." in caplog.text

    later = PartsPlace(address, kept_seconds=-60)
    monkeypatch.setattr(obstore, "list_with_delimiter", refuse)
    with pytest.raises(OSError, match="The folders of parts cannot be listed"):
        later.sweep()
    monkeypatch.undo()
    later.sweep()

    assert [item for batch in obstore.list(later.store) for item in batch] == []


def refuse(*_: object, **__: object) -> None:
    """As a bucket that is away."""
    raise GenericError("connection refused")


def test_closed_parts_are_gone(place: PartsPlace, tmp_path: Path) -> None:
    parts = place.written(WrittenLines(b'"1"\n'), b"")

    parts.close()

    assert list((tmp_path / "parts").iterdir()) == []


def test_a_write_that_fails_leaves_no_part(place: PartsPlace, tmp_path: Path) -> None:
    with pytest.raises(RuntimeError):
        place.written(WrittenLines(b'"1"\n', fails=True), b"")

    assert list((tmp_path / "parts").iterdir()) == []


def test_closed_parts_leave_no_empty_folder_of_a_write_that_died(place: PartsPlace, tmp_path: Path) -> None:
    parts = place.written(WrittenLines(b'"1"\n'), b"")
    (folder,) = (tmp_path / "parts").iterdir()
    (folder / "_temporary" / "0" / "attempt").mkdir(parents=True)

    parts.close()

    assert list((tmp_path / "parts").iterdir()) == []


def test_a_sweep_removes_what_is_older_than_any_attempt_and_nothing_else(place: PartsPlace, tmp_path: Path) -> None:
    now = int(time.time())
    for name in (f"parts-{now - 61}-part_dead", f"parts-{now}-part_alive", "of-another-program"):
        (tmp_path / "parts" / name).mkdir(parents=True)
        (tmp_path / "parts" / name / "part-00000.txt").touch()

    place.sweep()

    left = {folder.name for folder in (tmp_path / "parts").iterdir()}
    assert left == {
        f"parts-{now}-part_alive",
        "of-another-program",
    }


@pytest.mark.parametrize("size", [1, 2, 3, 1000])
def test_rows_are_counted_wherever_pieces_end(size: int) -> None:
    file = b'"a","b\nb"\n"""\n",\n,"\r\n"\n"","c"\n'
    count = RowCount()

    for start in range(0, len(file), size):
        count.add(file[start : start + size])

    assert count.rows == 4
