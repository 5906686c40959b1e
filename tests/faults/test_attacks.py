"""scripts/attack: attacks that the server withstands, and one that it does not."""

from __future__ import annotations

import os
import re
import signal
from dataclasses import replace
from pathlib import Path

import pytest
from attacks.__main__ import ATTACKS
from attacks.attack import Attack, Target, Verdict
from attacks.execution import carry_out

from tests.faults.asking import create
from tests.support.processes import has_gone, until

QUICK_ATTACKS = ("deep-form", "many-parameters", "damaged-files")
"""The others take longer: bash scripts/attack."""

ENDED_CONNECTIONS = ("ConnectError", "ReadError", "RemoteProtocolError")
"""A connection that is asked for while the kernel ends the server may still be taken, and is then reset or closed."""

RELIABILITY = Path(__file__).parents[2] / "docs" / "reliability.md"


@pytest.mark.parametrize("name", QUICK_ATTACKS)
def test_an_attack_is_withstood(name: str, tmp_path: Path) -> None:
    verdict = carry_out(ATTACKS[name], tmp_path, seconds=1)

    assert verdict.held, verdict.figures


def test_a_target_that_is_killed_by_its_attack_has_not_held(tmp_path: Path) -> None:
    verdict = carry_out(Attack("kill", "SIGKILL", kill), tmp_path, seconds=1)

    assert not verdict.held
    assert verdict.figures.startswith(ENDED_CONNECTIONS)


def test_a_target_that_has_ended_has_not_held_even_where_its_attack_saw_nothing(tmp_path: Path) -> None:
    verdict = carry_out(Attack("crash", "SIGKILL from outside", crash), tmp_path, seconds=1)

    assert not verdict.held
    assert verdict.figures.startswith(ENDED_CONNECTIONS)


def test_a_custom_report_that_is_not_offered_has_not_held(tmp_path: Path) -> None:
    attack = replace(ATTACKS["custom-reports"], prepare=lambda folder: {})

    assert not carry_out(attack, tmp_path, seconds=1).held


def test_the_reliability_page_lists_every_attack() -> None:
    rows = re.findall(r"^\| ([a-z-]+) \| ([^|]+) \|", RELIABILITY.read_text(encoding="utf-8"), re.MULTILINE)

    assert [row for row in rows if row[0] in ATTACKS] == [(one.name, one.tried) for one in ATTACKS.values()]


def crash(target: Target) -> Verdict:
    os.kill(target.site.pid, signal.SIGKILL)
    until(lambda: has_gone(target.site.pid), "the server does not end")
    return Verdict(True, "all 300 closed")


def kill(target: Target) -> Verdict:
    target.site.kill("everything")
    return Verdict(create(target.site).status_code == 200, "")
