"""The README says what is true."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from interfaces.cli.dispatch import COMMANDS
from interfaces.settings import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_the_two_commands_stand_at_the_top_and_exist():
    top = README.split("##")[0]

    for script in ("scripts/run", "scripts/test"):
        assert f"bash {script}" in top
        assert (ROOT / script).is_file()


def test_every_setting_is_in_the_table_with_its_default_and_sentence():
    told = [
        tuple(cell.strip("` ") for cell in line.split("|")[1:4])
        for line in README.splitlines()
        if "| `REPORTRUN_" in line
    ]

    assert told == Settings.table()


def test_every_command_is_told_and_every_told_command_exists():
    told = set(re.findall(r"`reportrun (\w+)", README))

    assert told == set(COMMANDS)


def test_every_flag_that_is_told_exists():
    for command, flags in re.findall(r"^\| `reportrun (\w+)([^|]*(?:\\\|[^|]*)*)` \|", README, re.MULTILINE):
        words = [command, "create"] if command in ("keys", "accounts") else [command]
        shown = subprocess.run(
            [sys.executable, "-m", "interfaces.cli.main", *words, "--help"],
            capture_output=True, text=True, check=True, cwd=ROOT,
        ).stdout  # fmt: skip
        for flag in re.findall(r"--[a-z-]+", flags):
            assert flag in shown, f"{flag} of {command}"


def test_every_folder_that_is_told_exists():
    for folder in re.findall(r"^    (\w+)/ ", README, re.MULTILINE):
        assert (ROOT / folder).is_dir()
