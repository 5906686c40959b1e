"""A file that a command makes: refused at the start where it cannot be, and there only when it is whole."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from interfaces.cli.out_file import atomic_write, place_for_file
from tests.cli.conftest import Cli, Start


def runs_in(reportrun: Cli) -> int:
    """How many runs there are, by what a rebuild reads."""
    return int(reportrun("rebuild", "runs")[1].rsplit(" ", 1)[1].strip(".\n").replace(",", ""))


@pytest.mark.parametrize("words", [("run", "balance.summary.1", "--out"), ("run", "--as-of-run", "frr_1", "--out")])
def test_a_folder_is_refused_before_anything_is_computed(loaded: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    before = runs_in(loaded)

    said = loaded(*words, str(folder))

    assert said == (1, "", f"reportrun: {folder} is a folder. Name a file in it.\n")
    assert list(folder.iterdir()) == []
    assert runs_in(loaded) == before


def test_a_dash_is_stdout(loaded: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    code, out, _ = loaded("run", "balance.summary.1", "--out", "-")

    assert (code, out) == (0, loaded("run", "balance.summary.1")[1])
    assert out.startswith('"category"') and not (tmp_path / "-").exists()


@pytest.mark.parametrize("words", [("run", "balance.summary.1", "--out"), ("backup",)])
def test_a_place_that_cannot_be_written_is_refused_before_anything_is_computed(
    loaded: Cli, words: tuple[str, ...]
) -> None:
    before = runs_in(loaded)

    code, out, err = loaded(*words, "/proc/report.csv")

    assert (code, out) == (1, "")
    assert err.startswith("reportrun: /proc/report.csv cannot be written: ") and err.count("\n") == 1
    assert runs_in(loaded) == before


def test_a_backup_takes_the_place_of_no_folder_and_of_no_pipe(loaded: Cli, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    assert loaded("backup", str(tmp_path)) == (1, "", f"reportrun: {tmp_path} is a folder. Name a file in it.\n")
    assert loaded("backup", str(pipe)) == (
        1,
        "",
        f"reportrun: {pipe} is not a file that a backup can take the place of.\n",
    )
    assert pipe.is_fifo()


def test_a_file_that_is_there_is_replaced_and_its_rights_stay(loaded: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    target = folder / "out.csv"
    target.write_text("old")
    target.chmod(0o600)

    code = loaded("run", "balance.summary.1", "--out", str(target))[0]

    assert code == 0
    assert target.read_text().startswith('"category"')
    assert target.stat().st_mode & 0o777 == 0o600
    assert list(folder.iterdir()) == [target]


def test_what_a_link_leads_to_is_replaced_and_not_the_link(loaded: Cli, tmp_path: Path) -> None:
    target, link = tmp_path / "out.csv", tmp_path / "link.csv"
    link.symlink_to(target)

    loaded("run", "balance.summary.1", "--out", str(link))

    assert link.is_symlink()
    assert target.read_text().startswith('"category"')


def test_a_pipe_is_written_to_and_stays(loaded: Cli, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()

    code = loaded("run", "balance.summary.1", "--out", str(pipe))[0]

    reader.join()
    assert code == 0
    assert read[0].startswith('"category"')
    assert pipe.is_fifo()


@pytest.mark.parametrize("trouble", [OSError("the disk is full"), KeyboardInterrupt()])
def test_half_of_a_file_leaves_the_old_one_as_it_was_and_no_other_file(tmp_path: Path, trouble: Any) -> None:
    target = tmp_path / "out.csv"
    target.write_text("old")

    with pytest.raises(type(trouble)), atomic_write(place_for_file(target, "the file")) as file:
        file.write(b"half a")
        raise trouble

    assert target.read_text() == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_the_name_of_a_file_may_be_as_long_as_names_can_be(loaded: Cli, tmp_path: Path) -> None:
    target = tmp_path / ("x" * 255)

    assert loaded("run", "balance.summary.1", "--out", str(target))[0] == 0
    assert loaded("backup", str(target))[0] == 0


def test_a_file_made_again_is_there_under_its_name_alone(loaded: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "reports"
    folder.mkdir()
    run_id = loaded("run", "balance.summary.1", "--out", str(folder / "a.csv"))[2].split()[0]

    code = loaded("run", "--as-of-run", run_id, "--out", str(folder / "b.csv"))[0]

    assert code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["a.csv", "b.csv"]
    assert (folder / "b.csv").read_bytes() == Path(folder / "a.csv").read_bytes()


@pytest.fixture
def full_pipe() -> Iterator[int]:
    """The writing end of a pipe that takes nothing more: a write to it waits."""
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    with suppress(BlockingIOError):
        while True:
            os.write(writing, b"x" * 4096)
    os.set_blocking(writing, True)
    yield writing
    os.close(writing)
    os.close(reading)


def test_a_report_made_again_leaves_nothing_in_the_data_folder_after_a_kill(
    loaded: Cli, started: Start, full_pipe: int, tmp_path: Path
) -> None:
    run_id = loaded("run", "balance.summary.1", "--out", str(tmp_path / "a.csv"))[2].split()[0]
    before = sorted(path.name for path in (tmp_path / "data").iterdir())
    killed = started("run", "--as-of-run", run_id, stdout=full_pipe)
    assert killed.stderr is not None
    while "The same, byte for byte" not in killed.stderr.readline():
        assert killed.poll() is None
    killed.kill()
    killed.wait()

    code = loaded("run", "--as-of-run", run_id, "--out", str(tmp_path / "b.csv"))[0]

    assert code == 0
    assert sorted(path.name for path in (tmp_path / "data").iterdir()) == before
    assert list((tmp_path / "data" / "spill").glob("again-*")) == []


@pytest.mark.parametrize("words", [("backup",), ("run", "balance.summary.1", "--out")])
@pytest.mark.parametrize(
    "name", ["events.db", "views.db", "events.db-wal", "audit.key", "files/x.csv", "audit/checkpoint"]
)
def test_no_file_of_the_installation_itself_is_written(
    loaded: Cli, tmp_path: Path, words: tuple[str, ...], name: str
) -> None:
    log = (tmp_path / "data" / "events.db").read_bytes()
    link = tmp_path / "link.csv"
    link.symlink_to(tmp_path / "data" / name)
    (tmp_path / "data" / name).parent.mkdir(exist_ok=True)

    refused = [loaded(*words, str(place)) for place in (tmp_path / "data" / name, link)]

    for code, _, err in refused:
        assert code == 1 and "belongs to the installation itself, and would be destroyed. Name another place." in err
    assert (tmp_path / "data" / "events.db").read_bytes() == log
    assert loaded("doctor")[0] == 0
