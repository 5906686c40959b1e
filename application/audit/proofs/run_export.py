"""The folder that an auditor gets of one run: its files by path."""

from __future__ import annotations

from importlib.resources import files

from application.audit.proofs.run_proofs import RunProof
from application.audit.proofs.run_timestamps import RunTimestamp


def export_of(proof: RunProof) -> dict[str, bytes]:
    """`vkey`, `checkpoint`, a folder for events, leaves and proofs each, and a page that says how to check them.

    Where a timestamp covers the outcome, `timestamp` holds its token, its checkpoint and the proofs that lead to that.
    """
    contents = {
        "vkey": f"{proof.verifier_key}\n".encode(),
        "checkpoint": proof.checkpoint.encode(),
        "README.md": _readme(proof).encode(),
        **_timestamp_files(proof.timestamp),
    }
    for event in proof.events:
        contents[f"events/{event.version}.json"] = event.stored
        contents[f"leaves/{event.version}"] = event.leaf
        contents[f"proofs/{event.version}.tlog-proof"] = event.proof.encode()
    return contents


def _timestamp_files(timestamp: RunTimestamp | None) -> dict[str, bytes]:
    if timestamp is None:
        return {}
    proofs = {f"timestamp/{version}.tlog-proof": proof.encode() for version, proof in timestamp.proofs.items()}
    return {"timestamp/checkpoint": timestamp.checkpoint, "timestamp/token.tsr": timestamp.token, **proofs}


def _readme(proof: RunProof) -> str:
    template, script = _text("export_readme.txt"), _text("check_export.txt").rstrip()
    template = template.replace("TIMESTAMP\n", _text("export_timestamp.txt") if proof.timestamp else "")
    events = "\n".join(f"| {one.version} | `{one.topic}` | {one.position} | {one.index} |" for one in proof.events)
    result = f"`{proof.file_id}`, SHA-256 `{proof.sha256}`" if proof.sha256 else "none: the run has not succeeded"
    return (template.replace("RUN_ID", proof.run_id).replace("EVENT_ROWS", events).replace("RESULT", result)).replace(
        "CHECK_SCRIPT", script
    )


def _text(file: str) -> str:
    return files(__package__).joinpath(file).read_text(encoding="utf-8")
