"""Timestamps of checkpoints, by an authority that `openssl ts` is, and as `openssl ts -verify` checks them."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from domain.audit.merkle import EMPTY_ROOT
from tests.cli.audit_script import by_script
from tests.cli.conftest import Cli
from tests.support.timestamp_authority import Authority, authority_in

pytest.importorskip("rfc3161_client", reason="the extra `timestamps` is not installed")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with authority_in(tmp_path_factory.mktemp("authority")) as running:
        yield running


@pytest.fixture
def authority(running: Authority, monkeypatch: pytest.MonkeyPatch) -> Authority:
    running.requests.clear()
    running.hanging.clear()
    running.answer = None
    monkeypatch.setenv("REPORTRUN_TIMESTAMP_URL", running.url)
    return running


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "data" / "audit"


def run(cli: Cli, out: Path) -> str:
    printed = cli("run", "balance.summary.1", "--month", "2025-01", "--out", str(out))
    (id,) = set(re.findall(r"frr_\w+", "".join(printed[1:])))
    return str(id)


def by_openssl(token: Path, checkpoint: Path, authority: Authority) -> int:
    words = ["openssl", "ts", "-verify", "-in", str(token), "-data", str(checkpoint), "-CAfile", str(authority.ca)]
    return subprocess.run(words, capture_output=True, check=False, timeout=60).returncode


def newest(log: Path) -> Path:
    """The folder of the newest timestamp."""
    *_, line = (log / "timestamps" / "index").read_text().splitlines()
    return log / "timestamps" / line.split()[0]


def test_the_token_of_a_checkpoint_is_kept_beside_it_and_checked_by_openssl(
    loaded: Cli, authority: Authority, log: Path
) -> None:
    code, out, err = loaded("seal", "--once")

    assert (code, err) == (0, "")
    assert (newest(log) / "checkpoint").read_text() == out
    assert by_openssl(newest(log) / "token.tsr", newest(log) / "checkpoint", authority) == 0
    (newest(log) / "checkpoint").write_text(out.replace("\n", "\n1", 1))
    assert by_openssl(newest(log) / "token.tsr", newest(log) / "checkpoint", authority) != 0


def test_a_day_has_one_token(loaded: Cli, authority: Authority, tmp_path: Path) -> None:
    loaded("seal", "--once")
    run(loaded, tmp_path / "a.csv")
    loaded("seal", "--once")

    assert len(authority.requests) == 1


def test_verify_and_doctor_name_time_and_authority(loaded: Cli, authority: Authority) -> None:
    loaded("seal", "--once")

    named = r"has a timestamp of \d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC by .*CN=Test Authority.*\. Its certificate was not"
    assert re.search(rf"Timestamps: 1\. The checkpoint of \d+ leaves {named}", loaded("audit", "verify")[1])
    assert re.search(rf"good  The checkpoint of \d+ leaves {named}", loaded("doctor")[1])


def test_a_token_that_leads_to_the_named_certificate_is_said_to(
    loaded: Cli, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTRUN_TIMESTAMP_CA", str(authority.ca))
    loaded("seal", "--once")

    code, out, _ = loaded("audit", "verify")

    assert code == 0 and "CN=Test Authority" in out and "was not checked" not in out


def test_a_token_that_leads_to_another_certificate_is_not_kept(
    loaded: Cli, authority: Authority, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = Authority(tmp_path / "other")
    other.make_certificates()
    monkeypatch.setenv("REPORTRUN_TIMESTAMP_CA", str(other.ca))

    assert loaded("seal", "--once")[0] == 0

    assert not (log / "timestamps" / "index").exists()
    assert "look  The authority of REPORTRUN_TIMESTAMP_URL has given no token. The token does not lead to" in (
        " ".join(loaded("doctor")[1].split())
    ).replace("look The", "look  The")


def test_a_copy_of_checkpoints_has_the_tokens_too_also_when_it_is_named_later(
    loaded: Cli, authority: Authority, log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded("seal", "--once")
    monkeypatch.setenv("REPORTRUN_CHECKPOINT_COPY", str(tmp_path / "copy"))
    loaded("seal", "--once")

    name = newest(log).name
    for file in ("token.tsr", "checkpoint"):
        kept = (tmp_path / "copy" / "timestamps" / name / file).read_bytes()
        assert kept == (log / "timestamps" / name / file).read_bytes()
    assert len(authority.requests) == 1


def test_an_export_carries_the_token_and_the_way_to_its_checkpoint(
    loaded: Cli, authority: Authority, log: Path, tmp_path: Path
) -> None:
    id = run(loaded, tmp_path / "a.csv")
    loaded("seal", "--once")
    for _ in range(3):
        run(loaded, tmp_path / "b.csv")
    proof = tmp_path / "proof"
    assert loaded("audit", "export", id, "--out", str(proof))[0] == 0

    assert sorted(file.name for file in (proof / "timestamp").iterdir()) == [
        "1.tlog-proof", "2.tlog-proof", "3.tlog-proof", "checkpoint", "token.tsr",
    ]  # fmt: skip
    assert by_openssl(proof / "timestamp" / "token.tsr", proof / "timestamp" / "checkpoint", authority) == 0
    assert "openssl ts -verify -in timestamp/token.tsr" in (proof / "README.md").read_text()
    code, out, _ = loaded("audit", "verify", str(proof))
    assert code == 0 and re.search(r"Events 1, 2, 3 were in the log before the timestamp of \d{4}-.* by .*CN=Test", out)
    assert by_script(proof).returncode == 0


def test_a_run_after_the_newest_token_is_exported_without(loaded: Cli, authority: Authority, tmp_path: Path) -> None:
    loaded("seal", "--once")
    id = run(loaded, tmp_path / "a.csv")
    loaded("audit", "export", id, "--out", str(tmp_path / "proof"))

    assert not (tmp_path / "proof" / "timestamp").exists()
    assert "openssl ts" not in (tmp_path / "proof" / "README.md").read_text()
    assert by_script(tmp_path / "proof").returncode == 0


def test_files_that_are_made_again_lose_no_way_to_an_older_checkpoint(
    loaded: Cli, authority: Authority, log: Path, tmp_path: Path
) -> None:
    id = run(loaded, tmp_path / "a.csv")
    loaded("seal", "--once")
    run(loaded, tmp_path / "b.csv")
    shutil.rmtree(log / "tile")
    loaded("seal", "--once")
    loaded("audit", "export", id, "--out", str(tmp_path / "proof"))

    assert (tmp_path / "proof" / "timestamp" / "1.tlog-proof").is_file()
    assert loaded("audit", "verify", str(tmp_path / "proof"))[0] == 0


@pytest.mark.parametrize("name", ["checkpoint", "token.tsr", "1.tlog-proof"])
def test_a_changed_timestamp_in_an_export_is_refused(
    loaded: Cli, authority: Authority, tmp_path: Path, name: str
) -> None:
    id = run(loaded, tmp_path / "a.csv")
    loaded("seal", "--once")
    loaded("audit", "export", id, "--out", str(tmp_path / "proof"))
    file = tmp_path / "proof" / "timestamp" / name
    content = bytearray(file.read_bytes())
    content[_place_of_digest(content, tmp_path / "proof") if name == "token.tsr" else -40] ^= 1
    file.write_bytes(content)

    code, out, _ = loaded("audit", "verify", str(tmp_path / "proof"))

    assert code == 1 and "timestamp/" in out


def _place_of_digest(token: bytearray, proof: Path) -> int:
    from hashlib import sha256

    place = token.find(sha256((proof / "timestamp" / "checkpoint").read_bytes()).digest())
    assert place > 0
    return place


def test_a_log_that_was_made_anew_is_found_against_a_timestamp(
    loaded: Cli, authority: Authority, log: Path, tmp_path: Path
) -> None:
    loaded("seal", "--once")
    with closing(sqlite3.connect(tmp_path / "data" / "events.db")) as intruder, intruder:
        intruder.execute("update stored_events set topic = 'report_run.failed' where rowid = 1")
        intruder.execute("update audit_seal set size = 0, position = 0, note = '', root = ?", (EMPTY_ROOT.hex(),))
    shutil.rmtree(log / "tile")
    loaded("seal", "--once")

    code, out, _ = loaded("audit", "verify")

    assert code == 1 and "not to that of the checkpoint with the timestamp of 20" in out


def test_a_token_that_was_exchanged_or_removed_is_found(loaded: Cli, authority: Authority, log: Path) -> None:
    loaded("seal", "--once")
    token = newest(log) / "token.tsr"
    content = token.read_bytes()
    token.write_bytes(authority.respond(_request_of(b"other bytes")))
    code, out, _ = loaded("audit", "verify")
    assert code == 1 and "is not one of its checkpoint. The token is of other bytes." in out
    token.unlink()
    code, out, _ = loaded("audit", "verify")
    assert code == 1 and "lacks a file of the timestamp 20" in out
    assert "wrong" in loaded("doctor")[1]

    token.write_bytes(content)
    assert loaded("audit", "verify")[0] == 0


def _request_of(content: bytes) -> bytes:
    from interfaces.audit.timestamp_tokens import TimestampTokens

    return TimestampTokens(None).request(content).as_bytes()
