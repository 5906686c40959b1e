"""Back-off: each restart waits twice as long as the one before, until a process has lived for a while."""

from __future__ import annotations

from interfaces.processes.backoff import LONGEST_DELAY_SECONDS, STEADY_SECONDS, Backoff


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def delays(backoff: Backoff, clock: Clock, restarts: int) -> list[float]:
    """How long each restart has to wait, to a tenth of a second."""
    waited = []
    for _ in range(restarts):
        started = clock.now
        while not backoff.is_over():
            clock.now += 0.01
        waited.append(round(clock.now - started, 1))
        backoff.record_start()
    return waited


def test_the_first_start_does_not_wait() -> None:
    assert Backoff(Clock()).is_over()


def test_the_delay_doubles_up_to_the_longest() -> None:
    clock = Clock()
    backoff = Backoff(clock)
    backoff.record_start()

    assert delays(backoff, clock, 8) == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, LONGEST_DELAY_SECONDS, LONGEST_DELAY_SECONDS]


def test_a_process_that_lived_long_is_restarted_quickly_again() -> None:
    clock = Clock()
    backoff = Backoff(clock)
    backoff.record_start()
    delays(backoff, clock, 6)

    clock.now += STEADY_SECONDS + 1
    backoff.record_start()

    assert delays(backoff, clock, 1) == [0.2]
