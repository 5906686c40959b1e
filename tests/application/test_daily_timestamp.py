"""The daily timestamp: one a day, tried again after trouble, never in the way of who signs."""

from __future__ import annotations

import threading
from datetime import datetime

import pytest

from application.audit.timestamps.authority import TimestampRefused, TokenFacts
from application.audit.timestamps.daily_timestamp import RETRY_SECONDS, DailyTimestamp
from application.audit.timestamps.kept_timestamps import KeptTimestamps
from domain.audit.checkpoint import Checkpoint
from domain.errors import StoreUnavailable
from tests.support.clock import StillClock
from tests.support.sealing import MemoryFiles, NoPlace

DAY = 86_400


class FakeAuthority:
    """Answers with the time of its clock. refuses: with what; gate: cleared to make it wait"""

    def __init__(self, clock: StillClock) -> None:
        self.clock = clock
        self.asked: list[bytes] = []
        self.refuses = ""
        self.gate = threading.Event()
        self.gate.set()

    def ask(self, content: bytes) -> bytes:
        self.asked.append(content)
        assert self.gate.wait(30)
        if self.refuses:
            raise TimestampRefused(self.refuses)
        return f"{self.clock.now().isoformat()} {content.hex()}".encode()

    @staticmethod
    def read(token: bytes, content: bytes) -> TokenFacts:
        at, _, stamped = token.decode().partition(" ")
        if stamped != content.hex():
            raise TimestampRefused("The token is of other bytes.")
        return TokenFacts(datetime.fromisoformat(at), "CN=Fake", is_verified=True)


class Stamping:
    def __init__(self) -> None:
        self.clock = StillClock()
        self.authority = FakeAuthority(self.clock)
        self.files, self.copy = MemoryFiles(), NoPlace()
        self.copy.is_away = False
        self.daily = self.another()

    def another(self) -> DailyTimestamp:
        """That of another process."""
        return DailyTimestamp(self.authority, self.authority.read, [self.files, self.copy], self.clock)

    @property
    def kept(self) -> list[tuple[str, int]]:
        return [(one.name, one.size) for one in KeptTimestamps(self.files).stamps()]


@pytest.fixture
def stamping() -> Stamping:
    return Stamping()


def note_of(size: int, origin: str = "host/acct_1/A") -> str:
    return f"{Checkpoint(origin, size, bytes(32)).text}\n\u2014 name signature\n"


def test_the_first_checkpoint_of_each_day_gets_a_token(stamping: Stamping) -> None:
    for size in range(1, 49):
        stamping.daily.get(note_of(size))
        stamping.clock.move(DAY / 24)

    assert stamping.kept == [("20260102T120000Z", 1), ("20260103T000000Z", 13), ("20260104T000000Z", 37)]
    assert stamping.authority.asked == [note_of(size).encode() for size in (1, 13, 37)]
    assert stamping.copy.kept == stamping.files.kept


def test_another_process_does_not_ask_again_on_the_same_day(stamping: Stamping) -> None:
    stamping.daily.get(note_of(1))
    stamping.clock.move(60)
    stamping.another().get(note_of(2))

    assert stamping.kept == [("20260102T120000Z", 1)]


def test_a_log_that_has_not_grown_gets_no_other_token(stamping: Stamping) -> None:
    stamping.daily.get(note_of(1))
    for _ in range(3):
        stamping.clock.move(DAY)
        stamping.daily.get(note_of(1))
    assert len(stamping.authority.asked) == 1

    stamping.clock.move(RETRY_SECONDS)
    stamping.daily.get(note_of(2))
    assert [size for _, size in stamping.kept] == [1, 2]


def test_a_new_incarnation_gets_a_token_on_the_same_day_and_the_old_one_stays(stamping: Stamping) -> None:
    stamping.daily.get(note_of(9))
    stamping.clock.move(60)
    stamping.another().get(note_of(1, "host/acct_1/B"))

    assert stamping.kept == [("20260102T120000Z", 9), ("20260102T120100Z", 1)]
    assert [one.size for one in KeptTimestamps(stamping.files).of_log("host/acct_1/A")] == [9]


def test_a_refusal_is_logged_once_noted_and_tried_again(stamping: Stamping, caplog: pytest.LogCaptureFixture) -> None:
    stamping.authority.refuses = "It is closed."
    for _ in range(3):
        stamping.daily.get(note_of(1))
        stamping.daily.get(note_of(1))
        stamping.clock.move(RETRY_SECONDS)

    assert (len(stamping.authority.asked), caplog.text.count("has no timestamp of today. It is closed.")) == (3, 1)
    failure = KeptTimestamps(stamping.files).failure()
    assert failure is not None and failure.sentence == "It is closed."

    stamping.authority.refuses = ""
    stamping.daily.get(note_of(1))
    assert (len(stamping.kept), KeptTimestamps(stamping.files).failure()) == (1, None)


def test_a_copy_that_is_away_gets_the_token_later(stamping: Stamping) -> None:
    stamping.copy.is_away = True
    stamping.daily.get(note_of(1))
    stamping.copy.is_away = False
    stamping.clock.move(RETRY_SECONDS)
    stamping.daily.get(note_of(2))

    assert KeptTimestamps(stamping.copy).stamps() == KeptTimestamps(stamping.files).stamps()
    assert len(stamping.authority.asked) == 1


def test_a_place_that_is_away_raises_nothing(stamping: Stamping) -> None:
    class Away(MemoryFiles):
        def read(self, path: str) -> bytes:
            raise StoreUnavailable("It is away.")

    DailyTimestamp(stamping.authority, stamping.authority.read, [Away()], stamping.clock).get(note_of(1))

    assert stamping.authority.asked == []


def test_an_authority_that_hangs_keeps_no_one_waiting(stamping: Stamping) -> None:
    stamping.authority.gate.clear()

    for _ in range(100):
        stamping.daily.offer(note_of(1))

    stamping.authority.gate.set()
    assert stamping.daily._thread is not None
    stamping.daily._thread.join(30)
    assert (len(stamping.authority.asked), stamping.kept) == (1, [("20260102T120000Z", 1)])


def test_lines_of_an_index_that_are_none_are_left_out(stamping: Stamping) -> None:
    stamping.daily.get(note_of(1))
    stamping.files.kept["timestamps/index"] += b"\xff nonsense\n20260102T120000Z many host\n\n"

    assert [one.size for one in KeptTimestamps(stamping.files).stamps()] == [1]
