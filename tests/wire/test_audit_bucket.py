"""The transparency log in a bucket: sealed, killed between two steps, verified; its outage is no harm to requests."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

import httpx
import pytest

from domain.audit.checkpoint import Checkpoint
from interfaces.audit.tile_bucket import TileBucket
from tests.support.client import REPLY_SECONDS
from tests.support.commands import Start, started
from tests.support.processes import until
from tests.support.report_requests import A_REPORT
from tests.support.sealed_logs import grow, is_sealed
from tests.support.sealing import Killed, Sealing
from tests.support.server import install, serving

__all__ = ["started"]

NOWHERE = "http://127.0.0.1:1"


class KilledBucket(TileBucket):
    """killed_at: the path whose write kills the process"""

    killed_at = ""

    def write(self, files: Mapping[str, bytes]) -> None:
        for path, content in files.items():
            if path == self.killed_at:
                raise Killed
            super().write({path: content})


class SealingIntoBucket(Sealing):
    def __init__(self, url: str) -> None:
        self.bucket = KilledBucket(url)
        super().__init__()
        self.files = self.bucket  # type: ignore[assignment]
        self.sealer = self.another()


@pytest.fixture
def url(buckets: dict[str, str], tmp_path: Path) -> str:
    return f"s3://reports/{tmp_path.name}"


@pytest.mark.parametrize("moment", ["tile/entries/000.p/5", "tile/0/000.p/5", "advance", "publish", "checkpoint"])
def test_a_sealer_that_is_killed_between_two_steps_leaves_one_root_for_each_size(url: str, moment: str) -> None:
    sealing = SealingIntoBucket(url)
    sealing.grow(3)
    sealing.seal()
    sealing.grow(2)
    sealing.bucket.killed_at = sealing.states.killed_in = moment
    with pytest.raises(Killed):
        sealing.sealer.seal()
    sealing.bucket.killed_at = sealing.states.killed_in = ""
    sealing.grow(4)

    sealing.sealer = sealing.another()
    state = sealing.seal()

    for size, note in sealing.states.published:
        assert Checkpoint.parse(note).root == sealing.expected_root(size)
    assert sealing.bucket.read("checkpoint").decode() == state.note
    assert Checkpoint.parse(state.note) == Checkpoint(state.origin, 9, sealing.expected_root(9))


def test_partial_files_go_and_lost_ones_are_made_again(url: str) -> None:
    sealing = SealingIntoBucket(url)
    for events in (100, 200):
        sealing.grow(events)
        sealing.seal()
    with pytest.raises(FileNotFoundError):
        sealing.bucket.read("tile/0/000.p/100")
    full, partial = (sealing.bucket.read(path) for path in ("tile/0/000", "tile/0/001.p/44"))
    sealing.bucket.remove_below("tile")

    sealing.sealer = sealing.another()
    sealing.seal()

    assert (sealing.bucket.read("tile/0/000"), sealing.bucket.read("tile/0/001.p/44")) == (full, partial)


def test_commands_seal_into_a_bucket_and_a_copy_and_verify_what_is_there(
    url: str, started: Start, tmp_path: Path
) -> None:
    install(tmp_path / "data")
    places = {"REPORTRUN_AUDIT_URL": f"{url}/audit", "REPORTRUN_CHECKPOINT_COPY": f"{url}/copy"}

    def reportrun(*words: str) -> tuple[int, str]:
        process = started(*words, **places)
        out, err = process.communicate(timeout=60)
        return process.returncode, out + err

    note = reportrun("seal", "--once")[1]
    grow(tmp_path / "data")
    newer = reportrun("seal", "--once")[1]

    assert [TileBucket(f"{url}/{place}").read("checkpoint").decode() for place in ("audit", "copy")] == [newer, newer]
    (tmp_path / "old").write_text(note)
    assert reportrun("audit", "consistency", str(tmp_path / "old"))[0] == 0
    code, out = reportrun("audit", "verify")
    assert code == 0 and "The log is what was sealed" in out
    assert not (tmp_path / "data" / "audit").exists()

    TileBucket(f"{url}/audit").remove_below("tile")
    code, out = reportrun("audit", "verify")
    assert code == 1 and f"in {url}/audit is missing" in out
    reportrun("seal", "--once")
    assert reportrun("audit", "verify")[0] == 0


def test_a_server_with_a_bucket_that_is_away_answers_creates_and_says_so(
    url: str, started: Start, tmp_path: Path
) -> None:
    key = install(tmp_path / "data").test_key
    server = started(
        "serve", "--port", "0", "--workers", "0", REPORTRUN_AUDIT_URL=f"{url}/audit", AWS_ENDPOINT_URL=NOWHERE,
        REPORTRUN_SEAL_SECONDS="0.05",
    )  # fmt: skip
    assert server.stdout is not None and server.stderr is not None
    address = next(line[line.index("http://") :].strip() for line in server.stdout if "http://" in line)

    answer = httpx.post(f"{address}/v1/reporting/report_runs", data=A_REPORT, auth=(key, ""), timeout=REPLY_SECONDS)

    assert answer.status_code == 200
    line = next(line for line in server.stderr if "is not sealed now" in line)
    assert f"The bucket {url}/audit cannot be reached now." in line


def test_a_copy_that_is_away_does_not_keep_the_log_from_being_sealed(
    url: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    install(data)
    copy = f"{url}/copy"
    with serving(
        data, "--workers", "0", seal_seconds="0.05", checkpoint_copy=copy.replace("reports", "nowhere")
    ) as address:
        assert httpx.get(f"{address}/healthz", timeout=REPLY_SECONDS).status_code == 200
        grow(data)
        until(lambda: is_sealed(data), "the log was not sealed")
        until(
            lambda: (
                "Checkpoints are not copied to" in (said := capfd.readouterr().err) and "There is no bucket" in said
            ),
            "the copy's trouble was not logged",
        )


def test_the_doctor_says_that_a_bucket_is_away_and_everything_else(url: str, started: Start, tmp_path: Path) -> None:
    install(tmp_path / "data")
    process = started("seal", "--once", REPORTRUN_AUDIT_URL=f"{url}/audit")
    assert process.wait(60) == 0
    process = started("doctor", REPORTRUN_AUDIT_URL=f"{url}/audit", AWS_ENDPOINT_URL=NOWHERE, stdout=subprocess.PIPE)
    out, _ = process.communicate(timeout=60)

    assert f"wrong The transparency log cannot be looked at. The bucket {url}/audit cannot be reached now." in out
    assert process.returncode == 1 and "good  The test ledger" in out
