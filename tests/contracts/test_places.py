"""Places of files: a folder or a bucket that cannot be reached is named, with the remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.errors import StoreUnavailable
from interfaces.host.places import must_be_reachable
from tests.support.buckets import bucket_storage


def fault(place: str | Path) -> str:
    with pytest.raises(StoreUnavailable) as refused:
        must_be_reachable(str(place), "The test ledger")
    return str(refused.value)


def test_a_folder_that_is_there_is_reached(tmp_path: Path) -> None:
    must_be_reachable(str(tmp_path), "The test ledger")
    (tmp_path / "a.parquet").touch()
    must_be_reachable(str(tmp_path), "The test ledger")


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    assert fault(tmp_path / "gone") == (
        f"The test ledger in {tmp_path}/gone cannot be reached. No such file or directory. See that its disk is "
        "mounted, and that this user may read it."
    )


@pytest.fixture
def storage() -> Iterator[dict[str, str]]:
    with bucket_storage() as variables:
        yield variables


def test_a_bucket_that_answers_is_reached_whatever_lies_in_it(storage: dict[str, str]) -> None:
    must_be_reachable("s3://reports/ledger/test", "The test ledger")


def test_a_bucket_that_is_not_there_is_named(storage: dict[str, str]) -> None:
    assert re.search(r"in s3://other/ledger cannot be reached\. There is no such bucket\. ", fault("s3://other/ledger"))


def test_a_storage_that_does_not_answer_is_named_in_a_sentence(
    storage: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    assert fault("s3://reports/ledger") == (
        "The test ledger in s3://reports/ledger cannot be reached. The storage does not answer. See that it runs, and "
        "the variables AWS_ENDPOINT_URL and AWS_REGION."
    )
