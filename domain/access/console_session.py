"""The `ConsoleSession` aggregate: one sign-in to the console with a key. Its cookie is shown once, never stored."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from domain.access.api_key import secret_digest
from domain.access.caller import Caller
from domain.aggregate import TextIdAggregate, TextIdCreated
from domain.ids import random_base62

COOKIE_LENGTH = 48
"""Random characters of a cookie: too many to guess, so that a plain SHA-256 of it keeps it safe at rest."""


class ConsoleSession(TextIdAggregate):
    """A session, from its sign-in until it is ended or expires. Its id is made from the digest of its cookie."""

    TOPIC = "console_session"

    class Event(TextIdAggregate.Event):
        pass

    class SignedIn(Event, TextIdCreated):
        """key_sha256: the digest of the key's secret, by which the key is found; expires_at: Unix seconds;
        user: who a proxy says that it is, with the rights of the key; empty for who gave the key itself"""

        TOPIC = "console_session.signed_in"
        SECRETS = ("key_sha256",)
        class_version = 2
        account: str
        livemode: bool
        key_sha256: str
        expires_at: int
        user: str

        @staticmethod
        def upcast_v1_v2(state: dict[str, Any]) -> None:
            state["user"] = ""

    class SignedOut(Event):
        TOPIC = "console_session.signed_out"

        def apply(self, aggregate: ConsoleSession) -> None:
            aggregate.has_ended = True

    def __init__(self, key_sha256: str, expires_at: int, user: str) -> None:
        self.key_sha256 = key_sha256
        self.expires_at = expires_at
        self.user = user
        self.has_ended = False

    @staticmethod
    def id_of(cookie: str) -> str:
        return f"console_{secret_digest(cookie)}"

    @classmethod
    def sign_in(
        cls, caller: Caller, *, key_sha256: str, lasting_seconds: int, at: datetime
    ) -> tuple[ConsoleSession, str]:
        """A new session and its cookie, which is in no event and cannot be recovered."""
        cookie = random_base62(COOKIE_LENGTH)
        session = cls.begin(
            cls.SignedIn,
            id=cls.id_of(cookie),
            at=at,
            actor=caller.actor,
            account=caller.scope.account,
            livemode=caller.scope.livemode,
            key_sha256=key_sha256,
            expires_at=int(at.timestamp()) + lasting_seconds,
            user=caller.user,
        )
        return session, cookie

    def is_open(self, at: datetime) -> bool:
        return not self.has_ended and at.timestamp() < self.expires_at

    def sign_out(self, *, actor: str, at: datetime) -> None:
        """End it; does nothing to one that has ended."""
        if self.is_open(at):
            self.record(self.SignedOut, at=at, actor=actor)
