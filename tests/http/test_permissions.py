"""What a restricted key may do."""

from __future__ import annotations

import pytest

from domain.access.caller import Caller, Scope
from domain.errors import PermissionMissing


def caller(*permissions: str) -> Caller:
    return Caller(Scope("acct_1", livemode=False), "key_1", "rk_test_****1234", frozenset(permissions))


@pytest.mark.parametrize("held", ["file_read", "file_write", "rak_file_read", "rak_file_write"])
def test_permission_to_read_or_write_files_allows_reading(held: str) -> None:
    caller("charge_read", held).must_have("file_read")


@pytest.mark.parametrize("held", [(), ("charge_read",), ("file",), ("report_runs_and_report_types_write",)])
def test_other_permissions_do_not(held: tuple[str, ...]) -> None:
    with pytest.raises(PermissionMissing, match="Having the 'rak_file_read' permission would allow this request"):
        caller(*held).must_have("file_read")


@pytest.mark.parametrize(("held", "allowed"), [("file_read", True), ("rak_file_write", True), ("event_read", False)])
def test_whether_a_key_may_do_something_is_known_without_an_error(held: str, allowed: bool) -> None:
    assert caller(held).may("file_read") is allowed


def test_a_key_that_is_not_restricted_may_do_everything() -> None:
    Caller(Scope("acct_1", livemode=False), "key_1", "sk_test_****1234").must_have("file_read")
