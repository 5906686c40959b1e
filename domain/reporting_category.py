"""Reporting categories: the groups of balance transactions that reports speak of.

A category is read from the data where the data has it; what is missing is derived from the transaction's type.
"""

from __future__ import annotations

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
    "other_adjustment": ("adjustment", "obligation_outbound", "obligation_reversal_inbound"),
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
"""Each category that clients may name, and the types that fall into it when the data does not say the category."""

CATEGORIES = tuple(TYPES_BY_CATEGORY)

PAYOUTS_BLOCK = ("payout", "payout_reversal")
"""The categories that move money between the balance and the bank; all others are activity."""

_CATEGORY_BY_TYPE = {type: category for category, types in TYPES_BY_CATEGORY.items() for type in types}


def category_of(type: str) -> str:
    """The category of a balance transaction whose data does not say it; a type that nobody knows is its own."""
    return _CATEGORY_BY_TYPE.get(type, type)
