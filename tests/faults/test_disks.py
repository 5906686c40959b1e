"""Full and write-protected disks, lost and damaged files: a clear word at once, `doctor` names it, nothing is lost."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest

from tests.faults.asking import create, created, finished_run, get, is_ready, message_of, run_of
from tests.faults.reckoning import reckon, settle
from tests.faults.traffic import RUNS, Traffic
from tests.support.disks import filled, read_only, small_disk
from tests.support.processes import asked_until, until
from tests.support.site import QUICK, Site, site_in

KILLED = "everything"


@dataclass(frozen=True)
class Killed:
    """A site all of whose processes were killed under traffic, and a copy of what they left."""

    site: Site
    traffic: Traffic
    left: Path

    def restored(self) -> Site:
        """The site as it was left, whatever has become of it."""
        self.site.close()
        shutil.rmtree(self.site.data)
        shutil.copytree(self.left, self.site.data)
        return self.site


@pytest.fixture(scope="module")
def was_killed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    folder = tmp_path_factory.mktemp("killed")
    with site_in(folder / "site") as site:
        site.start()
        traffic = Traffic(site.address, site.key, seed=4)
        traffic.start()
        until(lambda: len(traffic.acknowledged) > 20, "there are no runs")
        traffic.stop()
        site.kill(KILLED)
        until(site.all_gone, "a process outlived SIGKILL")
        shutil.copytree(site.data, folder / "left")
        yield Killed(site, traffic, folder / "left")


def test_on_a_full_disk_creates_are_refused_reads_go_on_and_space_mends_it(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", kib=16_384) as disk, site_in(disk) as site:
        site.start()
        run = finished_run(site)
        traffic = Traffic(site.address, site.key, seed=3)
        traffic.start()

        refused, read, ready, doctor = asked_until(
            lambda: answers_on_a_full_disk(site, disk, run["id"]),
            lambda answers: answers.read.status_code != 503,  # of a view that lacks what was stored just before
            "reads do not go on",
        )
        traffic.stop()
        reckoning = reckon(site, traffic)

        assert message_of(refused) == (
            "The file events.db cannot be written now: the disk is full. Make room on the disk of the data folder."
        )
        assert refused.headers["retry-after"] == "1"
        assert read.json()["status"] == "succeeded"
        assert (ready.status_code, ready.json()["reason"]) == (503, "The disk of the data folder is full.")
        assert doctor.returncode == 1 and "is full, so nothing can be stored. Make room." in doctor.stdout
        assert reckoning.wrong == {}


def test_a_result_that_cannot_be_stored_is_tried_again_and_then_fails_with_a_sentence(tmp_path: Path) -> None:
    with site_in(tmp_path, settings={**QUICK, "ATTEMPTS": "3"}) as site:
        site.start()
        with small_disk(site.data / "files", kib=64) as disk, filled(disk):
            run = finished_run(site)
        later = finished_run(site)

        with site.stores() as stores:
            kinds = [type(event).__name__ for event in stores.events.events_of(run["id"])]
        assert run["status"] == "failed"
        assert run["error"] == "The report could not be written, because the disk is full or cannot be used now."
        assert kinds == ["Created", *["AttemptStarted"] * 3, "Failed"]
        assert later["status"] == "succeeded"


def test_a_result_waits_for_space_while_it_has_attempts_left(tmp_path: Path) -> None:
    with site_in(tmp_path) as site:
        site.start()
        with small_disk(site.data / "files", kib=64) as disk:
            with filled(disk):
                id = created(site)
                until(lambda: attempts_of(site, id) >= 2, "no worker tries")
            settle(site)

            assert run_of(site, id)["status"] == "succeeded"


def test_a_write_protected_folder_is_named_by_serve_and_by_doctor(tmp_path: Path) -> None:
    with site_in(tmp_path) as site, read_only(site.data):
        serve, doctor = site.command("serve", "--port", "0"), site.command("doctor")

    assert serve.returncode == 1 and "Read-only file system" in serve.stderr and "Traceback" not in serve.stderr
    assert doctor.returncode == 0 and f"look  The data folder {site.data} is on a read-only" in doctor.stdout


def test_a_result_file_that_is_gone_is_not_found_and_doctor_names_its_run(sqlite_site: Site) -> None:
    site = sqlite_site
    site.start()
    run = finished_run(site)
    [file] = (site.data / "files").glob("*/file_*")

    file.unlink()

    answer = get(site, run["result"]["url"])
    doctor = site.command("doctor")
    assert (answer.status_code, answer.json()["error"]["type"]) == (404, "invalid_request_error")
    assert is_ready(site)
    assert doctor.returncode == 1 and f"lacks 1 result file, such as that of {run['id']}" in doctor.stdout


@pytest.mark.parametrize("kept", [0.0, 0.3, 0.6])
def test_views_whose_write_ahead_log_was_cut_short_catch_up(was_killed: Killed, kept: float) -> None:
    site = was_killed.restored()

    cut(site.data / "views.db-wal", kept)

    site.start()
    assert reckon(site, was_killed.traffic).wrong == {}


def test_a_log_that_has_lost_its_end_is_not_served_until_the_views_agree(sqlite_site: Site) -> None:
    site = sqlite_site
    site.start()
    early = finished_run(site)["id"]
    site.stop()  # closing moves what is in the write-ahead log into the file
    site.start()
    finished_run(site)
    site.kill(KILLED)

    cut(site.data / "events.db-wal", 0.5)

    serve, doctor = site.command("serve", "--port", "0"), site.command("doctor")
    assert serve.returncode == 1 and "the log has lost events. Restore it from a backup" in serve.stderr
    assert doctor.returncode == 1 and "the log has lost events. Restore it from a backup" in doctor.stdout
    assert site.command("rebuild").returncode == 0
    site.start()
    assert run_of(site, early)["status"] == "succeeded"
    assert finished_run(site)["status"] == "succeeded"
    wrong = [line for line in site.command("doctor").stdout.splitlines() if line.startswith("wrong")]
    assert all(line.startswith("wrong A checkpoint of ") for line in wrong)  # of what was sealed before it was lost


@pytest.mark.parametrize("change", ["removed", "replaced", "cut"])
def test_a_log_that_goes_away_under_a_server_stops_writing_with_the_reason(sqlite_site: Site, change: str) -> None:
    site = sqlite_site
    site.start()
    finished_run(site)
    settle(site)
    log, kept = site.data / "events.db", site.data.with_name("kept.db")

    if change == "cut":
        os.truncate(log, 100)
    else:
        log.rename(kept)
    if change == "replaced":
        shutil.copy(kept, log)
    refused, ready = create(site), get(site, "/readyz")

    assert refused.status_code == 503 and f"events.db was {change} while it was in use" in message_of(refused)
    assert ready.status_code == 503 and f"events.db was {change} while it was in use" in ready.json()["reason"]


def test_a_damaged_log_is_named_by_doctor(sqlite_site: Site) -> None:
    site = sqlite_site
    site.start()
    finished_run(site)
    site.stop()

    overwrite(site.data / "events.db", start=4096)

    doctor = site.command("doctor", "--deep")
    assert doctor.returncode == 1 and "The event log is damaged" in doctor.stdout
    assert "Traceback" not in doctor.stderr


def test_damaged_views_are_named_by_serve_and_are_made_again(sqlite_site: Site) -> None:
    site = sqlite_site
    site.start()
    run = finished_run(site)["id"]
    site.stop()

    overwrite(site.data / "views.db", start=0)

    serve, doctor = site.command("serve", "--port", "0"), site.command("doctor")
    for said in (serve.stderr, doctor.stdout):
        assert "views.db is damaged. It holds nothing but views: stop everything and remove it" in said
    for file in site.data.glob("views.db*"):
        file.unlink()
    site.start()
    assert run_of(site, run)["status"] == "succeeded"


class AnswersOnAFullDisk(NamedTuple):
    """To a create, the retrieval of a run, a question whether the server is ready, and `doctor`."""

    refused: httpx.Response
    read: httpx.Response
    ready: httpx.Response
    doctor: subprocess.CompletedProcess[str]


def answers_on_a_full_disk(site: Site, disk: Path, run: str) -> AnswersOnAFullDisk:
    """Fill a disk, ask, make room, and wait until all goes on."""
    with filled(disk):
        refused = asked_until(lambda: create(site), lambda answer: answer.status_code == 503, "there is space")
        answers = AnswersOnAFullDisk(refused, get(site, f"{RUNS}/{run}"), get(site, "/readyz"), site.command("doctor"))
    until(lambda: create(site).status_code == 200, "creates do not go on")
    until(lambda: is_ready(site), "the server does not become ready again")
    return answers


def attempts_of(site: Site, id: str) -> int:
    with site.stores() as stores:
        return sum(type(event).__name__ == "AttemptStarted" for event in stores.events.events_of(id))


def cut(log: Path, kept: float) -> None:
    """Cut a write-ahead log short: keep this part of what was committed. What lies behind may be filling."""
    written = log.read_bytes()
    page_bytes, salts = int.from_bytes(written[8:12]), written[16:24]
    frame_bytes = 24 + page_bytes
    frames = range(32, len(written) - frame_bytes + 1, frame_bytes)
    ends = [at + frame_bytes for at in frames if any(written[at + 4 : at + 8]) and written[at + 8 : at + 16] == salts]
    with log.open("r+b") as bytes_:
        bytes_.truncate(int(ends[-1] * kept))


def overwrite(file: Path, start: int) -> None:
    """Write over the rest of a file, from its byte `start` on."""
    size = file.stat().st_size
    with file.open("r+b") as bytes_:
        bytes_.seek(start)
        bytes_.write(b"\xa5" * (size - start))
