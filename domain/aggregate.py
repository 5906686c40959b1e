"""Base classes of aggregates and events: text ids, and a timestamp and an actor on every event."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from inspect import signature
from operator import itemgetter
from typing import Any, ClassVar, Self, cast

from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate, MetaDomainEvent
from eventsourcing.utils import get_topic, resolve_topic

REDACTED = "[redacted]"
"""What is shown in the place of a secret."""


class TextIdEvent(CanMutateAggregate[str], metaclass=MetaDomainEvent):
    """An event of an aggregate with a text id.

    SECRETS    names of fields that open something, or find what does: they are stored, and never shown
    class_version   of its fields; the library stores it above 1
    timestamp  when it happened, aware UTC
    actor      a key (`key_...`), a user of the console (`user:name`), a person at the command line (`cli:name`), or a
               worker (`worker:host:pid`) or another process
    """

    SECRETS: ClassVar[tuple[str, ...]] = ()
    class_version: ClassVar[int] = 1

    originator_id: str
    originator_version: int
    timestamp: datetime
    actor: str

    def shown(self) -> dict[str, Any]:
        """Every field by its name, as people may read it."""
        return {name: REDACTED if name in self.SECRETS else value for name, value in vars(self).items()}


class TextIdCreated(CanInitAggregate[str], TextIdEvent):
    """The first event of an aggregate; `originator_topic` is the stable topic of the aggregate's class."""

    originator_topic: str

    def mutate(self, aggregate: Any) -> Any:
        """Create the aggregate, as the library does, but without inspecting its class each time."""
        assert aggregate is None
        kind: Any = resolve_topic(self.originator_topic)
        made = kind.__new__(kind)
        made.__base_init__(self.originator_id, self.originator_version, self.timestamp)
        made.__init__(*_init_arguments(kind)(vars(self)))
        self.apply(made)
        return made


@cache
def _init_arguments(kind: type) -> Callable[[Mapping[str, Any]], Sequence[Any]]:
    """Selects the arguments of an aggregate's `__init__` from the attributes of its first event, by name."""
    _, *names = signature(kind.__init__).parameters  # type: ignore[misc]
    return itemgetter(*names) if len(names) > 1 else lambda facts: [facts[name] for name in names]


class TextIdAggregate(BaseAggregate[str]):
    """An aggregate with a text id; its events carry an actor and an explicit timestamp.

    TAKES_SNAPSHOTS  whether events carry snapshots now and then, from which it is loaded
    """

    TAKES_SNAPSHOTS = False

    class Event(TextIdEvent):
        pass

    @classmethod
    def begin(cls, event: type[TextIdCreated], *, id: str, at: datetime, actor: str, **facts: Any) -> Self:
        """A new aggregate from its first event, as the library's `_create` makes it, without its class inspection."""
        created = cast("Any", event)(
            originator_id=id,
            originator_version=cls.INITIAL_VERSION,
            originator_topic=get_topic(cls),
            timestamp=at,
            actor=actor,
            **facts,
        )
        made: Self = created.mutate(None)
        made.pending_events.append(created)
        return made

    @classmethod
    def restored(cls, event: TextIdEvent) -> Self | None:
        """The aggregate after an event that carries a snapshot of it; None for an event without one."""
        return None

    @classmethod
    def blank(cls, event: TextIdEvent, **facts: Any) -> Self:
        """An aggregate at the version of an event, whose state is to come from that event's snapshot."""
        made: Any = cls.__new__(cls)
        made.__base_init__(event.originator_id, event.originator_version, event.timestamp)
        made.__init__(**facts)
        return cast("Self", made)

    def record(self, event: type[TextIdEvent], *, at: datetime, actor: str, **facts: Any) -> None:
        """Trigger an event: it is applied at once and pending until it is saved."""
        self.trigger_event(event, timestamp=at, actor=actor, **facts)
