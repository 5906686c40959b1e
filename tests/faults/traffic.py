"""Traffic: clients that create, read and download while everything breaks, and remember what they were promised."""

from __future__ import annotations

import hashlib
import random
import threading
from collections import Counter
from collections.abc import Callable
from typing import Any

import httpx

from tests.support.client import client_at
from tests.support.small_ledger import DAY, JANUARY_END, JANUARY_START

ANSWER_SECONDS = 15
"""A request that is neither answered nor broken off by then hangs."""

RETRY_SECONDS = 0.1
"""How long a client waits before it asks again under the same key."""

ASKED_AGAIN = 0.2
"""How often a request that was answered is sent once more, under the same key."""

REPORT_TYPES = ("balance.summary.1", "balance_change_from_activity.itemized.1", "payouts.itemized.3")
RUNS = "/v1/reporting/report_runs"


def a_report(type: str = REPORT_TYPES[0], start: int = JANUARY_START, end: int = JANUARY_END) -> dict[str, str]:
    """The form that asks for a report."""
    return {"report_type": type, "parameters[interval_start]": str(start), "parameters[interval_end]": str(end)}


class Traffic:
    """Runs between `start` and `stop`.

    acknowledged  ids of the runs whose creation was answered with 200
    keys          idempotency key -> id of the run that was answered under it
    answers       how many answers of each status there were; 0 for connections that broke
    surprises     what should never be answered, a sentence each
    """

    def __init__(self, address: str, key: str, seed: int, *, creates_a_second: float = 16.0) -> None:
        self.acknowledged: list[str] = []
        self.keys: dict[str, str] = {}
        self.replayed = 0
        self.answers: Counter[int] = Counter()
        self.surprises: list[str] = []
        self._address = address
        self._key = key
        self._rate = creates_a_second
        self._stopping = threading.Event()
        acts = (self._create, self._create, self._list, self._retrieve_and_download)
        self._threads = [
            threading.Thread(target=self._repeat, args=(act, random.Random(seed + number)), daemon=True)
            for number, act in enumerate(acts)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join(2 * ANSWER_SECONDS)
            assert not thread.is_alive(), "a client hangs"

    def _repeat(self, act: Callable[[httpx.Client, random.Random], None], chance: random.Random) -> None:
        with client_at(self._address, self._key, ANSWER_SECONDS) as client:
            while not self._stopping.wait(chance.expovariate(self._rate / 2)):
                try:
                    act(client, chance)
                except httpx.TimeoutException as hang:
                    self.surprises.append(f"{hang.request.method} {hang.request.url.path} hung")
                except httpx.TransportError:
                    self.answers[0] += 1

    def _create(self, client: httpx.Client, chance: random.Random) -> None:
        """Ask for a report until it is answered, under one key; now and then, ask once more."""
        first = JANUARY_START + DAY * chance.randrange(30)
        wanted = a_report(chance.choice(REPORT_TYPES), first, chance.randrange(first + DAY, JANUARY_END + 1, DAY))
        key = f"key-{chance.getrandbits(64):x}"
        while not self._ask_under(key, wanted, client):
            if self._stopping.wait(RETRY_SECONDS):
                return
        if chance.random() < ASKED_AGAIN:
            self._ask_under(key, wanted, client)

    def _ask_under(self, key: str, wanted: dict[str, str], client: httpx.Client) -> bool:
        """Whether there was an answer that ends the matter."""
        try:
            answer = client.post(RUNS, data=wanted, headers={"Idempotency-Key": key})
        except httpx.TimeoutException:
            raise
        except httpx.TransportError:
            self.answers[0] += 1
            return False
        run = self._answer(answer)
        if run is None:
            return False
        self.replayed += answer.headers.get("idempotent-replayed") == "true"
        if self.keys.setdefault(key, run["id"]) != run["id"]:
            self.surprises.append(f"{key} was answered with {self.keys[key]}, then with {run['id']}")
        elif run["id"] not in self.acknowledged[-50:]:
            self.acknowledged.append(run["id"])
        return True

    def _list(self, client: httpx.Client, chance: random.Random) -> None:
        promised = self.acknowledged[-1:]
        page = self._answer(client.get(RUNS, params={"limit": 100}))
        if page is not None and promised and promised[0] not in [run["id"] for run in page["data"]]:
            self.surprises.append(f"{promised[0]} was acknowledged, and is not in the list")

    def _retrieve_and_download(self, client: httpx.Client, chance: random.Random) -> None:
        if not self.acknowledged:
            return
        run = self._answer(client.get(f"{RUNS}/{chance.choice(self.acknowledged[-200:])}"))
        if run is None or run["status"] != "succeeded":
            return
        with client.stream("GET", run["result"]["url"]) as contents:
            if self._is_good(contents):
                self._must_be_whole(contents, contents.read())

    def _answer(self, answer: httpx.Response) -> dict[str, Any] | None:
        return answer.json() if self._is_good(answer) else None

    def _is_good(self, answer: httpx.Response) -> bool:
        self.answers[answer.status_code] += 1
        in_flight = answer.status_code == 409 and "idempotency-key" in answer.request.headers
        if answer.status_code not in (200, 503) and not in_flight:
            self.surprises.append(f"{answer.request.method} {answer.request.url.path}: {answer.status_code}")
        if answer.status_code == 503 and "retry-after" not in answer.headers:
            self.surprises.append(f"{answer.request.method} {answer.request.url.path}: 503 without Retry-After")
        return answer.status_code == 200

    def _must_be_whole(self, answer: httpx.Response, body: bytes) -> None:
        digest = hashlib.sha256(body).hexdigest()
        if digest != answer.headers["etag"].removeprefix("W/").strip('"'):
            self.surprises.append(f"{answer.request.url.path}: other bytes than were recorded")
