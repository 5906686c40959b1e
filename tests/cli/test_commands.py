"""The commands as typed: results on stdout, errors on stderr as one sentence, the right exit code."""

from __future__ import annotations

import argparse
import io
import re
import shutil
from pathlib import Path

import pytest
from eventsourcing.persistence import StoredEvent

from application.log.idempotency_records import Append
from interfaces.cli.commands.serve import _share
from interfaces.cli.dispatch import COMMANDS, _module, function_name
from interfaces.settings import Settings
from tests.cli.conftest import Cli
from tests.support.small_ledger import write_small_ledger
from tests.support.stores import stores_in


def test_every_command_shows_help_with_an_example(reportrun: Cli) -> None:
    for command in COMMANDS:
        code, out, _ = reportrun(command, "--help")

        assert code == 0
        assert "Example: " in out and f"reportrun {command}" in out


def test_every_action_shows_help_with_an_example(reportrun: Cli) -> None:
    actions = [(command, action) for command in COMMANDS for action in _actions_of(command)]

    assert ("keys", "revoke") in actions and ("ledger", "repair") in actions
    for command, action in actions:
        code, out, _ = reportrun(command, action, "--help")

        assert code == 0
        assert f"Example: reportrun {command} {action}" in out


def _actions_of(command: str) -> list[str]:
    parser = argparse.ArgumentParser()
    getattr(_module(command), f"add_{function_name(command)}")(parser)
    choices = (action.choices for action in parser._actions if action.dest == "action")
    return [name for names in choices for name in names or ()]


def test_help_lists_every_command_with_the_first_line_of_its_help(reportrun: Cli) -> None:
    code, out, _ = reportrun("--help")

    listed = " ".join(out.split())
    assert code == 0
    for command in COMMANDS:
        docstring = getattr(_module(command), function_name(command)).__doc__
        assert f"{command} {docstring.splitlines()[0]}" in listed


def test_wrong_usage_is_exit_code_2(reportrun: Cli) -> None:
    assert reportrun("wat")[0] == 2
    assert reportrun("keys")[0] == 2
    assert reportrun("run", "balance.summary.1", "--interval-start", "yesterday")[0] == 2


def test_a_created_key_is_alone_on_stdout_and_nowhere_to_be_seen_again(reportrun: Cli) -> None:
    code, out, err = reportrun("keys", "create", "--mode", "live")

    assert code == 0
    assert re.fullmatch(r"sk_live_[0-9A-Za-z]{48}\n", out)
    assert "key_" in err and out.strip() not in err
    listed = reportrun("keys", "list")[1]
    assert out.strip() not in listed
    assert f"*{out.strip()[-4:]}" in listed


def test_a_revoked_key_is_listed_as_revoked_and_cannot_be_revoked_again(reportrun: Cli) -> None:
    key_id = re.search(r"key_\w+", reportrun("keys", "create")[2])
    assert key_id

    first = reportrun("keys", "revoke", key_id[0])
    second = reportrun("keys", "revoke", key_id[0])

    assert first[:2] == (0, f"{key_id[0]} is revoked.\n")
    assert second == (1, "", f"reportrun: {key_id[0]} has been revoked before.\n")
    assert "revoked 20" in reportrun("keys", "list")[1]


def test_an_unknown_key_account_or_run_is_told_in_one_sentence(reportrun: Cli) -> None:
    reportrun("accounts", "list")

    assert reportrun("keys", "revoke", "key_nope") == (1, "", "reportrun: No such API key: 'key_nope'\n")
    assert reportrun("history", "frr_nope") == (1, "", "reportrun: No such report run: 'frr_nope'\n")
    assert reportrun("keys", "create", "--account", "acct_nope")[0] == 1


@pytest.mark.parametrize(
    "words",
    [
        ("keys", "list"),
        ("keys", "revoke", "key_1"),
        ("history", "frr_1"),
        ("rebuild",),
        ("files", "sweep"),
        ("backup", "a.backup"),
        ("run", "balance.summary.1"),
    ],
    ids=lambda words: words[0],
)
def test_a_mistyped_data_folder_is_told_and_not_made(reportrun: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    code, out, err = reportrun(*words, "--data", str(tmp_path / "mistyped"))

    assert (code, out) == (1, "")
    assert err.startswith(f"reportrun: There is no installation in {tmp_path / 'mistyped'}. ")
    assert not (tmp_path / "mistyped").exists()


def test_the_data_folder_may_stand_before_or_behind_an_action(reportrun: Cli, tmp_path: Path) -> None:
    place = str(tmp_path / "elsewhere")
    assert reportrun("keys", "create", "--data", place)[0] == 0

    assert reportrun("keys", "list", "--data", place) == reportrun("keys", "--data", place, "list")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("account", ["ledger_test", "acct_", "acct_a b", "installation"])
def test_rows_cannot_belong_to_what_is_no_account(reportrun: Cli, tmp_path: Path, account: str) -> None:
    path = write_small_ledger(tmp_path)["payouts"]

    assert reportrun("load", "payouts", str(path), "--account", account) == (
        1,
        "",
        f"reportrun: {account!r} is no account. Accounts are acct_ and letters, digits or underscores.\n",
    )


def test_a_report_of_an_unknown_account_is_refused(loaded: Cli) -> None:
    assert loaded("run", "balance.summary.1", "--account", "acct_nobody")[::2] == (
        1,
        "reportrun: No such account: 'acct_nobody'\n",
    )


def test_a_file_that_cannot_be_put_anywhere_is_told_before_the_report_is_made(loaded: Cli, tmp_path: Path) -> None:
    out = tmp_path / "nowhere" / "a.csv"

    assert loaded("run", "balance.summary.1", "--out", str(out)) == (
        1,
        "",
        f"reportrun: There is no folder {out.parent} to put the file into.\n",
    )
    assert loaded("backup", str(out))[::2] == (1, f"reportrun: There is no folder {out.parent} to put a backup into.\n")


@pytest.mark.parametrize(
    ("name", "value", "right"),
    [
        ("ATTEMPTS", "0", "Give 1 or more."),
        ("ATTEMPTS", "many", "Give a whole number, 0 or more."),
        ("DATABASE_POOL_SIZE", "0", "Give 1 or more."),
        ("ENGINE_MEMORY_MIB", "64", "Give 128 or more."),
        ("LEASE_SECONDS", "0", "Give a number of seconds above 0."),
        ("LOG_LEVEL", "loud", "Give debug, info, warning or error."),
        ("PUBLIC_URL", "reports.example.com", "Give an address that begins with http:// or https://."),
        ("TIMESTAMP_URL", "timestamps.example.com", "Give an address that begins with http:// or https://."),
        ("TIMESTAMP_TIMEOUT_SECONDS", "0", "Give a number of seconds above 0."),
        ("LEDGER_URL", "gs://bucket/ledger", "Give a folder, or an address that begins with s3://."),
        ("FILES_URL", "http://files", "Give a folder, or an address that begins with s3://."),
        ("TOTAL_ROWS", "yes", "Give 1 or 0."),
    ],
)
def test_a_setting_that_makes_no_sense_is_refused_with_what_would(
    reportrun: Cli, monkeypatch: pytest.MonkeyPatch, name: str, value: str, right: str
) -> None:
    monkeypatch.setenv(f"REPORTRUN_{name}", value)

    code, out, err = reportrun("doctor")

    assert (code, out) == (1, "")
    assert re.match(rf"reportrun: REPORTRUN_{name} is '?{value}'?\. ", err)
    assert err.endswith(f"{right}\n")


def test_a_live_only_type_outside_the_catalogue_is_refused(loaded: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTRUN_LIVE_ONLY_TYPES", "wat.1")

    assert loaded("run", "balance.summary.1")[::2] == (
        1,
        "reportrun: REPORTRUN_LIVE_ONLY_TYPES: wat.1 is not in the catalogue of report types.\n",
    )


def test_the_platform_account_is_made_once(reportrun: Cli) -> None:
    first = reportrun("accounts", "list")[1]
    second = reportrun("accounts", "list")[1]

    assert first == second
    assert len(re.findall(r"^acct_\w+", first, re.MULTILINE)) == 1


def test_a_loaded_file_is_reported_and_loading_it_again_changes_nothing(reportrun: Cli, tmp_path: Path) -> None:
    path = write_small_ledger(tmp_path)["balance_transactions"]

    first = reportrun("load", "balance_transactions", str(path))
    second = reportrun("load", "balance_transactions", str(path))

    assert first[0] == second[0] == 0
    assert first[1].splitlines()[-1] == (
        "The test ledger is now at version 2, data from 2025-01-01 00:00:00 UTC through 2025-02-01 00:00:00 UTC."
    )
    assert second[1].splitlines()[-1].startswith("The test ledger is unchanged at version 2")


def test_a_folder_is_loaded_by_the_names_of_its_files(founded: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    write_small_ledger(folder)
    (folder / "unknown_table.csv").write_text("id\n1\n")

    code, out, err = founded("load", str(folder))

    assert code == 0
    assert "balance_transactions" in out and "payouts" in out
    assert err == (
        "unknown_table.csv is left out: no table is named so.\n"
        "No balance transaction is linked to a payout, so reports of payout reconciliation have no rows. Payout "
        "reconciliation needs payout_balance_transactions, or payout_id on balance transactions.\n"
    )


def test_standard_input_is_loaded_by_a_dash(founded: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"id,created\ncus_1,1\n")))

    code, out, err = founded("load", "customers", "-")

    assert (code, err) == (0, "")
    assert re.search(r"customers +standard input +1 ", out)


def test_a_row_beyond_a_year_ahead_is_warned_of_and_does_not_widen_the_window(founded: Cli, tmp_path: Path) -> None:
    header = "id,amount,fee,net,currency,created,available_on,type"
    now, later = "txn_1,1000,0,1000,usd,2025-01-01,2025-01-02,charge", "txn_2,5,0,5,usd,2999-01-01,2999-01-02,charge"
    (tmp_path / "both.csv").write_text(f"{header}\n{now}\n{later}\n")
    (tmp_path / "later.csv").write_text(f"{header}\n{later}\n")

    alone = founded("load", "balance_transactions", str(tmp_path / "later.csv"), "--mode", "live")
    together = founded("load", "balance_transactions", str(tmp_path / "both.csv"))

    warning = "1 row is dated more than a year ahead. Such rows are loaded, but they do not widen the data window.\n"
    assert (alone[0], alone[2]) == (together[0], together[2]) == (0, warning)
    assert "data from" not in alone[1]
    assert "data from 2025-01-01 00:00:00 UTC through 2025-01-02 00:00:00 UTC" in together[1]


def test_a_broken_file_loads_nothing_and_is_named_with_row_and_column(reportrun: Cli, tmp_path: Path) -> None:
    path = write_small_ledger(tmp_path)["balance_transactions"]
    lines = path.read_text().splitlines()
    lines[20] = lines[20].replace("1000", "10.5", 1)
    path.write_text("\n".join(lines))

    code, out, err = reportrun("load", "balance_transactions", str(path))

    assert (code, out) == (1, "")
    assert err.startswith("reportrun: balance_transactions.csv, row 20, column amount: ")
    assert "ledger_test" not in reportrun("doctor")[1]


def test_complete_through_sets_the_end_of_the_data(reportrun: Cli, tmp_path: Path) -> None:
    path = write_small_ledger(tmp_path)["balance_transactions"]

    out = reportrun("load", "balance_transactions", str(path), "--complete-through", "2025-02-10")[1]

    assert out.splitlines()[-1].endswith("data from 2025-01-01 00:00:00 UTC through 2025-02-10 00:00:00 UTC.")


def test_a_load_says_what_it_counted_and_which_columns_nothing_reads(founded: Cli, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text("id,created,balance,deleted,_dlt_id\ncus_1,1,0,f,a\ncus_1,1,0,f,b\ncus_2,,0,t,c\n")

    code, out, err = founded("load", "customers", str(path))
    strict = founded("load", "customers", str(path), "--strict")

    assert (code, err) == (0, "")
    assert out.splitlines()[:-1] == [
        "table      file      rows  new  changed  same  repeated  deleted",
        "customers  rows.csv  3     1    0        0     1         1",
        "rows.csv: Nothing reads the columns balance.",
        "rows.csv: Bookkeeping of a connector, not read: _dlt_id.",
    ]
    assert strict[0] == 1 and "rows.csv: Nothing reads the columns balance." in strict[2]


def test_an_account_column_of_the_file_names_the_owners_of_its_rows(reportrun: Cli, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(
        "id,account,amount,fee,net,currency,created,available_on,type\n"
        "txn_1,,1000,0,1000,usd,2025-01-01,2025-01-02,charge\n"
        "txn_2,acct_seller,1000,0,1000,usd,2025-01-01,2025-01-02,charge\n"
    )
    reportrun("load", "balance_transactions", str(path))

    code, out, _ = reportrun(
        "run",
        "connected_account_balance_change_from_activity.itemized.2",
        "--param",
        "columns=balance_transaction_id,connected_account",
    )

    assert code == 0
    assert out.splitlines()[1:] == ['"txn_2","acct_seller"']


def test_complete_from_sets_the_start_of_the_data(reportrun: Cli, tmp_path: Path) -> None:
    path = write_small_ledger(tmp_path)["balance_transactions"]

    out = reportrun("load", "balance_transactions", str(path), "--complete-from", "2024-12-01")[1]

    assert out.splitlines()[-1].endswith("data from 2024-12-01 00:00:00 UTC through 2025-02-01 00:00:00 UTC.")


def test_a_ledger_cannot_be_complete_from_after_its_end(reportrun: Cli, tmp_path: Path) -> None:
    path = write_small_ledger(tmp_path)["balance_transactions"]

    code, _, err = reportrun(
        "load", "balance_transactions", str(path), "--complete-from", "2025-02-02", "--complete-through", "2025-02-01"
    )

    assert code == 1
    assert err.startswith("reportrun: The ledger cannot be complete from 2025-02-02 00:00:00 UTC through 2025-02-01")


def test_a_report_is_made_here_and_now(loaded: Cli, tmp_path: Path) -> None:
    code, out, err = loaded("run", "balance.summary.1")

    assert code == 0
    assert out == (
        '"category","description","net_amount","currency"\n'
        '"starting_balance","Starting balance (2025-01-01)","0.00","usd"\n'
        '"activity","Activity","287.71","usd"\n'
        '"payouts","Total payouts","-50.00","usd"\n'
        '"ending_balance","Ending balance (2025-01-31)","237.71","usd"\n'
    )
    assert err.startswith("frr_")


def test_a_report_can_go_into_a_file(loaded: Cli, tmp_path: Path) -> None:
    target = tmp_path / "out.csv"

    code, out, err = loaded(
        "run", "balance.summary.1", "--interval-start", "2025-01-02", "--param", "columns=net_amount,category",
        "--out", str(target),
    )  # fmt: skip

    assert (code, out) == (0, "")
    assert target.read_text().splitlines()[0] == '"net_amount","category"'
    assert "sha256" in err


def test_a_report_outside_the_data_is_refused_with_a_remedy(loaded: Cli) -> None:
    code, out, err = loaded("run", "balance.summary.1", "--interval-end", "2026-01-01")

    assert (code, out) == (1, "")
    assert err == (
        "reportrun: Data for the report type balance.summary.1 is only available through 2025-02-01 00:00:00 UTC; "
        "you requested `interval_end` = 2026-01-01 00:00:00 UTC. If no rows are missing until then, `reportrun ledger "
        "complete --through 2026-01-01T00:00:00Z` says so.\n"
    )
    to_come = loaded("run", "balance.summary.1", "--interval-end", "2299-01-01")[2]
    assert to_come.endswith("you requested `interval_end` = 2299-01-01 00:00:00 UTC.\n")


def test_a_file_is_made_again_byte_for_byte_from_the_data_of_then(loaded: Cli, tmp_path: Path) -> None:
    _, before, err = loaded("run", "balance_change_from_activity.itemized.1")
    run_id = err.split()[0]
    changed = tmp_path / "balance_transactions.csv"
    changed.write_text(changed.read_text().replace(",1000,59,941,", ",2000,59,1941,"))
    loaded("load", "balance_transactions", str(changed))

    now = loaded("run", "balance_change_from_activity.itemized.1")[1]
    code, again, said = loaded("run", "--as-of-run", run_id)

    assert now != before
    assert (code, again) == (0, before)
    assert said.startswith("The same, byte for byte: sha256 ")


def test_a_file_that_another_engine_makes_again_is_said_to_be_so(loaded: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    code, made, said = loaded("run", "balance.summary.1")
    run_id = said.split()[0]
    monkeypatch.setattr("interfaces.engine.duckdb.engine.DuckDbEngine.name", "spark 4.2.0")

    again = loaded("run", "--as-of-run", run_id)

    assert again[:2] == (code, made)
    assert re.search(r"It was made by duckdb \S+ then, and by spark 4\.2\.0 now\.", again[2])


def test_a_report_that_is_stopped_by_hand_is_cancelled_and_not_left_pending(
    loaded: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def ctrl_c(*_: object, **__: object) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr("interfaces.engine.duckdb.engine.DuckDbEngine.write_csv", ctrl_c)

    code, out, err = loaded("run", "balance.summary.1", "--out", str(tmp_path / "out.csv"))

    assert (code, out) == (1, "")
    assert err.endswith("reportrun: Stopped; nothing was left half done.\n")
    last = loaded("history", err.split()[0])[1].splitlines()[-1]
    assert "report_run.failed" in last and "stopped by the person who asked for it" in last
    assert not (tmp_path / "out.csv").exists()


def test_a_run_without_a_result_cannot_be_made_again(reportrun: Cli) -> None:
    reportrun("accounts", "list")
    assert reportrun("run", "--as-of-run", "frr_nope")[::2] == (
        1,
        "reportrun: No such report run with a result: 'frr_nope'\n",
    )


def test_the_history_of_a_run_shows_every_event_with_time_actor_and_data(loaded: Cli) -> None:
    run_id = loaded("run", "balance.summary.1")[2].split()[0]

    lines = loaded("history", run_id)[1].splitlines()

    assert [line.split()[0] for line in lines] == ["1", "2", "3"]
    assert [line.split()[3] for line in lines] == [
        "report_run.created",
        "report_run.attempt_started",
        "report_run.succeeded",
    ]
    assert all(re.match(r"\d  20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z  cli:\S+  ", line) for line in lines)
    assert '"ledger_version":3' in lines[1] and '"sha256":"' in lines[2]


def test_the_history_of_the_ledger_says_from_which_files_it_was_made(loaded: Cli) -> None:
    lines = loaded("history", "ledger_test")[1].splitlines()

    assert [line.split()[3] for line in lines] == ["ledger.opened", "ledger.loaded", "ledger.loaded"]
    assert '"file":"balance_transactions.csv"' in lines[1] and '"sha256":"' in lines[1]


def test_an_event_of_a_newer_version_is_shown_with_its_topic(loaded: Cli, tmp_path: Path) -> None:
    run_id = loaded("run", "balance.summary.1")[2].split()[0]
    state = b'{"timestamp":"2026-11-26T12:00:00+00:00","actor":"key_1","verdict":"good"}'
    with stores_in(tmp_path / "data") as stores:
        stores.store.recorder.append([Append([StoredEvent(run_id, 4, "report_run.reviewed", state)])])

    last = loaded("history", run_id)[1].splitlines()[-1]

    assert last == '4  2026-11-26T12:00:00.000Z  key_1  report_run.reviewed  {"verdict":"good"}'


def test_views_are_rebuilt_and_show_the_same(loaded: Cli) -> None:
    loaded("run", "balance.summary.1")
    before = loaded("keys", "list"), loaded("accounts", "list")

    code, out, _ = loaded("rebuild")

    assert code == 0
    assert out.startswith(
        "Rebuilt runs, files, api_keys, accounts, ledgers, data_windows, webhook_endpoints, file_links from the log up "
    )
    assert (loaded("keys", "list"), loaded("accounts", "list")) == before


def test_the_doctor_finds_a_good_installation_good(loaded: Cli) -> None:
    loaded("keys", "create")

    code, out, _ = loaded("doctor")

    assert code == 0
    assert "wrong" not in out
    assert "good  The test ledger is at version 3" in out
    assert "look  The live ledger is empty." in out


def test_the_doctor_names_what_is_missing_and_how_to_mend_it(loaded: Cli, tmp_path: Path) -> None:
    for file in (tmp_path / "data" / "ledger").rglob("*.parquet"):
        file.unlink()

    code, out, _ = loaded("doctor", "--deep")

    assert code == 1
    wrong = (
        r"^wrong The test ledger lacks 2 files as they were written, such as .*\.parquet: "
        r"versions 2, 3 cannot be read\. "
        r"Load again, in this order: balance_transactions balance_transactions\.csv, payouts payouts\.csv\. "
        r"Until then `reportrun ledger repair` goes back to what can be read\.$"
    )
    assert re.search(wrong, out, re.MULTILINE), out


def test_the_summary_of_doctor_names_files_that_the_current_version_lacks(loaded: Cli, tmp_path: Path) -> None:
    (gone,) = (tmp_path / "data" / "ledger" / "test" / "payouts").rglob("*.parquet")
    gone.unlink()

    code, out, _ = loaded("doctor")

    assert code == 1
    assert (
        f"wrong The test ledger lacks a file as it was written, {gone}: its current version cannot be read. "
        "`reportrun doctor --deep` says what to load again."
    ) in out


@pytest.mark.parametrize("words", [("doctor",), ("doctor", "--deep")])
def test_a_data_file_that_a_link_to_elsewhere_has_replaced_is_damaged(
    loaded: Cli, tmp_path: Path, words: tuple[str, ...]
) -> None:
    file = next((tmp_path / "data" / "ledger" / "test" / "balance_transactions").rglob("*.parquet"))
    file.symlink_to(shutil.move(file, tmp_path / "elsewhere.parquet"))

    code, out, _ = loaded(*words)
    ran, _, said = loaded("run", "balance.summary.1", "--month", "2025-01")

    assert code == 1
    assert f"wrong The test ledger lacks a file as it was written, {file}: " in out
    assert ran == 1
    assert said.endswith("reportrun: The ledger's data could not be read.\n")


def test_a_ledger_with_a_row_that_would_be_too_late_today_works(
    reportrun: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = tmp_path / "never.csv"
    never.write_text(
        "id,amount,fee,net,currency,created,available_on,type\n"
        "txn_1,1000,0,1000,usd,2025-01-01,2025-01-02,charge\n"
        "txn_2,500,0,500,usd,9999-12-31 23:59:59,9999-12-31 23:59:59,charge\n"
    )
    with monkeypatch.context() as earlier:
        earlier.setattr("interfaces.ledger.checks.conversions.LATEST", 253_402_300_800)
        earlier.setattr("domain.ledger.availability.LATEST", 253_402_300_800)
        earlier.setattr("application.ledger.loading.HORIZON_SECONDS", 253_402_300_800)
        loaded = reportrun("load", "balance_transactions", str(never))

    assert "(ValueError)" in loaded[2]  # the rows were in by then, and their window could not be printed
    doctor = reportrun("doctor")
    code, summary, _ = reportrun("run", "balance.summary.1", "--param", "timezone=Pacific/Kiritimati")

    assert doctor[0] == 0
    assert "from 2025-01-01 00:00:00 UTC through 9999-12-31 00:00:00 UTC" in doctor[1]
    assert code == 0
    assert '"Ending balance (9999-12-31)","10.00","usd"' in summary


def test_the_doctor_says_when_there_is_nothing_yet(reportrun: Cli) -> None:
    code, out, _ = reportrun("doctor")

    assert code == 1
    assert out.startswith("wrong There is no data folder")


def test_a_setting_that_cannot_be_used_is_named(reportrun: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTRUN_ATTEMPTS", "many")

    assert reportrun("doctor") == (1, "", "reportrun: REPORTRUN_ATTEMPTS is 'many'. Give a whole number, 0 or more.\n")


def test_an_event_log_that_is_no_database_is_told_in_one_sentence(reportrun: Cli, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "events.db").write_bytes(b"this is not a database, whatever its name says" * 100)

    code, out, err = reportrun("keys", "list")

    assert (code, out) == (1, "")
    assert err.startswith("reportrun: The store in ") and err.count("\n") == 1


def test_workers_share_the_cores_and_the_memory_unless_threads_are_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 8)
    settings = Settings(engine_memory_mib=1024)

    shares = [_share(settings, workers) for workers in (0, 1, 2, 16)]

    assert [share.engine_threads for share in shares] == [8, 8, 4, 1]
    assert [share.engine_memory_mib for share in shares] == [1024, 1024, 512, 128]
    assert _share(Settings(engine_threads=3), 2).engine_threads == 3


def test_the_category_filter_takes_every_category_that_a_summary_prints(reportrun: Cli, tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    types = ("charge", "payout_minimum_balance_hold", "balance_transfer_inbound", "chrage")
    rows = [f"txn_{n},1000,0,1000,usd,2025-01-01,2025-01-02,{type}\n" for n, type in enumerate(types)]
    path.write_text("id,amount,fee,net,currency,created,available_on,type\n" + "".join(rows))
    reportrun("load", "balance_transactions", str(path))
    summary = reportrun("run", "balance_change_from_activity.summary.1", "--param", "columns=reporting_category")[1]
    printed = [line.strip('"') for line in summary.splitlines()[1:-1]]

    filtered = {
        category: reportrun(
            "run",
            "balance_change_from_activity.itemized.2",
            *("--param", f"reporting_category={category}"),
            *("--param", "columns=reporting_category"),
        )
        for category in printed
    }

    assert printed == ["charge", "chrage", "other_adjustment", "payout_minimum_balance_hold"]
    assert {category: out for category, (_, out, _) in filtered.items()} == {
        category: f'"reporting_category"\n"{category}"\n' for category in printed
    }
    code, _, err = reportrun("run", "balance_change_from_activity.itemized.2", "--param", "reporting_category=charges")
    assert code == 1 and "Invalid reporting_category" in err
