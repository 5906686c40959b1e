"""A sampled value is worked out once for all who ask."""

from __future__ import annotations

import asyncio

import pytest

from application.health.sampled import Sampled


class Looks:
    def __init__(self) -> None:
        self.made = 0
        self.may_end = asyncio.Event()

    async def __call__(self) -> int:
        self.made += 1
        await self.may_end.wait()
        return self.made


def test_those_who_ask_at_once_share_one_look_and_its_value_is_kept() -> None:
    async def ask() -> tuple[list[int], int]:
        looks = Looks()
        sampled = Sampled(looks, seconds=60)
        looks.may_end.set()
        values = await asyncio.gather(*(sampled.value(1) for _ in range(5)))
        return [*values, await sampled.value(1)], looks.made

    assert asyncio.run(ask()) == ([1] * 6, 1)


def test_a_value_that_is_too_old_is_worked_out_again() -> None:
    async def ask() -> list[int]:
        looks = Looks()
        looks.may_end.set()
        sampled = Sampled(looks, seconds=0)
        return [await sampled.value(1), await sampled.value(1)]

    assert asyncio.run(ask()) == [1, 2]


def test_a_look_that_hangs_is_not_waited_for_and_no_second_one_begins() -> None:
    async def ask() -> tuple[int, int]:
        looks = Looks()
        sampled = Sampled(looks, seconds=0)
        for _ in range(3):
            with pytest.raises(TimeoutError):
                await sampled.value(0.01)
        looks.may_end.set()
        return await sampled.value(1), looks.made

    assert asyncio.run(ask()) == (1, 1)


def test_who_asks_again_at_once_takes_no_value_from_those_who_have_not_read_theirs() -> None:
    async def ask() -> list[int]:
        looks = Looks()
        looks.may_end.set()
        sampled = Sampled(looks, seconds=0)

        async def again_and_again() -> int:
            return max([await sampled.value(1) for _ in range(50)])

        return await asyncio.gather(*(again_and_again() for _ in range(5)))

    assert min(asyncio.run(ask())) >= 50
