"""Services start in order and stop in reverse, and what has started is stopped, whatever goes wrong."""

from __future__ import annotations

import asyncio

import pytest

from interfaces.processes.services import Service, background, in_thread, running


def noting(name: str, notes: list[str], *, fails_at: str = "") -> Service:
    """A service that notes when it starts and stops."""

    def step(what: str) -> None:
        if what == fails_at:
            raise OSError(f"{name} cannot {what}")
        notes.append(f"{what} {name}")

    return Service(in_thread(lambda: step("start")), in_thread(lambda: step("stop")))


async def run_through(*services: Service) -> None:
    async with running(services):
        pass


def test_services_stop_in_the_reverse_of_their_order() -> None:
    notes: list[str] = []

    asyncio.run(run_through(noting("reader", notes), noting("views", notes), noting("log", notes)))

    assert notes == ["start reader", "start views", "start log", "stop log", "stop views", "stop reader"]


def test_when_one_cannot_start_those_before_it_are_stopped_and_those_behind_it_never_start() -> None:
    notes: list[str] = []

    with pytest.raises(OSError, match="views cannot start"):
        asyncio.run(
            run_through(noting("reader", notes), noting("views", notes, fails_at="start"), noting("log", notes))
        )

    assert notes == ["start reader", "stop reader"]


def test_one_that_cannot_stop_keeps_no_other_from_stopping() -> None:
    notes: list[str] = []

    with pytest.raises(OSError, match="views cannot stop"):
        asyncio.run(run_through(noting("reader", notes), noting("views", notes, fails_at="stop")))

    assert notes == ["start reader", "start views", "stop reader"]


def test_services_stop_when_what_runs_upon_them_fails() -> None:
    notes: list[str] = []

    async def fail() -> None:
        async with running([noting("reader", notes)]):
            raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        asyncio.run(fail())

    assert notes == ["start reader", "stop reader"]


def test_a_background_service_runs_until_it_is_stopped() -> None:
    async def watch() -> list[str]:
        notes: list[str] = []
        begun = asyncio.Event()

        async def work() -> None:
            try:
                begun.set()
                await asyncio.Event().wait()
            finally:
                notes.append("ended")

        async with running([background(work)]):
            await begun.wait()
            notes.append("serving")
        return notes

    assert asyncio.run(watch()) == ["serving", "ended"]
