"""An environment of its own with the wheel installed, beside a package of a user that has the names of our layers."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

LAYERS = ("domain", "application", "interfaces")

USERS_PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "shop"
version = "1.0"

[tool.hatch.build.targets.wheel]
packages = ["domain", "application", "interfaces"]
"""


@dataclass(frozen=True)
class Environment:
    """A virtual environment. Libraries come from that of the tests; the code of the repository does not."""

    folder: Path

    @property
    def python(self) -> Path:
        return self.folder / "bin" / "python"

    @property
    def command(self) -> Path:
        return self.folder / "bin" / "reportrun"

    @property
    def packages(self) -> Path:
        (found,) = self.folder.glob("lib/python*/site-packages")
        return found

    def install(self, *wheels: Path) -> None:
        self._pip("install", "--no-deps", "--no-index", *map(str, wheels))

    def uninstall(self, name: str) -> None:
        self._pip("uninstall", "--yes", name)

    def run(self, *words: str | Path, folder: Path, **variables: str) -> str:
        """What a program prints that runs in a folder; it must succeed."""
        inherited = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            words, cwd=folder, env={**inherited, **variables}, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _pip(self, *words: str) -> None:
        pip = [sys.executable, "-m", "pip", "--python", str(self.python), "--disable-pip-version-check", "--quiet"]
        subprocess.run([*pip, *words], check=True, capture_output=True)


def wheel_of(project: Path, place: Path) -> Path:
    """Build a project's wheel in an environment of its own, as `pip install` does."""
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(place), str(project)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (wheel,) = place.glob("*.whl")
    return wheel


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel_of(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="session")
def users_wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a project that has packages with the names of our layers."""
    project = tmp_path_factory.mktemp("shop")
    (project / "pyproject.toml").write_text(USERS_PROJECT)
    write_users_packages(project)
    return wheel_of(project, tmp_path_factory.mktemp("users_wheel"))


@pytest.fixture
def environment(tmp_path: Path) -> Environment:
    folder = tmp_path / "environment"
    venv.create(folder, with_pip=False, symlinks=True)
    environment = Environment(folder)
    (environment.packages / "libraries.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    return environment


def write_users_packages(folder: Path) -> None:
    for name in LAYERS:
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text('OWNER = "the shop"\n')
