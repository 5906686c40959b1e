"""Builds what auditors call: proofs, the verification of the log, and the check of an export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from application.audit.continuation import CHECKPOINT
from application.audit.proofs.offline_check import Checked, OfflineCheck
from application.audit.proofs.run_export import export_of
from application.audit.proofs.run_proofs import RunProof, RunProofs
from application.audit.published_log import PublishedLog
from application.audit.seal_findings import SealChecks
from application.audit.whole_log.verification import Verification
from application.ports.tile_files import TileFiles
from domain.audit.signed_note import NoteRefused, VerifierKey
from domain.errors import InvalidParameter, SealBroken
from interfaces.audit.export_folder import ExportContents, ExportFolder
from interfaces.composition.audit.log_places import tile_files
from interfaces.composition.audit.sealing import erased_here, key_refusal, seal_state
from interfaces.composition.audit.timestamping import stamped_checkpoints, timestamp_findings, timestamp_tokens
from interfaces.composition.installation import Installation


def run_proofs(installation: Installation) -> RunProofs:
    store = installation.stores.store
    return RunProofs(store.recorder, store.seal_states, tile_files(installation.settings))


def published_log(installation: Installation) -> PublishedLog:
    states, files = installation.stores.store.seal_states, tile_files(installation.settings)
    return PublishedLog(run_proofs(installation), states, files, installation.stores.events)


def verification(installation: Installation, progress: Callable[[int, int], None]) -> Verification:
    from interfaces.audit.signing_key import verify

    files = tile_files(installation.settings)
    published = _published(files)
    state = seal_state(installation)
    return Verification(
        log=installation.stores.store.recorder,
        state=state,
        files=files,
        published=published,
        verify=verify,
        erased=erased_here(installation),
        stamped=stamped_checkpoints(installation.settings, state).all(),
        progress=progress,
    )


def _published(files: TileFiles) -> bytes | None:
    try:
        return files.read(CHECKPOINT)
    except FileNotFoundError:
        return None


def seal_checks(installation: Installation, *, deep: bool, progress: Callable[[int, int], None]) -> SealChecks:
    store = installation.stores.store
    return SealChecks(
        log=store.recorder,
        state=store.seal_states.get,
        files=tile_files(installation.settings),
        erased=lambda: erased_here(installation),
        timestamps=lambda state: timestamp_findings(installation, state),
        refusal=lambda state: key_refusal(installation, state),
        verify=(lambda: verification(installation, progress).verified()) if deep else None,
    )


def check_export(folder: Path, known_key: str | None, timestamp_ca: str = "") -> Checked:
    """Check a folder that `audit export` made. Raises `InvalidParameter` for one that is none.

    known_key     the verifier key that the auditor has; None for the one in the folder
    timestamp_ca  a PEM file that the token must lead to; empty: any token is taken
    """
    from interfaces.audit.signing_key import verify

    files = ExportFolder(folder)
    try:
        key = VerifierKey.parse(known_key or files.read("vkey").decode(errors="backslashreplace"))
    except NoteRefused as refused:
        raise InvalidParameter(str(refused)) from None
    except FileNotFoundError:
        raise InvalidParameter(
            f"{folder} is no export: it has no `vkey`. `reportrun audit export` makes one."
        ) from None
    return OfflineCheck(files.read, files.names, key, verify, timestamp_tokens(timestamp_ca).read).checked()


def write_export(folder: Path, proof: RunProof, timestamp_ca: str) -> None:
    """Write the folder of an export. Raises `SealBroken`, and writes nothing, when the check of it would fail."""
    from interfaces.audit.signing_key import verify

    contents = export_of(proof)
    files, key = ExportContents(contents), VerifierKey.parse(proof.verifier_key)
    checked = OfflineCheck(files.read, files.names, key, verify, timestamp_tokens(timestamp_ca).read).checked()
    if checked.faults:
        raise SealBroken(
            f"{proof.run_id} cannot be proved. {checked.faults[0]} `reportrun audit verify` says what else differs."
        )
    ExportFolder(folder).write(contents)
