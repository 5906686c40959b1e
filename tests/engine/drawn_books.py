"""Any books, as hypothesis draws them."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.engine.stories import CURRENCIES, seconds

ACCOUNTS = ("Cash", "Revenue", "DeferredRevenue")
SHOPS = ("acct_a", "acct_b")
BY = {"price": "price_id", "product": "product_id", "customer": "customer_id"}
instants = st.lists(seconds, min_size=3, max_size=3, unique=True).map(sorted)
amounts = st.integers(-(10**7), 10**7) | st.integers(-(2**62), 2**62)
objects = st.sampled_from((None, "one", "two"))
entries = st.lists(
    st.fixed_dictionaries(
        {
            "created": seconds,
            "amount": amounts,
            "currency": st.sampled_from(CURRENCIES),
            "debit": st.sampled_from(ACCOUNTS),
            "credit": st.sampled_from(ACCOUNTS),
            **dict.fromkeys(BY.values(), objects),
        }
    ),
    max_size=20,
)
balances = st.lists(
    st.tuples(st.sampled_from(SHOPS), st.integers(0, 20), st.integers(-(10**6), 10**6)),
    max_size=20,
    unique_by=lambda row: row[:2],
)
movements = st.lists(
    st.tuples(
        st.sampled_from(SHOPS), seconds, st.integers(-(10**6), 0), st.sampled_from(("refund", "dispute", "charge"))
    ),
    max_size=20,
)
