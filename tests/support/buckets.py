"""An S3-compatible storage for tests, on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest

from domain.ids import random_id
from tests.support.small_ledger import write_small_ledger


@contextmanager
def bucket_storage() -> Iterator[dict[str, str]]:
    """A running storage with an empty bucket `reports`; gives the variables that lead there, and sets them."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    variables = {
        "AWS_ENDPOINT_URL": f"http://{host}:{port}",
        "AWS_ALLOW_HTTP": "true",
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
    }
    try:
        with mock.patch.dict(os.environ, variables):
            import boto3  # type: ignore[import-untyped]

            boto3.client("s3", endpoint_url=variables["AWS_ENDPOINT_URL"]).create_bucket(Bucket="reports")
            yield variables
    finally:
        server.stop()


def place_for_bucket(factory: pytest.TempPathFactory) -> Path:
    """A folder whose name no other process of tests has: on one machine, loads into one address exclude each other."""
    return factory.mktemp(random_id("loaded", 8))


def load_into_bucket(place: Path) -> str:
    """Load the small ledger into the bucket, with its files and `data` in a folder; gives the ledger's address.

    In processes: the storage runs in this one, and `deltalake` does not let other threads run while it waits.
    """
    url = f"s3://reports/{place.name}/ledger"
    environment = {**os.environ, "REPORTRUN_DATA": str(place / "data"), "REPORTRUN_LEDGER_URL": url}
    for table, path in write_small_ledger(place).items():
        command = [sys.executable, "-m", "interfaces.cli.main", "load", table, str(path)]
        loaded = subprocess.run(command, env=environment, check=False, capture_output=True, text=True)
        assert loaded.returncode == 0, loaded.stderr
    return url


def copy_objects(source: str, target: str) -> None:
    """Copy what is below one address in the bucket to below another."""
    import boto3

    bucket = boto3.resource("s3", endpoint_url=os.environ["AWS_ENDPOINT_URL"]).Bucket("reports")
    before, after = (url.removeprefix("s3://reports/") + "/" for url in (source, target))
    for found in bucket.objects.filter(Prefix=before):
        bucket.Object(after + found.key.removeprefix(before)).copy({"Bucket": "reports", "Key": found.key})
