"""A cached row is never older than the TTL, and a new row shows at once."""

from __future__ import annotations

import asyncio

import pytest

from application.access.ttl_cache import MOST, SECONDS, TtlCache


class Table:
    """Rows that are counted when they are looked up, and a clock that stands still unless moved."""

    def __init__(self) -> None:
        self.rows: dict[str, str | None] = {}
        self.asked = 0
        self.time = 0.0
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.cached = TtlCache[str, str | None](self.look_up, now=lambda: self.time)

    async def look_up(self, key: str) -> str | None:
        self.asked += 1
        row = self.rows.get(key)
        await self.may_answer.wait()
        if row == "trouble":
            raise RuntimeError(row)
        return row


def test_a_row_is_cached_for_one_ttl() -> None:
    async def story() -> None:
        table = Table()
        table.rows["a"] = "before"

        first = await table.cached("a")
        table.rows["a"] = "after"
        table.time = SECONDS * 0.99
        again = await table.cached("a")
        table.time = SECONDS
        later = await table.cached("a")

        assert (first, again, later, table.asked) == ("before", "before", "after", 2)

    asyncio.run(story())


def test_a_miss_is_not_cached() -> None:
    async def story() -> None:
        table = Table()

        assert await table.cached("a") is None
        table.rows["a"] = "new"
        assert await table.cached("a") == "new"

    asyncio.run(story())


def test_concurrent_callers_share_one_look_up() -> None:
    async def story() -> None:
        table = Table()
        table.rows["a"] = "row"

        assert await asyncio.gather(*(table.cached("a") for _ in range(9))) == ["row"] * 9
        assert table.asked == 1

    asyncio.run(story())


def test_a_slow_look_up_answers_no_caller_that_comes_after_the_ttl() -> None:
    async def story() -> None:
        table = Table()
        table.rows["a"] = "before"
        table.may_answer.clear()
        slow = asyncio.create_task(table.cached("a"))
        while table.asked < 1:
            await asyncio.sleep(0)

        table.rows["a"] = "after"
        table.time = SECONDS
        late = asyncio.create_task(table.cached("a"))
        while table.asked < 2:
            await asyncio.sleep(0)
        table.may_answer.set()

        assert (await slow, await late) == ("before", "after")
        assert await table.cached("a") == "after"

    asyncio.run(story())


def test_an_error_reaches_all_callers_and_is_not_cached() -> None:
    async def story() -> None:
        table = Table()
        table.rows["a"] = "trouble"

        raised = await asyncio.gather(*(table.cached("a") for _ in range(2)), return_exceptions=True)
        table.rows["a"] = "row"

        assert [str(one) for one in raised] == ["trouble", "trouble"]
        assert await table.cached("a") == "row"

    asyncio.run(story())


@pytest.mark.parametrize("more", [1, 50])
def test_the_cache_is_bounded(more: int) -> None:
    async def story() -> None:
        table = Table()
        table.rows = {str(number): "row" for number in range(MOST + more)}

        for key in table.rows:
            await table.cached(key)

        assert len(table.cached._known) <= MOST

    asyncio.run(story())
