"""The `webhooks` command: endpoints that an operator makes, lists, disables and deletes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from application.ports.webhook_secrets import WebhookSecret
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.cli.conftest import Cli
from tests.cli.endpoint_commands import URL, made


def secrets_of(folder: Path, id: str) -> list[str]:
    with Installation(Settings(data=folder / "data")) as installation:
        return list(installation.stores.store.webhook_secrets.of(id, range(10)))


def test_stdout_holds_the_secret_alone(reportrun: Cli, tmp_path: Path) -> None:
    code, out, err = reportrun("webhooks", "create", URL, "--mode", "live", "--description", "Books")

    assert code == 0
    assert re.fullmatch(r"whsec_[0-9A-Za-z]{32}\n", out)
    remarked = re.escape(
        "Links in its events name no host, as REPORTRUN_PUBLIC_URL is not set. Set it where events are delivered, "
        "to an address such as https://reports.example.com.\n"
    )
    announced = remarked + re.escape(f"Made a new installation in {tmp_path / 'data'}.\n")
    assert re.fullmatch(r"we_\w{24} for acct_\w+ in live mode\. Its secret is shown only now:\n" + announced, err)
    assert secrets_of(tmp_path, err.split()[0]) == [out.strip()]


def test_with_a_public_address_nothing_is_remarked_of_links(reportrun: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTRUN_PUBLIC_URL", "https://reports.example.com")

    code, _, err = reportrun("webhooks", "create", URL)

    assert code == 0 and "Links in" not in err


def test_endpoints_are_listed_without_their_secrets(reportrun: Cli) -> None:
    first, secret = made(reportrun)
    second, _ = made(reportrun, "--connect", "--mode", "live", "--events", "*", "reporting.report_type.updated")
    reportrun("webhooks", "disable", second)

    code, out, _ = reportrun("webhooks", "list")

    lines = out.splitlines()
    assert code == 0 and len(lines) == 3
    assert lines[0].split() == ["id", "account", "mode", "events", "created", "state", "url"]
    assert lines[1].startswith(first) and " test  *" in lines[1] and lines[1].endswith(f"enabled   {URL}")
    assert "(connected accounts)  live  * reporting.report_type.updated" in lines[2] and "disabled" in lines[2]
    assert "whsec_" not in out and secret not in out


def test_an_endpoint_is_disabled_enabled_and_deleted(reportrun: Cli, tmp_path: Path) -> None:
    id, _ = made(reportrun)

    assert reportrun("webhooks", "disable", id)[:2] == (0, f"{id} is disabled.\n")
    assert "disabled" in reportrun("webhooks", "list")[1]
    assert reportrun("webhooks", "enable", id)[:2] == (0, f"{id} is enabled.\n")
    assert "enabled" in reportrun("webhooks", "list")[1]
    assert reportrun("webhooks", "delete", id)[:2] == (0, f"{id} is deleted.\n")
    assert len(reportrun("webhooks", "list")[1].splitlines()) == 1
    assert secrets_of(tmp_path, id) == []


def test_a_rolled_secret_is_printed_alone_and_the_one_before_stays_for_a_time(reportrun: Cli, tmp_path: Path) -> None:
    id, first = made(reportrun)

    code, out, err = reportrun("webhooks", "roll", id)

    assert code == 0 and out.strip() != first
    assert err == f"{id}: the secret before signs for 24 hours more. The new one is shown now:\n"
    assert secrets_of(tmp_path, id) == [out.strip(), first]
    assert reportrun("webhooks", "roll", id, "--overlap-hours", "0")[0] == 0


def test_what_is_wrong_is_said_in_a_sentence(reportrun: Cli) -> None:
    made(reportrun)

    for words, sentence in (
        (("create", "example.com"), "Invalid URL: An explicit scheme (such as https) must be provided"),
        (("create", "http://example.com", "--mode", "live"), "Invalid URL: URL must begin with https:// in live mode."),
        (("create", URL, "--account", "acct_nobody"), "No such account: 'acct_nobody'"),
        (("disable", "we_nope"), "No such webhook endpoint: 'we_nope'"),
    ):
        code, out, err = reportrun("webhooks", *words)
        assert (code, out, err) == (1, "", f"reportrun: {sentence}\n")
    for wrong in (
        ("create", URL, "--events", "wat"),
        ("create", URL, "--api-version", "x"),
        ("roll", "we_1", "--overlap-hours", "169"),
    ):
        assert reportrun("webhooks", *wrong)[0] == 2


def test_deleting_again_removes_secrets_that_were_left(reportrun: Cli, tmp_path: Path) -> None:
    id, secret = made(reportrun)
    assert reportrun("webhooks", "delete", id)[0] == 0
    with Installation(Settings(data=tmp_path / "data")) as installation:
        installation.stores.store.webhook_secrets.keep(WebhookSecret(id, 1, secret))

    assert reportrun("webhooks", "delete", id) == (1, "", f"reportrun: No such webhook endpoint: '{id}'\n")

    assert secrets_of(tmp_path, id) == []


def test_live_mode_takes_http_where_networks_of_the_operator_are_named(
    reportrun: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTRUN_WEBHOOK_NETWORKS", "10.0.0.0/8")

    assert reportrun("webhooks", "create", "http://hooks.internal/", "--mode", "live")[0] == 0


def test_the_limit_is_a_setting(reportrun: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTRUN_WEBHOOK_ENDPOINTS", "1")
    made(reportrun)

    code, _, err = reportrun("webhooks", "create", URL)

    assert (code, err) == (1, "reportrun: You have reached the maximum of 1 test webhook endpoints.\n")


def test_a_backup_carries_endpoints_and_secrets(reportrun: Cli, tmp_path: Path) -> None:
    id, secret = made(reportrun)
    assert reportrun("backup", str(tmp_path / "backup"))[0] == 0

    other = str(tmp_path / "other")
    assert reportrun("restore", str(tmp_path / "backup"), "--data", other)[0] == 0

    assert id in reportrun("webhooks", "list", "--data", other)[1]
    with Installation(Settings(data=Path(other))) as installation:
        assert list(installation.stores.store.webhook_secrets.of(id, [1])) == [secret]
