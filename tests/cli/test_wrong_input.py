"""Wrong input is refused with what would be right, and not taken for something else."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

REFUSED = [
    (
        ("keys", "create", "--restricted", "nope"),
        "'nope' is not a permission. Give report_runs_and_report_types_read, ",
    ),
    (("worker", "--concurrency", "0"), "'0' is not a whole number from 1 to 256."),
    (("worker", "--concurrency", "100000"), "'100000' is not a whole number from 1 to 256."),
    (("serve", "--workers", "-1"), "'-1' is not a whole number from 0 to 256."),
    (("serve", "--workers", "257"), "'257' is not a whole number from 0 to 256."),
    (("serve", "--deliverers", "17"), "'17' is not a whole number from 0 to 16."),
    (("deliver", "--processes", "0"), "'0' is not a whole number from 1 to 16."),
    (("serve", "--port", "65536"), "'65536' is not a whole number from 0 to 65535."),
    (("serve", "--host", ""), "An empty text is no value."),
    (("run", "balance.summary.1", "--account", ""), "An empty text is no value."),
    (("run", "balance.summary.1", "--out", ""), "An empty text is no value."),
    (("run", "balance.summary.1", "--data", ""), "An empty text is no value."),
    (("run", "--as-of-run", ""), "argument --as-of-run: An empty text is no value."),
    (("run", ""), "argument REPORT_TYPE: An empty text is no value."),
    (("keys", "create", "--account", ""), "An empty text is no value."),
    (("keys", "revoke", ""), "An empty text is no value."),
    (("load", ""), "An empty text is no value."),
    (("load", "payouts", ""), "An empty text is no value."),
    (("load", "payouts", "a.csv", "--account", ""), "An empty text is no value."),
    (("load", "payouts", "a.csv", "--owner-column", " "), "An empty text is no value."),
    (("accounts", "create", "--platform", ""), "An empty text is no value."),
    (("accounts", "create", "--name", "two\nlines"), "'two\\nlines' has control characters, or is not UTF-8."),
    (("accounts", "create", "--name", "\udcff"), "'\\udcff' has control characters, or is not UTF-8."),
    (("history", "\udcff"), "'\\udcff' has control characters, or is not UTF-8."),
]


@pytest.mark.parametrize(("words", "sentence"), REFUSED, ids=lambda value: " ".join(value) if value else "")
def test_a_value_that_makes_no_sense_is_wrong_usage(
    reportrun: Cli, tmp_path: Path, words: tuple[str, ...], sentence: str
) -> None:
    code, out, err = reportrun(*words)

    assert (code, out) == (2, "")
    assert sentence in err.splitlines()[-1]
    assert not (tmp_path / "data").exists()


def test_a_permission_may_be_given_as_errors_name_it(reportrun: Cli) -> None:
    assert reportrun("keys", "create", "--restricted", "rak_file_read", "file_write")[0] == 0

    assert "may: file_read file_write" in reportrun("keys", "list")[1]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--param", "currency=usd", "--param", "currency=eur"), "currency is given twice. Give it once."),
        (
            ("--param", "interval_start=1735689600", "--interval-start", "2025-01-01"),
            "interval_start is given twice. Give it once.",
        ),
        (("--param", "=usd"), "'=usd' is not NAME=VALUE."),
    ],
)
def test_a_parameter_has_a_name_and_is_given_once(loaded: Cli, words: tuple[str, ...], sentence: str) -> None:
    assert loaded("run", "balance.summary.1", *words) == (1, "", f"reportrun: {sentence}\n")


@pytest.mark.parametrize(
    "words", [("--param", "currency=usd"), ("--interval-start", "2025-01-01"), ("--account", "acct_1")]
)
def test_a_run_that_is_made_again_takes_no_other_parameters(loaded: Cli, words: tuple[str, ...]) -> None:
    assert loaded("run", "--as-of-run", "frr_1", *words) == (
        1,
        "",
        f"reportrun: --as-of-run takes what the run itself was asked for. Leave {words[0]} out.\n",
    )


@pytest.mark.parametrize("command", [("keys", "list"), ("demo",), ("worker",), ("serve", "--port", "0"), ("doctor",)])
def test_a_file_in_the_place_of_the_data_folder_is_told(
    reportrun: Cli, tmp_path: Path, command: tuple[str, ...]
) -> None:
    file = tmp_path / "data"
    file.write_text("")

    assert reportrun(*command) == (
        1,
        "",
        f"reportrun: The data folder {file} is not a folder. --data or REPORTRUN_DATA names another.\n",
    )


def test_workers_do_not_start_where_none_can_work(reportrun: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    assert reportrun("worker", "--data", "/proc/nowhere")[::2] == (
        1,
        "reportrun: There is no installation in /proc/nowhere. `reportrun demo` and `reportrun serve` make one; --data "
        "names another folder.\n",
    )

    reportrun("accounts", "list")
    monkeypatch.setenv("REPORTRUN_LIVE_ONLY_TYPES", "balance.sumary.1")
    assert reportrun("worker")[::2] == (
        1,
        "reportrun: REPORTRUN_LIVE_ONLY_TYPES: balance.sumary.1 is not in the catalogue of report types.\n",
    )


@pytest.mark.parametrize(
    ("setting", "value", "sentence"),
    [
        ("LIVE_ONLY_TYPES", "wat.1", "REPORTRUN_LIVE_ONLY_TYPES: wat.1 is not in the catalogue"),
        ("DATABASE_URL", "postgresql://nobody@127.0.0.1:1/nothing", "cannot be reached"),
    ],
)
def test_a_server_that_cannot_start_leaves_no_folder_behind(
    reportrun: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, setting: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"REPORTRUN_{setting}", value)

    code, out, err = reportrun("serve", "--port", "0", "--workers", "0")

    assert (code, out) == (1, "")
    assert sentence in err
    assert not (tmp_path / "data").exists()


def test_a_server_on_a_port_that_is_taken_leaves_no_folder_behind(reportrun: Cli, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        code, out, err = reportrun("serve", "--port", str(port))

    assert (code, out) == (1, "")
    assert err.startswith(f"reportrun: Cannot listen on 127.0.0.1:{port}: Address already in use")
    assert not (tmp_path / "data").exists()


def test_the_doctor_names_a_live_only_type_outside_the_catalogue(loaded: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPORTRUN_LIVE_ONLY_TYPES", "balance.sumary.1")

    code, out, _ = loaded("doctor")

    assert code == 1
    assert "wrong REPORTRUN_LIVE_ONLY_TYPES: balance.sumary.1 is not in the catalogue of report types. " in out


def test_the_doctor_names_a_place_where_no_result_file_can_be_made(
    loaded: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REPORTRUN_FILES_URL", "/proc/files")

    code, out, _ = loaded("doctor")

    assert code == 1
    assert "wrong No result file can be made for /proc/files: " in out


def test_a_missing_backup_is_told_before_a_store_is_made(reportrun: Cli, tmp_path: Path) -> None:
    missing = tmp_path / "missing.backup"

    assert reportrun("restore", str(missing)) == (1, "", f"reportrun: No such file: '{missing}'\n")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("word", "sentence"),
    [
        (
            "stripe_charges-2.csv",
            "Say which table stripe_charges-2.csv is for: `reportrun load charges stripe_charges-2.csv`.",
        ),
        ("mine.csv", "Say which table mine.csv is for: `reportrun load TABLE mine.csv`."),
        ("payout", "Say which files to load into payouts: `reportrun load payouts FILE ...`."),
        (
            "there",
            "There is no folder there. Files come after the table that they are for: `reportrun load TABLE FILE ...`.",
        ),
    ],
)
def test_a_lone_word_after_load_is_told_what_is_missing(
    reportrun: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, word: str, sentence: str
) -> None:
    monkeypatch.chdir(tmp_path)
    for file in ("stripe_charges-2.csv", "mine.csv"):
        Path(file).write_text("id\n")

    assert reportrun("load", word) == (1, "", f"reportrun: {sentence}\n")


def test_a_file_with_a_name_that_is_not_utf_8_is_not_loaded(reportrun: Cli, tmp_path: Path) -> None:
    file = tmp_path / "\udcff.csv"
    file.write_text("id\n")

    assert reportrun("load", "payouts", str(file)) == (
        1,
        "",
        "reportrun: The name of '\\udcff.csv' is not UTF-8. Give the file another name.\n",
    )
