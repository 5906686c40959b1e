"""Loads among the traffic: file after file is given to `reportrun load`, each until the command exits with 0."""

from __future__ import annotations

import csv
import io
import subprocess
import threading
from collections import Counter
from contextlib import suppress

from tests.faults.traffic import RUNS, a_report
from tests.support.client import client_at
from tests.support.processes import until
from tests.support.site import Site
from tests.support.small_ledger import DAY, JANUARY_START

LOAD_SECONDS = 120
"""A load that has not ended by then hangs."""

ROWS = 25
"""Rows of one load: enough to see a load that was stored in part."""

COLUMNS = "id,amount,fee,net,currency,created,available_on,type,reporting_category,source,status"
ITEMIZED = "balance_change_from_activity.itemized.1"
KILLED = -9


class Loads:
    """Runs between `start` and `stop`.

    acknowledged  numbers of the loads that ended with exit code 0
    attempted     how many loads were begun, each counted once
    ends          exit code -> how many commands ended with it
    surprises     exit codes that a load should never have, with what the command printed
    """

    def __init__(self, site: Site) -> None:
        self.acknowledged: list[int] = []
        self.attempted = 0
        self.ends: Counter[int] = Counter()
        self.surprises: list[str] = []
        self._site = site
        self._folder = site.data.with_name("loads")
        self._folder.mkdir(exist_ok=True)
        self._command: subprocess.Popen[str] | None = None
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._load_all, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End after the load that is under way."""
        self._stopping.set()
        self._thread.join(LOAD_SECONDS)
        assert not self._thread.is_alive(), "a load hangs"

    def kill(self) -> int:
        """End the running command with SIGKILL; gives how many were running."""
        command = self._command
        if command is None or command.poll() is not None:
            return 0
        with suppress(ProcessLookupError):  # it has just ended
            command.kill()
        return 1

    def _load_all(self) -> None:
        while not self._stopping.is_set():
            number = self.attempted
            self.attempted += 1
            while not self._load(number) and not self._stopping.is_set():
                pass

    def _load(self, number: int) -> bool:
        """Give one file to the command; whether it was acknowledged."""
        file = self._folder / f"load_{number}.csv"
        file.write_text("\n".join([COLUMNS, *_rows(number)]) + "\n")
        self._command = self._site.begin_command("load", "balance_transactions", str(file))
        said, _ = self._command.communicate(timeout=LOAD_SECONDS)
        code = self._command.returncode
        self.ends[code] += 1
        if code not in (0, KILLED):
            self.surprises.append(f"load {number} ended with code {code}: {said[-500:]}")
        if code == 0:
            self.acknowledged.append(number)
        return code == 0


def rows_by_load(site: Site) -> Counter[int]:
    """The number of rows of each load in a report that the running site computes."""
    with client_at(site.address, site.key) as client:
        run = client.post(RUNS, data=a_report(ITEMIZED)).raise_for_status().json()

        def ended() -> bool:
            run.update(client.get(f"{RUNS}/{run['id']}").raise_for_status().json())
            return bool(run["status"] != "pending")

        until(ended, "the report of loaded rows does not end", LOAD_SECONDS)
        assert run["status"] == "succeeded", run["error"]
        report = client.get(run["result"]["url"]).raise_for_status().text
    ids = [row["balance_transaction_id"] for row in csv.DictReader(io.StringIO(report))]
    return Counter(int(id.split("_")[2]) for id in ids if id.startswith("txn_load_"))


def _rows(number: int) -> list[str]:
    created = JANUARY_START + number % 30 * DAY
    rest = f"{created},{created + DAY},charge,charge,ch_load_{number},available"
    return [f"txn_load_{number}_{row},100,3,97,usd,{rest}" for row in range(ROWS)]
