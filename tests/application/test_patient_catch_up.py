"""A process that leaves projecting to others projects only where none of them does."""

from __future__ import annotations

from collections.abc import Callable

from application.projecting.patient_catch_up import PATIENCE_SECONDS, PatientCatchUp


class Projector:
    def __init__(self, last: int, views: Views) -> None:
        self.last = last
        self.calls = 0
        self._views = views

    def position(self) -> int:
        return self._views.position

    def last_position(self) -> int:
        return self.last

    def catch_up(self, applied: Callable[[int], None] = lambda position: None) -> int:
        self.calls += 1
        return self.last


class Views:
    """Their position grows with each wait."""

    def __init__(self, position: int, growth: int) -> None:
        self.position, self._growth = position, growth
        self.now = 0.0

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.position += self._growth


def caught_up(projector: Projector, views: Views) -> int:
    return PatientCatchUp(projector, lambda: views.now, views.wait).catch_up()


def test_views_that_a_server_keeps_are_waited_for() -> None:
    views = Views(7, growth=1)
    projector = Projector(10, views)

    assert caught_up(projector, views) == 10
    assert projector.calls == 0


def test_views_that_hold_more_than_the_log_had_are_enough() -> None:
    views = Views(9, growth=5)
    projector = Projector(10, views)

    assert caught_up(projector, views) == 14
    assert projector.calls == 0


def test_views_that_nobody_keeps_are_projected_after_a_moment() -> None:
    views = Views(7, growth=0)
    projector = Projector(10, views)

    assert caught_up(projector, views) == 10
    assert projector.calls == 1 and PATIENCE_SECONDS <= views.now < 2 * PATIENCE_SECONDS


def test_views_ahead_of_a_log_that_was_cut_are_left_to_the_projector_to_refuse() -> None:
    views = Views(9, growth=0)
    projector = Projector(3, views)

    caught_up(projector, views)

    assert projector.calls == 1
