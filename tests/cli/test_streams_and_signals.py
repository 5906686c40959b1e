"""What a shell sees of a command: one sentence on stderr when it fails, is stopped, or is not read to its end."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
from pathlib import Path

import pytest

from interfaces.cli.ctrl_c import CtrlC
from interfaces.cli.error_sentences import sentence
from tests.cli.conftest import Cli, Start

STOPPED = "reportrun: Stopped; nothing was left half done.\n"

BROKEN_REPORT = """\
/*
id = "shop.broken.1"
name = "Broken"
columns = ["a"]
required = ["interval_start", "interval_end"]
optional = []
*/
select cast(id as integer) as a from balance_transactions where created >= $interval_start and created < $interval_end
"""


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    return process.returncode, out, err


def last_event(loaded: Cli, run_id: str) -> str:
    return loaded("history", run_id)[1].splitlines()[-1]


def test_a_report_with_a_file_that_cannot_be_stored_fails_in_one_sentence_and_is_not_left_pending(
    loaded: Cli, started: Start
) -> None:
    code, out, err = ended(started("run", "balance.summary.1", REPORTRUN_FILES_URL="/proc/files"))

    run_id, sentence = err.split()[0], err.splitlines()[1:]
    assert (code, out) == (1, "")
    assert sentence == ["reportrun: The report's file could not be stored."]
    assert "report_run.failed" in last_event(loaded, run_id) and '"reason":"storage"' in last_event(loaded, run_id)


def test_a_report_that_fails_on_the_data_shows_neither_sql_nor_cells(
    loaded: Cli, started: Start, tmp_path: Path
) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / "broken.sql").write_text(BROKEN_REPORT)

    code, out, err = ended(started("run", "shop.broken.1", REPORTRUN_REPORTS=str(tmp_path / "reports")))

    assert (code, out) == (1, "")
    assert err.count("\n") == 2 and err.splitlines()[1].startswith("reportrun: ")
    assert "txn_" not in err and "select" not in err and "Traceback" not in err


def test_debug_shows_what_lies_behind_a_failure(loaded: Cli, started: Start) -> None:
    code, _, err = ended(
        started("run", "balance.summary.1", REPORTRUN_FILES_URL="/proc/files", REPORTRUN_LOG_LEVEL="debug")
    )

    assert code == 1
    assert "Traceback" in err and err.endswith("reportrun: The report's file could not be stored.\n")


def test_an_unexpected_exception_is_one_sentence_too(loaded: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    def fault(*_: object) -> None:
        raise TypeError("secret")

    monkeypatch.setattr("interfaces.composition.installation.open_stores", fault)

    assert loaded("keys", "list") == (
        1,
        "",
        "reportrun: This should not have happened (TypeError). With REPORTRUN_LOG_LEVEL=debug it says where.\n",
    )


@pytest.mark.parametrize(
    "words", [("--help",), ("--version",), ("run", "balance.summary.1"), ("history", "ledger_test")]
)
def test_nothing_is_said_after_the_reader_has_closed_the_pipe(
    loaded: Cli, started: Start, words: tuple[str, ...]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = started(*words, stdout=writing)
    os.close(writing)
    assert process.stderr

    err = process.stderr.read()

    assert process.wait(60) == 1
    assert [line for line in err.splitlines() if not line.startswith("frr_")] == []


def test_a_run_is_made_although_stderr_is_closed(loaded: Cli, started: Start) -> None:
    process = started("run", "balance.summary.1")
    assert process.stdout and process.stderr
    process.stderr.close()

    assert process.stdout.read().startswith('"category"')


def test_a_full_disk_behind_stdout_is_told_in_one_sentence(started: Start) -> None:
    with Path("/dev/full").open("w") as full:
        code, _, err = ended(started("--help", stdout=full))

    assert (code, err) == (1, "reportrun: The output cannot be written: No space left on device.\n")


@pytest.mark.parametrize("words", [("types",), ("serve", "--port", "0", "--workers", "0")])
def test_a_result_that_cannot_be_written_ends_a_command_in_one_sentence(started: Start, words: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as full:
        code, _, err = ended(started(*words, stdout=full))

    assert code == 1 and "Traceback" not in err
    assert err.endswith("reportrun: The output cannot be written: No space left on device. Make room on its disk.\n")


STOPPED_AT = """
import atexit, os, signal, sys

def ctrl_c():
    os.kill(os.getpid(), signal.SIGINT)

class Deaf:
    def __del__(self):  # where the interpreter swallows what is raised
        ctrl_c()

class Stopping:
    def find_spec(self, name, *_):
        if name == module:
            ctrl_c()

how, module = sys.argv[1:3]
del sys.argv[1:3]
sys.meta_path.insert(0, Stopping())
if how == "late":
    atexit.register(ctrl_c)
if how == "swallowed":
    from interfaces.cli.commands import run as runs
    runs.progress_bar = lambda what, show=runs.progress_bar: (Deaf(), show(what))[1]
from interfaces.cli.main import main
sys.exit(main())
"""
"""A command line that gets a Ctrl-C at the import of a module, or when all is done."""


@pytest.mark.parametrize(
    ("module", "words"),
    [
        ("interfaces.cli.dispatch", ("--help",)),
        ("interfaces.cli.commands.keys", ("keys", "list")),
        ("interfaces.composition.installation", ("history", "ledger_test")),
        ("eventsourcing.application", ("accounts", "list")),
        ("interfaces.ledger.demo.demo", ("demo",)),
    ],
)
def test_a_ctrl_c_while_modules_are_imported_is_one_line(
    loaded: Cli, started: Start, module: str, words: tuple[str, ...]
) -> None:
    assert ended(started("heard", module, *words, program=("-c", STOPPED_AT))) == (1, "", STOPPED)


@pytest.mark.parametrize(("how", "module"), [("heard", "duckdb"), ("heard", "_duckdb"), ("swallowed", "none")])
def test_a_ctrl_c_in_the_middle_of_a_run_is_one_line_and_cancels_it(
    loaded: Cli, started: Start, tmp_path: Path, how: str, module: str
) -> None:
    words = (how, module, "run", "balance.summary.1", "--out", str(tmp_path / "out.csv"))

    code, out, err = ended(started(*words, program=("-c", STOPPED_AT)))

    run_id, sentence = err.split()[0], err.splitlines(keepends=True)[1:]
    assert (code, out, sentence) == (1, "", [STOPPED])
    assert '"reason":"stopped"' in last_event(loaded, run_id)
    assert [path.name for path in tmp_path.glob("*out.csv*")] == []


def test_a_ctrl_c_that_comes_twice_does_not_interrupt_the_cleanup() -> None:
    ctrl_c = CtrlC()
    ctrl_c.begin_work()

    with pytest.raises(KeyboardInterrupt):
        ctrl_c._stop(signal.SIGINT, None)

    ctrl_c._stop(signal.SIGINT, None)


def test_a_second_ctrl_c_during_the_cleanup_of_the_first_is_one_line_too(loaded: Cli, started: Start) -> None:
    twice = STOPPED_AT.replace(
        "from interfaces.cli.main",
        "import interfaces.cli.dispatch as c\nsay = c._say\nc._say = lambda what: (say(what), ctrl_c())[0]\n"
        "from interfaces.cli.main",
    )

    code, out, err = ended(started("heard", "duckdb", "run", "balance.summary.1", program=("-c", twice)))

    assert (code, out, err.splitlines(keepends=True)[1:]) == (1, "", [STOPPED])


def test_a_ctrl_c_when_all_is_done_changes_nothing(loaded: Cli, started: Start) -> None:
    code, out, err = ended(started("late", "none", "keys", "list", program=("-c", STOPPED_AT)))

    assert (code, err) == (0, "")
    assert out.startswith("id ")


def test_a_process_that_is_to_ignore_ctrl_c_ignores_it(loaded: Cli, started: Start) -> None:
    ignoring = STOPPED_AT.replace("how, module", "signal.signal(signal.SIGINT, signal.SIG_IGN)\nhow, module", 1)

    code, _, err = ended(
        started("heard", "interfaces.composition.installation", "keys", "list", program=("-c", ignoring))
    )

    assert (code, err) == (0, "")


PANIC = """
import os, sys
from interfaces.cli.commands import keys
from interfaces.cli.main import main

class PanicException(BaseException):
    pass

def panic(settings, options):
    "Panic."
    os.write(2, b"thread panicked at src/lib.rs:1:1")
    raise PanicException("panicked")

keys.keys = panic
sys.exit(main())
"""


def test_a_panic_of_a_library_is_one_sentence(started: Start) -> None:
    done = started("keys", "create", program=("-c", PANIC))

    out, err = done.communicate(timeout=60)

    assert (done.returncode, out) == (1, "")
    assert err == (
        "reportrun: This should not have happened (PanicException). With REPORTRUN_LOG_LEVEL=debug it says where.\n"
    )


def test_a_panic_of_a_library_is_shown_at_debug_level(started: Start) -> None:
    done = started("keys", "create", program=("-c", PANIC), REPORTRUN_LOG_LEVEL="debug")

    _, err = done.communicate(timeout=60)

    assert "thread panicked at src/lib.rs:1:1" in err and "Traceback" in err


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.ENOSPC, "Make room on its disk."),
        (errno.EIO, "Its disk fails or is not mounted any more"),
        (errno.ENOTCONN, "Its file system is gone: mount it again."),
    ],
)
def test_trouble_with_a_disk_names_the_file_and_the_cure(number: int, cure: str) -> None:
    said = sentence(OSError(number, os.strerror(number), "/data/ledger/table"))

    assert "/data/ledger/table. " in said and cure in said
