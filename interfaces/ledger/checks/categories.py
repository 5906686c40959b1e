"""The derived reporting category of a balance transaction without one, as SQL over the row's columns."""

from __future__ import annotations

from domain.ledger.reporting_category import CATEGORY_RULES, TYPES_BY_CATEGORY, CategoryRule
from interfaces.host.sql_text import quoted


def derived_category() -> str:
    """The category by `CATEGORY_RULES`, else by the type; an unknown type is its own category."""
    rules = " ".join(f"when {_matches(rule)} then {quoted(rule.category)}" for rule in CATEGORY_RULES)
    types = " ".join(
        f"when {quoted(type)} then {quoted(category)}"
        for category, types in TYPES_BY_CATEGORY.items()
        for type in types
    )
    return f"coalesce(case {rules} end, case type {types} else type end)"


def type_of_category() -> str:
    """The first type that falls into a category, as SQL over `category`; else the category itself."""
    types = {category: types[0] for category, types in TYPES_BY_CATEGORY.items() if types}
    types |= {rule.category: rule.type for rule in CATEGORY_RULES}
    cases = " ".join(f"when {quoted(category)} then {quoted(type)}" for category, type in types.items())
    return f"case category {cases} else category end"


def _matches(rule: CategoryRule) -> str:
    conditions = [f"type = {quoted(rule.type)}"]
    if rule.description:
        conditions.append(f"starts_with(lower(description), {quoted(rule.description)})")
    if rule.sources:
        conditions.append(f"({' or '.join(f'starts_with(source, {quoted(prefix)})' for prefix in rule.sources)})")
    if rule.is_positive is not None:
        conditions.append(f"coalesce(nullif(amount, 0), net) {'>' if rule.is_positive else '<='} 0")
    return " and ".join(conditions)
