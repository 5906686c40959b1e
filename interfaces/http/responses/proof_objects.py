"""Proofs as JSON objects."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from application.audit.proofs.run_proofs import EventProof, RunProof
from application.audit.proofs.run_timestamps import RunTimestamp


def proof_object(proof: RunProof) -> dict[str, Any]:
    """Bytes stand as text, which is UTF-8 unless an event is damaged."""
    return {
        "id": proof.run_id,
        "object": "reportrun.proof",
        "checkpoint": proof.checkpoint,
        "events": [_event(event) for event in proof.events],
        "result": None if proof.sha256 is None else {"file": proof.file_id, "sha256": proof.sha256},
        "timestamp": None if proof.timestamp is None else _timestamp(proof.timestamp),
        "verifier_key": proof.verifier_key,
    }


def _timestamp(timestamp: RunTimestamp) -> dict[str, Any]:
    return {
        "checkpoint": timestamp.checkpoint.decode(),
        "proofs": [{"proof": proof, "version": version} for version, proof in timestamp.proofs.items()],
        "token": b64encode(timestamp.token).decode(),
    }


def _event(event: EventProof) -> dict[str, Any]:
    return {
        "index": event.index,
        "leaf": event.leaf.decode(),
        "position": event.position,
        "proof": event.proof,
        "stored": event.stored.decode(errors="backslashreplace"),
        "type": event.topic,
        "version": event.version,
    }
