"""The secrets of webhook endpoints: kept until their endpoint is deleted, also through a backup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from application.ports.webhook_secrets import WebhookSecret, WebhookSecrets
from interfaces.composition.stores import Stores, back_up, restore
from interfaces.testing.memory.webhook_secrets import MemoryWebhookSecrets
from tests.support.runs import pending_run
from tests.support.stores import stores_in


class WebhookSecretsContract:
    """The contract of every adapter."""

    secrets: WebhookSecrets

    def test_secrets_are_found_by_endpoint_and_generation_newest_first(self) -> None:
        for endpoint, generation in (("we_1", 1), ("we_1", 3), ("we_1", 2), ("we_2", 1)):
            self.secrets.keep(WebhookSecret(endpoint, generation, f"whsec_{endpoint}_{generation}"))

        assert list(self.secrets.of("we_1", [1, 2, 4])) == ["whsec_we_1_2", "whsec_we_1_1"]
        assert list(self.secrets.of("we_3", [1])) == list(self.secrets.of("we_1", [])) == []

    def test_a_secret_is_never_replaced(self) -> None:
        self.secrets.keep(WebhookSecret("we_1", 1, "whsec_first"))
        self.secrets.keep(WebhookSecret("we_1", 1, "whsec_second"))

        assert list(self.secrets.of("we_1", [1])) == ["whsec_first"]

    def test_the_secrets_of_an_endpoint_are_forgotten_together(self) -> None:
        for endpoint, generation in (("we_1", 1), ("we_1", 2), ("we_2", 1)):
            self.secrets.keep(WebhookSecret(endpoint, generation, "whsec_x"))

        self.secrets.forget("we_1")

        assert [list(self.secrets.of(endpoint, [1, 2])) for endpoint in ("we_1", "we_2")] == [[], ["whsec_x"]]


class StoredWebhookSecrets(WebhookSecretsContract):
    stores: Stores

    def test_a_backup_carries_them_into_the_other_kind_of_store(self, tmp_path: Path) -> None:
        self.stores.events.save(pending_run())
        self.secrets.keep(WebhookSecret("we_1", 2, "whsec_kept"))
        back_up(self.stores, tmp_path / "backup")

        with stores_in(tmp_path / "other") as other:
            restore(other, tmp_path / "backup")

            assert list(other.store.webhook_secrets.of("we_1", [1, 2])) == ["whsec_kept"]


class TestMemoryWebhookSecrets(WebhookSecretsContract):
    @pytest.fixture(autouse=True)
    def _adapter(self) -> None:
        self.secrets = MemoryWebhookSecrets()


class TestSqliteWebhookSecrets(StoredWebhookSecrets):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path) -> Iterator[None]:
        with stores_in(tmp_path / "store") as self.stores:
            self.secrets = self.stores.store.webhook_secrets
            yield


class TestPostgresWebhookSecrets(StoredWebhookSecrets):
    @pytest.fixture(autouse=True)
    def _adapter(self, tmp_path: Path, database_url: str) -> Iterator[None]:
        with stores_in(tmp_path / "store", database_url) as self.stores:
            self.secrets = self.stores.store.webhook_secrets
            yield
