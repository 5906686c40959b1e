"""The result store: a kept file can be read, whole or in part."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import obstore
import pytest
from obstore.store import LocalStore, from_url

from application.ports.results import ResultStore, StoredResult
from domain.errors import NotFound, StoreUnavailable
from domain.runs.report_run import CLOCKS_DIFFER_SECONDS
from interfaces.host.scratch_folder import LOCK
from interfaces.results.bucket import BucketResultStore
from interfaces.results.local import LocalResultStore
from interfaces.testing.memory.results import MemoryResultStore


class ResultStoreContract:
    """What every adapter must do.

    another      makes one more store of the same files, as another worker would
    making, prefix   where files are made, and how the folders of workers there begin
    """

    results: ResultStore
    another: Callable[[], ResultStore]
    making: Path
    prefix: str

    def keep(self, file_id: str, contents: bytes) -> StoredResult:
        with self.results.workspace() as made:
            made.write_bytes(contents)
            return self.results.keep(file_id, made)

    def read(self, file_id: str, start: int, length: int) -> bytes:
        async def collect() -> bytes:
            return b"".join([chunk async for chunk in self.results.read(file_id, start, length)])

        return asyncio.run(collect())

    def test_a_kept_file_is_described_by_its_size_and_digest(self) -> None:
        kept = self.keep("file_a1", b"hello")

        assert kept == StoredResult(5, hashlib.sha256(b"hello").hexdigest())

    def test_a_kept_file_is_read_whole_or_in_part(self) -> None:
        self.keep("file_a1", b"0123456789" * 100_000)

        assert self.read("file_a1", 0, 1_000_000) == b"0123456789" * 100_000
        assert self.read("file_a1", 500_001, 4) == b"1234"

    def test_a_file_in_pieces_is_kept_as_one(self) -> None:
        pieces = [b"header\n", b"x" * 6_000_000, b"", b"y" * 6_000_000]

        kept = self.results.keep_stream("file_a1", iter(pieces))

        whole = b"".join(pieces)
        assert kept == StoredResult(len(whole), hashlib.sha256(whole).hexdigest())
        assert self.read("file_a1", 0, len(whole)) == whole

    def test_pieces_may_come_from_another_store(self, tmp_path: Path) -> None:
        parts = LocalStore(str(tmp_path / "parts"), mkdir=True)
        obstore.put(parts, "part-0", b"x" * 6_000_000)

        def pieces() -> Iterator[bytes]:
            yield from map(bytes, obstore.get(parts, "part-0").stream())

        assert self.results.keep_stream("file_a1", pieces()).size == 6_000_000

    def test_pieces_that_fail_to_come_leave_no_file(self) -> None:
        def pieces() -> Iterator[bytes]:
            yield b"x" * 6_000_000
            raise OSError("A part of the result cannot be read.")

        with pytest.raises(OSError, match="A part of the result"):
            self.results.keep_stream("file_a1", pieces())

        with pytest.raises(NotFound):
            self.read("file_a1", 0, 5)

    def test_an_empty_file_is_kept(self) -> None:
        kept = self.keep("file_a1", b"")

        assert kept.size == 0
        assert self.read("file_a1", 0, 0) == b""

    def test_a_file_that_is_not_there_is_not_found(self) -> None:
        with pytest.raises(NotFound, match="file_gone"):
            self.read("file_gone", 0, 10)

    def test_a_removed_file_is_gone_and_can_be_removed_again(self) -> None:
        self.keep("file_a1", b"hello")

        self.results.remove("file_a1")
        self.results.remove("file_a1")

        with pytest.raises(NotFound):
            self.read("file_a1", 0, 5)

    def test_kept_files_are_listed_with_the_time_since_when_and_nothing_else_is(self) -> None:
        before = time.time() - CLOCKS_DIFFER_SECONDS
        for file_id in ("file_a1", "file_b2"):
            self.keep(file_id, b"hello")
        self.results.keep_stream("file_a3", [b"hello"])
        self.results.remove("file_b2")

        with self.results.workspace() as made:
            made.write_bytes(b"half")
            listed = sorted(self.results.listed())

        assert [file.file_id for file in listed] == ["file_a1", "file_a3"]
        assert all(before < file.kept_at < time.time() + CLOCKS_DIFFER_SECONDS for file in listed)

    def test_a_workspace_that_is_left_keeps_nothing(self) -> None:
        with self.results.workspace() as made:
            made.write_bytes(b"half")

        assert not made.exists()

    def test_what_a_dead_worker_left_half_made_goes_and_what_a_living_one_makes_stays(self) -> None:
        dead = self.making / f"{self.prefix}dead"
        dead.mkdir(parents=True)
        (dead / LOCK).touch()
        (dead / "part_1").write_bytes(b"half a fi")

        with self.results.workspace() as made:
            made.write_bytes(b"half")
            with self.another().workspace() as other:
                other.write_bytes(b"of another")
                assert not dead.exists()
                assert made.read_bytes() == b"half"

            assert not other.exists()


class TestMemoryResultStore(ResultStoreContract):
    prefix = "result-"

    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> None:
        self.another = lambda: MemoryResultStore(tmp_path)
        self.results = self.another()
        self.making = tmp_path


class TestLocalResultStore(ResultStoreContract):
    prefix = "worker-"

    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> None:
        self.another = lambda: LocalResultStore(tmp_path / "files")
        self.results = self.another()
        self.making = tmp_path / "files" / "making"

    def test_files_that_are_no_results_are_not_listed(self, tmp_path: Path) -> None:
        self.keep("file_a1", b"hello")
        for name in ("a1/notes.csv", "b2/file_a1.csv", "file_a2.csv"):
            (tmp_path / "files" / name).parent.mkdir(exist_ok=True)
            (tmp_path / "files" / name).touch()

        assert [file.file_id for file in self.results.listed()] == ["file_a1"]


class TestBucketResultStore(ResultStoreContract):
    prefix = "result-"

    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path, buckets: dict[str, str]) -> None:
        self.another = lambda: BucketResultStore(f"s3://reports/{tmp_path.name}", tmp_path / "making")
        self.results = self.another()
        self.making = tmp_path / "making"

    def test_objects_of_others_are_not_listed(self, tmp_path: Path) -> None:
        self.keep("file_a1", b"hello")
        bucket = from_url(f"s3://reports/{tmp_path.name}")
        for name in ("notes.csv", "file_a2.txt", "below/file_a3.csv"):
            obstore.put(bucket, name, b"hello")

        assert [file.file_id for file in self.results.listed()] == ["file_a1"]

    def test_a_storage_that_cannot_be_reached_is_an_error_that_may_pass(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
        self.results = BucketResultStore("s3://reports/elsewhere", tmp_path / "making", retries=0)

        with pytest.raises(OSError, match="could not be uploaded"):
            self.keep("file_a1", b"hello")
        with pytest.raises(StoreUnavailable):
            self.read("file_a1", 0, 5)
        with pytest.raises(StoreUnavailable, match="The file storage cannot be reached now"):
            self.results.remove("file_a1")
        with pytest.raises(StoreUnavailable):
            list(self.results.listed())
