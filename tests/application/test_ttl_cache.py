"""What is remembered is never older than it may be, and what is new is there at once."""

from __future__ import annotations

import asyncio

import pytest

from application.access.ttl_cache import MOST, SECONDS, TtlCache


class Table:
    """Rows that are counted when they are looked up, and a clock that stands still unless told."""

    def __init__(self) -> None:
        self.rows: dict[str, str | None] = {}
        self.asked = 0
        self.time = 0.0
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.remembered = TtlCache[str, str | None](self.look_up, now=lambda: self.time)

    async def look_up(self, key: str) -> str | None:
        self.asked += 1
        row = self.rows.get(key)
        await self.may_answer.wait()
        if row == "trouble":
            raise RuntimeError(row)
        return row


def test_a_row_is_given_again_until_it_is_too_old():
    async def story() -> None:
        table = Table()
        table.rows["a"] = "before"

        first = await table.remembered("a")
        table.rows["a"] = "after"
        table.time = SECONDS * 0.99
        again = await table.remembered("a")
        table.time = SECONDS
        later = await table.remembered("a")

        assert (first, again, later, table.asked) == ("before", "before", "after", 2)

    asyncio.run(story())


def test_what_was_not_found_is_asked_for_again():
    async def story() -> None:
        table = Table()

        assert await table.remembered("a") is None
        table.rows["a"] = "new"
        assert await table.remembered("a") == "new"

    asyncio.run(story())


def test_who_asks_in_the_same_moment_shares_one_look_up():
    async def story() -> None:
        table = Table()
        table.rows["a"] = "row"

        assert await asyncio.gather(*(table.remembered("a") for _ in range(9))) == ["row"] * 9
        assert table.asked == 1

    asyncio.run(story())


def test_a_look_up_that_takes_long_answers_nobody_who_comes_later():
    async def story() -> None:
        table = Table()
        table.rows["a"] = "before"
        table.may_answer.clear()
        slow = asyncio.create_task(table.remembered("a"))
        while table.asked < 1:
            await asyncio.sleep(0)

        table.rows["a"] = "after"
        table.time = SECONDS
        late = asyncio.create_task(table.remembered("a"))
        while table.asked < 2:
            await asyncio.sleep(0)
        table.may_answer.set()

        assert (await slow, await late) == ("before", "after")
        assert await table.remembered("a") == "after"

    asyncio.run(story())


def test_trouble_is_told_to_all_who_asked_and_is_not_remembered():
    async def story() -> None:
        table = Table()
        table.rows["a"] = "trouble"

        told = await asyncio.gather(*(table.remembered("a") for _ in range(2)), return_exceptions=True)
        table.rows["a"] = "row"

        assert [str(one) for one in told] == ["trouble", "trouble"]
        assert await table.remembered("a") == "row"

    asyncio.run(story())


@pytest.mark.parametrize("more", [1, 50])
def test_no_more_than_so_many_rows_are_kept(more: int):
    async def story() -> None:
        table = Table()
        table.rows = {str(number): "row" for number in range(MOST + more)}

        for key in table.rows:
            await table.remembered(key)

        assert len(table.remembered._known) <= MOST

    asyncio.run(story())
