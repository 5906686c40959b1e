"""The Dockerfile, compose.yaml and the systemd units, as the checkers of each kind see them."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT

UNITS = sorted((ROOT / "deploy").glob("*.service"))

MOST_EXPOSURE = 20
"""Of systemd's measure of what a service may do, times ten: a service without restrictions has 96."""


def tool(name: str) -> str:
    """A checker's path. Skips the test where it is not installed."""
    place = Path(sys.prefix) / "packaging_tools" / "bin" / name
    found = str(place) if place.exists() else shutil.which(name)
    return found or pytest.skip(f"{name} is not installed")


def check(*words: str | Path) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def installed(unit: Path, folder: Path) -> Path:
    """The unit as it is when the command and the user that it names exist."""
    text = unit.read_text().replace("/opt/reportrun/bin/reportrun", str(Path(sys.executable).with_name("reportrun")))
    place = folder / unit.name
    place.write_text(re.sub("^(User|Group)=reportrun$", r"\1=root", text, flags=re.MULTILINE))
    return place


def test_the_dockerfile_has_no_finding() -> None:
    assert check(tool("hadolint"), ROOT / "Dockerfile") == ""


def test_the_compose_file_follows_the_specification() -> None:
    check(tool("check-jsonschema"), "--builtin-schema", "vendor.compose-spec", ROOT / "compose.yaml")


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_is_understood_by_systemd(unit: Path, tmp_path: Path) -> None:
    assert check(tool("systemd-analyze"), "verify", installed(unit, tmp_path)) == ""


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_may_do_little(unit: Path, tmp_path: Path) -> None:
    limit = f"--threshold={MOST_EXPOSURE}"
    check(tool("systemd-analyze"), "security", "--offline=true", limit, installed(unit, tmp_path))


def test_both_units_have_the_same_restrictions() -> None:
    first, second = ({line for line in unit.read_text().splitlines() if "=" in line} for unit in UNITS)

    assert {line.partition("=")[0] for line in first ^ second} == {"Description", "ExecStart"}
