"""Webhook endpoints, made at the command line."""

from __future__ import annotations

from tests.cli.conftest import Cli

URL = "https://example.com/hook"


def made(reportrun: Cli, *flags: str) -> tuple[str, str]:
    """Id and secret of a new endpoint."""
    code, out, err = reportrun("webhooks", "create", URL, *flags)
    assert code == 0, err
    return err.split()[0], out.strip()
