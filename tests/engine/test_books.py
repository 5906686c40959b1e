"""Taxes, revenue and the overview of connected accounts, over small ledgers whose results were worked out by hand."""

from __future__ import annotations

from typing import Any

from tests.support.row_ledger import PLATFORM, SHOP, Reports, SmallLedger, csv

JANUARY = ("2025-01-01", "2025-02-01")
TAX = "tax.transactions.itemized.2"
OVERVIEW = "connect.negative_balance_refunds_disputes_overview.1"
OTHER = "acct_other"


def test_a_tax_is_listed_in_every_column(ledger: SmallLedger, reports: Reports) -> None:
    ledger.add(
        "tax_transactions",
        id="tax_1",
        line_item_id="li_1",
        created="2025-01-31 23:30:00",
        tax_date="2025-01-02 00:00:00",
        type="credit_note",
        currency="usd",
        subtotal=-10000,
        total=-10825,
        tax_code="txcd_1",
        jurisdiction_name="Texas",
        jurisdiction_level="state",
        country_code="US",
        state_code="TX",
        origin_resolved_address_country="US",
        origin_resolved_address_state="OR",
        destination_resolved_address_country="US",
        destination_resolved_address_state="TX",
        taxability="taxable",
        taxability_reason="standard_rated",
        tax_rate="0.0825",
        quantity="2",
        quantity_decimal="2.5",
        customer_tax_id="eu_vat:DE1",
        tax_name="Sales tax",
        taxable_amount=-10000,
        non_taxable_amount=0,
        tax_amount=-825,
        filing_currency="jpy",
        filing_exchange_rate="150.25",
        filing_total=-16265,
        filing_non_taxable_amount=0,
        filing_taxable_amount=-15025,
        filing_tax_amount=-1240,
        invoice_id="in_1",
        credit_note_id="cn_1",
        refund_id="re_1",
        metadata='{"k":"of the tax"}',
    )
    ledger.add("invoices", id="in_1", metadata='{"k":"of the invoice"}')
    ledger.add("credit_notes", id="cn_1", metadata='{"k":"of the note"}')
    ledger.add("refunds", id="re_1", metadata='{"k":"of the refund"}', amount=1, currency="usd", created="2025-01-01")
    columns = (
        "id type currency transaction_date tax_date line_item_id subtotal total tax_code jurisdiction_name "
        "jurisdiction_level country_code state_code origin_resolved_address_country origin_resolved_address_state "
        "taxability taxability_reason tax_rate quantity quantity_decimal customer_tax_id "
        "destination_resolved_address_country destination_resolved_address_state tax_name taxable_amount "
        "non_taxable_amount tax_amount filing_currency filing_exchange_rate filing_total filing_non_taxable_amount "
        "filing_taxable_amount filing_tax_amount"
    ).split()
    metadata = [f"{object}_metadata[k]" for object in ("tax_transaction", "invoice", "credit_note", "refund")]

    lines = reports.lines(TAX, *JANUARY, columns=[*columns, *metadata], timezone="Europe/Paris", decimal_separator=",")

    assert lines == [
        '"tax_1","credit_note","usd","2025-02-01 00:30:00","2025-01-02 01:00:00","li_1","-100,00","-108,25","txcd_1",'
        '"Texas","state","US","TX","US","OR","taxable","standard_rated","0,0825","2","2,5","eu_vat:DE1","US","TX",'
        '"Sales tax","-100,00","0,00","-8,25","jpy","150,25","-16265","0","-15025","-1240",'
        '"of the tax","of the invoice","of the note","of the refund"'
    ]


def a_tax(ledger: SmallLedger, id: str, created: str, tax: int, account: str = PLATFORM, **row: object) -> None:
    where = {"line_item_id": "li_1", "jurisdiction_level": "state", "jurisdiction_name": "Texas"} | row
    ledger.add("tax_transactions", account=account, id=id, created=created, currency="usd", tax_amount=tax, **where)


def test_taxes_count_when_the_transaction_was_made_in_a_fixed_order(ledger: SmallLedger, reports: Reports) -> None:
    a_tax(ledger, "tax_3", "2025-02-01", 4)
    a_tax(ledger, "tax_2", "2025-01-31 23:59:59", 3, jurisdiction_level="state")
    a_tax(ledger, "tax_2", "2025-01-31 23:59:59", 2, jurisdiction_level="city", jurisdiction_name="Austin")
    a_tax(ledger, "tax_1", "2025-01-01", 1)
    a_tax(ledger, "tax_0", "2024-12-31 23:59:59", 5)

    assert reports.lines(TAX, *JANUARY, columns=["id", "jurisdiction_name", "tax_amount"]) == [
        '"tax_1","Texas","0.01"',
        '"tax_2","Austin","0.02"',
        '"tax_2","Texas","0.03"',
    ]


def test_the_twin_of_the_tax_report_lists_connected_accounts(ledger: SmallLedger, reports: Reports) -> None:
    for account in (PLATFORM, SHOP, "acct_stranger"):
        a_tax(ledger, "tax_1", "2025-01-01", 1, account=account)

    lines = reports.lines(f"connected_account_{TAX}", *JANUARY, columns=["connected_account", "id"])

    assert lines == ['"acct_shop","tax_1"']


def some_revenue(ledger: SmallLedger) -> None:
    def entry(id: str, created: str, debit: str, credit: str, amount: int, **row: object) -> None:
        facts: dict[str, Any] = {"currency": "usd", **row}
        ledger.add("revenue_entries", id=id, created=created, debit=debit, credit=credit, amount=amount, **facts)

    basic = {"price_id": "price_a", "product_id": "prod_a", "invoice_id": "in_1", "invoice_line_item_id": "il_1"}
    other = {"price_id": "price_b", "product_id": "prod_a", "invoice_id": "in_2", "invoice_line_item_id": "il_2"}
    entry("e1", "2025-01-03", "AccountsReceivable", "DeferredRevenue", 10000, customer_id="cus_1", **basic)
    entry("e2", "2025-01-31", "DeferredRevenue", "Revenue", 4000, customer_id="cus_1", **basic)
    entry("e3", "2025-01-31", "DeferredRevenue", "Revenue", 2500, customer_id="cus_2", **other)
    entry("e4", "2025-01-05", "Cash", "Revenue", 700, currency="jpy", debit_gl_code="1000", credit_gl_code="4000")
    entry(
        "e5", "2025-01-20", "DeferredRevenue", "Revenue", -100, accounting_period="2024-12",
        open_accounting_period="2025-01", customer_id="cus_1", **basic,
    )  # fmt: skip
    entry("e6", "2025-02-01", "DeferredRevenue", "Revenue", 9999, customer_id="cus_1", **basic)
    ledger.add("invoices", id="in_1", number="KITE-1")


def test_debits_and_credits_are_summed_up_by_month_currency_and_account(ledger: SmallLedger, reports: Reports) -> None:
    some_revenue(ledger)

    assert reports.csv("revenue_recognition.debit_credit_summary.1", *JANUARY) == csv(
        '"accounting_period","open_accounting_period","currency","debit","credit","amount","credit_gl_code",'
        '"debit_gl_code"',
        '"2024-12","2025-01","usd","DeferredRevenue","Revenue","-1.00",,',
        '"2025-01","2025-01","jpy","Cash","Revenue","700","4000","1000"',
        '"2025-01","2025-01","usd","AccountsReceivable","DeferredRevenue","100.00",,',
        '"2025-01","2025-01","usd","DeferredRevenue","Revenue","65.00",,',
    )


def test_they_are_summed_up_by_price_product_and_customer(ledger: SmallLedger, reports: Reports) -> None:
    some_revenue(ledger)
    cells = ["credit", "amount"]

    assert reports.lines("revenue_recognition.debit_credit_by_price.1", *JANUARY, columns=["price_id", *cells]) == [
        '"price_a","Revenue","-1.00"',
        ',"Revenue","700"',
        '"price_a","DeferredRevenue","100.00"',
        '"price_a","Revenue","40.00"',
        '"price_b","Revenue","25.00"',
    ]
    assert reports.lines("revenue_recognition.debit_credit_by_product.1", *JANUARY, columns=["product_id", *cells]) == [
        '"prod_a","Revenue","-1.00"',
        ',"Revenue","700"',
        '"prod_a","DeferredRevenue","100.00"',
        '"prod_a","Revenue","65.00"',
    ]
    assert reports.lines(
        "revenue_recognition.debit_credit_by_customer.1",
        *JANUARY,
        columns=["customer_id", *cells],
        decimal_format=",",
    ) == [
        '"cus_1","Revenue","-1,00"',
        ',"Revenue","700"',
        '"cus_1","DeferredRevenue","100,00"',
        '"cus_1","Revenue","40,00"',
        '"cus_2","Revenue","25,00"',
    ]


def test_one_customer_can_be_asked_for(ledger: SmallLedger, reports: Reports) -> None:
    some_revenue(ledger)

    lines = reports.lines(
        "revenue_recognition.debit_credit_by_price.1", *JANUARY, columns=["price_id", "amount"], customer="cus_2"
    )

    assert lines == ['"price_b","25.00"']


def test_entries_are_listed_by_invoice_and_line_item(ledger: SmallLedger, reports: Reports) -> None:
    some_revenue(ledger)
    by_invoice = "revenue_recognition.debit_credit_by_invoice.1"
    by_line = "revenue_recognition.debit_credit_by_invoice_line_item.1"
    columns = ["booked_date", "accounting_period", "invoice_id", "invoice_number", "amount"]

    assert reports.lines(by_invoice, *JANUARY, columns=columns) == [
        '"2025-01-03","2025-01","in_1","KITE-1","100.00"',
        '"2025-01-05","2025-01",,,"700"',
        '"2025-01-20","2024-12","in_1","KITE-1","-1.00"',
        '"2025-01-31","2025-01","in_1","KITE-1","40.00"',
        '"2025-01-31","2025-01","in_2",,"25.00"',
    ]
    assert reports.lines(by_invoice, *JANUARY, columns=["amount"], invoice="in_2") == ['"25.00"']
    assert reports.lines(by_line, *JANUARY, columns=["amount"], invoice_line_item="il_2") == ['"25.00"']


def balance(ledger: SmallLedger, account: str, created: str, balance: int, pending: int | None = None) -> None:
    ledger.add(
        "account_balances", account=account, created=created, currency="usd", balance=balance, pending_debits=pending
    )


def test_the_overview_lists_accounts_in_debt_and_those_with_refunds_or_disputes(
    ledger: SmallLedger, reports: Reports
) -> None:
    ledger.add("accounts", id=SHOP, business_name="Shop", country="FR")
    balance(ledger, SHOP, "2025-01-30", 500)
    balance(ledger, SHOP, "2025-01-31", -1500, pending=200)
    balance(ledger, SHOP, "2025-02-01", -2500, pending=300)
    balance(ledger, SHOP, "2025-02-02", 9999)
    balance(ledger, OTHER, "2025-01-31", 100)
    balance(ledger, "acct_fine", "2025-01-31", 100)
    balance(ledger, "acct_stranger", "2025-01-31", -100)
    for account, created, amount, category in (
        (SHOP, "2025-01-18", -300, "refund"),
        (SHOP, "2025-01-24 23:59:59", -200, "refund"),
        (SHOP, "2025-01-25", -750, "refund"),
        (SHOP, "2025-01-17 23:59:59", -999, "refund"),
        (SHOP, "2025-02-01", -999, "refund"),
        (OTHER, "2025-01-31", -400, "dispute"),
        ("acct_fine", "2025-01-20", -400, "dispute"),
        ("acct_stranger", "2025-01-31", -400, "dispute"),
    ):
        ledger.transaction(f"txn_{account}_{created}", created, amount, category, account=account)

    file = reports.csv(OVERVIEW, end="2025-02-01", connected=(SHOP, OTHER, "acct_fine"))

    assert file == csv(
        '"account_id","business_name","country","currency","balance","pending_debits",'
        '"balance_excluding_pending_debits","balance_24hr_net_change","refunded_amount_7d","refunded_amount_7d_prev",'
        '"refund_pct_change","disputed_amount_7d","disputed_amount_7d_prev","dispute_pct_change",'
        '"has_24hr_negative_balance_change","has_high_disputes","has_high_refunds"',
        '"acct_other",,,"usd","1.00","0.00","1.00","0.00","0.00","0.00",,"4.00","0.00",,"false","true","false"',
        '"acct_shop","Shop","FR","usd","-25.00","3.00","-28.00","-10.00","7.50","5.00","50.00","0.00","0.00",,'
        '"true","false","false"',
    )
