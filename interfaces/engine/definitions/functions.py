"""The SQL functions that report SQL shares, as statements that create them."""

from __future__ import annotations

import re

from domain.money import THREE_DECIMAL, ZERO_DECIMAL
from interfaces.engine.definitions.sql_files import sql_text


def functions() -> list[str]:
    """The statements of `functions.sql`; `{zero_decimal}` and `{three_decimal}` in it are the domain's currencies."""
    text = sql_text("functions")
    for name, currencies in (("zero_decimal", ZERO_DECIMAL), ("three_decimal", THREE_DECIMAL)):
        text = text.replace(f"{{{name}}}", " ".join(sorted(currencies)))
    return [statement for statement in re.split(r";\s*(?:\n|$)", text) if statement.strip()]
