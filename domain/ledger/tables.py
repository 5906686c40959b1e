"""What a ledger is made of: its tables and their columns. Amounts are integer minor units, times are UTC instants.

Names are those of Stripe's API objects, nested ones flattened with `_`, references ending in `_id`. Every row also has
`account`, the account that owns it; it comes from the load, not from a file's own column.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

ACCOUNT = "account"
"""The column of every table that says which account a row belongs to."""


METADATA_ENDING = "_metadata"
"""How the names of tables end that hold nothing but the metadata of another table's objects: `charges_metadata`."""

OPENING_BALANCES = "opening_balances"
"""The table of what accounts held at `as_of`: balance reports start there instead of at zero."""

_IDS = ("id", "source", "on_behalf_of")
"""Columns that hold ids, besides those whose names end in `_id`."""


_CODES = ("type", "category", "status", "brand", "funding", "country", "method", "reason", "code", "tag", "level")
"""The last words of names of columns that hold words of a list."""


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    DECIMAL = "decimal"
    """A decimal number kept as text, such as an exchange rate."""
    BOOLEAN = "boolean"
    TIME = "time"
    CURRENCY = "currency"
    METADATA = "metadata"
    """A JSON object of strings, kept as text."""


SQL_TYPES = {
    Kind.TEXT: "varchar",
    Kind.INTEGER: "bigint",
    Kind.DECIMAL: "varchar",
    Kind.BOOLEAN: "boolean",
    Kind.TIME: "timestamptz",
    Kind.CURRENCY: "varchar",
    Kind.METADATA: "varchar",
}
"""What columns are while they are loaded and while reports read them, as a type of SQL."""


@dataclass(frozen=True)
class Table:
    """One table of the ledger.

    key          the columns that tell its rows apart within an account; two that are empty are the same
    columns      column -> what it holds, without `account`
    required     columns that no row may leave empty
    windowed     whether reports are made of its rows, so that these say from when until when there is data
    partitioned  by the UTC month of `created`, so that an interval reads only its months
    """

    name: str
    key: tuple[str, ...]
    columns: dict[str, Kind]
    required: frozenset[str]
    windowed: bool = False
    partitioned: bool = False

    @cached_property
    def codes(self) -> frozenset[str]:
        """The columns of text that hold ids, or words of a list such as `paid`: an empty text there is no value."""
        return self.ids | frozenset(
            column
            for column, kind in self.columns.items()
            if kind is Kind.TEXT and column.rpartition("_")[2] in _CODES and "address" not in column
        )

    @cached_property
    def ids(self) -> frozenset[str]:
        """The columns of text that say which row is meant, this one or another: spaces around are no part of them."""
        return frozenset(
            column
            for column, kind in self.columns.items()
            if kind is Kind.TEXT and (column in self.key or column in _IDS or column.endswith("_id"))
        )


def _table(
    name: str, spec: str, key: tuple[str, ...] = ("id",), *, windowed: bool = False, partitioned: bool = False
) -> Table:
    """A table from lines of `column kind`, a `!` after the kind of a required column."""
    columns: dict[str, Kind] = {}
    required: set[str] = set()
    for line in spec.split("\n"):
        if not line.strip():
            continue
        *names, kind = line.split()
        for column in names:
            columns[column] = Kind(kind.rstrip("!"))
            if kind.endswith("!"):
                required.add(column)
    return Table(name, key, columns, frozenset(required), windowed, partitioned)


def _address(prefix: str) -> str:
    parts = ("line1", "line2", "city", "state", "postal_code", "country")
    return " ".join(f"{prefix}_{part}" for part in parts) + " text"


_ALL = (
    _table(
        "balance_transactions",
        """
        id text!
        amount fee net integer!
        currency currency!
        created available_on time!
        type text!
        reporting_category description source status text
        exchange_rate decimal
        payout_id connected_account_id regulatory_tag trace_id trace_id_status text
        """,
        windowed=True,
        partitioned=True,
    ),
    _table(
        "payouts",
        """
        id text!
        amount integer!
        currency currency!
        created arrival_date time!
        automatic boolean!
        status text!
        type method description destination_id statement_descriptor source_type text
        balance_transaction_id failure_balance_transaction_id failure_code failure_message text
        original_payout_id reversed_by_id regulatory_tag trace_id trace_id_status text
        metadata metadata
        """,
        partitioned=True,
    ),
    _table(
        "payout_balance_transactions",
        """
        payout_id balance_transaction_id text!
        """,
        key=("payout_id", "balance_transaction_id"),
    ),
    _table(
        "charges",
        f"""
        id text!
        amount integer!
        amount_refunded integer
        currency currency!
        created time
        status description customer_id invoice_id order_id payment_intent_id balance_transaction_id text
        captured paid refunded boolean
        failure_code failure_message statement_descriptor receipt_email receipt_number text
        payment_method_id payment_method_type card_brand card_funding card_country wallet_type card_id text
        connected_account_id on_behalf_of source_transfer_id transfer_id transfer_group text
        shipping_name text
        {_address("shipping_address")}
        {_address("billing_address")}
        metadata metadata
        """,
        partitioned=True,
    ),
    _table(
        "refunds",
        """
        id text!
        amount integer!
        currency currency!
        created time
        charge_id payment_intent_id balance_transaction_id failure_balance_transaction_id text
        status reason failure_reason description receipt_number text
        metadata metadata
        """,
        partitioned=True,
    ),
    _table(
        "disputes",
        """
        id text!
        amount integer!
        currency currency!
        created time
        charge_id payment_intent_id balance_transaction_id connected_account_id text
        status reason text
        is_charge_refundable boolean
        metadata metadata
        """,
        partitioned=True,
    ),
    _table(
        "customers",
        f"""
        id text!
        created time
        email name description phone text
        {_address("address")}
        shipping_name text
        {_address("shipping_address")}
        metadata metadata
        """,
        partitioned=True,
    ),
    _table(
        "payment_intents",
        """
        id text!
        amount integer!
        currency currency!
        created time
        customer_id description status payment_method_id statement_descriptor text
        metadata metadata
        """,
        partitioned=True,
    ),
    _table(
        "payment_methods",
        """
        id text!
        type text
        customer_id text
        created time
        metadata metadata
        """,
    ),
    _table(
        "payment_method_cards",
        """
        payment_method_id text!
        brand funding country wallet_type text
        """,
        key=("payment_method_id",),
    ),
    _table(
        "cards",
        f"""
        id text!
        created time
        brand funding country last4 customer_id wallet_type name text
        {_address("address")}
        metadata metadata
        """,
    ),
    _table(
        "invoices",
        """
        id text!
        created time
        currency currency
        number status customer_id subscription_id charge_id payment_intent_id text
        amount_due amount_paid amount_remaining subtotal total integer
        metadata metadata
        """,
    ),
    _table(
        "subscriptions",
        """
        id text!
        created time
        status customer_id latest_invoice_id text
        metadata metadata
        """,
    ),
    _table(
        "transfers",
        """
        id text!
        amount integer!
        currency currency!
        created time
        amount_reversed integer
        description balance_transaction_id destination_id destination_payment_id source_transaction_id text
        transfer_group source_type text
        metadata metadata
        """,
        partitioned=True,
    ),
    _table(
        "accounts",
        """
        id text!
        business_name email country default_currency type text
        created time
        metadata metadata
        """,
    ),
    _table(
        "credit_notes",
        """
        id text!
        created time
        number status invoice_id customer_id text
        currency currency
        amount integer
        metadata metadata
        """,
    ),
    _table(
        "tax_transactions",
        """
        id line_item_id text!
        created time!
        currency currency!
        type tax_code jurisdiction_name jurisdiction_level country_code state_code text
        origin_resolved_address_country origin_resolved_address_state text
        destination_resolved_address_country destination_resolved_address_state text
        taxability taxability_reason tax_name customer_tax_id invoice_id credit_note_id refund_id text
        tax_date time
        subtotal total taxable_amount non_taxable_amount tax_amount integer
        tax_rate quantity quantity_decimal filing_exchange_rate decimal
        filing_currency currency
        filing_total filing_taxable_amount filing_non_taxable_amount filing_tax_amount integer
        metadata metadata
        """,
        key=("id", "line_item_id", "jurisdiction_level", "jurisdiction_name", "tax_name"),
        windowed=True,
        partitioned=True,
    ),
    _table(
        "revenue_entries",
        """
        id debit credit text!
        amount integer!
        currency currency!
        created time!
        accounting_period open_accounting_period debit_gl_code credit_gl_code transaction_model_id text
        invoice_id invoice_line_item_id invoice_item_id invoice_number subscription_item_id subscription_id text
        price_id product_id customer_id charge_id refund_id dispute_id text
        presentment_currency currency
        presentment_amount integer
        """,
        windowed=True,
        partitioned=True,
    ),
    _table(
        "account_balances",
        """
        created time!
        currency currency!
        balance integer!
        pending_debits integer
        """,
        key=("created", "currency"),
        windowed=True,
        partitioned=True,
    ),
    _table(
        OPENING_BALANCES,
        """
        currency currency!
        amount integer!
        as_of time!
        """,
        key=("currency",),
    ),
)

TABLES: dict[str, Table] = {table.name: table for table in _ALL}
"""Every table of a ledger by name."""

WINDOWED = tuple(table.name for table in _ALL if table.windowed)
"""The tables that reports are made of."""
