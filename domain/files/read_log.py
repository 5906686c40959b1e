"""The `ReadLog` aggregate: who has read what of one run, where an installation records that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from eventsourcing.utils import get_topic

from domain.access.caller import Scope
from domain.aggregate import TextIdAggregate, TextIdCreated, TextIdEvent


class Read(NamedTuple):
    """One read.

    actor       the key, or the file link (`link_...`) that needs none
    what        `download`; `file`, `charts`, `report_run` or `history` for a look at one of these
    file_id     of the file, where one was read
    part        the `Content-Range` of a download in part; None for all of the file
    """

    run_id: str
    scope: Scope
    actor: str
    at: datetime
    what: str
    request_id: str | None = None
    file_id: str | None = None
    part: str | None = None


DOWNLOAD = "download"


class ReadLog(TextIdAggregate):
    """The reads of one run and its file. It is never loaded to append to it: the number of its last event is enough."""

    TOPIC = "read_log"

    class Event(TextIdAggregate.Event):
        pass

    class Opened(Event, TextIdCreated):
        """The first read follows it."""

        TOPIC = "read_log.opened"
        run_id: str
        account: str
        livemode: bool

    class FileDownloaded(Event):
        TOPIC = "read_log.file_downloaded"
        file_id: str
        part: str | None
        request_id: str | None

    class Viewed(Event):
        TOPIC = "read_log.viewed"
        what: str
        file_id: str | None
        request_id: str | None

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id

    @staticmethod
    def id_of(run_id: str) -> str:
        return f"reads_{run_id.removeprefix('frr_')}"

    @classmethod
    def recorded(cls, reads: Sequence[Read], last_version: int) -> list[TextIdEvent]:
        """The events of reads of one run, which follow its last recorded one; 0: there is none yet."""
        first = reads[0]
        events: list[TextIdEvent] = []
        if last_version == 0:
            events.append(
                _made(cls.Opened)(
                    originator_id=cls.id_of(first.run_id), originator_version=1, originator_topic=get_topic(cls),
                    timestamp=first.at, actor=first.actor,
                    run_id=first.run_id, account=first.scope.account, livemode=first.scope.livemode,
                )
            )  # fmt: skip
        begin = last_version + len(events) + 1
        return events + [cls._event(read, version) for version, read in enumerate(reads, start=begin)]

    @classmethod
    def _event(cls, read: Read, version: int) -> TextIdEvent:
        about = {
            "originator_id": cls.id_of(read.run_id),
            "originator_version": version,
            "timestamp": read.at,
            "actor": read.actor,
            "file_id": read.file_id,
            "request_id": read.request_id,
        }
        if read.what == DOWNLOAD:
            return _made(cls.FileDownloaded)(**about, part=read.part)
        return _made(cls.Viewed)(**about, what=read.what)


def _made(kind: type[TextIdEvent]) -> Callable[..., TextIdEvent]:
    """The class of an event, whose fields only the library knows."""
    made: Callable[..., TextIdEvent] = cast("Any", kind)
    return made
