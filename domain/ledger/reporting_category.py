"""Reporting categories: the groups of balance transactions that reports speak of.

A category is read from the data where the data has it; what is missing is derived from the transaction's type, and
where that says too little, from what else the transaction says of itself.
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


class Sign(NamedTuple):
    """What shows that a transaction of this type falls into another category than its type's own.

    description  how its description begins, in lower case; "" for any
    sources      how the id of what it is about may begin; none for any
    brings       True when it must bring money in, False when it must not; None for either
    """

    category: str
    type: str
    description: str = ""
    sources: tuple[str, ...] = ()
    brings: bool | None = None

    def is_shown_by(self, type: str, source: str, description: str, moved: int) -> bool:
        return (
            type == self.type
            and description.lower().startswith(self.description)
            and source.startswith(self.sources or "")
            and self.brings in (None, moved > 0)
        )


_DISPUTES, _REFUNDS = ("dp_", "du_"), ("re_", "pyr_")

SIGNS = (
    Sign("dispute", "adjustment", description="chargeback withdrawal"),
    Sign("dispute_reversal", "adjustment", description="chargeback reversal"),
    Sign("refund_failure", "adjustment", description="refund failure"),
    Sign("dispute", "adjustment", sources=_DISPUTES, brings=False),
    Sign("dispute_reversal", "adjustment", sources=_DISPUTES, brings=True),
    Sign("refund_failure", "adjustment", sources=_REFUNDS, brings=True),
)
"""The first that is there counts. Nothing in a row tells the reversal of a partial capture from a refund, nor a fee's
refund from another adjustment: these are known only where the data says the category."""

_CATEGORY_BY_TYPE = {type: category for category, types in TYPES_BY_CATEGORY.items() for type in types}


def category_of(
    type: str, *, source: str | None = None, description: str | None = None, amount: int = 0, net: int = 0
) -> str:
    """The category of a balance transaction whose data does not say it; a type that nobody knows is its own."""
    for sign in SIGNS:
        if sign.is_shown_by(type, source or "", description or "", amount or net):
            return sign.category
    return _CATEGORY_BY_TYPE.get(type, type)
