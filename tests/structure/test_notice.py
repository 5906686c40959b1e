"""NOTICE names the licence of every package that is used at run time."""

from __future__ import annotations

import subprocess
import sys

from tests.structure.dependencies import needed_at_run_time
from tests.support.markdown import ROOT

SCRIPT = ROOT / "scripts" / "licences.py"
NOTICE = ROOT / "NOTICE"


def test_every_run_time_package_is_listed_with_a_licence() -> None:
    lines = [line.split() for line in NOTICE.read_text(encoding="utf-8").splitlines()]
    listed = {words[0] for words in lines if len(words) > 1}

    assert needed_at_run_time() - listed == set()


def test_packages_under_a_weak_copyleft_licence_are_listed_as_such() -> None:
    text = NOTICE.read_text(encoding="utf-8")

    assert "psycopg, psycopg-binary, psycopg-pool (LGPL)" in text
    assert "orjson (MPL)" in text


def test_notice_is_up_to_date() -> None:
    checked = subprocess.run([sys.executable, SCRIPT, "--check"], capture_output=True, text=True, check=False)

    assert (checked.returncode, checked.stderr) == (0, "")


def test_the_check_runs_with_the_other_checks() -> None:
    assert "scripts/licences.py --check" in (ROOT / "scripts" / "check").read_text(encoding="utf-8")
