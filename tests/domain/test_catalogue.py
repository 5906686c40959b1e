"""The catalogue of report types."""

from __future__ import annotations

import pytest

from domain.report_types import catalogue


def test_the_catalogue_has_60_types_and_each_finds_its_definition() -> None:
    types = list(catalogue())

    assert len(types) == 60
    assert len({one.id for one in types}) == 60
    assert all(one.id.endswith(f".{one.version}") for one in types)


def test_a_twin_shares_the_definition_of_its_base() -> None:
    twin = catalogue().get("connected_account_balance_change_from_activity.itemized.2")

    assert twin is not None
    assert twin.definition == "balance_change_from_activity.itemized"


def test_default_columns_are_columns_that_can_be_asked_for() -> None:
    for one in catalogue():
        assert [column for column in one.default_columns if not one.has_column(column)] == []


def test_the_setting_replaces_which_types_are_live_only() -> None:
    changed = catalogue().with_live_only(["balance.summary.1"])

    assert [one.id for one in changed if one.live_only] == ["balance.summary.1"]
    assert [one.id for one in catalogue() if one.live_only] == ["balance_change_from_activity.itemized.3"]


def test_a_live_only_type_that_is_unknown_is_refused() -> None:
    with pytest.raises(ValueError, match=r"nope\.1 is not in the catalogue"):
        catalogue().with_live_only(["nope.1"])
