"""The identities of reports hold on a server, and each report of them has the bytes that DuckDB gives it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interfaces.engine.spark.engine import SparkEngine
from interfaces.engine.spark.server_address import ServerAddress
from tests.engine import test_identities, test_identities_of_books, test_identities_of_opening_balances
from tests.engine.drawn_books import balances, entries, instants, movements
from tests.engine.opened_stories import opened_stories
from tests.engine.stories import BOUNDED, stories
from tests.support.delta_copy import DeltaCopy
from tests.support.row_ledger import Reports, SmallLedger
from tests.support.sail import SailProcess

EXAMPLES = 3

Property = Callable[..., None]

IDENTITIES: dict[Property, tuple[st.SearchStrategy[Any], ...]] = {
    test_identities.test_balances_are_those_that_plain_python_finds: (stories(),),
    test_identities.test_the_gross_and_fee_lines_of_balances_add_up_to_the_net_ones: (stories(),),
    test_identities.test_itemized_reports_hold_the_rows_that_plain_python_finds: (stories(),),
    test_identities.test_a_summary_is_the_sum_of_its_rows_and_two_intervals_are_the_one_around_them: (stories(),),
    test_identities_of_books.test_revenue_adds_up_in_every_report: (entries, instants),
    test_identities_of_books.test_the_overview_is_what_plain_python_finds: (balances, movements, st.integers(8, 21)),
    test_identities_of_opening_balances.test_balances_count_on_from_the_opening_balance_and_back_from_it: (
        opened_stories(),
    ),
    test_identities_of_opening_balances.test_a_balance_is_what_waits_with_manual_payouts_and_reversals: (
        opened_stories(),
    ),
}


@pytest.fixture
def on_both(sail: SailProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every report be made by DuckDB, then on Sail, and the files be compared."""
    on_duckdb = Reports.csv

    def csv(self: Reports, *asked: Any, **parameters: Any) -> str:
        expected = on_duckdb(self, *asked, **parameters)
        found = on_duckdb(_on_sail(self, sail), *asked, **parameters)
        assert found == expected
        return expected

    monkeypatch.setattr(Reports, "csv", csv)


def _on_sail(reports: Reports, sail: SailProcess) -> Reports:
    """Reports of the same ledger, made once for each."""
    made: Reports | None = vars(reports).get("on_sail")
    if made is None:
        assert isinstance(reports._ledger, SmallLedger)
        folder = reports.target.parent / "sail"
        folder.mkdir()
        copy = DeltaCopy(reports._ledger, folder / "delta")
        made = vars(reports)["on_sail"] = Reports(copy, folder)
        made.engine.close()
        made.writer = SparkEngine(copy, ServerAddress(sail.url))
    return made


@pytest.mark.parametrize("identity", IDENTITIES, ids=lambda identity: identity.__name__.removeprefix("test_"))
def test_an_identity_holds_on_sail(identity: Property, on_both: None) -> None:
    few = settings(BOUNDED, max_examples=EXAMPLES)
    inner: Property = identity.hypothesis.inner_test  # type: ignore[attr-defined]

    few(given(*IDENTITIES[identity])(inner))()


def test_every_identity_is_among_them() -> None:
    modules = (test_identities, test_identities_of_books, test_identities_of_opening_balances)
    found = {
        one
        for module in modules
        for name, one in vars(module).items()
        if name.startswith("test_") and hasattr(one, "hypothesis")
    }

    assert set(IDENTITIES) == found
