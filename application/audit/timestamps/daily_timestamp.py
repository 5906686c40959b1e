"""A timestamp a day: the first checkpoint of each day goes to an authority, outside of the signing of checkpoints."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from application.audit.timestamps.authority import ReadToken, TimestampAuthority, TimestampRefused
from application.audit.timestamps.kept_timestamps import Failure, KeptTimestamps, Stamp, stamp_of
from application.ports.clock import Clock
from application.ports.tile_files import TileFiles
from domain.errors import StoreUnavailable

log = logging.getLogger("reportrun.seal")

RETRY_SECONDS = 600.0
"""Until an authority is asked again that has given no token, and until a log that had not grown is looked at again."""


class DailyTimestamp:
    """Gets a token of the newest checkpoint once a day, and keeps it in every place that checkpoints are in.

    Days are those of UTC. Trouble is logged, and noted for `doctor`; it never reaches who signs.
    """

    def __init__(
        self,
        authority: TimestampAuthority,
        read: ReadToken,
        places: Sequence[TileFiles],
        clock: Clock,
        retry_seconds: float = RETRY_SECONDS,
    ) -> None:
        """places: the first is that of the transparency log, the others are copies"""
        self._authority = authority
        self._read = read
        self._kept, *self._copies = [KeptTimestamps(place) for place in places]
        self._clock = clock
        self._retry = timedelta(seconds=retry_seconds)
        self._next = datetime.min.replace(tzinfo=UTC)
        self._thread: threading.Thread | None = None
        self._trouble = ""

    def offer(self, note: str) -> None:
        """Begin to get a token of a checkpoint when one is due, and return at once."""
        if self._is_due(note) and (self._thread is None or not self._thread.is_alive()):
            self._thread = threading.Thread(target=self.get, args=(note,), name="timestamp", daemon=True)
            self._thread.start()

    def get(self, note: str) -> None:
        """Get a token of a checkpoint if one is due, within the authority's deadline."""
        if not self._is_due(note):
            return
        try:
            is_done = self._have(note) and self._have_copies()
        except (TimestampRefused, StoreUnavailable, OSError) as trouble:
            self._report(str(trouble))
            is_done = False
        else:
            self._trouble = ""
        now = self._clock.now()
        self._next = _next_day(now) if is_done else now + self._retry

    def _is_due(self, note: str) -> bool:
        return bool(note) and self._clock.now() >= self._next

    def _have(self, note: str) -> bool:
        """Whether the day has its token, which is got where it is missing and the log has grown since the last one."""
        now = self._clock.now()
        wanted = stamp_of(note, now)
        newest = max(self._kept.of_log(wanted.origin), default=None)
        if newest is not None and newest.at.date() >= now.date():
            return True
        if newest is not None and newest.size == wanted.size:
            return False
        content = note.encode()
        token = self._authority.ask(content)
        facts = self._read(token, content)
        self._kept.add(stamp_of(note, facts.at), content, token)
        log.info("The checkpoint of %s leaves has a timestamp %s.", f"{wanted.size:,}", facts)
        return True

    def _have_copies(self) -> bool:
        for copy in self._copies:
            have = set(copy.stamps())
            for stamp in self._kept.stamps():
                if stamp not in have:
                    self._copy(stamp, copy)
        return True

    def _copy(self, stamp: Stamp, copy: KeptTimestamps) -> None:
        try:
            copy.add(stamp, self._kept.checkpoint(stamp), self._kept.token(stamp))
        except FileNotFoundError:
            log.warning("The timestamp %s in %s is not whole, and is not copied.", stamp.name, self._kept.place)

    def _report(self, sentence: str) -> None:
        """Log trouble once, and note it for those who look later."""
        if sentence != self._trouble:
            log.warning("The checkpoint has no timestamp of today. %s", sentence)
        self._trouble = sentence
        try:
            self._kept.note_failure(Failure(self._clock.now(), sentence))
        except (StoreUnavailable, OSError) as trouble:
            log.debug("%s", trouble)


def _next_day(now: datetime) -> datetime:
    return (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
