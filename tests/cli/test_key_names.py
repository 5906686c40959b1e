"""The name of a key is shown where the key is."""

from __future__ import annotations

import re

from tests.cli.conftest import Cli


def test_the_name_of_a_key_is_in_the_list_and_in_its_history(reportrun: Cli) -> None:
    _, secret, remark = reportrun("keys", "create", "--name", "Nightly export")
    reportrun("keys", "create")
    key = re.findall(r"key_\w+", remark)[0]

    heading, *lines = reportrun("keys", "list")[1].splitlines()

    assert re.split(r"  +", heading) == ["id", "name", "key", "account", "created", "state"]
    names = dict(re.split(r"  +", line)[:2] for line in lines)  # keys of one second come in any order
    assert len(names) == 2
    assert names.pop(key) == "Nightly export"
    assert [*names.values()] == ["-"]
    history = reportrun("history", key)[1]
    assert '"name":"Nightly export"' in history
    assert '"secret_sha256":"[redacted]"' in history
    assert secret.strip() not in reportrun("keys", "list")[1]


def test_a_name_that_cannot_be_shown_or_is_too_long_is_refused(reportrun: Cli) -> None:
    assert reportrun("keys", "create", "--name", "a\nb")[0] == 2

    code, out, err = reportrun("keys", "create", "--name", "n" * 101)

    assert (code, out) == (1, "")
    assert err == "reportrun: The name of the key has 101 characters; at most 100 are allowed.\n"


def test_help_says_which_permission_is_enough_to_ask_for_a_report(reportrun: Cli) -> None:
    help = " ".join(reportrun("keys", "create", "--help")[1].split())

    assert "report_runs_and_report_types_read is enough to ask for a report" in help
    assert "report_runs_read_only (not one of Stripe's) is not" in help
