"""Files of the ledger that cannot be listed or removed: the sentence names the place, the reason and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.errors import StoreUnavailable
from interfaces.ledger.upkeep.stored_files import StoredFile, remove_files, stored_files


def test_a_file_that_cannot_be_removed_is_told_with_the_reason(tmp_path: Path) -> None:
    (tmp_path / "part").write_text("a file where a folder should be")
    file = StoredFile(str(tmp_path / "part" / "a.parquet"), 1, 0.0)

    with pytest.raises(StoreUnavailable) as failed:
        remove_files(str(tmp_path), [file])

    assert str(failed.value) == f"Files of the ledger cannot be removed now, in {tmp_path}. Not a directory."


@pytest.mark.usefixtures("buckets")
def test_files_in_a_bucket_that_is_not_there_are_told_with_the_remedy() -> None:
    table = "s3://no-such-bucket/ledger/live/payouts"
    file = StoredFile(f"{table}/a.parquet", 1, 0.0)

    with pytest.raises(StoreUnavailable) as unlisted:
        stored_files(table)
    with pytest.raises(StoreUnavailable) as unremoved:
        remove_files(table, [file])

    reason = "There is no such bucket. Make it, or name another."
    assert str(unlisted.value) == f"The files of the ledger cannot be listed now, in {table}. {reason}"
    assert str(unremoved.value) == f"Files of the ledger cannot be removed now, in {table}. {reason}"
