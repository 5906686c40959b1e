"""Reporting categories: the groups of balance transactions that reports use.

A row's own category wins. A missing one is derived from the transaction's type, and for adjustments also from the
source, the sign and the description.
"""

from __future__ import annotations

from typing import NamedTuple

TYPES_BY_CATEGORY: dict[str, tuple[str, ...]] = {
    "advance": ("advance",),
    "advance_funding": ("advance_funding",),
    "anticipation_repayment": ("anticipation_repayment",),
    "charge": ("charge", "payment", "validation"),
    "charge_failure": ("payment_failure_refund",),
    "climate_order_purchase": ("climate_order_purchase", "climate_reservation_purchase"),
    "climate_order_refund": ("climate_order_refund", "climate_reservation_refund"),
    "connect_collection_transfer": ("connect_collection_transfer",),
    "connect_reserved_funds": ("reserve_transaction",),
    "contribution": ("contribution",),
    "dispute": ("adjusted_for_overdraft_transaction",),
    "dispute_reversal": (),
    "fee": ("stripe_fee",),
    "financing_paydown": ("financing_paydown",),
    "financing_paydown_reversal": ("financing_paydown_reversal",),
    "financing_payout": ("financing_payout",),
    "financing_payout_reversal": ("financing_payout_reversal",),
    "issuing_authorization_hold": ("issuing_authorization_hold",),
    "issuing_authorization_release": ("issuing_authorization_release",),
    "issuing_dispute": ("issuing_dispute",),
    "issuing_transaction": ("issuing_transaction",),
    "network_cost": ("network_cost",),
    "other_adjustment": (
        "adjustment",
        "obligation_outbound",
        "obligation_reversal_inbound",
        "balance_transfer_inbound",
        "balance_transfer_outbound",
        "fee_credit_funding",
        "inbound_transfer",
        "inbound_transfer_reversal",
        "payment_reversal",
        "payment_unreconciled",
        "reserve_hold",
        "reserve_release",
        "stripe_balance_payment_debit",
        "stripe_balance_payment_debit_reversal",
        "stripe_fx_fee",
    ),
    "partial_capture_reversal": (),
    "payout": ("payout",),
    "payout_reversal": ("payout_cancel", "payout_failure"),
    "platform_earning": ("application_fee",),
    "platform_earning_refund": ("application_fee_refund",),
    "refund": ("refund", "payment_refund"),
    "refund_failure": ("refund_failure",),
    "risk_reserved_funds": ("reserved_funds",),
    "tax": ("tax_fee",),
    "topup": ("topup",),
    "topup_reversal": ("topup_reversal",),
    "transfer": ("transfer", "recipient_transfer"),
    "transfer_reversal": (
        "transfer_cancel",
        "transfer_failure",
        "transfer_refund",
        "recipient_transfer_cancel",
        "recipient_transfer_failure",
    ),
    "unreconciled_customer_funds": ("transferred_to_balance_transaction",),
}
"""Category -> the types that fall into it when a row has no category. A type without a category of its own is an
`other_adjustment`; one that is not here is kept as it is."""

UNLISTED_CATEGORIES = (
    "issuing_disbursement",
    "issuing_dispute_fraud_liability_debit",
    "issuing_dispute_provisional_credit",
    "issuing_dispute_provisional_credit_reversal",
    "payment_network_reserve_hold",
    "payment_network_reserve_release",
    "payout_minimum_balance_hold",
    "payout_minimum_balance_release",
    "revenue_share",
)
"""Documented categories that official clients do not list; each is also the type of its rows."""

CATEGORIES = tuple(TYPES_BY_CATEGORY)
"""The categories that official clients list."""

OPENING_BALANCE = "opening_balance"
"""The category of the line for what is left of an opening balance. No transaction has it."""

KNOWN_CATEGORIES = (*CATEGORIES, *UNLISTED_CATEGORIES, OPENING_BALANCE)
"""The categories that a filter always takes. It also takes any other one that rows of the ledger have."""


class CategoryRule(NamedTuple):
    """A rule that gives a transaction of some type another category than its type's default.

    description  prefix of its description, in lower case; "" for any
    sources      allowed prefixes of its source id; none for any
    is_positive  True when the amount must be positive, False when it must not be; None for either
    """

    category: str
    type: str
    description: str = ""
    sources: tuple[str, ...] = ()
    is_positive: bool | None = None


_DISPUTES, _REFUNDS = ("dp_", "du_"), ("re_", "pyr_")

CATEGORY_RULES = (
    CategoryRule("dispute", "adjustment", description="chargeback withdrawal"),
    CategoryRule("dispute_reversal", "adjustment", description="chargeback reversal"),
    CategoryRule("refund_failure", "adjustment", description="refund failure"),
    CategoryRule("dispute", "adjustment", sources=_DISPUTES, is_positive=False),
    CategoryRule("dispute_reversal", "adjustment", sources=_DISPUTES, is_positive=True),
    CategoryRule("refund_failure", "adjustment", sources=_REFUNDS, is_positive=True),
)
"""The first match wins. A row alone does not distinguish the reversal of a partial capture from a refund, nor a fee's
refund from another adjustment: these need a category in the data."""
