"""The columns of reports that hold amounts: decimals of the exponent of the row's currency."""

from __future__ import annotations

AMOUNTS = frozenset(
    (
        "gross fee net net_amount amount customer_facing_amount presentment_amount "
        "balance pending_debits balance_excluding_pending_debits balance_24hr_net_change "
        "refunded_amount_7d refunded_amount_7d_prev disputed_amount_7d disputed_amount_7d_prev "
        "subtotal total taxable_amount non_taxable_amount tax_amount "
        "filing_total filing_taxable_amount filing_non_taxable_amount filing_tax_amount"
    ).split()
)

COUNTS = frozenset({"count"})
"""Columns that hold whole numbers of rows."""
