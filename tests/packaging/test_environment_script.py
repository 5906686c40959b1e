"""`scripts/environment`: `.venv` is made whole or not at all, and an incomplete one is made again."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT

WHOLE = """#!/usr/bin/env bash
echo "$*" >> ../calls
"""
"""An interpreter that has pip, and notes what it is called with."""

WITHOUT_PACKAGES = """#!/usr/bin/env bash
[ "$3" != install ] || { echo "No matching distribution found" >&2; exit 1; }
"""
"""An interpreter whose pip can install nothing."""

PACKAGES = """#!/usr/bin/env bash
case " $* " in
    *" -m venv "*) mkdir -p "$3/bin" && cp "$0" "$3/bin/python" ;;
    *" install "*) echo "$*" >> calls && [ ! -e unreachable ] ;;
esac
"""
"""An interpreter, and npm, that can install what is asked for unless there is a file `unreachable`."""

WITHOUT_PIP = """#!/usr/bin/env bash
echo "$0: No module named pip" >&2
exit 1
"""

MAKER = """#!/usr/bin/env bash
if [ "$1" = -m ] && [ "$2" = venv ]; then
    mkdir -p .venv/bin
    cp incomplete .venv/bin/python
    {then}
fi
"""
"""An interpreter whose module `venv` leaves an environment without pip, and then does what a test says."""


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A folder with the script and an interpreter that makes whole environments."""
    (made := tmp_path / "clone" / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "environment", made)
    folder = made.parent
    for name in ("pyproject.toml", "constraints.txt"):
        (folder / name).touch()
    for name, text in (("incomplete", WITHOUT_PIP), ("whole", WHOLE)):
        program(folder / name, text)
    return folder


def program(file: Path, text: str) -> None:
    file.write_text(text)
    file.chmod(0o755)


def script(clone: Path, then: str, begin: str = "set -euo pipefail;") -> subprocess.Popen[str]:
    program(clone / "python", MAKER.format(then=then))
    return subprocess.Popen(
        ["bash", "-c", f"{begin} source scripts/environment; make_environment ''"],
        cwd=clone,
        env={**os.environ, "PYTHON": str(clone / "python")},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


COMPLETED = "cp whole .venv/bin/python"


def test_a_failed_environment_is_removed_and_made_by_the_next_run(clone: Path) -> None:
    failed = script(clone, "echo 'apt install python3-venv'; exit 1")
    _, said = failed.communicate()
    left = (clone / ".venv").exists()
    mended = script(clone, COMPLETED)
    mended.communicate()

    assert (failed.returncode, left, mended.returncode) == (1, False, 0)
    assert "apt install python3-venv" in said
    assert "cannot make .venv, for the reason above. Mend that, then run this script again." in said
    assert (clone / ".venv" / ".installed").exists()


def test_an_environment_without_pip_is_made_again(clone: Path) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True)
    shutil.copy(clone / "incomplete", clone / ".venv" / "bin" / "python")

    mended = script(clone, COMPLETED)
    _, said = mended.communicate()

    assert mended.returncode == 0, said
    assert "Removing .venv, which is not whole: it has no pip." in said


def test_an_interrupted_environment_is_removed_without_a_traceback(clone: Path) -> None:
    os.mkfifo(clone / "begun")
    stopped = script(clone, "echo begun > begun; trap 'echo Traceback >&2; trap - INT; kill -INT $$' INT; read < begun")
    (clone / "begun").read_text()

    os.killpg(stopped.pid, signal.SIGINT)
    _, said = stopped.communicate()

    assert stopped.returncode == 130
    assert said.endswith("Stopped; the half-made .venv is removed.\n")
    assert "Traceback" not in said
    assert not (clone / ".venv").exists()


def test_a_failed_installation_is_tried_again_by_the_next_run(clone: Path) -> None:
    program(clone / "whole", WITHOUT_PACKAGES)
    failed = script(clone, COMPLETED, begin="")
    _, said = failed.communicate()
    left = (clone / ".venv" / ".installed").exists()
    program(clone / ".venv" / "bin" / "python", WHOLE)
    mended = script(clone, COMPLETED)
    mended.communicate()

    assert (failed.returncode, left) == (1, False), said
    assert (mended.returncode, (clone / ".venv" / ".installed").exists()) == (0, True)


@pytest.mark.parametrize(("mib", "is_enough"), [(1, True), (1024**3, False)])
def test_temporary_files_lie_in_memory_where_there_is_room_and_are_removed(
    clone: Path, tmp_path: Path, mib: int, is_enough: bool
) -> None:
    (memory := tmp_path / "memory").mkdir()
    said = f'work_in_memory {memory} {mib}; "$PYTHON" -c "import tempfile; print(tempfile.mkdtemp())"'

    done = subprocess.run(
        ["bash", "-c", f"set -euo pipefail; source scripts/environment; {said}"],
        cwd=clone, env={**os.environ, "PYTHON": sys.executable, "TMPDIR": str(tmp_path)}, capture_output=True,
        text=True, check=True,
    )  # fmt: skip

    assert Path(done.stdout.strip()).is_relative_to(memory) is is_enough
    assert list(memory.iterdir()) == []


@pytest.mark.parametrize("name", ["spark_server", "packaging_tools", "node_client"])
def test_packages_apart_are_installed_once_and_whole(clone: Path, name: str) -> None:
    (clone / ".venv" / "bin").mkdir(parents=True)
    (clone / ".venv" / name / "bin").mkdir(parents=True)  # as an interrupted installation leaves it
    for file in (clone / ".venv" / "bin" / "python", clone / "npm"):
        program(file, PACKAGES)
    words = ["bash", "-c", f"set -euo pipefail; source scripts/environment; make_{name}"]
    environment = {**os.environ, "PATH": f"{clone}:{os.environ['PATH']}"}

    def made() -> str:
        return subprocess.run(words, cwd=clone, env=environment, check=True, capture_output=True, text=True).stderr

    (clone / "unreachable").touch()
    failed = made()
    left = (clone / ".venv" / name).exists()
    (clone / "unreachable").unlink()
    mended, again = made(), made()

    assert failed.endswith(" here; tests that need this are skipped.\n")
    assert not left
    assert mended.startswith("Installing ") and mended.count("\n") == 1
    assert again == ""
    assert len((clone / "calls").read_text().splitlines()) == 2
