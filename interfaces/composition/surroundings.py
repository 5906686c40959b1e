"""Builds what tells how the work goes, and whether the places of files can be reached."""

from __future__ import annotations

from collections.abc import Sequence

from application.health.surroundings import Places, Surroundings
from application.ports.workers import SeenWorker
from application.queue.work_state import WorkSurvey
from interfaces.composition.installation import Installation


def work_survey(installation: Installation) -> WorkSurvey:
    stores = installation.stores

    def seen() -> Sequence[SeenWorker]:
        return stores.workers.seen()  # which opens the queue, not before it is asked for

    return WorkSurvey(stores.views.runs, seen, installation.clock)


def surroundings(installation: Installation) -> Surroundings:
    stores = installation.stores

    places = Places(
        ledgers=stores.views.ledgers,
        files=stores.views.files,
        must_reach_ledger=installation.must_reach_ledger,
        must_reach_results=installation.must_reach_results,
    )
    return Surroundings(work_survey(installation), places)
