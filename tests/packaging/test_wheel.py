"""The wheel: it owns one importable name, so that packages called as our layers are disturb nobody."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.packaging.conftest import ROOT, Environment, write_users_packages
from tests.support.official import create, finished, stripe_client
from tests.support.server import address_of
from tests.support.small_ledger import write_small_ledger

USERS_IMPORTS = "import domain, application, interfaces; print(domain.OWNER, interfaces.OWNER, sep=', ')"

FEES = "shop.fees_by_day.1"


@pytest.fixture
def shared(environment: Environment, wheel: Path, users_wheel: Path) -> Environment:
    """An environment with both of them."""
    environment.install(wheel, users_wheel)
    return environment


@pytest.fixture
def users_folder(tmp_path: Path) -> Path:
    """A folder with packages of the same names, as the working folder and on PYTHONPATH."""
    write_users_packages(tmp_path / "users")
    return tmp_path / "users"


def test_a_wheel_owns_one_importable_name(wheel: Path) -> None:
    with ZipFile(wheel) as archive:
        names = {name.partition("/")[0] for name in archive.namelist()}

    assert {name for name in names if not name.endswith(".dist-info")} == {"reportrun"}


def test_packages_of_the_same_names_break_no_process_of_ours(
    shared: Environment, users_folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "reports").mkdir()
    (example,) = re.findall(r"```sql\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (tmp_path / "reports" / "fees_by_day.sql").write_text(example)
    settings = {
        "PYTHONPATH": str(users_folder),
        "REPORTRUN_DATA": str(tmp_path / "data"),
        "REPORTRUN_REPORTS": str(tmp_path / "reports"),
    }
    files = write_small_ledger(tmp_path)
    for table, file in files.items():
        shared.run(shared.command, "load", table, file, folder=users_folder, **settings)
    key = shared.run(shared.command, "keys", "create", folder=users_folder, **settings).strip()

    with serving(shared, users_folder, **settings) as address:
        client = stripe_client(key, address)
        runs = [finished(client, create(client, report_type).id) for report_type in ("balance.summary.1", FEES)]

    assert [run.status for run in runs] == ["succeeded", "succeeded"]


def test_python_m_starts_the_command_line(shared: Environment, users_folder: Path) -> None:
    shown = shared.run(shared.python, "-m", "reportrun", "--version", folder=users_folder, PYTHONPATH=str(users_folder))

    assert re.fullmatch(r"reportrun \d+\.\d+\.\d+\n", shown)


def test_python_m_starts_the_command_line_of_a_clone(environment: Environment, tmp_path: Path) -> None:
    shown = environment.run(environment.python, "-m", "reportrun", "--help", folder=ROOT)

    assert shown.startswith("usage: reportrun")


def test_packages_of_the_same_names_are_still_importable(shared: Environment, tmp_path: Path) -> None:
    assert shared.run(shared.python, "-c", USERS_IMPORTS, folder=tmp_path) == "the shop, the shop\n"


def test_uninstalling_either_leaves_the_other_whole(
    environment: Environment, wheel: Path, users_wheel: Path, tmp_path: Path
) -> None:
    environment.install(wheel, users_wheel)
    environment.uninstall("shop")
    shown = environment.run(environment.command, "keys", "create", folder=tmp_path)

    environment.install(users_wheel)
    environment.uninstall("reportrun")
    imported = environment.run(environment.python, "-c", USERS_IMPORTS, folder=tmp_path)

    assert shown.startswith("sk_test_")
    assert imported == "the shop, the shop\n"
    assert not environment.command.exists()
    assert not (environment.packages / "reportrun").exists()


@contextmanager
def serving(environment: Environment, folder: Path, **settings: str) -> Iterator[str]:
    """`python -m reportrun serve` on a free port, in a folder; gives its address."""
    command = [str(environment.python), "-m", "reportrun", "serve", "--port", "0", "--workers", "1"]
    with subprocess.Popen(
        command, cwd=folder, env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as server:
        try:
            yield address_of(server)
        finally:
            server.terminate()
            server.wait(20)
