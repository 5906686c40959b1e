"""The demo ledger is the same every time, and right to the cent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest

from application.ports.ledger import LedgerSource
from domain.errors import StoreUnavailable
from domain.ledger.tables import TABLES
from interfaces.ledger.demo.demo import DEMO_TABLES, write_demo, write_ledger
from tests.ledger.conftest import Books


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> dict[bool, list[LedgerSource]]:
    return {livemode: write_demo(tmp_path_factory.mktemp("demo"), livemode) for livemode in (False, True)}


@pytest.fixture(params=[False, True], ids=["test mode", "live mode"])
def demo(request: pytest.FixtureRequest, demos: dict[bool, list[LedgerSource]]) -> Callable[[str], list[Any]]:
    """Answers queries over one mode's demo ledger."""
    connection = duckdb.connect()
    for source in demos[request.param]:
        connection.execute(f"create view {source.table} as select * from '{source.path}'")
    request.addfinalizer(connection.close)
    return lambda query: connection.execute(query).fetchall()


def test_the_same_demo_is_written_every_time(demos: dict[bool, list[LedgerSource]], tmp_path: Path) -> None:
    again = write_demo(tmp_path, livemode=False)

    assert [source.path.read_bytes() for source in again] == [source.path.read_bytes() for source in demos[False]]


def test_the_modes_have_ledgers_of_their_own(demos: dict[bool, list[LedgerSource]]) -> None:
    test, live = demos[False][0].path, demos[True][0].path

    assert duckdb.execute(f"select id from '{test}' intersect select id from '{live}'").fetchall() == []


def test_every_table_has_rows(demo: Callable[[str], list[Any]]) -> None:
    assert [table for table in DEMO_TABLES if demo(f"select count(*) from {table}") == [(0,)]] == []


def owner(table: str) -> list[str]:
    return ["account"] if table == "account_balances" else []


def test_ids_are_given_once(demo: Callable[[str], list[Any]]) -> None:
    repeated = {
        table: demo(
            f"select {', '.join([*owner(table), *TABLES[table].key])} from {table} group by all having count(*) > 1"
        )
        for table in DEMO_TABLES
    }

    assert [table for table, ids in repeated.items() if ids] == []


def test_the_demo_covers_the_year_in_three_currencies(demo: Callable[[str], list[Any]]) -> None:
    assert demo("select min(created)::date::varchar, max(created)::date::varchar from balance_transactions") == [
        ("2025-01-01", "2025-12-31")
    ]
    assert demo("select distinct currency from balance_transactions order by 1") == [("eur",), ("jpy",), ("usd",)]


def test_the_demo_has_every_kind_of_movement(demo: Callable[[str], list[Any]]) -> None:
    found = demo("select distinct reporting_category || ' ' || type from balance_transactions order by 1")

    assert [kind for (kind,) in found] == [
        "charge charge",
        "charge payment",
        "dispute adjustment",
        "dispute_reversal adjustment",
        "fee stripe_fee",
        "payout payout",
        "payout_reversal payout_cancel",
        "payout_reversal payout_failure",
        "refund payment_refund",
        "refund refund",
        "topup topup",
        "transfer transfer",
    ]


def test_net_is_amount_less_fee(demo: Callable[[str], list[Any]]) -> None:
    assert demo("select id from balance_transactions where net <> amount - fee") == []


def test_an_automatic_payout_is_the_net_of_what_it_settles(demo: Callable[[str], list[Any]]) -> None:
    off = demo("""
        select payouts.id, payouts.amount, sum(settled.net)
        from payouts
        left join payout_balance_transactions as links on links.payout_id = payouts.id
        left join balance_transactions as settled
            on settled.id = links.balance_transaction_id and settled.id <> payouts.balance_transaction_id
        where automatic
        group by all
        having payouts.amount is distinct from sum(settled.net)""")

    assert off == []


def test_nothing_is_settled_twice_or_before_it_happened(demo: Callable[[str], list[Any]]) -> None:
    assert (
        demo("""
        select balance_transaction_id from payout_balance_transactions group by all having count(*) > 1""")
        == []
    )
    assert (
        demo("""
        select settled.id
        from payout_balance_transactions as links
        join payouts on payouts.id = links.payout_id
        join balance_transactions as settled on settled.id = links.balance_transaction_id
        where settled.created > payouts.created or settled.available_on > payouts.created
            or settled.currency <> payouts.currency""")
        == []
    )


def test_automatic_payouts_leave_on_weekdays(demo: Callable[[str], list[Any]]) -> None:
    assert demo("select id from payouts where automatic and isodow(created) > 5") == []


def test_the_money_of_a_failed_payout_is_paid_again_later(demo: Callable[[str], list[Any]]) -> None:
    failed = demo("select count(*) from payouts where status = 'failed'")
    again = demo("""
        select count(*)
        from payouts as failed
        join payout_balance_transactions as links
            on links.balance_transaction_id = failed.failure_balance_transaction_id
        join payouts as later on later.id = links.payout_id
        where failed.status = 'failed' and later.created > failed.arrival_date""")

    assert again == failed
    assert failed[0][0] >= 3


def test_a_payout_moves_its_own_amount(demo: Callable[[str], list[Any]]) -> None:
    assert (
        demo("""
        select payouts.id
        from payouts
        left join balance_transactions as moved on moved.id = payouts.balance_transaction_id
        where moved.source is distinct from payouts.id or moved.amount <> -payouts.amount""")
        == []
    )
    assert demo("select distinct automatic, status, method from payouts order by all") == [
        (False, "canceled", "instant"),
        (False, "paid", "instant"),
        (True, "failed", "standard"),
        (True, "in_transit", "standard"),
        (True, "paid", "standard"),
    ]


def test_references_lead_somewhere(demo: Callable[[str], list[Any]]) -> None:
    references = {
        "charges.balance_transaction_id": "balance_transactions",
        "charges.customer_id": "customers",
        "charges.payment_intent_id": "payment_intents",
        "charges.payment_method_id": "payment_methods",
        "charges.card_id": "cards",
        "charges.invoice_id": "invoices",
        "charges.transfer_id": "transfers",
        "refunds.charge_id": "charges",
        "refunds.balance_transaction_id": "balance_transactions",
        "disputes.charge_id": "charges",
        "disputes.balance_transaction_id": "balance_transactions",
        "invoices.subscription_id": "subscriptions",
        "invoices.charge_id": "charges",
        "subscriptions.latest_invoice_id": "invoices",
        "subscriptions.customer_id": "customers",
        "transfers.destination_id": "accounts",
        "transfers.balance_transaction_id": "balance_transactions",
        "payment_methods.customer_id": "customers",
        "credit_notes.invoice_id": "invoices",
        "tax_transactions.invoice_id": "invoices",
        "tax_transactions.credit_note_id": "credit_notes",
        "tax_transactions.refund_id": "refunds",
        "revenue_entries.charge_id": "charges",
        "revenue_entries.invoice_id": "invoices",
        "revenue_entries.refund_id": "refunds",
        "account_balances.account": "accounts",
    }

    for reference, table in references.items():
        source, column = reference.split(".")
        dangling, given = demo(f"""
            select count(*) filter (where {column} not in (select id from {table})), count({column}) from {source}""")[
            0
        ]
        assert (reference, dangling, given > 0) == (reference, 0, True)


def test_the_demo_loads(books: Books, demos: dict[bool, list[LedgerSource]]) -> None:
    outcome = books.load_all(demos[False])

    assert [file.table for file in outcome.files] == list(DEMO_TABLES)
    assert all(file.inserted == file.rows > 0 for file in outcome.files)
    assert {"acct_platform"} < outcome.owners


@pytest.mark.parametrize("size", [50, 5_000])
def test_a_ledger_has_about_the_size_that_is_asked_for(tmp_path: Path, size: int) -> None:
    sources = write_ledger(tmp_path, seed=3, livemode=False, balance_transactions=size, start=date(2024, 2, 1), days=90)

    [(rows,)] = duckdb.execute(f"select count(*) from '{sources[0].path}'").fetchall()

    assert rows == pytest.approx(size, rel=0.1)


def test_the_taxes_of_a_sale_are_part_of_what_was_paid(demo: Callable[[str], list[Any]]) -> None:
    assert (
        demo("""
            select line_item_id
            from (
                select
                    line_item_id,
                    any_value(subtotal) + sum(tax_amount) as parts,
                    any_value(metadata->>'order_id') as number
                from tax_transactions
                where type in ('invoice', 'payment_intent')
                group by line_item_id
            )
            join payment_intents on payment_intents.metadata->>'order_id' = number
            where parts <> payment_intents.amount""")
        == []
    )


def test_every_tax_is_the_rate_of_what_is_taxed_and_adds_up(demo: Callable[[str], list[Any]]) -> None:
    assert (
        demo("""
            select id
            from tax_transactions
            where abs(tax_amount - taxable_amount * coalesce(tax_rate, '0')::decimal(18, 5)) > 1
                or total <> taxable_amount + non_taxable_amount + tax_amount""")
        == []
    )


def test_what_is_deferred_is_earned_or_will_be(demo: Callable[[str], list[Any]]) -> None:
    [(deferred, earned)] = demo("""
        select
            sum(amount) filter (where credit = 'DeferredRevenue'),
            sum(amount) filter (where debit = 'DeferredRevenue')
        from revenue_entries""")

    assert deferred * 0.9 < earned <= deferred


def test_a_disk_that_takes_no_demo_ledger_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "payouts.parquet").mkdir()

    with pytest.raises(StoreUnavailable, match="The demo ledger cannot be written into "):
        write_demo(tmp_path, livemode=False)
