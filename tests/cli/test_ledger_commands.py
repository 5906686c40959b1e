"""`ledger`: what it shows, and declarations of completeness."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

ROWS = "id,amount,fee,net,currency,created,available_on,type\n"
FEBRUARY = ("--interval-start", "2025-02-01", "--interval-end", "2025-03-01")


@pytest.fixture
def two_days(reportrun: Cli, tmp_path: Path) -> Cli:
    """A ledger of two days in February 2025."""
    rows = [f"txn_{day},100,0,100,usd,2025-02-0{day},2025-02-0{day},charge" for day in (2, 3)]
    (tmp_path / "rows.csv").write_text(ROWS + "\n".join(rows), encoding="utf-8")
    assert reportrun("load", "balance_transactions", str(tmp_path / "rows.csv"))[0] == 0
    return reportrun


def cells(out: str) -> list[list[str]]:
    """The cells of what a command printed, the platform's id as `platform`."""
    lines = [re.split(r"  +", line) for line in out.splitlines() if line]
    return [["platform" if re.fullmatch(r"acct_\w{16}", cell) else cell for cell in line] for line in lines]


def test_a_load_of_less_than_a_month_says_how_to_widen_the_window(reportrun: Cli, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(f"{ROWS}txn_1,100,0,100,usd,2025-02-02,2025-02-02,charge\n", encoding="utf-8")
    load = ("load", "balance_transactions", str(tmp_path / "rows.csv"))

    _, out, _ = reportrun(*load)
    _, out_of_month, _ = reportrun(*load, "--complete-from", "2025-02-01", "--complete-through", "2025-03-01")

    *_, hint, _ = out.splitlines()
    assert "--complete-from 2025-02-01 --complete-through 2025-03-01" in hint
    assert "reportrun ledger complete --from 2025-02-01 --through 2025-03-01" in hint
    assert "ledger complete" not in out_of_month


def test_a_quiet_month_can_be_requested_once_it_is_declared_complete(two_days: Cli) -> None:
    refused, _, why = two_days("run", "balance.summary.1", *FEBRUARY)

    code, out, _ = two_days("ledger", "complete", "--from", "2025-02-01", "--through", "2025-03-01")

    assert (refused, code) == (1, 0)
    assert why.endswith(
        " If no rows are missing since then, `reportrun ledger complete --from 2025-02-01T00:00:00Z` says so.\n"
    )
    assert cells(out)[1:] == [
        ["table", "from", "through"],
        ["balance_transactions", "2025-02-01 00:00:00 UTC", "2025-03-01 00:00:00 UTC"],
    ]
    assert '"Ending balance (2025-02-28)","2.00","usd"' in two_days("run", "balance.summary.1", *FEBRUARY)[1]


def test_quiet_accounts_can_be_declared_complete_one_by_one_or_all_together(two_days: Cli) -> None:
    def fits(account: str) -> bool:
        return two_days("run", "balance.summary.1", *FEBRUARY, "--account", account)[0] == 0

    two_days("ledger", "complete", "--account", "acct_quiet", "--from", "2025-02-01", "--through", "2025-03-01")
    two_days("accounts", "list")
    alone = fits("acct_quiet")
    two_days("ledger", "complete", "--account", "acct_other", "--through", "2025-02-20")
    before = fits("acct_other")
    two_days("ledger", "complete", "--all-accounts", "--from", "2025-02-01", "--through", "2025-03-01")

    assert (alone, before, fits("acct_other")) == (True, False, True)


def test_a_declaration_without_a_time_or_with_times_in_disorder_is_refused(two_days: Cli) -> None:
    assert two_days("ledger", "complete")[2] == (
        "reportrun: Say from when or through when the ledger is complete: give --from, --through or both.\n"
    )
    assert "so it cannot be complete through 2025-01-01" in two_days("ledger", "complete", "--through", "2025-01-01")[2]
    assert two_days("ledger", "complete", "--account", "acct_a", "--all-accounts", "--from", "2025-01-01")[0] == 2


def test_a_load_complete_through_a_time_before_its_rows_is_taken_and_says_what_is_missing(
    reportrun: Cli, tmp_path: Path
) -> None:
    (tmp_path / "rows.csv").write_text(f"{ROWS}txn_1,100,0,100,usd,2025-02-02,2025-02-02,charge\n", encoding="utf-8")
    load = ("load", "balance_transactions", str(tmp_path / "rows.csv"), "--complete-through", "2025-02-02")

    code, out, error = reportrun(*load)
    declared = reportrun(*load, "--complete-from", "2025-02-03")

    assert (code, cells(out)[1]) == (0, ["balance_transactions", "rows.csv", "1", "1", "0", "0", "0", "0"])
    assert "holds no whole calendar month: 2025-02-02 through 2025-02-02." in out + error
    assert declared[0] == 1


def test_versions_lists_who_loaded_what_when(two_days: Cli, tmp_path: Path) -> None:
    two_days("load", "payouts", str(_payouts(tmp_path)))
    two_days("ledger", "complete", "--all-accounts", "--through", "2025-02-10")

    code, out, _ = two_days("ledger", "versions")

    headings, *rows = cells(out)
    window = ["2025-02-02 00:00:00 UTC", "2025-02-04 00:00:00 UTC"]
    assert code == 0
    assert headings == [
        *("version", "time", "by", "account", "rows", "new", "changed", "data from", "data through", "files")
    ]
    assert [row[:1] + row[3:] for row in rows] == [
        ["2", "platform", "2", "2", "0", *window, "rows.csv"],
        ["3", "platform", "1", "1", "0", *window, "payouts.csv"],
        ["4", "all accounts", "0", "0", "0", window[0], "2025-02-10 00:00:00 UTC", "(declared complete)"],
    ]
    assert all(row[2].startswith("cli:") for row in rows)


def test_show_lists_the_tables_and_the_window_of_each_account(two_days: Cli, tmp_path: Path) -> None:
    two_days("load", "payouts", str(_payouts(tmp_path)))
    two_days("ledger", "complete", "--account", "acct_quiet", "--from", "2025-02-01", "--through", "2025-03-01")

    code, out, _ = two_days("ledger", "show")

    assert code == 0
    assert sorted(cells(out)[4:]) == [
        ["acct_quiet", "balance_transactions", *["2025-02-01 00:00:00 UTC", "2025-03-01 00:00:00 UTC"] * 2],
        ["platform", "balance_transactions", "2025-02-02 00:00:00 UTC", "2025-02-04 00:00:00 UTC", "-", "-"],
    ]
    assert cells(out)[:4] == [
        ["table", "version", "rows"],
        ["balance_transactions", "1", "2"],
        ["payouts", "1", "1"],
        ["account", "table", "data from", "data through", "declared from", "declared through"],
    ]


def test_small_files_are_merged_into_a_version_that_is_listed(two_days: Cli, tmp_path: Path) -> None:
    two_days("load", "payouts", str(_payouts(tmp_path)))
    (tmp_path / "more.csv").write_text(f"{ROWS}txn_4,100,0,100,usd,2025-02-03,2025-02-03,charge\n", encoding="utf-8")
    two_days("load", "balance_transactions", str(tmp_path / "more.csv"))
    report = two_days("run", "balance.summary.1")

    code, out, _ = two_days("ledger", "compact")

    assert (code, out) == (
        0,
        "The test ledger is now at version 5, with the same rows in 2 files instead of 3. Versions before it stay "
        "readable.\n",
    )
    assert cells(two_days("ledger", "versions")[1])[-1][-1] == "(compacted)"
    assert two_days("run", "balance.summary.1")[1] == report[1]
    assert "unchanged at version 5" in two_days("ledger", "compact")[1]


def test_a_vacuum_asks_before_files_of_runs_cannot_be_made_again(two_days: Cli, tmp_path: Path) -> None:
    _, _, said = two_days("run", "balance.summary.1")
    run_id = said.split()[0]
    (tmp_path / "more.csv").write_text(f"{ROWS}txn_2,900,0,900,usd,2025-02-02,2025-02-02,charge\n", encoding="utf-8")
    two_days("load", "balance_transactions", str(tmp_path / "more.csv"))

    refused, _, why = two_days("ledger", "vacuum", "--keep", "1")
    before = two_days("run", "--as-of-run", run_id)
    done, out, _ = two_days("ledger", "vacuum", "--keep", "1", "--including-pinned")
    after = two_days("run", "--as-of-run", run_id)

    assert (refused, before[0], done, after[0]) == (1, 0, 0, 1)
    assert "1 run has read versions of the test ledger before 3" in why
    assert out == (
        "The test ledger is at version 4, and its versions from 3 on are kept. 1 file was removed, 0.0 MB.\n"
    )
    assert "Version 2 of the test ledger was vacuumed: its versions are kept from 3 on." in after[2]
    versions = two_days("ledger", "versions")[1]
    assert "(vacuumed)" in versions and "Versions before 3 were vacuumed" in versions
    assert two_days("doctor", "--deep")[1].count("wrong") == 0


def test_what_a_vacuum_keeps_is_a_number_of_versions_or_of_days(two_days: Cli) -> None:
    for keep in ("0", "-1", "1w", "d", "٣"):
        code, _, said = two_days("ledger", "vacuum", f"--keep={keep}")
        assert code == 2
        assert "is neither a number of versions, such as 100, nor of days, such as 90d." in said

    assert "versions from 2 on are kept" in two_days("ledger", "vacuum", "--keep", "90d")[1]
    assert two_days("ledger", "vacuum", "--keep", "5", "--mode", "live")[1] == "The live ledger is empty.\n"


def test_a_ledger_without_loads_is_shown_as_empty(two_days: Cli) -> None:
    for action in ("show", "versions"):
        assert two_days("ledger", action, "--mode", "live")[1] == "The live ledger is empty.\n"


def test_a_row_before_an_opening_balance_is_refused_or_ignored_by_choice(two_days: Cli, tmp_path: Path) -> None:
    (tmp_path / "opening.csv").write_text("currency,amount,as_of\nusd,50000,2025-02-03\n", encoding="utf-8")
    load = ("load", "opening_balances", str(tmp_path / "opening.csv"))

    code, _, refusal = two_days(*load)
    _, _, warning = two_days(*load, "--before-opening", "ignore")

    assert code == 1
    assert "1 row counts in the ledger of" in refusal and "--before-opening ignore" in refusal
    assert "balances leave them out, such as txn_2." in warning
    assert '"Starting balance (2025-02-02)","499.00","usd"' in two_days("run", "balance.summary.1")[1]


def _payouts(folder: Path) -> Path:
    path = folder / "payouts.csv"
    path.write_text(
        "id,amount,currency,created,arrival_date,automatic,status\npo_1,5,usd,2025-02-02,2025-02-03,false,paid\n",
        encoding="utf-8",
    )
    return path


def test_a_declaration_names_what_may_be_mistyped(two_days: Cli) -> None:
    known = two_days("ledger", "complete", "--through", "2025-03-01")[2]
    new = two_days("ledger", "complete", "--through", "2025-03-01", "--account", "acct_typo")[2]
    again = two_days("ledger", "complete", "--through", "2299-01-01", "--account", "acct_typo")[2]

    assert (known, new) == ("", "The account acct_typo is new, and is connected to the platform now.\n")
    assert again == (
        "2299-01-01 00:00:00 UTC lies in the future: reports up to then can be asked for now, and lack what is loaded "
        "later.\n"
    )


def test_a_run_without_an_interval_says_over_which_time_it_is(two_days: Cli) -> None:
    _, _, whole = two_days("run", "balance.summary.1")
    _, _, given = two_days("run", "balance.summary.1", "--interval-start", "2025-02-02")

    assert "mode, over all of the data: 2025-02-02 00:00:00 UTC through 2025-02-04 00:00:00 UTC\n" in whole
    assert "all of the data" not in given


def test_what_a_folder_holds_besides_is_named(reportrun: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    (folder / "more").mkdir(parents=True)
    (folder / "balance_transactions.csv").write_text(ROWS + "txn_1,1,0,1,usd,2025-02-02,2025-02-02,charge\n")
    names = ["a.txt", "b.xlsx", "c.pdf", "d.sql", "e.md"]
    for name in names[:1]:
        (folder / name).touch()

    one = reportrun("load", str(folder))[2]
    for name in names:
        (folder / name).touch()
    several = reportrun("load", str(folder))[2]

    assert "a.txt, more are left out: they are no files of a format that can be loaded." in one
    assert "a.txt, b.xlsx, c.pdf, d.sql, e.md and 1 more are left out: they are no files of a format" in several
