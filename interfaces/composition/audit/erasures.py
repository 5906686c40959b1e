"""Builds what erases fields of stored events."""

from __future__ import annotations

from application.history.erasing import Erasing
from application.projecting.visibility import show_everywhere
from interfaces.composition.audit.sealing import sealed_now
from interfaces.composition.installation import Installation
from interfaces.host.actors import person


def erasing(installation: Installation) -> Erasing:
    stores = installation.stores

    def seal() -> bool:
        is_sealed = installation.settings.seal or stores.store.seal_states.get() is not None
        if is_sealed:
            sealed_now(installation)
        return is_sealed

    return Erasing(
        events=stores.events,
        log=stores.store.recorder,
        clock=installation.clock,
        person=person(),
        seal=seal,
        drop_old_views=stores.views.drop_earlier_versions,
        forget_answers=stores.outbox.forget_answers,
        show=lambda: show_everywhere(stores.projector.catch_up),
    )
