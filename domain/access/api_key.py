"""The `ApiKey` aggregate: a credential of one account and mode. The secret is shown once and never stored."""

from __future__ import annotations

import hashlib
from datetime import datetime
from enum import StrEnum
from typing import Any

from domain.access.caller import Scope
from domain.access.names import check_name
from domain.aggregate import TextIdAggregate, TextIdCreated
from domain.errors import InvalidParameter, request_parameter
from domain.ids import random_base62, random_id

SECRET_LENGTH = 48
"""Random characters of a secret: too many to guess, so that a plain SHA-256 of it keeps it safe at rest."""


class KeyKind(StrEnum):
    SECRET = "sk"
    RESTRICTED = "rk"
    PUBLISHABLE = "pk"


class ApiKey(TextIdAggregate):
    """A key of one account and mode."""

    TOPIC = "api_key"

    class Event(TextIdAggregate.Event):
        pass

    class Created(Event, TextIdCreated):
        """`secret_sha256` finds the key again; `redacted` is how messages show it; `name` says who or what uses it."""

        TOPIC = "api_key.created"
        SECRETS = ("secret_sha256",)
        class_version = 2
        account: str
        livemode: bool
        kind: str
        secret_sha256: str
        redacted: str
        permissions: list[str]
        expires_at: int | None
        name: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["name"] = ""

    class Revoked(Event):
        TOPIC = "api_key.revoked"

        def apply(self, aggregate: ApiKey) -> None:
            aggregate.is_revoked = True

    def __init__(self) -> None:
        self.is_revoked = False

    @classmethod
    def create(
        cls,
        scope: Scope,
        *,
        actor: str,
        at: datetime,
        kind: KeyKind = KeyKind.SECRET,
        permissions: tuple[str, ...] = (),
        expires_at: int | None = None,
        name: str = "",
    ) -> tuple[ApiKey, str]:
        """A new key and its secret, `sk_test_...`; the secret is in no event and cannot be recovered.

        Raises `InvalidParameter` for a name that is too long or not plain text, and for an end in the past.
        """
        check_name(name, "key")
        if expires_at is not None and expires_at <= at.timestamp():
            raise InvalidParameter("A key cannot expire in the past.", request_parameter("expires_at"))
        secret = f"{kind}_{scope.mode}_{random_base62(SECRET_LENGTH)}"
        key = cls.begin(
            cls.Created,
            id=random_id("key", 16),
            at=at,
            actor=actor,
            account=scope.account,
            livemode=scope.livemode,
            kind=str(kind),
            secret_sha256=secret_digest(secret),
            redacted=redact(secret),
            permissions=sorted(permissions),
            expires_at=expires_at,
            name=name,
        )
        return key, secret

    def revoke(self, *, actor: str, at: datetime) -> None:
        if self.is_revoked:
            raise InvalidParameter(f"{self.id} has been revoked before.")
        self.record(self.Revoked, at=at, actor=actor)


def secret_digest(secret: str) -> str:
    """The SHA-256 of a secret, as hex: the only form in which it is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def redact(secret: str) -> str:
    """`sk_test_****1234`: a secret as messages may show it. Accepts any text, also one that is no secret."""
    prefix = "_".join(secret.split("_", 2)[:2]) + "_" if secret.count("_") >= 2 else ""
    hidden = len(secret) - len(prefix) - 4
    if hidden <= 0:
        return prefix[:8] + "*" * 8
    return f"{prefix[:8]}{'*' * min(hidden, 24)}{secret[-4:]}"
