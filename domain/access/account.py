"""The `Account` aggregate: a platform, or an account that is connected to one."""

from __future__ import annotations

import re
from datetime import datetime

from domain.access.names import check_name
from domain.aggregate import TextIdAggregate, TextIdCreated
from domain.errors import InvalidParameter
from domain.ids import random_id

ACCOUNT_ID_LENGTH = 16
ACCOUNT_ID = re.compile(r"acct_[A-Za-z0-9_]{1,64}", re.ASCII)


def must_be_account_id(id: str) -> None:
    """Raises `InvalidParameter` for text that is not a valid account id."""
    if not ACCOUNT_ID.fullmatch(id):
        raise InvalidParameter(f"{id[:80]!r} is no account. Accounts are acct_ and letters, digits or underscores.")


class Account(TextIdAggregate):
    """An account whose objects only its own keys, and its platform's, can see."""

    TOPIC = "account"

    class Event(TextIdAggregate.Event):
        pass

    class Registered(Event, TextIdCreated):
        """`platform` is the account that this one is connected to; None for a platform."""

        TOPIC = "account.registered"
        name: str
        platform: str | None

    def __init__(self, name: str, platform: str | None) -> None:
        self.name = name
        self.platform = platform

    @classmethod
    def register(
        cls, *, actor: str, at: datetime, name: str = "", platform: str | None = None, id: str | None = None
    ) -> Account:
        """Raises `InvalidParameter` for an id that is none, and a name that is too long or not plain text."""
        check_name(name, "account")
        id = id or random_id("acct", ACCOUNT_ID_LENGTH)
        must_be_account_id(id)
        return cls.begin(cls.Registered, id=id, at=at, actor=actor, name=name, platform=platform)


class Installation(TextIdAggregate):
    """The installation: its one event names the first platform account, so that concurrent first starts agree on it."""

    TOPIC = "installation"
    ID = "installation"

    class Event(TextIdAggregate.Event):
        pass

    class Founded(Event, TextIdCreated):
        TOPIC = "installation.founded"
        account: str

    def __init__(self, account: str) -> None:
        self.account = account

    @classmethod
    def found(cls, *, account: str, actor: str, at: datetime) -> Installation:
        return cls.begin(cls.Founded, id=cls.ID, at=at, actor=actor, account=account)
