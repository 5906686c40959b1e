"""Whether the stored events of a run are those that were sealed, before anything is said to prove them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson

from application.audit.whole_log.differences import about
from application.log.export import PositionedEvent
from domain.audit.leaf import Leaf, digest_of
from domain.errors import SealBroken
from domain.runs.erasure import Erasure, chain_from
from domain.runs.report_run import ReportRun


def must_be_sealed(row: PositionedEvent, leaf: Leaf, rows: Sequence[PositionedEvent]) -> None:
    """Raises `SealBroken` with what differs, unless an event is what its leaf says, or was erased on record.

    rows  of the run, oldest first
    """
    _, id, version, topic, state = row
    is_same = (leaf.aggregate, leaf.aggregate_version, leaf.topic) == (id, version, topic)
    if is_same and digest_of(state) == _digest_after_erasures(version, leaf.sha256, rows):
        return
    difference = about(leaf.index, row, leaf.entry, None)
    raise SealBroken(
        f"{id} cannot be proved. {difference.sentence} `reportrun audit verify` compares the rest of the log."
    )


def _digest_after_erasures(version: int, digest: str, rows: Sequence[PositionedEvent]) -> str:
    chain = chain_from(digest, version, _erasures_in(rows))
    return chain[-1].after if chain else digest


def _erasures_in(rows: Sequence[PositionedEvent]) -> Iterator[Erasure]:
    for _, _, _, topic, state in rows:
        if topic == ReportRun.Erased.TOPIC:
            facts = orjson.loads(state)
            yield Erasure(facts["erased_version"], facts["sha256_before"], facts["sha256_after"])
