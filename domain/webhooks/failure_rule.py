"""The rule by which an endpoint that accepts nothing is failing, and in the end disabled."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import NamedTuple

from domain.instants import DAY_SECONDS

FAILING_SECONDS = 3600.0
FAILING_ATTEMPTS = 3
"""An endpoint is failing when nothing has succeeded for so long, and so many attempts failed."""

WARNING_SECONDS = DAY_SECONDS
"""How long before it is disabled that is announced, or half of the time where that is shorter."""


class Health(StrEnum):
    """How an endpoint does. GIVEN_UP: it was disabled because of what it answered, or did not answer"""

    GOOD = ""
    FAILING = "failing"
    ABOUT_TO_BE_DISABLED = "about to be disabled"
    GIVEN_UP = "given up"


class Consequence(Enum):
    """What follows from failures in a row."""

    NOTHING = 0
    IS_FAILING = 1
    ANNOUNCE = 2
    DISABLE = 3


class FailureRule(NamedTuple):
    """An endpoint is disabled when nothing has succeeded for so many seconds, and so many attempts failed."""

    disable_seconds: float = 5.0 * DAY_SECONDS
    disable_attempts: int = 20

    def consequence(self, failed: int, seconds: float) -> Consequence:
        """
        failed   attempts that failed in a row
        seconds  since the first of them
        """
        if failed >= self.disable_attempts and seconds >= self.disable_seconds:
            return Consequence.DISABLE
        announce = max(self.disable_seconds - WARNING_SECONDS, self.disable_seconds / 2)
        if failed >= self.disable_attempts and seconds >= announce:
            return Consequence.ANNOUNCE
        if failed >= FAILING_ATTEMPTS and seconds >= min(FAILING_SECONDS, announce):
            return Consequence.IS_FAILING
        return Consequence.NOTHING
