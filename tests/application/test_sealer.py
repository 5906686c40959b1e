"""The sealer: seals what is in the log, also after it was killed between two steps, and never what was changed."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from application.audit.checkpoint_copy import CheckpointCopy
from application.audit.sealer import LEASE_SECONDS
from application.ports.seal_states import SealState
from domain.audit.checkpoint import Checkpoint
from domain.audit.leaf import Leaf, digest_of, leaf_in
from domain.audit.tiles import ENTRIES, Tile, entries_in, tile_of
from domain.errors import SealBroken, SealRefused
from interfaces.audit.signing_key import SigningKey
from interfaces.testing.memory.store import open_memory
from tests.support.clock import StillClock
from tests.support.runs import pending_run, start
from tests.support.sealing import Killed, KillingStates, MemoryFiles, NoPlace, Sealing


@pytest.fixture
def sealing() -> Sealing:
    return Sealing()


def test_every_event_becomes_a_leaf_of_the_signed_tree(sealing: Sealing) -> None:
    run = pending_run()
    start(run)
    sealing.store.events.save(run)

    state = sealing.seal()

    (first, second) = entries_in(sealing.files.kept["tile/entries/000.p/2"])
    stored = sealing.store.recorder.events_after(0, 10)
    assert leaf_in(second) == Leaf(1, 2, run.id, 2, "report_run.attempt_started", digest_of(stored[1][4]))
    assert first == (
        b'{"aggregate":"%b","aggregate_version":1,"index":0,"position":1,"sha256":"%b",'
        b'"topic":"report_run.created","version":1}' % (run.id.encode(), digest_of(stored[0][4]).encode())
    )
    assert (state.size, state.position) == (2, 2)
    assert sealing.checkpoint() == Checkpoint(state.origin, 2, sealing.expected_root(2))


@pytest.mark.parametrize("steps", [(1, 1, 1), (255, 1, 1), (256, 256), (300, 700), (5_001, 3), (100_200,)])
def test_a_log_that_grows_in_steps_has_the_root_and_the_tiles_of_one_that_was_sealed_at_once(
    sealing: Sealing, steps: tuple[int, ...]
) -> None:
    for events in steps:
        sealing.grow(events)
        sealing.seal()

    size = sum(steps)
    assert sealing.checkpoint().root == sealing.expected_root(size)
    again = Sealing()
    again.store = sealing.store
    again.sealer = again.another()
    again.seal()
    assert {path: again.files.kept[path] for path in again.files.kept if path != "checkpoint"} == {
        path: content
        for path, content in sealing.files.kept.items()
        if path in again.files.kept and path != "checkpoint"
    }


def test_partial_files_go_when_the_full_ones_are_there(sealing: Sealing) -> None:
    for events in (100, 100, 100):
        sealing.grow(events)
        sealing.seal()

    assert sorted(sealing.files.kept) == [
        "checkpoint", "tile/0/000", "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/000", "tile/entries/001.p/44",
    ]  # fmt: skip


def test_nothing_is_signed_again_while_the_log_does_not_grow(sealing: Sealing) -> None:
    sealing.grow(3)
    state = sealing.seal()

    assert sealing.seal() == sealing.seal() == state


@pytest.mark.parametrize("moment", ["tile/entries/000.p/5", "tile/0/000.p/5", "advance", "publish", "checkpoint"])
def test_a_sealer_that_is_killed_between_two_steps_leaves_one_root_for_each_size(sealing: Sealing, moment: str) -> None:
    sealing.grow(3)
    sealing.seal()
    sealing.grow(2)
    sealing.files.killed_at = sealing.states.killed_in = moment
    with pytest.raises(Killed):
        sealing.sealer.seal()
    sealing.files.killed_at = sealing.states.killed_in = ""
    stored = sealing.states.get()
    sealing.grow(4)

    sealing.sealer = sealing.another()
    sealing.seal()

    assert stored is not None
    for size, note in sealing.states.published:
        assert Checkpoint.parse(note).root == sealing.expected_root(size)
    assert sealing.checkpoint() == Checkpoint(stored.origin, 9, sealing.expected_root(9))


def test_a_sealer_that_was_overtaken_writes_no_checkpoint(sealing: Sealing, monkeypatch: pytest.MonkeyPatch) -> None:
    sealing.grow(3)
    sealing.seal()
    sealing.grow(2)
    sealing.states.killed_in = "advance"
    with pytest.raises(Killed):
        sealing.sealer.seal()
    sealing.states.killed_in = ""
    sealing.sealer = sealing.another()

    with monkeypatch.context() as overtaken:
        overtaken.setattr(sealing.states, "publish", lambda *_: False)
        sealed = sealing.sealer.seal()

    assert (sealed, sealing.checkpoint().size) == (None, 3)
    assert sealing.seal().is_signed and sealing.checkpoint().size == 5


def test_a_sealer_that_was_overtaken_before_it_wrote_its_checkpoint_leaves_the_newest(
    sealing: Sealing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stood still for longer than its lease, after its signature was recorded."""
    sealing.grow(3)
    publish, stood_still = sealing.states.publish, sealing.another()

    def overtaken(holder: str, size: int, note: str) -> bool:
        monkeypatch.setattr(sealing.states, "publish", publish)
        published = publish(holder, size, note)
        sealing.clock.move(LEASE_SECONDS + 1)
        sealing.grow(2)
        sealing.seal()
        assert sealing.checkpoint().size == 5
        return published

    monkeypatch.setattr(sealing.states, "publish", overtaken)
    stood_still.seal()

    assert sealing.checkpoint().size == 5
    assert sealing.seal().size == sealing.checkpoint().size == 5


def test_a_sealer_that_was_overtaken_before_its_first_step_removes_nothing(
    sealing: Sealing, monkeypatch: pytest.MonkeyPatch
) -> None:
    sealing.grow(600)
    stood_still = sealing.another()

    def overtaken(*_: object) -> None:
        monkeypatch.undo()
        sealing.grow(500)
        sealing.seal()

    monkeypatch.setattr("application.audit.sealer.must_go_on", overtaken)
    stood_still.seal()

    assert {"tile/0/003", "tile/entries/003"} <= sealing.files.kept.keys() and sealing.checkpoint().size == 1_100


def test_after_a_step_that_took_longer_than_the_lease_a_step_takes_one_batch(
    sealing: Sealing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("application.audit.leaves.BATCH_EVENTS", 100)
    sealing.grow(3_000)
    advance, steps = sealing.states.advance, []

    def of_short_steps(holder: str, before: int, state: SealState) -> bool:
        steps.append(state.size - before)
        return steps[-1] <= 500 and advance(holder, before, state)

    monkeypatch.setattr(sealing.states, "advance", of_short_steps)
    for _ in range(10):
        sealing.sealer.seal()

    assert steps[:5] == [2_000, 100, 200, 400, 800] and sealing.checkpoint().size == 3_000


def test_a_checkpoint_that_was_stored_and_not_written_is_written_by_the_next_sealer(sealing: Sealing) -> None:
    sealing.grow(3)
    sealing.states.killed_in = "publish"
    with pytest.raises(Killed):
        sealing.sealer.seal()
    sealing.states.killed_in = ""

    sealing.sealer = sealing.another()
    sealing.seal()

    assert sealing.checkpoint().size == 3


def test_lost_files_are_made_again_from_the_log(sealing: Sealing) -> None:
    sealing.grow(700)
    sealing.seal()
    before = dict(sealing.files.kept)
    sealing.files.kept.clear()

    sealing.sealer = sealing.another()
    sealing.seal()

    assert sealing.files.kept == before


def test_a_log_that_became_shorter_is_not_sealed_on(sealing: Sealing) -> None:
    sealing.grow(5)
    before = sealing.seal()
    del sealing.store.recorder._stored_events[3:]

    with pytest.raises(SealBroken, match="ends at position 3, and its checkpoint of 5 leaves reaches to position 5"):
        sealing.another().seal()

    assert sealing.states.get() == before


def test_a_log_that_was_replaced_by_a_longer_one_is_not_sealed_on(sealing: Sealing) -> None:
    sealing.grow(5)
    before = sealing.seal()
    sealing.store = open_memory()
    sealing.grow(9)

    with pytest.raises(SealBroken, match="The event at position 5, the last one that was sealed, was changed"):
        sealing.another().seal()

    assert sealing.states.get() == before


def test_a_changed_log_does_not_replace_lost_files(sealing: Sealing) -> None:
    sealing.grow(700)
    sealing.seal()
    sealing.files.kept.clear()
    sealing.store.recorder._stored_events[100] = sealing.store.recorder._stored_events[101]

    with pytest.raises(SealBroken, match="does not lead to the root of the 700 leaves"):
        sealing.another().seal()

    assert sealing.files.kept == {}


def test_what_was_changed_together_with_the_log_is_not_signed(sealing: Sealing) -> None:
    sealing.grow(5)
    sealing.seal()
    changed = Sealing()
    changed.grow(6)
    other = changed.seal()
    state = sealing.states.get()
    assert state is not None
    sealing.store, sealing.files = changed.store, changed.files
    sealing.states._state = state._replace(size=6, root=other.root, position=6)

    with pytest.raises(SealBroken, match="does not follow from the checkpoint of 5 leaves"):
        sealing.another().seal()


def test_another_key_than_that_of_the_log_is_refused(sealing: Sealing) -> None:
    sealing.grow(1)
    sealing.seal()

    other = sealing.another(SigningKey(Ed25519PrivateKey.generate()))

    with pytest.raises(SealRefused, match="signed with the key 03a107bff3ce10be"):
        other.seal()


def test_a_new_incarnation_begins_with_the_last_known_checkpoint(sealing: Sealing) -> None:
    sealing.previous = "host/acct_1/OLD\n9\nroot\n\n- signature\n"
    sealing.grow(2)

    state = sealing.seal()

    first, second, _ = entries_in(sealing.files.kept[tile_of(ENTRIES, 0, 3).path])
    assert first == b'{"checkpoint":"host/acct_1/OLD\\n9\\nroot\\n\\n- signature\\n","index":0,"version":1}'
    leaf = leaf_in(second)
    assert leaf is not None and (leaf.index, leaf.position) == (1, 1)
    assert (leaf_in(first), state.size, state.position) == (None, 3, 2)
    assert Tile(0, 0, 3).path in sealing.files.kept


def test_checkpoints_are_copied_to_a_second_place_one_for_each_day(sealing: Sealing) -> None:
    clock, copy = StillClock(), MemoryFiles()
    sealing.clock, sealing.copies = clock, [CheckpointCopy(copy)]
    sealing.sealer = sealing.another()
    notes = []
    for _ in range(2):
        sealing.grow(1)
        notes.append(sealing.seal().note.encode())
        clock.move(86_400)

    assert copy.kept == {"checkpoint": notes[1], "checkpoint-2026-01-02": notes[0], "checkpoint-2026-01-03": notes[1]}


def test_a_second_place_that_is_away_keeps_nothing_from_being_sealed(
    sealing: Sealing, caplog: pytest.LogCaptureFixture
) -> None:
    place = NoPlace()
    sealing.copies = [CheckpointCopy(place)]
    sealing.sealer = sealing.another()
    for _ in range(3):
        sealing.grow(1)
        sealing.seal()

    assert (sealing.checkpoint().size, caplog.text.count("Checkpoints are not copied to memory now.")) == (3, 1)
    place.is_away = False
    assert place.kept == {} and sealing.seal().note.encode() == place.kept["checkpoint"]


def test_a_log_that_was_set_back_together_with_its_state_is_not_sealed_on(sealing: Sealing) -> None:
    sealing.grow(5)
    older = sealing.seal()
    sealing.grow(4)
    sealing.seal()
    published = sealing.files.kept["checkpoint"]
    del sealing.store.recorder._stored_events[5:]
    sealing.states._state = older
    sealing.grow(1)

    for _ in range(2):
        with pytest.raises(SealBroken, match=r"A checkpoint of 9 leaves was published, and the database records 5"):
            sealing.another().seal()

    assert (sealing.states.get(), sealing.files.kept["checkpoint"]) == (older, published)


def test_a_state_that_was_set_back_alone_is_sealed_on_with_the_same_roots(sealing: Sealing) -> None:
    sealing.grow(5)
    older = sealing.seal()
    sealing.grow(4)
    sealing.seal()
    sealing.states._state = older
    sealing.grow(3)

    sealing.sealer = sealing.another()
    sealing.seal()

    assert sealing.checkpoint() == Checkpoint(older.origin, 12, sealing.expected_root(12))


def test_events_that_come_while_the_log_is_sealed_are_left_to_the_next_look(sealing: Sealing) -> None:
    """Otherwise a busy log is sealed without a pause, in ever smaller steps."""
    sealing.grow(3)
    write = sealing.files.write

    def write_and_grow(files: Mapping[str, bytes]) -> None:
        write(files)
        sealing.grow(1)

    sealing.files.write = write_and_grow  # type: ignore[method-assign]

    assert sealing.seal().size == 3
    assert [size for size, _ in sealing.states.published] == [3]
    assert sealing.seal().size > 3


class CountedStates(KillingStates):
    """acquired: how often the lease was; other: whether another process has it"""

    acquired = 0
    other = False

    def acquire(self, holder: str, lease_seconds: float) -> bool:
        self.acquired += 1
        return not self.other

    def advance(self, holder: str, before: int, state: SealState) -> bool:
        return not self.other and super().advance(holder, before, state)


def test_the_lease_is_renewed_when_half_of_it_has_passed(sealing: Sealing) -> None:
    states, clock = CountedStates(), StillClock()
    sealing.states, sealing.clock = states, clock
    sealing.sealer = sealing.another()
    for _ in range(10):
        sealing.grow(1)
        sealing.seal()
        clock.move(1)

    assert states.acquired == 4  # of 5 seconds
    clock.move(-3_600)
    sealing.seal()
    assert states.acquired == 5


def test_a_lease_that_was_lost_is_asked_for_again(sealing: Sealing) -> None:
    states = CountedStates()
    sealing.states = states
    sealing.sealer = sealing.another()
    sealing.grow(1)
    sealing.seal()
    states.other = True
    sealing.grow(1)

    assert sealing.seal().size == 1
    assert sealing.sealer.seal() is None
    states.other = False
    assert sealing.seal().size == 2
