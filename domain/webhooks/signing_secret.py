"""The secrets that deliveries are signed with. A secret is in no event: the log holds its generation only."""

from __future__ import annotations

from domain.ids import random_base62

SECRET_PREFIX = "whsec_"
SECRET_CHARACTERS = 32
"""A multiple of four: Stripe's verifiers take the whole text as the key, those of Standard Webhooks decode what follows
the prefix as Base64."""

FIRST_GENERATION = 1

OVERLAP_SECONDS = 24 * 3600
"""How long the secret before a roll goes on signing, unless the roll says otherwise."""

LONGEST_OVERLAP_SECONDS = 7 * 24 * 3600


def new_secret() -> str:
    """`whsec_` and 32 random base62 characters."""
    return SECRET_PREFIX + random_base62(SECRET_CHARACTERS)
