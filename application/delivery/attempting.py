"""Makes one attempt at a delivery: writes and signs the event, sends it, and says what follows from the answer."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from application.ports.clock import Clock
from application.ports.outbox import Attempt
from application.ports.webhook_sender import Answer, Outgoing, WebhookSender
from application.webhooks.due_deliveries import DueDelivery
from domain.webhooks.delivery_schedule import DeliverySchedules
from domain.webhooks.signatures import signature_headers

log = logging.getLogger("reportrun.webhooks")

GONE = 410
"""The status by which an endpoint says that it wants no more events."""

Write = Callable[[DueDelivery], bytes]
"""Gives the body of a delivery."""


class Attempting:
    def __init__(
        self,
        *,
        sender: WebhookSender,
        write: Write,
        schedules: DeliverySchedules,
        clock: Clock,
        chance: Callable[[], float],
    ) -> None:
        """chance  gives random numbers from 0 to 1"""
        self._sender = sender
        self._write = write
        self._schedules = schedules
        self._clock = clock
        self._chance = chance

    async def attempt(self, due: DueDelivery) -> Attempt:
        """Send a delivery once. The attempt is not recorded yet.

        What goes wrong unexpectedly is a failed attempt as well: without one, the delivery would be sent again at each
        end of its lease.
        """
        started_at, began = self._clock.now().timestamp(), time.monotonic()
        try:
            answer = await self._answer(due, int(started_at))
        except Exception as error:
            log.exception("The delivery of %s to %s could not be made", due.event.id, due.endpoint.id)
            answer = Answer(None, f"It could not be sent: {type(error).__name__}. The log of the deliverer says more.")
        seconds = time.monotonic() - began
        delivery = due.claimed.delivery
        number = due.claimed.attempts + 1
        wait = None if answer.is_success or answer.status == GONE else self._wait(due, number, answer)
        return Attempt(
            delivery.event_id,
            delivery.endpoint_id,
            number,
            started_at,
            seconds,
            answer.status,
            _error(answer),
            answer.body,
            is_delivered=answer.is_success,
            due_again_at=None if wait is None else self._clock.now().timestamp() + wait,
        )

    async def _answer(self, due: DueDelivery, sent_at: int) -> Answer:
        if not due.secrets:
            return Answer(None, "The endpoint has no secret to sign with. `reportrun webhooks roll` makes one.")
        body = self._write(due)
        headers = signature_headers(body, event_id=due.event.id, secrets=due.secrets, sent_at=sent_at)
        return await self._sender.send(Outgoing(due.endpoint.url, headers, body, bool(due.endpoint.livemode)))

    def _wait(self, due: DueDelivery, failed: int, answer: Answer) -> float | None:
        schedule = self._schedules.of_mode(livemode=bool(due.endpoint.livemode))
        return schedule.wait_after(failed, chance=self._chance(), retry_after_seconds=answer.retry_after_seconds)


def _error(answer: Answer) -> str | None:
    if answer.is_success:
        return None
    return answer.error or f"The endpoint answered {answer.status}."
