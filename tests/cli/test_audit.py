"""`audit`: what an auditor asks for at the command line."""

from __future__ import annotations

import shutil
import sqlite3
import stat
from base64 import b64decode
from contextlib import closing
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


def test_a_log_is_verified_and_contains_its_older_checkpoints(founded: Cli, tmp_path: Path) -> None:
    old = tmp_path / "checkpoint"
    old.write_text(founded("seal", "--once")[1])
    founded("keys", "create")
    founded("seal", "--once")

    assert founded("audit", "verify")[:2] == (0, "The log is what was sealed: all 4 leaves were compared.\n")
    assert founded("audit", "consistency", str(old))[:2] == (
        0,
        "The log contains all 3 leaves of the checkpoint unchanged, up to position 3.\n",
    )


def test_newer_events_are_counted(founded: Cli) -> None:
    founded("seal", "--once")
    founded("keys", "create")

    code, out, _ = founded("audit", "verify")

    assert (code, out.splitlines()[0]) == (
        0,
        "The log is what was sealed: all 3 leaves were compared. 1 newer event is not sealed yet.",
    )


def test_a_log_of_which_nothing_is_sealed_is_not_called_good(founded: Cli) -> None:
    code, out, _ = founded("audit", "verify")

    assert code == 1 and out.startswith("Nothing of the log is sealed yet, or nothing since it was restored.")


def test_a_log_that_lost_what_was_sealed_of_it_is_not_called_good(founded: Cli, tmp_path: Path) -> None:
    founded("seal", "--once")
    shutil.rmtree(tmp_path / "data" / "audit")
    with closing(sqlite3.connect(tmp_path / "data" / "events.db")) as intruder, intruder:
        intruder.execute("delete from audit_seal")

    code, out, _ = founded("audit", "verify")

    assert code == 1 and "So nothing was compared" in out


def test_a_log_without_the_newest_events_is_refused_against_an_older_checkpoint(founded: Cli, tmp_path: Path) -> None:
    old = tmp_path / "checkpoint"
    old.write_text(founded("seal", "--once")[1])
    with closing(sqlite3.connect(tmp_path / "data" / "events.db")) as intruder, intruder:
        intruder.execute("delete from stored_events where rowid = 3")

    assert founded("audit", "consistency", str(old))[:2] == (
        1,
        "The log has 2 leaves, and had 3 when the checkpoint was signed: its newest events were removed.\n",
    )
    code, out, _ = founded("audit", "verify")
    assert code == 1 and out.startswith("Position 3: event 1 of key_")
    code, _, err = founded("seal", "--once")
    assert code == 1 and "The log ends at position 2, and its checkpoint of 3 leaves" in err


def test_a_checkpoint_that_another_key_has_signed_is_refused(founded: Cli, tmp_path: Path) -> None:
    founded("seal", "--once")
    old = tmp_path / "checkpoint"
    old.write_text("a\n1\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n\n\u2014 a AAAAAAAA\n")

    code, _, err = founded("audit", "consistency", str(old))

    assert code == 1 and "The checkpoint is signed by a with the key 00000000." in err and "--vkey" in err
