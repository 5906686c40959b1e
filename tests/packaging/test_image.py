"""The image: its build, its user, and a server in it whose root file system is read-only."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.packaging.buildah import UID, Image, built_image, entry
from tests.support.client import REPLY_SECONDS
from tests.support.processes import until
from tests.support.server import START_SECONDS, address_of

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="a chroot and mounts take the root user of Linux"
)


@pytest.fixture(scope="module")
def image(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Image]:
    storage = tmp_path_factory.mktemp("image")
    with built_image(storage, tmp_path_factory.mktemp("wheels")) as image:
        yield image
    shutil.rmtree(storage)  # with a copy of the root for each step


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A volume, as a container engine makes it from the image's /data."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    os.chown(folder, UID, UID)
    return folder


def output(words: list[str]) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


@contextmanager
def served(image: Image, data: Path) -> Iterator[str]:
    """The image's own program on a free port; gives its address. At the end SIGTERM must end it well."""
    words = image.read_only_command(*entry(image), "--port", "0", data=data)
    with subprocess.Popen(words, stdout=subprocess.PIPE) as server:
        try:
            yield address_of(server).replace("0.0.0.0", "127.0.0.1")
            server.terminate()
            assert server.wait(20) == 0
        finally:
            server.kill()


def ready(address: str) -> dict[str, object]:
    answer = httpx.get(f"{address}/readyz", verify=False, timeout=REPLY_SECONDS)  # no certificates are read
    state: dict[str, object] = answer.json()
    return state


def test_a_server_runs_with_a_read_only_root_as_a_user_without_rights(image: Image, data: Path) -> None:
    with served(image, data) as address:
        until(lambda: ready(address)["workers"] == 1, "the worker does not start", START_SECONDS)
        state = ready(address)
        health = output(image.command("reportrun", "healthcheck", "--url", address, data=data))

    assert state == {"status": "ready", "pending_runs": 0, "oldest_pending_seconds": None, "workers": 1}
    assert health == "The server is ready.\n"
    assert (data / "events.db").stat().st_uid == UID
    assert not [path for path in data.rglob("*") if path.stat().st_mode & 0o077]


def test_commands_run_in_the_image_and_write_nothing_but_data(image: Image, data: Path) -> None:
    demo = output(image.read_only_command("reportrun", "demo", data=data))
    report = output(image.read_only_command("reportrun", "run", "balance.summary.1", data=data))
    written = output(image.command("sh", "-c", "id -u; touch /x /opt/reportrun/x /etc/x", data=data)).splitlines()
    refused = [line for line in written if line.startswith("touch: ")]  # the builder adds lines about the exit code

    assert "The test ledger is now at version " in demo
    assert report.startswith('"category",')
    assert written[0] == str(UID)
    assert len(refused) == 3 and all(line.endswith("Permission denied") for line in refused)


def test_the_image_says_how_it_is_run(image: Image) -> None:
    config = image.config

    assert config["User"] == f"{UID}:{UID}"
    assert config["Volumes"] == {"/data": {}}
    assert config["Healthcheck"]["Test"] == ["CMD", "reportrun", "healthcheck"]
    assert entry(image) == ["reportrun", "serve", "--host", "0.0.0.0"]


def test_the_image_holds_the_program_without_its_tests_and_tools(image: Image) -> None:
    (packages,) = image.root.glob("opt/reportrun/lib/python*/site-packages")

    assert (packages / "reportrun" / "interfaces").is_dir()
    assert not [name for name in ("pytest", "mypy", "moto", "tests", "scripts") if (packages / name).exists()]
    assert not (image.root / "source").exists()
