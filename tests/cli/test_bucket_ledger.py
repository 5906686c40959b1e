"""`doctor` on a ledger in a bucket: it finds what is missing, and downloads no data."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Start
from tests.support.buckets import copy_objects, load_into_bucket, place_for_bucket


@pytest.fixture(scope="module")
def loaded_place(buckets: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the small ledger's files, and the `data` of an installation with that ledger in a bucket."""
    place = place_for_bucket(tmp_path_factory)
    load_into_bucket(place)
    return place


@pytest.fixture
def in_bucket(loaded_place: Path, started: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Runs a command in a process of its own, upon an installation with the small ledger in a bucket.

    The storage runs in this process, and `deltalake` does not let other threads run while it waits.
    """
    ledger = f"s3://reports/{tmp_path.name}/ledger"
    copy_objects(f"s3://reports/{loaded_place.name}/ledger", ledger)
    shutil.copytree(loaded_place, tmp_path, dirs_exist_ok=True)
    monkeypatch.setenv("REPORTRUN_LEDGER_URL", ledger)

    def run(*words: str) -> tuple[int, str]:
        process = started(*words)
        out, _ = process.communicate(timeout=60)
        return process.returncode, out

    return run


@pytest.mark.parametrize("words", [("doctor",), ("doctor", "--deep")])
def test_the_doctor_finds_a_whole_ledger_in_a_bucket_good_and_fetches_none_of_its_files(
    in_bucket: Any, tmp_path: Path, caplog: pytest.LogCaptureFixture, words: tuple[str, ...]
) -> None:
    with caplog.at_level("INFO", logger="werkzeug"):
        caplog.clear()
        code, out = in_bucket(*words)

    requests = [record.getMessage() for record in caplog.records]
    assert code == 0
    assert "good  The test ledger is at version 3 with 2 tables" in out
    assert any(f"/{tmp_path.name}/ledger" in request for request in requests)
    assert [request for request in requests if ".parquet" in request] == []
    assert not (tmp_path / "data" / "copies").exists()


def test_the_doctor_names_a_file_that_a_bucket_lacks(in_bucket: Any, tmp_path: Path, buckets: dict[str, str]) -> None:
    import boto3  # type: ignore[import-untyped]

    bucket = boto3.resource("s3", endpoint_url=buckets["AWS_ENDPOINT_URL"]).Bucket("reports")
    stored = bucket.objects.filter(Prefix=f"{tmp_path.name}/ledger/test/payouts/")
    gone = next(one.key for one in stored if one.key.endswith(".parquet"))
    bucket.Object(gone).delete()

    (summary_code, summary), (code, out) = in_bucket("doctor"), in_bucket("doctor", "--deep")

    damage = f"wrong The test ledger lacks a file as it was written, s3://reports/{gone}"
    assert (summary_code, code) == (1, 1)
    assert f"{damage}: its current version cannot be read." in summary
    assert f"{damage}: version 3 cannot be read." in out


def test_an_address_with_a_slash_at_its_end_is_loaded_into_vacuumed_and_read(
    in_bucket: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTRUN_LEDGER_URL", f"s3://reports/{tmp_path.name}/ledger/")
    transactions = tmp_path / "balance_transactions.csv"
    transactions.write_text(transactions.read_text().replace("available\n", "pending\n", 1))

    loaded = in_bucket("load", "balance_transactions", str(transactions))
    vacuumed, whole = in_bucket("ledger", "vacuum", "--keep", "1"), in_bucket("doctor", "--deep")

    assert (loaded[0], vacuumed[0], whole[0]) == (0, 0, 0)
    assert "good  The test ledger is at version 5 with 2 tables" in whole[1]
