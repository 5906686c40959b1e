"""Requests that change an aggregate: each is carried out once under its key, its answer recorded with the change."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar

from starlette.requests import Request

from application.log.changes import Record
from application.log.idempotency import Answer
from application.log.idempotency_records import IdempotencyRecord
from domain.aggregate import TextIdAggregate
from interfaces.http.edge.idempotency import key_use
from interfaces.http.edge.request_context import RequestContext, api_of
from interfaces.http.responses.json_bytes import json_bytes

Kind = TypeVar("Kind", bound=TextIdAggregate)


async def answered_once(
    request: Request,
    context: RequestContext,
    form: Mapping[str, Any],
    carry_out: Callable[[Record[Kind]], Awaitable[object]],
    shown: Callable[[Kind], Any],
) -> Answer:
    """Carry out a request, or give the answer that is recorded for its key.

    carry_out  changes an aggregate, and stores with it what the function that it is given makes of it
    shown      the object that the caller reads
    """
    idempotency = api_of(request).idempotency
    use = key_use(request, context, form)
    bodies: list[bytes] = []

    def record(aggregate: Kind) -> IdempotencyRecord | None:
        bodies.append(json_bytes(shown(aggregate)))
        return None if use is None else idempotency.record(use, 200, bodies[-1])

    async def answer() -> Answer:
        await carry_out(record)
        return Answer(200, bodies[-1], context.request_id)

    return await (answer() if use is None else idempotency.once(use, answer))
