"""Jobs that Spark starts for an operation after it has ended the operation.

Adaptive execution prepares each stage on a thread of its own and submits its job from there. An interrupt ends the
operation and the jobs that it has; a job that is submitted a moment later is found by no other interrupt and by no
release of the session, and takes the server's cores until its stage is done.

Spark cancels all jobs of an operation, whenever they came, once the operation fails. So the operation is run again,
under its own id, as a query that fails before it has a job. An id is accepted once in a session: it is released before,
in the way that lets it be opened again.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from grpc import Channel
    from pyspark.sql.connect.client import SparkConnectClient

PAUSES_SECONDS = (0.0, 0.2, 0.4, 0.8, 1.6)
"""Before each cancellation: on a busy server a job has been seen to come 0.7 s after its operation ended."""

CALL_SECONDS = 4.0
"""How long the server may take for one call."""

_FAILING_COLUMN = "this_report_was_broken_off"
"""No column has this name, so that the query fails as it is analysed. The log of the server shows it."""


class NotCancelled(Exception):
    """The server has not accepted the cancellation."""


def end_orphaned_jobs(client: SparkConnectClient, interrupted: Iterable[str]) -> None:
    """Cancel what operations of a session still run, and go on for some seconds. The session has to be released after.

    interrupted  ids of operations that the server has ended, besides those that it is still running

    Uses a connection of its own, since that of the client is closed when the server takes too long. Raises
    `grpc.RpcError` when a call fails, `NotCancelled` when the server knows no way to cancel.
    """
    with client._builder.toChannel() as channel:
        session = _Session(client, channel)
        operations = {*interrupted, *session.interrupt()}
        session.forget(operations)
        for pause in PAUSES_SECONDS if operations else ():
            time.sleep(pause)
            session.release()
            for operation in operations:
                session.cancel_jobs(operation)


class _Session:
    """The session of a client, through another connection."""

    def __init__(self, client: SparkConnectClient, channel: Channel) -> None:
        from pyspark.sql.connect import proto
        from pyspark.sql.connect.proto.base_pb2_grpc import SparkConnectServiceStub

        self._proto = proto
        self._client = client
        self._server = SparkConnectServiceStub(channel)
        request = client._execute_plan_request_with_metadata()
        self._fields = {name: getattr(request, name) for name in ("session_id", "user_context", "client_type")}
        self._options: dict[str, Any] = {"metadata": client._builder.metadata(), "timeout": CALL_SECONDS}

    def interrupt(self) -> list[str]:
        """The ids of the operations that were running."""
        every = self._proto.InterruptRequest.INTERRUPT_TYPE_ALL
        request = self._proto.InterruptRequest(**self._fields, interrupt_type=every)
        return list(self._server.Interrupt(request, **self._options).interrupted_ids)

    def forget(self, operations: Iterable[str]) -> None:
        """Release the results of operations: only then is the id of an operation accepted again."""
        whole = self._proto.ReleaseExecuteRequest.ReleaseAll()
        for operation in operations:
            request = self._proto.ReleaseExecuteRequest(**self._fields, operation_id=operation, release_all=whole)
            self._server.ReleaseExecute(request, **self._options)

    def release(self) -> None:
        """Release the session, which the next call opens again."""
        request = self._proto.ReleaseSessionRequest(**self._fields, allow_reconnect=True)
        self._server.ReleaseSession(request, **self._options)

    def cancel_jobs(self, operation: str) -> None:
        """Let an operation of this id fail. Raises `NotCancelled` when it failed for another reason."""
        from grpc import RpcError

        request = self._proto.ExecutePlanRequest(**self._fields, operation_id=operation)
        request.plan.root.sql.query = f"select {_FAILING_COLUMN}"
        try:
            for _ in self._server.ExecutePlan(request, **self._options):
                pass
        except RpcError as error:
            if _FAILING_COLUMN not in str(error):
                raise NotCancelled from error
