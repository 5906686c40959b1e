"""New installations: they are announced, refused commands leave none behind, and some commands never make one."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from domain.errors import LedgerRefused
from interfaces.cli.installations.new_installations import removed_if_refused
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.cli.conftest import Cli, Start


def test_a_command_that_makes_an_installation_says_so_once(reportrun: Cli, tmp_path: Path) -> None:
    first, second = reportrun("keys", "create"), reportrun("keys", "create")

    said = f"Made a new installation in {tmp_path / 'data'}.\n"
    assert first[0] == 0 and first[2].endswith(said)
    assert second[0] == 0 and said not in second[2]


@pytest.mark.parametrize("words", [("worker",), ("deliver",), ("keys", "list")], ids=" ".join)
def test_a_command_that_needs_an_installation_makes_none(
    reportrun: Cli, tmp_path: Path, words: tuple[str, ...]
) -> None:
    code, _, err = reportrun(*words, "--data", str(tmp_path / "typo"))

    assert code == 1
    assert f"There is no installation in {tmp_path / 'typo'}." in err and "--data names another folder." in err
    assert not (tmp_path / "typo").exists()


@pytest.mark.parametrize(
    "words",
    [("runs",), ("keys", "list"), ("keys", "create"), ("types",), ("run", "balance.summary.1"), ("backup", "a.backup")],
    ids=" ".join,
)
def test_a_store_that_lacks_its_log_is_not_taken_for_no_installation(
    loaded: Cli, tmp_path: Path, words: tuple[str, ...]
) -> None:
    folder = tmp_path / "data"
    for file in folder.glob("events.db*"):
        file.unlink()

    code, _, err = loaded(*words)

    assert code == 1
    assert f"The store in {folder} lacks events.db, the log of events" in err and "`reportrun restore FILE`" in err
    assert not (folder / "events.db").exists()


def test_a_refused_load_leaves_nothing_behind(reportrun: Cli, tmp_path: Path) -> None:
    (tmp_path / "wrong.csv").write_text("id,x\n1,2\n")

    for file in ("missing.csv", "wrong.csv"):
        code, _, err = reportrun("load", "payouts", str(tmp_path / file))

        assert code == 1 and file in err and "new installation" not in err
        assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    "words",
    [
        ("keys", "create", "--account", "acct_unknown"),
        ("accounts", "create", "--platform", "acct_unknown"),
        ("webhooks", "create", "http://10.0.0.7/hook"),
    ],
    ids=" ".join,
)
def test_a_refused_command_leaves_nothing_behind(reportrun: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    code, _, err = reportrun(*words)

    assert code == 1 and "new installation" not in err
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("is_open", [True, False])
def test_a_refused_command_leaves_a_folder_that_another_process_has_opened_meanwhile(
    tmp_path: Path, is_open: bool
) -> None:
    settings = Settings(data=tmp_path / "data")
    with Installation(settings) as server:
        with (
            pytest.raises(LedgerRefused),
            Installation(settings) as refused,
            removed_if_refused(refused),
        ):
            administration(refused).platform()
            if is_open:
                server.stores.events.recorder.max_notification_id()
            raise LedgerRefused("no such file")

        assert settings.events_file.exists() == is_open
        if is_open:
            administration(server).register_account(name="Shop", platform=None)


def test_a_refused_load_leaves_an_installation_as_it_is(loaded: Cli, tmp_path: Path) -> None:
    assert loaded("load", "payouts", str(tmp_path / "missing.csv"))[0] == 1

    assert loaded("ledger", "show")[0] == 0


def test_a_server_says_so_in_its_log_of_which_every_line_is_json(started: Start, tmp_path: Path) -> None:
    server = started("serve", "--port", "0", REPORTRUN_LOG_FORMAT="json", REPORTRUN_LOGFORMAT="text")
    assert server.stdout is not None and "Reportrun is serving on" in server.stdout.readline()
    server.send_signal(signal.SIGINT)
    _, err = server.communicate(timeout=60)

    messages = [json.loads(line)["message"] for line in err.splitlines()]
    assert server.returncode == 0
    assert f"Made a new installation in {tmp_path / 'data'}." in messages
    assert "'REPORTRUN_LOGFORMAT' is no setting, and is ignored. Did you mean REPORTRUN_LOG_FORMAT?" in messages


def test_workers_say_in_json_that_they_have_started(reportrun: Cli, started: Start) -> None:
    reportrun("keys", "create")
    worker = started("worker", "--concurrency", "2", REPORTRUN_LOG_FORMAT="json")
    assert worker.stderr is not None
    lines = map(json.loads, worker.stderr)
    told = next(line for line in lines if line["message"].startswith("2 worker processes"))
    worker.send_signal(signal.SIGINT)
    worker.communicate(timeout=60)

    assert (told["level"], told["message"]) == ("info", "2 worker processes started; Ctrl-C stops them.")
    assert worker.returncode == 0


def test_what_kind_of_account_was_made_is_said(reportrun: Cli) -> None:
    code, platform, said = reportrun("accounts", "create", "--name", "Shop")
    connected = reportrun("accounts", "create", "--platform", platform.strip())

    assert code == 0 and said.startswith(f"{platform.strip()} is a platform account of its own.")
    assert connected[2] == f"{connected[1].strip()} is an account that is connected to {platform.strip()}.\n"


def test_a_folder_is_restored_with_all(reportrun: Cli, tmp_path: Path) -> None:
    code, _, err = reportrun("restore", str(tmp_path))

    assert code == 1
    assert err.startswith(f"reportrun: {tmp_path} is a folder. `reportrun restore --all {tmp_path}` restores what")


def test_an_endpoint_that_cannot_be_sent_to_is_refused(reportrun: Cli) -> None:
    code, out, err = reportrun("webhooks", "create", "http://127.0.0.1:4242/hook")

    assert (code, out) == (1, "")
    assert "127.0.0.1 is a loopback address, which is permitted where REPORTRUN_WEBHOOK_NETWORKS names" in err
