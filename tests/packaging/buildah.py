"""Builds and runs the image without a daemon: buildah, in a chroot, with its storage in a folder of the test's own."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.packaging.conftest import ROOT

UID = 10_001

BASE_TAR = ROOT / "build" / "python-base.tar"
"""A Debian with Python, which is kept for the next time: no base image can be pulled everywhere."""

READ_ONLY = """
set -eu
root=$1 data=$2; shift 2
mount --bind "$root" "$root"
mount --bind "$data" "$root/data"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -o remount,ro,bind "$root"
cd "$root"
exec chroot --userspec=10001:10001 "$root" /usr/bin/env -i "$@"
"""
"""Runs a program in a root that is read-only, but for /data; in a mount namespace of its own."""


@dataclass(frozen=True)
class Image:
    """A built image, and a container of it.

    root    the container's root file system
    config  as the image says how it is run
    """

    storage: Path
    container: str
    root: Path
    config: dict[str, Any]

    def command(self, *words: str, data: Path) -> list[str]:
        """The words that run a program in the container, as its user; the host's network is its own."""
        volume = ["--volume", f"{data}:/data"]
        return [*_buildah(self.storage), "run", "--isolation", "chroot", *volume, self.container, "--", *words]

    def read_only_command(self, *words: str, data: Path) -> list[str]:
        """The words that run a program in the container, whose root is read-only and has no writable /tmp either."""
        shell = ["unshare", "--mount", "sh", "-c", READ_ONLY, "sh", str(self.root), str(data)]
        return [*shell, *self.config["Env"], *words]


@contextmanager
def built_image(storage: Path, wheels: Path) -> Iterator[Image]:
    """The image of this clone. Skips the test where buildah or a base cannot be had."""
    for tool in ("buildah", "unshare"):
        if shutil.which(tool) is None:
            pytest.skip(f"{tool} is not installed, so the image is not built")
    _build_base(storage, _base_tar())
    _download_wheels(wheels)
    own_index = ["--build-arg", "PIP_NO_INDEX=1", "--build-arg", "PIP_FIND_LINKS=/wheels"]
    base = ["--build-arg", "PYTHON_IMAGE=localhost/python-base", "--volume", f"{wheels}:/wheels:ro"]
    build = ["bud", "--quiet", "--isolation", "chroot", "--format", "docker", *own_index, *base]
    run(*_buildah(storage), *build, "--tag", "localhost/reportrun", str(ROOT))
    container = run(*_buildah(storage), "from", "--isolation", "chroot", "localhost/reportrun").strip()
    root = run(*_buildah(storage), "mount", container).strip()
    inspected = json.loads(run(*_buildah(storage), "inspect", "--type", "image", "localhost/reportrun"))
    try:
        yield Image(storage, container, Path(root), inspected["Docker"]["config"])
    finally:
        run(*_buildah(storage), "umount", container)
        run(*_buildah(storage), "rm", container)


def _base_tar() -> Path:
    if not BASE_TAR.exists():
        if shutil.which("mmdebstrap") is None:
            pytest.skip("mmdebstrap is not installed, so there is no base for the image")
        BASE_TAR.parent.mkdir(exist_ok=True)
        part = BASE_TAR.with_suffix(".part")
        made = subprocess.run(
            ["mmdebstrap", "--variant=apt", "--include=python3-venv", "--format=tar", "bookworm", str(part)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        if made.returncode:
            pytest.skip(f"no base for the image can be made here: {made.stderr.strip()[-300:]}")
        part.rename(BASE_TAR)
    return BASE_TAR


def _build_base(storage: Path, tar: Path) -> None:
    context = storage / "base"
    context.mkdir()
    (context / "Dockerfile").write_text(
        "FROM scratch\nADD base.tar /\nENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin\n"
    )
    (context / "base.tar").hardlink_to(tar) if _same_disk(context, tar) else shutil.copy(tar, context / "base.tar")
    run(*_buildah(storage), "bud", "--quiet", "--isolation", "chroot", "--tag", "localhost/python-base", str(context))


def _same_disk(one: Path, other: Path) -> bool:
    return one.stat().st_dev == other.stat().st_dev


def _download_wheels(folder: Path) -> None:
    """What the build installs and builds with, since the chroot has not the package index of this machine."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    wanted = [*project["project"]["dependencies"], *project["build-system"]["requires"]]
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    run(*pip, "--constraint", str(ROOT / "constraints.txt"), "--wheel-dir", str(folder), *wanted)


def _buildah(storage: Path) -> list[str]:
    return [
        "buildah", "--storage-driver", "vfs", "--root", str(storage / "root"), "--runroot", str(storage / "runroot"),
    ]  # fmt: skip


def run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def entry(image: Image) -> Sequence[str]:
    """The program that a container runs when no words are given."""
    return [*image.config["Entrypoint"], *image.config["Cmd"]]
