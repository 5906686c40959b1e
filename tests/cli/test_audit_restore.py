"""A restored log never contradicts what was signed before: it gets a new name, or is shown to be the same log."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from domain.audit.checkpoint import Checkpoint
from domain.audit.tiles import entries_in
from tests.cli.conftest import Cli


class Installations:
    """An installation, and others that its backup is restored into."""

    def __init__(self, reportrun: Cli, folder: Path) -> None:
        self._reportrun = reportrun
        self.folder = folder
        self.grow()

    def __call__(self, *words: str, data: str = "data") -> str:
        code, out, err = self._reportrun(*words, "--data", str(self.folder / data))
        assert code == 0, out + err
        return out

    def refused(self, *words: str, data: str = "data") -> str:
        code, out, err = self._reportrun(*words, "--data", str(self.folder / data))
        assert code == 1
        return out + err

    def grow(self, data: str = "data") -> None:
        self("keys", "create", data=data)

    def sealed(self, data: str = "data") -> Checkpoint:
        return Checkpoint.parse(self("seal", "--once", data=data))

    def keep_checkpoint(self) -> Path:
        file = self.folder / "newest"
        file.write_text(self("seal", "--once"))
        return file

    def back_up(self) -> str:
        self("backup", str(self.folder / "backup"))
        return str(self.folder / "backup")

    def take_key(self, data: str) -> None:
        (self.folder / data).mkdir(exist_ok=True)
        shutil.copy(self.folder / "data" / "audit.key", self.folder / data / "audit.key")


@pytest.fixture
def both(reportrun: Cli, tmp_path: Path) -> Installations:
    return Installations(reportrun, tmp_path)


def test_a_restored_log_is_a_new_incarnation_whose_first_leaf_holds_the_last_known_checkpoint(
    both: Installations,
) -> None:
    before = both.sealed()
    note = both("seal", "--once")
    backup = both.back_up()
    of_another_log = both.folder / "restored" / "audit" / "tile" / "0" / "009"
    of_another_log.parent.mkdir(parents=True)
    of_another_log.touch()

    both("restore", backup, data="restored")

    after = both.sealed("restored")
    assert after.origin != before.origin
    assert after.origin.rpartition("/")[0] == before.origin.rpartition("/")[0]
    assert after.size == before.size + 1
    assert not of_another_log.exists()
    bundle = both.folder / "restored" / "audit" / "tile" / "entries" / f"000.p/{after.size}"
    first = entries_in(bundle.read_bytes())[0]
    assert first.decode().startswith('{"checkpoint":"' + note.rstrip("\n").replace("\n", "\\n"))
    assert both("audit", "verify", data="restored").startswith("The log is what was sealed: all 4 leaves")


def test_with_the_newest_published_checkpoint_the_log_goes_on_under_its_name(both: Installations) -> None:
    newest = both.keep_checkpoint()
    backup = both.back_up()
    both.take_key("restored")

    both("restore", backup, "--checkpoint", str(newest), data="restored")
    both.grow("restored")

    before, after = Checkpoint.parse(newest.read_text()), both.sealed("restored")
    assert (after.origin, after.size) == (before.origin, before.size + 1)
    assert both("audit", "consistency", str(newest), data="restored").startswith("The log contains all 3 leaves")
    assert both("audit", "key", data="restored") == both("audit", "key")


def test_a_backup_without_events_that_were_published_becomes_a_new_incarnation(both: Installations) -> None:
    both.sealed()
    backup = both.back_up()
    both.grow()
    newest = both.keep_checkpoint()
    both.take_key("restored")

    both("restore", backup, "--checkpoint", str(newest), data="restored")

    assert both.sealed("restored").origin != both.sealed().origin
    assert "began anew after a restore" in both.refused("audit", "consistency", str(newest), data="restored")


def test_a_backup_that_is_older_than_the_checkpoint_is_said_to_be(both: Installations) -> None:
    both.sealed()
    backup = both.back_up()
    both.grow()
    newest = both.keep_checkpoint()
    both.take_key("restored")

    said = both("restore", backup, "--checkpoint", str(newest), data="restored")

    former, now = Checkpoint.parse(newest.read_text()).origin, both.sealed("restored").origin
    assert (
        "The backup is older than the checkpoint: it lacks the events of 1 of its 4 leaves. So the "
        f"log of {former} is sealed as a new incarnation, {now}: give auditors the new verifier key"
    ) in said


def test_a_restore_says_under_which_name_the_log_goes_on(both: Installations) -> None:
    newest = both.keep_checkpoint()
    backup = both.back_up()
    both.take_key("moved")

    moved = both("restore", backup, "--checkpoint", str(newest), data="moved")
    anew = both("restore", backup, data="anew")

    name = Checkpoint.parse(newest.read_text()).origin
    assert f"{name} goes on under its name." in moved
    assert f"So the log of {name} is sealed as a new incarnation" in anew


@pytest.mark.parametrize("goes_on", [True, False])
def test_nothing_alarms_after_a_good_restore(both: Installations, goes_on: bool) -> None:
    newest = both.keep_checkpoint()
    backup = both.back_up()
    both.take_key("restored")

    both("restore", backup, *(("--checkpoint", str(newest)) if goes_on else ()), data="restored")

    assert both("audit", "verify", data="restored").startswith("The log is what was sealed: all ")
    assert "good  The log is what was sealed" in both("doctor", "--deep", data="restored")


def test_a_restored_log_that_is_not_sealed_yet_says_so_and_has_no_differences(
    both: Installations, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.sealed()
    backup = both.back_up()
    with monkeypatch.context() as without:
        without.setenv("REPORTRUN_AUDIT_URL", str(both.folder / "newest.file" / "below"))
        (both.folder / "newest.file").write_text("")
        said = both("restore", backup, data="restored")

    assert "It is not sealed yet: " in said and "`reportrun seal --once` does so." in said
    assert both.refused("audit", "verify", data="restored") == (
        "Nothing of the log is sealed yet, or nothing since it was restored. So nothing was compared: `reportrun seal "
        "--once` seals it, and so does `reportrun serve`.\n"
    )


def test_a_checkpoint_from_before_a_restore_is_compared_with_the_events_by_its_own_key(both: Installations) -> None:
    key = both.folder / "vkey"
    key.write_text(both("audit", "key"))
    old = both.keep_checkpoint()
    both.grow()

    both("restore", both.back_up(), data="restored")

    without = both.refused("audit", "consistency", str(old), data="restored")
    name, id, _ = key.read_text().split("+", 2)
    assert f"The checkpoint is signed by {name} with the key {id}. This log, {name.rpartition('/')[0]}/" in without
    assert without.endswith("give the verifier key of then, which you keep, as --vkey.\n")
    for given in (str(key), key.read_text().strip()):
        said = both("audit", "consistency", str(old), "--vkey", given, data="restored")
        assert said.startswith("The log contains all 3 leaves of the checkpoint unchanged, up to position 3.")
        assert f"The log of {name} began anew after a restore, as " in said


def test_a_change_of_a_restored_log_is_found_by_a_checkpoint_from_before(both: Installations) -> None:
    import sqlite3
    from contextlib import closing

    old, key = both.keep_checkpoint(), both("audit", "key").strip()
    both("restore", both.back_up(), data="restored")
    with closing(sqlite3.connect(both.folder / "restored" / "events.db")) as intruder, intruder:
        intruder.execute("update stored_events set topic = topic || 'x' where rowid = 2")

    said = both.refused("audit", "consistency", str(old), "--vkey", key, data="restored")

    assert "The first 3 leaves of the log have another root than the checkpoint" in said


def test_another_key_cannot_go_on_under_the_name_of_the_log(both: Installations) -> None:
    newest = both.keep_checkpoint()

    said = both.refused("restore", both.back_up(), "--checkpoint", str(newest), data="restored")

    assert "can go on under its name with the same key only" in said


def test_a_checkpoint_of_another_log_is_refused_before_anything_is_restored(both: Installations) -> None:
    both.sealed()
    both("keys", "create", data="other")
    other = both.folder / "other-checkpoint"
    other.write_text(both("seal", "--once", data="other"))

    said = both.refused("restore", both.back_up(), "--checkpoint", str(other), data="restored")

    assert "The newest checkpoint is not one of this log." in said
    both("restore", both.back_up(), data="restored")


def test_a_log_that_was_never_sealed_is_restored_without_a_leaf_before_it(both: Installations) -> None:
    both("restore", both.back_up(), data="restored")

    assert both.sealed("restored").size == 3


def test_a_move_to_postgresql_keeps_the_root(
    both: Installations, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    both.grow()
    newest = both.keep_checkpoint()
    backup = both.back_up()
    both.grow()
    moved = both.back_up()
    both.take_key("moved")
    expected = both.sealed()
    monkeypatch.setenv("REPORTRUN_DATABASE_URL", database_url)

    both("restore", moved, "--checkpoint", str(newest), data="moved")

    assert both.sealed("moved") == expected
    assert both("audit", "verify", data="moved").startswith("The log is what was sealed")
    assert both("audit", "consistency", str(newest), data="moved").startswith("The log contains")
    assert Path(backup).exists()
