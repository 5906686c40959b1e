"""What is written in one turn of the event loop goes out together with the next; large writes go at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, cast

from interfaces.http.server.write_coalescing import MAX_HELD_BYTES, CoalescedWrites


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.ended = self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed and not self.ended
        self.written.append(data)

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str) -> str:
        return f"the {name}"


def written_by(story: Callable[[CoalescedWrites, Wire], None]) -> Wire:
    """What has gone out one turn of the event loop after the story."""
    wire = Wire()

    async def tell() -> None:
        story(CoalescedWrites(cast("Any", wire)), wire)
        await asyncio.sleep(0)

    asyncio.run(tell())
    return wire


def test_the_writes_of_one_turn_go_out_together_with_the_next() -> None:
    def story(writes: CoalescedWrites, wire: Wire) -> None:
        for data in (b"head ", b"body ", b"more"):
            writes.write(data)
        assert wire.written == []

    assert written_by(story).written == [b"head body more"]


def test_more_than_is_held_goes_at_once_so_that_flow_control_sees_it() -> None:
    piece = bytes(MAX_HELD_BYTES)

    def story(writes: CoalescedWrites, wire: Wire) -> None:
        writes.write(b"head ")
        writes.write(piece)
        assert wire.written == [b"head " + piece]
        writes.write(b"rest")

    assert written_by(story).written == [b"head " + piece, b"rest"]


def test_a_held_write_goes_before_the_end_and_before_the_close() -> None:
    def story(writes: CoalescedWrites, wire: Wire) -> None:
        writes.write(b"last")
        writes.write_eof()
        writes.close()

    wire = written_by(story)

    assert (wire.written, wire.ended, wire.closed) == ([b"last"], True, True)


def test_a_write_held_when_the_connection_is_lost_is_dropped() -> None:
    def story(writes: CoalescedWrites, wire: Wire) -> None:
        writes.write(b"late")
        wire.closed = True

    assert written_by(story).written == []


def test_all_else_is_the_transports_own() -> None:
    def story(writes: CoalescedWrites, wire: Wire) -> None:
        assert writes.get_extra_info("peer") == "the peer"

    written_by(story)
