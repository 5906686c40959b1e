"""Running servers: an installation with a small ledger and a key of every kind, and `reportrun serve` upon it."""

from __future__ import annotations

import os
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from application.ledger.loading import LoadFiles
from application.ports.ledger import LedgerSource
from domain.access.api_key import ApiKey, KeyKind
from domain.access.caller import Scope
from domain.ids import random_id
from domain.runs.report_run import ReportRun, ResultFile
from interfaces.composition.commands import administration, loading
from interfaces.composition.installation import Installation
from interfaces.composition.stores import Stores
from interfaces.host.clock import SystemClock
from interfaces.settings import Settings
from tests.support.small_ledger import JANUARY_END, write_small_ledger
from tests.support.template_folders import template_folder

START_SECONDS = 120
"""A busy machine takes twenty times as long as a quiet one."""

STOP_SECONDS = 10

ACTOR = "cli:test"

LIVE_ONLY = "balance_change_from_activity.itemized.3"
"""For tests whose server has one report type that needs a live-mode key."""

WITHOUT_WORKER = ("--workers", "0")
"""For a server whose runs nobody waits for: a worker takes half a second of CPU to start."""

PAST = 1_700_000_000
"""When the first run of the stranger's past was asked for; one came every ten seconds."""

PAST_RUNS = 12


@dataclass(frozen=True, slots=True)
class SampleInstallation:
    """A data folder with January 2025 in both modes, its accounts, and a secret of every kind of key.

    platform   the account of the keys, unless named otherwise
    connected  an account of that platform, without data
    stranger   a platform of its own, with a past
    past_runs, past_files   ids of the stranger's, newest first; of the files, only what is known of them is left
    """

    data: Path
    platform: str
    connected: str
    stranger: str
    test_key: str
    live_key: str
    expired_key: str
    revoked_key: str
    publishable_key: str
    reports_read_key: str
    reports_write_key: str
    reports_only_read_key: str
    files_read_key: str
    powerless_key: str
    connected_key: str
    stranger_key: str
    past_runs: tuple[str, ...]
    past_files: tuple[str, ...]


def install(data: Path) -> SampleInstallation:
    """Put a copy of the sample installation into an empty folder."""
    made = _made_once()
    shutil.copytree(made.data, data, dirs_exist_ok=True)
    return replace(made, data=data)


@cache
def _made_once() -> SampleInstallation:
    """The installation that all copies of this process are of: loading its ledger takes longer than a copy."""
    data = template_folder("sample")
    with Installation(Settings(data=data)) as installation:
        return _furnish(installation, data)


def _furnish(installation: Installation, data: Path) -> SampleInstallation:
    stores, admin = installation.stores, administration(installation)
    platform = admin.platform()
    connected = admin.register_account(name="Shop", platform=platform)
    stranger = admin.register_account(name="Stranger", platform=None)
    sources = [LedgerSource(table, path) for table, path in write_small_ledger(data).items()]
    for livemode in (False, True):
        order = LoadFiles(sources, livemode=livemode, complete_through=JANUARY_END)
        loading(installation).load(order, lambda what, part: None)

    def key(
        *permissions: str, account: str = platform, livemode: bool = False, kind: KeyKind = KeyKind.SECRET
    ) -> tuple[str, str]:
        return admin.create_key(Scope(account, livemode), kind, permissions, None)

    def restricted(*permissions: str) -> str:
        return key(*permissions, kind=KeyKind.RESTRICTED)[1]

    past = _past(stores, Scope(stranger, livemode=False))
    revoked_id, revoked = key()
    admin.revoke_key(revoked_id)
    return SampleInstallation(
        data=data,
        platform=platform,
        connected=connected,
        stranger=stranger,
        test_key=key()[1],
        live_key=key(livemode=True)[1],
        expired_key=_expired_key(stores, platform),
        revoked_key=revoked,
        publishable_key=key(kind=KeyKind.PUBLISHABLE)[1],
        reports_read_key=restricted("report_runs_and_report_types_read"),
        reports_write_key=restricted("report_runs_and_report_types_write"),
        reports_only_read_key=restricted("report_runs_read_only"),
        files_read_key=restricted("file_read"),
        powerless_key=restricted("charge_read"),
        connected_key=key(account=connected)[1],
        stranger_key=key(account=stranger)[1],
        past_runs=tuple(run for run, _ in past),
        past_files=tuple(file for _, file in past),
    )


def _past(stores: Stores, scope: Scope) -> list[tuple[str, str]]:
    """Runs that have succeeded, a file each, newest first."""
    past: list[tuple[str, str]] = []
    for number in range(PAST_RUNS):
        at = datetime.fromtimestamp(PAST + 10 * number, UTC)
        run = ReportRun.request("balance.summary.1", {"interval_start": 1}, scope=scope, actor=ACTOR, at=at)
        file = ResultFile(random_id("file"), f"{run.id}.csv", size=100, sha256="ab" * 32, rows=1, columns=("category",))
        run.start_attempt(ledger_version=1, engine="none", actor=ACTOR, at=at)
        run.succeed(file, ledger_version=1, seconds=0.1, actor=ACTOR, at=at)
        stores.events.save(run)
        past.insert(0, (run.id, file.id))
    return past


def _expired_key(stores: Stores, account: str) -> str:
    yesterday = SystemClock().now() - timedelta(days=1)
    expired, secret = ApiKey.create(
        Scope(account, livemode=False), actor=ACTOR, at=yesterday, expires_at=int(yesterday.timestamp()) + 60
    )
    stores.events.save(expired)
    stores.projector.catch_up()
    return secret


@contextmanager
def serving(data: Path, *flags: str, **settings: str) -> Iterator[str]:
    """`reportrun serve` on a free port; gives its address. At the end SIGTERM must end it well, and in time.

    Without flags it delivers no webhooks: tests make endpoints at addresses that are not theirs.
    """
    environment = {
        **os.environ,
        "REPORTRUN_DATA": str(data),
        "REPORTRUN_LOG_LEVEL": "warning",
        **{f"REPORTRUN_{name.upper()}": value for name, value in settings.items()},
    }
    command = [
        sys.executable,
        "-m",
        "interfaces.cli.main",
        "serve",
        "--port",
        "0",
        "--workers",
        "1",
        "--deliverers",
        "0",
    ]
    with subprocess.Popen([*command, *flags], env=environment, stdout=subprocess.PIPE) as server:
        try:
            yield address_of(server)
            server.send_signal(signal.SIGTERM)
            assert server.wait(STOP_SECONDS) == 0, f"the server ended with code {server.returncode}"
        finally:
            if server.poll() is None:
                server.kill()


def address_of(server: subprocess.Popen[bytes]) -> str:
    """The address that the server prints when it is ready."""
    assert server.stdout is not None
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        ready, _, _ = select.select([server.stdout], [], [], deadline - time.monotonic())
        if not ready:
            break
        line = server.stdout.readline().decode()
        if "http://" in line:
            return line[line.index("http://") :].strip()
        assert line, "the server ended, or closed its output, before it said where it serves"
    raise AssertionError(f"the server did not say within {START_SECONDS} s where it serves")
