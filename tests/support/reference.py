"""What report and ledger SQL compute, in plain Python: references that tests compare the SQL with."""

from __future__ import annotations

from domain.ledger.reporting_category import CATEGORY_RULES, TYPES_BY_CATEGORY, CategoryRule
from domain.money import THREE_DECIMAL, ZERO_DECIMAL

_CATEGORY_BY_TYPE = {type: category for category, types in TYPES_BY_CATEGORY.items() for type in types}


def category_of(
    type: str, *, source: str | None = None, description: str | None = None, amount: int = 0, net: int = 0
) -> str:
    """The category of a balance transaction without one; an unknown type is its own category."""
    for rule in CATEGORY_RULES:
        if _matches(rule, type, source or "", description or "", amount or net):
            return rule.category
    return _CATEGORY_BY_TYPE.get(type, type)


def _matches(rule: CategoryRule, type: str, source: str, description: str, moved: int) -> bool:
    return (
        type == rule.type
        and description.lower().startswith(rule.description)
        and source.startswith(rule.sources or "")
        and rule.is_positive in (None, moved > 0)
    )


def exponent(currency: str) -> int:
    """The decimals of a currency's major unit: 2 for usd, 0 for jpy, 3 for kwd."""
    if currency in ZERO_DECIMAL:
        return 0
    return 3 if currency in THREE_DECIMAL else 2


def decimal_text(minor: int, currency: str) -> str:
    """Minor units as a decimal of the currency, exactly: `-10.05` for -1005 usd, `1000` for 1000 jpy."""
    places = exponent(currency)
    if places == 0:
        return str(minor)
    sign = "-" if minor < 0 else ""
    major, rest = divmod(abs(minor), 10**places)
    return f"{sign}{major}.{rest:0{places}d}"
