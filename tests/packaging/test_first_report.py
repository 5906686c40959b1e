"""`scripts/run`, after its installation: the demo, one report, and a key that is kept for the next start."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.conftest import ROOT
from tests.support.processes import until
from tests.support.server import START_SECONDS

LOADS_WITHOUT_END = """
import os, pathlib, signal, sys

class Waiting:
    def find_spec(self, name, *_):
        if name == "interfaces.ledger.demo.demo":
            pathlib.Path(os.environ["BEGUN"]).touch()
            signal.pause()

sys.meta_path.insert(0, Waiting())
"""
"""Python that is started with this on its path begins to load the demo, and goes on when it is stopped."""


def test_a_second_start_uses_the_key_of_the_first_until_that_is_revoked_and_a_ledger_of_its_own(tmp_path: Path) -> None:
    data, elsewhere = tmp_path / "data", tmp_path / "elsewhere"
    elsewhere.mkdir()
    shown = [first_report(data, REPORTRUN_LEDGER_URL=str(elsewhere)), first_report(data)]
    keys = [re.findall(r"sk_test_\w+", text)[0] for text in shown]
    listed = reportrun(data, "keys", "list")
    reportrun(data, "keys", "revoke", re.findall(r"key_\w+", listed)[0])

    third = first_report(data)

    assert keys[0] == keys[1]
    assert len(re.findall(r"key_\w+", listed)) == 1
    assert re.findall(r"sk_test_\w+", third)[0] not in keys
    assert f"The data lies in {data}, the key in first_report.key there." in third
    assert (data / "first_report.key").stat().st_mode & 0o077 == 0
    assert list(elsewhere.iterdir()) == []
    assert ["Loading the demo ledger." in text for text in (*shown, third)] == [True, False, False]


def test_a_port_that_is_in_use_is_named_before_anything_is_made(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, str(ROOT / "scripts" / "first_report.py"), "--once", "--port", str(port)],
            env={**os.environ, "REPORTRUN_DATA": str(tmp_path / "data")},
            capture_output=True,
            text=True,
            check=False,
        )

    assert done.returncode == 1
    assert done.stderr == (
        f"Port {port} cannot be used: Address already in use. `bash scripts/run --port 0` takes any free one.\n"
    )
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("words", "environment"),
    [(["--port", "70000"], {}), (["--port", "-1"], {}), (["--port", "x"], {}), ([], {"PORT": "70000"})],
)
def test_a_port_that_is_none_is_refused_in_one_sentence(
    tmp_path: Path, words: list[str], environment: dict[str, str]
) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "scripts" / "first_report.py"), *words],
        env={**os.environ, "REPORTRUN_DATA": str(tmp_path / "data"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )

    port = [*words, *environment.values()][-1]
    assert done.returncode == 2
    assert f"{port!r} is no port. Give --port or PORT a whole number from 0 to 65535.\n" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_ctrl_c_while_the_demo_is_loaded_ends_with_one_sentence(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    (tmp_path / "sitecustomize.py").write_text(LOADS_WITHOUT_END)
    with subprocess.Popen(
        [sys.executable, str(ROOT / "scripts" / "first_report.py"), "--once", "--port", "0"],
        env={**os.environ, "REPORTRUN_DATA": str(tmp_path / "data"), "PYTHONPATH": str(tmp_path), "BEGUN": str(begun)},
        stderr=subprocess.PIPE,
        text=True,
    ) as started:
        until(lambda: begun.exists() or started.poll() is not None, "the demo is not loaded", START_SECONDS)
        started.send_signal(signal.SIGINT)
        _, said = started.communicate()

    assert (started.returncode, said) == (1, "Stopped before the demo ledger was loaded. The next start goes on.\n")


def first_report(data: Path, **settings: str) -> str:
    """What the script shows. settings: those of the shell, which name another installation"""
    script = str(ROOT / "scripts" / "first_report.py")
    return run(data, sys.executable, script, "--once", "--port", "0", **settings)


def reportrun(data: Path, *words: str) -> str:
    return run(data, sys.executable, "-m", "reportrun", *words)


def run(data: Path, *words: str, **settings: str) -> str:
    environment = {**os.environ, "REPORTRUN_DATA": str(data), **settings}
    done = subprocess.run(words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
