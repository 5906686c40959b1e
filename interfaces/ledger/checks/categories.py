"""The derived reporting category of a balance transaction without one, as SQL over the row's columns."""

from __future__ import annotations

from domain.ledger.reporting_category import SIGNS, TYPES_BY_CATEGORY, Sign
from interfaces.host.sql_text import quoted


def derived_category() -> str:
    """The category by `SIGNS`, else by the type; an unknown type is its own category."""
    signs = " ".join(f"when {_matches(sign)} then {quoted(sign.category)}" for sign in SIGNS)
    types = " ".join(
        f"when {quoted(type)} then {quoted(category)}"
        for category, types in TYPES_BY_CATEGORY.items()
        for type in types
    )
    return f"coalesce(case {signs} end, case type {types} else type end)"


def type_of_category() -> str:
    """The first type that falls into a category, as SQL over `category`; else the category itself."""
    types = {category: types[0] for category, types in TYPES_BY_CATEGORY.items() if types}
    types |= {sign.category: sign.type for sign in SIGNS}
    cases = " ".join(f"when {quoted(category)} then {quoted(type)}" for category, type in types.items())
    return f"case category {cases} else category end"


def _matches(sign: Sign) -> str:
    conditions = [f"type = {quoted(sign.type)}"]
    if sign.description:
        conditions.append(f"starts_with(lower(description), {quoted(sign.description)})")
    if sign.sources:
        conditions.append(f"({' or '.join(f'starts_with(source, {quoted(prefix)})' for prefix in sign.sources)})")
    if sign.brings is not None:
        conditions.append(f"coalesce(nullif(amount, 0), net) {'>' if sign.brings else '<='} 0")
    return " and ".join(conditions)
