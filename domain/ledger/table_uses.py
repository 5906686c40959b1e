"""What reports need a table for, in a sentence each: messages and the reference of tables say so."""

from __future__ import annotations

TABLE_USES = {
    "balance_transactions": "Every report on the balance, on activity and on payouts is made of balance transactions.",
    "payouts": "Payout reports and reconciliation need payouts, to know when money arrives.",
    "payout_balance_transactions": "Payout reconciliation needs payout_balance_transactions, or payout_id on balance "
    "transactions.",
    "charges": "The columns of charges, payers, cards and shipping need charges.",
    "refunds": "The columns of a refund, and of the charge that it is of, need refunds.",
    "disputes": "The columns of a dispute, and of the charge that it is of, need disputes.",
    "customers": "The columns customer_email, customer_name and customer_address need customers.",
    "payment_intents": "The columns payment_metadata need payment_intents, or metadata on charges.",
    "payment_methods": "The column payment_method_type needs payment_methods where charges do not have it.",
    "payment_method_cards": "The columns of cards need payment_method_cards where charges do not have them.",
    "cards": "The columns of cards and their addresses need cards where charges do not have them.",
    "invoices": "The columns invoice_number and subscription_id need invoices.",
    "subscriptions": "The column subscription_id needs subscriptions where invoices do not have it.",
    "transfers": "The columns of transfers and their metadata need transfers.",
    "accounts": "The names and countries of connected accounts need accounts.",
    "tax_transactions": "Reports on taxes are made of tax_transactions.",
    "revenue_entries": "Reports on revenue are made of revenue_entries.",
    "credit_notes": "Custom report types may read credit_notes.",
    "opening_balances": "Balance reports of a ledger that begins midway need opening_balances.",
    "account_balances": "The overview of connected accounts is made of account_balances.",
}
