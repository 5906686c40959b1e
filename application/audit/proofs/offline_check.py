"""The check of an exported folder, without a database and without a network."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from application.audit.proofs.listed_events import digest_faults, list_faults
from application.audit.timestamps.authority import ReadToken, TimestampRefused, TimestampUnreadable, TokenFacts
from domain.audit.checkpoint import Checkpoint, read_checkpoint
from domain.audit.leaf import Leaf, digest_of, leaf_in
from domain.audit.merkle import ProofRefused, leaf_hash, root_by_inclusion
from domain.audit.proof_file import ProofFile
from domain.audit.signed_note import NoteRefused, VerifierKey, Verify
from domain.runs.erasure import Erasure, chain_from
from domain.runs.report_run import ReportRun

TIMESTAMP = "timestamp"
"""The folder of the timestamp, which an export need not have."""

OUTCOMES = (ReportRun.Succeeded.TOPIC, ReportRun.Failed.TOPIC)

FOLDERS = {"events": ".json", "leaves": "", "proofs": ".tlog-proof"}
"""The folders of an export, and how names in them end after the number."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What an export holds.

    faults     sentences, empty when all is well
    erased     sentences about events that were erased, as later events record it
    timestamp  what the token in it says; None without one that can be read here
    stamped    the events that were shown to be older than the token
    outcome    topic of the event that the run ended with; of the last one where none says so
    sha256     of the result; None where no event says that the run succeeded
    """

    run_id: str
    events: int
    checkpoint: Checkpoint | None
    faults: tuple[str, ...]
    erased: tuple[str, ...]
    timestamp: TokenFacts | None
    stamped: tuple[int, ...]
    outcome: str
    sha256: str | None

    @property
    def is_finished(self) -> bool:
        return self.outcome in OUTCOMES


class OfflineCheck:
    """Checks the files of an export.

    read        gives a file by its path in the folder
    names       the names in one of its folders
    read_token  of a timestamp
    """

    def __init__(
        self,
        read: Callable[[str], bytes],
        names: Callable[[str], Collection[str]],
        key: VerifierKey,
        verify: Verify,
        read_token: ReadToken,
    ) -> None:
        self._read = read
        self._names = names
        self._key = key
        self._verify = verify
        self._read_token = read_token
        self._leaves: dict[int, Leaf] = {}
        self._erased: list[str] = []
        self._timestamp: TokenFacts | None = None
        self._stamped: list[int] = []

    def checked(self) -> Checked:
        faults = (*self._faults(), *self._timestamp_faults())
        run = min(self._runs(), default="")
        erased = tuple(self._erased)
        stamped = tuple(self._stamped)
        return Checked(
            run,
            len(self._names("events")),
            self._checkpoint(),
            faults,
            erased,
            self._timestamp,
            stamped,
            self._outcome(),
            self._sha256(),
        )

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
        if len(self._runs()) > 1:
            yield f"leaves: They are of several runs: {', '.join(sorted(self._runs()))}."
        try:
            page = self._text("README.md")
        except FileNotFoundError:
            yield "README.md: The file is missing."
            return
        yield from list_faults(page, self._leaves)
        if (sha256 := self._sha256()) is not None:
            yield from digest_faults(page, sha256)

    def _runs(self) -> set[str]:
        return {leaf.aggregate for leaf in self._leaves.values()}

    def _sha256(self) -> str | None:
        """Of the result, as the event has it that says that the run succeeded; None without one."""
        for number, leaf in self._leaves.items():
            if leaf.topic == ReportRun.Succeeded.TOPIC and f"{number}.json" in self._names("events"):
                return str(_facts(self._read(f"events/{number}.json")).get("sha256"))
        return None

    def _outcome(self) -> str:
        """The topic of the last event that says how the run is; empty without events."""
        topics = [leaf.topic for _, leaf in sorted(self._leaves.items())]
        return next((topic for topic in reversed(topics) if topic in OUTCOMES), topics[-1] if topics else "")

    def _event_faults(self, number: int) -> Iterator[str]:
        try:
            entry = self._read(f"leaves/{number}")
            leaf = leaf_in(entry)
            if leaf is None or entry != leaf.entry:
                yield f"leaves/{number}: It is no leaf."
                return
            self._leaves[number] = leaf
            if leaf.aggregate_version != number:
                yield f"leaves/{number}: It is of event {leaf.aggregate_version}."
            now = digest_of(self._read(f"events/{number}.json"))
            erased = chain_from(leaf.sha256, number, self._erasures_after(number))
            if now != (erased[-1].after if erased else leaf.sha256):
                yield f"events/{number}.json, position {leaf.position:,}: The bytes are not those that were sealed."
            elif erased:
                self._erased.append(f"Event {number} was erased by {erased[-1].by}. The rest stays valid.")
            yield from self._proof_faults(f"proofs/{number}.tlog-proof", leaf, entry)
            if f"{number}.tlog-proof" in self._names(TIMESTAMP):
                yield from self._proof_faults(f"{TIMESTAMP}/{number}.tlog-proof", leaf, entry, self._stamped_note())
                self._stamped.append(number)
        except FileNotFoundError as missing:
            yield f"{missing}: The file is missing."

    def _erasures_after(self, version: int) -> Iterator[Erasure]:
        """What later events of the run record of erasures."""
        for number in range(version + 1, len(self._names("events")) + 1):
            leaf = leaf_in(self._read(f"leaves/{number}"))
            if leaf is not None and leaf.topic == ReportRun.Erased.TOPIC:
                facts = _facts(self._read(f"events/{number}.json"))
                digests = (str(facts.get("sha256_before")), str(facts.get("sha256_after")))
                by = f"{facts.get('actor')} ({leaf.topic} at position {leaf.position:,})"
                yield Erasure(facts.get("erased_version", 0), *digests, by)

    def _timestamp_faults(self) -> Iterator[str]:
        if not self._names(TIMESTAMP):
            return
        try:
            content = self._read(f"{TIMESTAMP}/checkpoint")
            self._timestamp = self._read_token(self._read(f"{TIMESTAMP}/token.tsr"), content)
        except FileNotFoundError as missing:
            yield f"{missing}: The file is missing."
        except TimestampUnreadable:
            pass  # `openssl` checks it
        except TimestampRefused as refused:
            yield f"{TIMESTAMP}/token.tsr: {refused}"
        if not self._stamped:
            yield f"{TIMESTAMP}: No proof leads from an event to its checkpoint."

    def _stamped_note(self) -> str:
        return self._text(f"{TIMESTAMP}/checkpoint")

    def _proof_faults(self, name: str, leaf: Leaf, entry: bytes, note: str | None = None) -> Iterator[str]:
        """note: the checkpoint that the proof must lead to; None for any that is signed"""
        try:
            proof = ProofFile.parse(self._text(name))
            checkpoint = self._signed(proof.note)
            if note not in (None, proof.note):
                yield f"{name}: It does not lead to {TIMESTAMP}/checkpoint."
            elif proof.index != leaf.index:
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
