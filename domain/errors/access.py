"""A key that is refused."""

from __future__ import annotations

from domain.errors.root import ReportrunError


class KeyRefused(ReportrunError):
    """The key is missing, invalid, or may not do this."""


class NoKeyGiven(KeyRefused):
    def __init__(self) -> None:
        super().__init__(
            "You did not provide an API key. You need to provide your API key in the Authorization header, using "
            "Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'), or as the user name of Basic auth with no "
            "password."
        )


class UnknownKey(KeyRefused):
    def __init__(self, redacted: str) -> None:
        super().__init__(f"Invalid API Key provided: {redacted}")


class ExpiredKey(KeyRefused):
    def __init__(self, redacted: str) -> None:
        super().__init__(f"Expired API Key provided: {redacted}")


class SessionEnded(KeyRefused):
    def __init__(self) -> None:
        super().__init__("This session has ended. Sign in again.")


class UserNotAdmitted(KeyRefused):
    def __init__(self, user: str) -> None:
        super().__init__(
            f"{user} has no access to this console. The setting REPORTRUN_CONSOLE_USER_KEYS names no key that there is "
            "for this user."
        )


class PublishableKeyGiven(KeyRefused):
    def __init__(self) -> None:
        super().__init__(
            "This API call cannot be made with a publishable API key. Please use a secret API key. You can list your "
            "keys with `reportrun keys list`."
        )


class SecretKeyNeeded(KeyRefused):
    def __init__(self, redacted: str) -> None:
        super().__init__(f"Only a secret key sees and changes keys and accounts, and '{redacted}' is restricted.")


class PermissionMissing(KeyRefused):
    def __init__(self, redacted: str, account: str, permission: str) -> None:
        super().__init__(
            f"The provided key '{redacted}' does not have the required permissions for this endpoint on account "
            f"'{account}'. Having the 'rak_{permission}' permission would allow this request to continue."
        )


class NotAPlatform(KeyRefused):
    def __init__(self, account: str) -> None:
        super().__init__(
            f"Only Connect platforms can work with other accounts, and '{account}' is connected to a platform itself. "
            "Leave the Stripe-Account header out, or use a key of the platform."
        )


class AccountRefused(KeyRefused):
    def __init__(self, redacted: str, account: str) -> None:
        super().__init__(
            f"The provided key '{redacted}' does not have access to account '{account}' (or that account does not "
            "exist). Application access may have been revoked."
        )
