"""The port for the secrets of webhook endpoints. They are kept beside the log, and never in it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol


class WebhookSecret(NamedTuple):
    """One secret, `whsec_...`. generation: 1 for that of the endpoint's creation"""

    endpoint_id: str
    generation: int
    secret: str


class WebhookSecrets(Protocol):
    """Methods block for milliseconds."""

    def keep(self, secret: WebhookSecret) -> None:
        """Store a secret; one of the same endpoint and generation stays. It is durable when the next event is."""

    def of(self, endpoint_id: str, generations: Collection[int]) -> Sequence[str]:
        """The secrets of some generations, newest first; those that are not there are left out."""

    def forget(self, endpoint_id: str) -> None:
        """Delete every secret of an endpoint."""
