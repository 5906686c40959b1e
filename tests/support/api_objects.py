"""One small business as Stripe's API returns it: table -> objects. Each kind of reference and each sign occurs."""

from __future__ import annotations

from typing import Any

DAY = 86_400
JANUARY = 1_735_689_600
"""2025-01-01 00:00:00 UTC."""

Objects = dict[str, list[dict[str, Any]]]


def _transaction(id: str, amount: int, type: str, source: str | None, day: float, **but: Any) -> dict[str, Any]:
    fee = but.pop("fee", 0)
    return {
        "id": id, "object": "balance_transaction", "amount": amount, "fee": fee, "net": amount - fee,
        "currency": "usd", "created": int(JANUARY + day * DAY), "available_on": JANUARY + int(day + 2) * DAY,
        "type": type, "reporting_category": but.pop("category", type), "source": source,
        "description": f"{type}, \"{id}\"", **but,
    }  # fmt: skip


def _payout(id: str, amount: int, day: float, arrives: int, transaction: str, **but: Any) -> dict[str, Any]:
    return {
        "id": id, "object": "payout", "amount": amount, "currency": "usd", "created": int(JANUARY + day * DAY),
        "arrival_date": JANUARY + arrives * DAY, "automatic": True, "status": "paid", "type": "bank_account",
        "method": "standard", "description": "STRIPE PAYOUT", "destination": "ba_1",
        "balance_transaction": transaction, **but,
    }  # fmt: skip


def _charge(id: str, amount: int, transaction: str, day: float, **but: Any) -> dict[str, Any]:
    card = {"brand": "visa", "funding": "credit", "country": "FR", "wallet": None}
    address = {"line1": "1 Mill Lane", "line2": None, "city": "Lille", "state": None, "postal_code": "01099",
               "country": "FR"}  # fmt: skip
    return {
        "id": id, "object": "charge", "amount": amount, "currency": "usd", "created": int(JANUARY + day * DAY),
        "balance_transaction": transaction, "customer": "cus_1", "payment_intent": "pi_1", "invoice": "in_1",
        "statement_descriptor": "SHOP*TEA", "payment_method": "pm_1",
        "payment_method_details": {"type": "card", "card": card}, "billing_details": {"address": address},
        "shipping": {"name": "Ada", "address": {**address, "line2": "Flat 2"}}, "metadata": {"order_id": id.upper()},
        **but,
    }  # fmt: skip


def api_objects() -> Objects:
    """The objects of each table; balance transactions name the payout that settles them in `payout`."""
    return {
        "balance_transactions": [
            _transaction("txn_1", 12_050, "charge", "ch_1", 0.6, fee=378, payout="po_1"),
            _transaction("txn_2", -2_000, "refund", "re_1", 1.6, payout="po_1"),
            _transaction("txn_3", 5_000, "payment", "py_2", 1.7, fee=170, category="charge", payout="po_1"),
            _transaction("txn_4", -5_000, "adjustment", "dp_1", 2.1, fee=1_500, category="dispute"),
            _transaction("txn_5", -1_000, "transfer", "tr_1", 2.5, connected_account_id="acct_shop"),
            _transaction("txn_6", -9_672, "payout", "po_1", 2.9),
            _transaction("txn_7", -300, "stripe_fee", None, 3.5, category="fee"),
            _transaction("txn_8", 1_000, "charge", "ch_3", 4.5, fee=0, currency="jpy"),
            _transaction("txn_9", 1_500, "charge", "ch_4", 5.5, fee=5, currency="kwd"),
            _transaction("txn_a", -700, "payout", "po_2", 6.5),
            _transaction("txn_b", 700, "payout_failure", "po_2", 9.5, category="payout_reversal"),
        ],
        "payouts": [
            _payout("po_1", 9_672, 2.9, 4, "txn_6"),
            _payout("po_2", 700, 6.5, 8, "txn_a", automatic=False, status="failed",
                    failure_balance_transaction="txn_b"),
        ],
        "charges": [
            _charge("ch_1", 12_050, "txn_1", 0.6),
            _charge("py_2", 5_000, "txn_3", 1.7, metadata={}, payment_intent=None, customer="cus_2"),
            _charge("ch_3", 1_000, "txn_8", 4.5, currency="jpy", payment_intent=None, invoice=None, shipping=None),
            _charge("ch_4", 1_500, "txn_9", 5.5, currency="kwd", payment_intent=None, invoice=None),
        ],
        "refunds": [
            {"id": "re_1", "object": "refund", "amount": 2_000, "currency": "usd", "created": int(JANUARY + 1.6 * DAY),
             "charge": "ch_1", "balance_transaction": "txn_2", "metadata": {"reason": "late"}},
        ],
        "disputes": [
            {"id": "dp_1", "object": "dispute", "amount": 5_000, "currency": "usd", "charge": "py_2",
             "created": int(JANUARY + 2.1 * DAY), "reason": "fraudulent", "balance_transactions": [{"id": "txn_4"}]},
        ],
        "customers": [
            {"id": "cus_1", "object": "customer", "created": JANUARY, "email": "ada@example.com", "name": "Ada",
             "description": "Tea", "address": {"line1": "2 Mill Lane", "city": "Lille", "country": "FR"},
             "shipping": {"name": "Ada", "address": {"line1": "3 Mill Lane", "postal_code": "59000"}}},
            {"id": "cus_2", "object": "customer", "created": JANUARY, "email": "bob@example.com", "name": None},
        ],
        "payment_intents": [
            {"id": "pi_1", "object": "payment_intent", "amount": 12_050, "currency": "usd", "created": JANUARY,
             "customer": "cus_1", "metadata": {"order_id": "K-77"}},
        ],
        "invoices": [
            {"id": "in_1", "object": "invoice", "created": JANUARY, "number": "A-0001", "subscription": "sub_1",
             "customer": "cus_1"},
        ],
        "transfers": [
            {"id": "tr_1", "object": "transfer", "amount": 1_000, "currency": "usd",
             "created": int(JANUARY + 2.5 * DAY), "destination": "acct_shop", "destination_payment": "py_shop",
             "source_transaction": "ch_1", "metadata": {"batch": "7"}},
        ],
        "accounts": [
            {"id": "acct_shop", "object": "account", "business_profile": {"name": "The shop"}, "country": "DE"},
        ],
    }  # fmt: skip
