"""The port for the time."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol


class Clock(Protocol):
    """Gives the time: aware UTC."""

    def now(self) -> datetime: ...
