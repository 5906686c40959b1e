"""Runs a long campaign of kills on each store, and prints its results as a table."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from upkeep_rounds import PLACES, keep_up

from interfaces.storage.postgres.schema import migrate
from tests.faults.campaign import KILLS, Campaign, carry_out
from tests.support.postgres import postgres
from tests.support.site import Site, site_in

HEADS = (
    "store", "rounds", *(f"killed: {kind}" for kind in KILLS), "acknowledged", "lost", "twice in the list",
    "keys with two runs", "one terminal event", "given out by the queue", "none", "more", "stale views",
    "loads acknowledged", "readable", "in part", "deliveries", "events untold", "orphan files",
    "checkpoints", "contradictions", "seconds",
)  # fmt: skip


def main() -> int:
    asked = options()
    if asked.upkeep:
        return keep_up(asked.upkeep, asked.store)
    print(f"seed {asked.seed}", flush=True)
    campaigns = []
    for store in asked.store or ("sqlite", "postgres"):
        with _site(store, workers=2 if asked.pending else 1) as site:
            campaign = carry_out(
                site, rounds=asked.rounds, seed=asked.seed, pending_elsewhere=asked.pending, told=_tell(store)
            )
            campaigns.append(campaign)
    print("\n".join(_table(campaigns)))
    for campaign in campaigns:
        for name, what in campaign.reckoning.wrong.items():
            print(f"{campaign.store}: {name}: {what}", file=sys.stderr)
    return 1 if any(campaign.reckoning.wrong for campaign in campaigns) else 0


def options() -> argparse.Namespace:
    """What was asked for; ends the script where that does not fit together."""
    parser = argparse.ArgumentParser(prog="scripts/faults", description="Kill a server and its workers, many times.")
    parser.add_argument("--rounds", type=int, default=200, help="kills on each store (default 200)")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000), help="to repeat a run")
    parser.add_argument(
        "--pending", type=int, default=0, help="runs of another account that are pending before the first kill"
    )
    parser.add_argument(
        "--upkeep", type=float, metavar="SECONDS", help="instead: loads, reports, compactions and vacuums at once"
    )
    parser.add_argument("--store", action="append", choices=PLACES, help="one alone; bucket: with --upkeep")
    asked = parser.parse_args()
    if asked.store and "bucket" in asked.store and not asked.upkeep:
        parser.error("--store bucket takes --upkeep: kills are tried on sqlite and postgres.")
    return asked


@contextmanager
def _site(store: str, workers: int) -> Iterator[Site]:
    with tempfile.TemporaryDirectory(prefix="reportrun-faults-") as folder:
        if store == "sqlite":
            with site_in(Path(folder), workers=workers) as site:
                yield site
            return
        with postgres() as server, server.new_database() as url:
            migrate(url)
            with site_in(Path(folder), url, workers=workers) as site:
                yield site


def _tell(store: str) -> Callable[[str], None]:
    """Say what was done, with the seconds since the begin."""
    begin = time.monotonic()

    def tell(what: str) -> None:
        print(f"{store}, {time.monotonic() - begin:.0f} s: {what}", file=sys.stderr, flush=True)

    return tell


def _table(campaigns: list[Campaign]) -> list[str]:
    """The results as a Markdown table."""
    rows = [HEADS, tuple("---" for _ in HEADS), *map(_row, campaigns)]
    return [f"| {' | '.join(map(str, row))} |" for row in rows]


def _row(campaign: Campaign) -> tuple[object, ...]:
    found = campaign.reckoning
    return (
        campaign.store, campaign.rounds, *(campaign.kills[kind] for kind in KILLS), found.acknowledged,
        len(found.lost), len(found.repeated), len(found.doubled),
        found.runs - found.waiting - len(found.endless) - len(found.restless), found.waiting,
        len(found.endless), len(found.restless), len(found.stale),
        found.loads, found.loads - len(found.unreadable), len(found.torn),
        campaign.deliveries, len(found.untold), found.orphans, found.checkpoints, len(found.contradictions),
        campaign.seconds,
    )  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
