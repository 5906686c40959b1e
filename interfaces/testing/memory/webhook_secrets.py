"""The secrets of webhook endpoints in memory."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from application.ports.webhook_secrets import WebhookSecret


class MemoryWebhookSecrets:
    def __init__(self) -> None:
        self._kept: dict[tuple[str, int], WebhookSecret] = {}

    def keep(self, secret: WebhookSecret) -> None:
        self._kept.setdefault((secret.endpoint_id, secret.generation), secret)

    def of(self, endpoint_id: str, generations: Collection[int]) -> Sequence[str]:
        own = [self._kept.get((endpoint_id, generation)) for generation in sorted(generations, reverse=True)]
        return [secret.secret for secret in own if secret is not None]

    def forget(self, endpoint_id: str) -> None:
        self._kept = {place: secret for place, secret in self._kept.items() if secret.endpoint_id != endpoint_id}

    def every(self) -> Sequence[WebhookSecret]:
        return list(self._kept.values())

    def take(self, secrets: Iterable[WebhookSecret]) -> None:
        for secret in secrets:
            self.keep(secret)
