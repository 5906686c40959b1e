"""`audit`: what an auditor asks for at the command line."""

from __future__ import annotations

import stat
from base64 import b64decode
from pathlib import Path

import pytest

from domain.audit.signed_note import VerifierKey
from tests.cli.conftest import Cli


@pytest.fixture
def founded(reportrun: Cli) -> Cli:
    """The same, with an installation that has a key."""
    assert reportrun("keys", "create")[0] == 0
    return reportrun


def test_the_verifier_key_is_printed_and_stays_the_same(founded: Cli, tmp_path: Path) -> None:
    code, out, _ = founded("audit", "key")

    key = VerifierKey.parse(out)
    account = founded("accounts", "list")[1].split("acct_")[1].split()[0]
    assert (code, key.name.split("/")[1]) == (0, f"acct_{account}")
    assert founded("audit", "key")[1] == out


def test_the_private_key_is_for_its_user_alone(founded: Cli, tmp_path: Path) -> None:
    founded("audit", "key")

    file = tmp_path / "data" / "audit.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(b64decode(file.read_text())) == 32


def test_the_private_key_can_come_from_a_setting(founded: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTRUN_AUDIT_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=")

    key = VerifierKey.parse(founded("audit", "key")[1])

    assert key.public_key.hex().startswith("03a107bff3ce10be1d70dd18e74bc099")
    assert not (tmp_path / "data" / "audit.key").exists()


def test_a_private_key_that_is_none_is_refused(founded: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTRUN_AUDIT_KEY", "secret")

    code, _, err = founded("audit", "key")

    assert (code, err.strip()) == (
        1,
        "reportrun: REPORTRUN_AUDIT_KEY holds no key. Give the 32 bytes of an Ed25519 private key, in Base64.",
    )
