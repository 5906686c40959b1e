"""The transparency log over HTTP: its checkpoint, its tiles and the proofs of a run."""

from __future__ import annotations

import hashlib
import shutil
from base64 import b64decode
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from application.audit.sealer import Sealer
from application.audit.timestamps.kept_timestamps import KeptTimestamps, stamp_of
from domain.access.api_key import KeyKind
from domain.access.caller import Scope
from domain.audit.checkpoint import Checkpoint, read_checkpoint
from domain.audit.leaf import leaf_in
from domain.audit.merkle import leaf_hash, root_by_inclusion, root_of
from domain.audit.proof_file import ProofFile
from domain.audit.signed_note import VerifierKey
from domain.audit.tiles import entries_in, hashes_in
from interfaces.audit.signing_key import verify
from interfaces.audit.tile_folder import TileFolder
from interfaces.composition.audit.sealing import sealed_now, sealer
from interfaces.composition.commands import administration
from interfaces.composition.installation import Installation
from interfaces.settings import Settings
from tests.support.in_process import InProcess, in_process
from tests.support.runs import pending_run
from tests.support.server import SampleInstallation, install

RUNS = "/v1/reporting/report_runs"


class Audited:
    """An API whose log is sealed when a test asks for it."""

    def __init__(self, installation: Installation, sample: SampleInstallation, api: InProcess) -> None:
        self.installation, self.sample, self.api = installation, sample, api
        self.sealer: Sealer = sealer(installation)
        self.auditor = self.restricted("audit_read")

    def restricted(self, *permissions: str, account: str | None = None) -> str:
        scope = Scope(account or self.sample.platform, livemode=False)
        admin = administration(self.installation)
        return admin.create_key(scope, KeyKind.RESTRICTED, permissions, None)[1]

    def checkpoint(self) -> Checkpoint:
        return Checkpoint.parse(self.api("GET", "/v1/audit/checkpoint", key=self.auditor).text)

    def fill_a_tile(self) -> None:
        """Seal as many events as a full tile has hashes."""
        self.installation.stores.events.save(*(pending_run() for _ in range(256)))
        sealed_now(self.installation)

    def status(self, path: str, key: str) -> int:
        return self.api("GET", path, key=key).status_code


@pytest.fixture(scope="module")
def unsealed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Audited]:
    sample = install(tmp_path_factory.mktemp("audited"))
    with Installation(Settings(data=sample.data)) as installation, in_process(installation) as api:
        yield Audited(installation, sample, api)


@pytest.fixture
def audited(unsealed: Audited) -> Audited:
    sealed_now(unsealed.installation)
    return unsealed


@pytest.fixture
def past_a_tile(audited: Audited) -> Audited:
    audited.fill_a_tile()
    return audited


def test_before_anything_is_sealed_nothing_is_proved(unsealed: Audited) -> None:
    run = unsealed.sample.past_runs[0]

    assert unsealed.status("/v1/audit/checkpoint", unsealed.auditor) == 503
    answer = unsealed.api("GET", f"{RUNS}/{run}/proof", key=unsealed.sample.stranger_key)
    assert answer.status_code == 409
    assert answer.json()["error"]["message"] == f"Not all events of {run} are sealed yet. Try again in a moment."


def test_the_proof_of_a_run_leads_from_its_stored_events_to_the_signed_root(audited: Audited) -> None:
    run = audited.sample.past_runs[0]

    proof: dict[str, Any] = audited.api("GET", f"{RUNS}/{run}/proof", key=audited.sample.stranger_key).json()

    key = VerifierKey.parse(proof["verifier_key"])
    checkpoint = read_checkpoint(proof["checkpoint"], key, verify)
    assert [event["type"].partition(".")[2] for event in proof["events"]] == ["created", "attempt_started", "succeeded"]
    for number, event in enumerate(proof["events"], start=1):
        leaf, found = leaf_in(event["leaf"].encode()), ProofFile.parse(event["proof"])
        assert leaf is not None
        assert (leaf.aggregate, leaf.aggregate_version) == (run, number)
        assert leaf.sha256 == hashlib.sha256(event["stored"].encode()).hexdigest()
        assert found.note == proof["checkpoint"]
        root = root_by_inclusion(leaf_hash(event["leaf"].encode()), leaf.index, checkpoint.size, found.path)
        assert root == checkpoint.root
    assert proof["result"] == {"file": audited.sample.past_files[0], "sha256": "ab" * 32}
    assert proof["timestamp"] is None


def test_the_proof_of_a_run_has_the_timestamp_that_covers_it(audited: Audited) -> None:
    run, log = audited.sample.past_runs[0], audited.sample.data / "audit"
    state = sealed_now(audited.installation)
    stamp = stamp_of(state.note, datetime(2026, 1, 2, tzinfo=UTC))
    KeptTimestamps(TileFolder(log)).add(stamp, state.note.encode(), b"token")

    proof: dict[str, Any] = audited.api("GET", f"{RUNS}/{run}/proof", key=audited.sample.stranger_key).json()
    shutil.rmtree(log / "timestamps")

    timestamp = proof["timestamp"]
    assert (timestamp["checkpoint"], b64decode(timestamp["token"])) == (state.note, b"token")
    assert [one["version"] for one in timestamp["proofs"]] == [1, 2, 3]
    assert [ProofFile.parse(one["proof"]).note for one in timestamp["proofs"]] == [state.note] * 3


def test_a_proof_is_shown_to_those_who_can_see_the_run(audited: Audited) -> None:
    path = f"{RUNS}/{audited.sample.past_runs[0]}/proof"

    assert audited.status(path, audited.sample.test_key) == 404
    assert audited.status(path, audited.auditor) == 403
    reader = audited.restricted("report_runs_read_only", account=audited.sample.stranger)
    assert audited.status(path, reader) == 200


def test_a_connected_account_does_not_learn_of_keys_and_machines_by_a_proof(audited: Audited) -> None:
    run = pending_run(Scope(audited.sample.connected, livemode=False))
    audited.installation.stores.events.save(run)
    audited.installation.stores.projector.catch_up()
    sealed_now(audited.installation)

    answer = audited.api("GET", f"{RUNS}/{run.id}/proof", key=audited.sample.connected_key)

    assert answer.status_code == 403
    assert "rak_audit_read" in answer.json()["error"]["message"]
    both = audited.restricted("report_runs_read_only", "audit_read", account=audited.sample.connected)
    assert audited.status(f"{RUNS}/{run.id}/proof", both) == 200


def test_the_checkpoint_is_text_that_is_not_kept(audited: Audited) -> None:
    answer = audited.api("GET", "/v1/audit/checkpoint", key=audited.auditor)

    assert answer.headers["content-type"] == "text/plain; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache, no-store"
    assert answer.text == (audited.sample.data / "audit" / "checkpoint").read_text()


def test_tiles_and_entries_lead_to_the_root_of_the_checkpoint(audited: Audited) -> None:
    checkpoint = audited.checkpoint()
    width = checkpoint.size

    tile = audited.api("GET", f"/v1/audit/tile/0/000.p/{width}", key=audited.auditor)
    bundle = audited.api("GET", f"/v1/audit/tile/entries/000.p/{width}", key=audited.auditor)

    assert tile.headers["content-type"] == bundle.headers["content-type"] == "application/octet-stream"
    assert root_of(hashes_in(tile.content)) == checkpoint.root
    assert [leaf_hash(entry) for entry in entries_in(bundle.content)] == hashes_in(tile.content)


def test_a_partial_tile_is_served_after_the_full_one_took_its_place(audited: Audited) -> None:
    width = audited.checkpoint().size
    paths = [f"/v1/audit/tile/{level}/000.p/{width}" for level in ("0", "entries")]
    before = [audited.api("GET", path, key=audited.auditor).content for path in paths]
    audited.fill_a_tile()

    assert [audited.api("GET", path, key=audited.auditor).content for path in paths] == before
    assert not (audited.sample.data / "audit" / "tile" / "0" / "000.p").exists()


def test_a_key_needs_the_permission_to_read_the_log(past_a_tile: Audited) -> None:
    files = past_a_tile.sample.files_read_key
    paths = ("/v1/audit/checkpoint", "/v1/audit/tile/0/000")

    assert [past_a_tile.status(path, files) for path in paths] == [403, 403]
    assert [past_a_tile.status(path, past_a_tile.sample.test_key) for path in paths] == [200, 200]
    assert [past_a_tile.status(path, past_a_tile.auditor) for path in paths] == [200, 200]


def test_entries_which_name_every_account_need_the_permission_itself(past_a_tile: Audited) -> None:
    path = "/v1/audit/tile/entries/000"

    assert [
        past_a_tile.status(path, key) for key in (past_a_tile.sample.test_key, past_a_tile.sample.stranger_key)
    ] == [403, 403]
    assert past_a_tile.status(path, past_a_tile.auditor) == 200


@pytest.mark.parametrize("path", ["0/999", "x", "0/000/../../../audit.key", "../audit.key", "0/000.p/0", "9/000"])
def test_what_is_no_tile_is_not_found(audited: Audited, path: str) -> None:
    answer = audited.api("GET", f"/v1/audit/tile/{path.replace('..', '%2e%2e')}", key=audited.auditor)

    assert answer.status_code == 404
    assert not Path(path).exists()
