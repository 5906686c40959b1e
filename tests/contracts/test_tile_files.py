"""The contract of the files of the transparency log, for a folder and a bucket."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from application.ports.tile_files import TileFiles
from domain.errors import StoreUnavailable
from interfaces.audit.tile_bucket import TileBucket
from interfaces.audit.tile_folder import TileFolder


@pytest.fixture(params=["folder", "bucket"])
def files(request: pytest.FixtureRequest, tmp_path: Path) -> TileFiles:
    if request.param == "folder":
        return TileFolder(tmp_path / "log")
    request.getfixturevalue("buckets")
    return TileBucket(f"s3://reports/{tmp_path.name}/log")


def test_what_was_written_is_read(files: TileFiles) -> None:
    files.write({"tile/0/000.p/5": b"five", "tile/0/x001/000": b"full", "checkpoint": b"old"})
    files.write({"checkpoint": b"new"})

    assert [files.read(path) for path in ("tile/0/000.p/5", "tile/0/x001/000", "checkpoint")] == [
        b"five", b"full", b"new",
    ]  # fmt: skip


def test_many_files_are_written_at_once(files: TileFiles) -> None:
    written = {f"tile/0/{number:03}": bytes([number]) for number in range(40)}

    files.write(written)

    assert {path: files.read(path) for path in written} == written


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/000", "tile/0", "tile/0/000.p/5/7"])
def test_a_file_that_is_not_there_is_missing(files: TileFiles, path: str) -> None:
    files.write({"tile/0/000.p/5": b"five"})

    with pytest.raises(FileNotFoundError):
        files.read(path)


def test_what_is_below_a_folder_is_removed_and_nothing_else(files: TileFiles) -> None:
    files.write({"tile/0/000.p/5": b"5", "tile/0/000.p/6": b"6", "tile/0/000": b"full", "tile/0/001.p/1": b"1"})

    files.remove_below("tile/0/000.p")
    files.remove_below("tile/0/009.p")

    assert (files.read("tile/0/000"), files.read("tile/0/001.p/1")) == (b"full", b"1")
    for path in ("tile/0/000.p/5", "tile/0/000.p/6"):
        with pytest.raises(FileNotFoundError):
            files.read(path)


@contextmanager
def storage_that_answers(status: int, code: str) -> Iterator[str]:
    """The address of a storage that refuses every request."""

    class Handler(BaseHTTPRequestHandler):
        def refuse(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"] or 0))
            body = f"<Error><Code>{code}</Code><Message>No.</Message></Error>".encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_PUT = do_POST = refuse  # noqa: N815

        def log_message(self, format: str, *values: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@pytest.mark.parametrize(
    ("status", "code"), [(403, "AccessDenied"), (403, "InvalidAccessKeyId"), (401, "Unauthorized")]
)
def test_credentials_that_a_bucket_refuses_are_named(
    buckets: dict[str, str], monkeypatch: pytest.MonkeyPatch, status: int, code: str
) -> None:
    with storage_that_answers(status, code) as address:
        monkeypatch.setenv("AWS_ENDPOINT_URL", address)
        bucket = TileBucket("s3://reports/log")
        for call in (
            lambda: bucket.read("checkpoint"),
            lambda: bucket.write({"checkpoint": b"new"}),
            lambda: bucket.remove_below("tile"),
        ):
            with pytest.raises(StoreUnavailable, match="s3://reports/log refuses these credentials"):
                call()


def test_a_bucket_that_is_not_there_is_named(buckets: dict[str, str]) -> None:
    with pytest.raises(StoreUnavailable, match=r"There is no bucket s3://nowhere/log\."):
        TileBucket("s3://nowhere/log").write({"checkpoint": b"new"})


def test_a_bucket_that_cannot_be_reached_is_named(buckets: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    bucket = TileBucket("s3://reports/log")

    with pytest.raises(StoreUnavailable, match="s3://reports/log cannot be reached now"):
        bucket.read("checkpoint")
    with pytest.raises(StoreUnavailable, match="s3://reports/log cannot be reached now"):
        bucket.write({"checkpoint": b"new"})
