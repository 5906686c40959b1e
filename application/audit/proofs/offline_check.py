"""The check of an exported folder, without a database and without a network."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from domain.audit.checkpoint import Checkpoint, read_checkpoint
from domain.audit.leaf import Leaf, digest_of, leaf_in
from domain.audit.merkle import ProofRefused, leaf_hash, root_by_inclusion
from domain.audit.proof_file import ProofFile
from domain.audit.signed_note import NoteRefused, VerifierKey, Verify
from domain.runs.report_run import ReportRun

FOLDERS = {"events": ".json", "leaves": "", "proofs": ".tlog-proof"}
"""The folders of an export, and how names in them end after the number."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What an export holds. faults: sentences, empty when all is well"""

    run_id: str
    events: int
    checkpoint: Checkpoint | None
    faults: tuple[str, ...]


class OfflineCheck:
    """Checks the files of an export.

    read   gives a file by its path in the folder
    names  the names in one of its folders
    """

    def __init__(
        self, read: Callable[[str], bytes], names: Callable[[str], Collection[str]], key: VerifierKey, verify: Verify
    ) -> None:
        self._read = read
        self._names = names
        self._key = key
        self._verify = verify
        self._runs: set[str] = set()

    def checked(self) -> Checked:
        faults = list(self._faults())
        run = min(self._runs, default="")
        return Checked(run, len(self._names("events")), self._checkpoint(), tuple(faults))

    def _checkpoint(self) -> Checkpoint | None:
        try:
            return self._signed(self._text("checkpoint"))
        except (NoteRefused, FileNotFoundError):
            return None

    def _faults(self) -> Iterator[str]:
        try:
            self._signed(self._text("checkpoint"))
        except NoteRefused as refused:
            yield f"checkpoint: {refused}"
        except FileNotFoundError:
            yield "checkpoint: The file is missing."
        numbers = range(1, len(self._names("events")) + 1)
        if not numbers:
            yield "events: There is no event."
        for folder, ending in FOLDERS.items():
            wrong = set(self._names(folder)) ^ {f"{number}{ending}" for number in numbers}
            if wrong:
                more = ", ".join(sorted(wrong)[:5])
                yield f"{folder}: The files are not those of events 1 to {len(numbers)}: {more}."
        for number in numbers:
            yield from self._event_faults(number)
        if len(self._runs) > 1:
            yield f"leaves: They are of several runs: {', '.join(sorted(self._runs))}."

    def _event_faults(self, number: int) -> Iterator[str]:
        try:
            entry = self._read(f"leaves/{number}")
            leaf = leaf_in(entry)
            if leaf is None or entry != leaf.entry:
                yield f"leaves/{number}: It is no leaf."
                return
            self._runs.add(leaf.aggregate)
            if leaf.aggregate_version != number:
                yield f"leaves/{number}: It is of event {leaf.aggregate_version}."
            now = digest_of(self._read(f"events/{number}.json"))
            if now != leaf.sha256 and self._erased_to(number, leaf.sha256) != now:
                yield f"events/{number}.json, position {leaf.position:,}: The bytes are not those that were sealed."
            yield from self._proof_faults(number, leaf, entry)
        except FileNotFoundError as missing:
            yield f"{missing}: The file is missing."

    def _erased_to(self, version: int, sealed: str) -> str | None:
        """The digest that erasures left of an event, as later events of the run record it; None for none."""
        digest: str | None = None
        for number in range(version + 1, len(self._names("events")) + 1):
            leaf = leaf_in(self._read(f"leaves/{number}"))
            facts = _facts(self._read(f"events/{number}.json")) if leaf and leaf.topic == ReportRun.Erased.TOPIC else {}
            if facts.get("erased_version") == version and facts.get("sha256_before") == (digest or sealed):
                digest = str(facts.get("sha256_after"))
        return digest

    def _proof_faults(self, number: int, leaf: Leaf, entry: bytes) -> Iterator[str]:
        name = f"proofs/{number}.tlog-proof"
        try:
            proof = ProofFile.parse(self._text(name))
            checkpoint = self._signed(proof.note)
            if proof.index != leaf.index:
                yield f"{name}: It is of leaf {proof.index:,}, and the leaf is {leaf.index:,}."
            elif root_by_inclusion(leaf_hash(entry), proof.index, checkpoint.size, proof.path) != checkpoint.root:
                yield f"{name}: It does not lead from the leaf to the root of the checkpoint."
        except (ProofRefused, NoteRefused) as refused:
            yield f"{name}: {refused}"

    def _signed(self, note: str) -> Checkpoint:
        return read_checkpoint(note, self._key, self._verify)

    def _text(self, name: str) -> str:
        return self._read(name).decode(errors="backslashreplace")


def _facts(stored: bytes) -> dict[str, Any]:
    """The fields of an event; empty where its bytes are damaged, which is said elsewhere."""
    try:
        found = orjson.loads(stored)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
