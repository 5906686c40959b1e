"""The authenticated caller of a request, and the scope of objects that it may see."""

from __future__ import annotations

from typing import NamedTuple

from domain.errors import PermissionMissing

AUDIT_READ = "audit_read"
"""Reads the log and the facts of ledgers, of every account."""

LEDGER_WRITE = "ledger_write"
"""Loads files, for every account; a secret key of the founding platform may do so, too."""

OF_THE_OPERATOR = (AUDIT_READ, LEDGER_WRITE)
"""Permissions that reach beyond the account of a key."""

PERMISSIONS = (
    "report_runs_and_report_types_read",
    "report_runs_and_report_types_write",
    "report_runs_read_only",
    "file_read",
    "file_write",
    "webhook_read",
    "webhook_write",
    "event_read",
    *OF_THE_OPERATOR,
)
"""The permissions that a restricted key can have. `report_runs_read_only` and those of the operator are not of
Stripe's API."""


class Scope(NamedTuple):
    """The objects that a caller can see: those of one account in one mode."""

    account: str
    livemode: bool

    @property
    def mode(self) -> str:
        return "live" if self.livemode else "test"


class Caller(NamedTuple):
    """An authenticated caller.

    key_id       the key's id, never its secret
    redacted     the secret as messages may show it: prefix, asterisks, last four
    permissions  None for a secret key, which may do everything; else what a restricted key may do
    acts_for_connected  whether the key is of the platform that the scope's account is connected to
    user         who a proxy says it is, where the key only gives the rights; empty for the key itself
    """

    scope: Scope
    key_id: str
    redacted: str
    permissions: frozenset[str] | None = None
    acts_for_connected: bool = False
    user: str = ""

    @property
    def actor(self) -> str:
        """As events record it: `key_...`, or `user:alice@example.com`."""
        return f"user:{self.user}" if self.user else self.key_id

    def may(self, permission: str, *others: str) -> bool:
        """Whether the key may do this.

        permission  such as `file_read`; write permission implies read permission, and a `rak_` prefix is ignored
        others      permissions that are enough, too
        """
        if self.permissions is None:
            return True
        enough = {permission, permission.removesuffix("_read") + "_write", *others}
        return not enough.isdisjoint(held.removeprefix("rak_") for held in self.permissions)

    def must_have(self, permission: str, *others: str) -> None:
        """Raises `PermissionMissing` unless the key `may` do this."""
        if not self.may(permission, *others):
            raise PermissionMissing(self.redacted, self.scope.account, permission)

    def holds(self, permission: str) -> bool:
        """Whether the key was given this itself; a `rak_` prefix is ignored."""
        return permission in {held.removeprefix("rak_") for held in self.permissions or ()}

    def must_hold(self, permission: str) -> None:
        """Raises `PermissionMissing` unless the key was given this: for what lies outside of the scope of its account,
        so that a secret key may not do it either."""
        if not self.holds(permission):
            raise PermissionMissing(self.redacted, self.scope.account, permission)
