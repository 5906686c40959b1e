"""The head of an answer and its body go out together; what comes alone does not wait for long."""

from __future__ import annotations

import asyncio

from interfaces.http.server.joined_writes import JoinedWrites


class Wire:
    """A transport that keeps what is written."""

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.closed = False

    def write(self, data: bytes) -> None:
        assert not self.closed
        self.written.append(data)

    def close(self) -> None:
        self.closed = True

    def get_extra_info(self, name: str) -> str:
        return f"the {name}"


def test_two_writes_are_one_and_a_third_goes_with_the_turn_of_the_loop():
    async def story() -> None:
        wire = Wire()
        joined = JoinedWrites(wire)  # type: ignore[arg-type]

        joined.write(b"head ")
        joined.write(b"body")
        joined.write(b"more")
        assert wire.written == [b"head body"]

        await asyncio.sleep(0)
        assert wire.written == [b"head body", b"more"]

    asyncio.run(story())


def test_what_is_held_goes_before_the_end():
    async def story() -> None:
        wire = Wire()
        joined = JoinedWrites(wire)  # type: ignore[arg-type]

        joined.write(b"last")
        joined.close()
        await asyncio.sleep(0)

        assert (wire.written, wire.closed) == ([b"last"], True)

    asyncio.run(story())


def test_everything_else_is_the_transports_own():
    async def story() -> None:
        assert JoinedWrites(Wire()).get_extra_info("peer") == "the peer"  # type: ignore[arg-type]

    asyncio.run(story())
