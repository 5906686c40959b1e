"""The records of refused requests, which `request_log_url` leads to: the newest, in the memory of one server."""

from __future__ import annotations

from collections import OrderedDict

from domain.access.caller import Caller
from domain.errors import NotFound
from interfaces.http.request_log.ended_request import EndedRequest


class RequestRecords:
    """Keeps the newest refused requests of all accounts.

    most  how many; 0: none
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[str, EndedRequest] = OrderedDict()

    def add(self, request: EndedRequest) -> None:
        if self._most == 0 or request.context is None:
            return
        if len(self._kept) >= self._most:
            self._kept.popitem(last=False)
        self._kept[request.request_id] = request

    def get(self, id: str, caller: Caller, *, livemode: bool) -> EndedRequest:
        """The request, for keys of its account and for the key that made it; restricted keys see their own alone.

        Raises `NotFound`, which says what is kept.
        """
        request = self._kept.get(id)
        made_by = request.context.caller if request is not None and request.context is not None else None
        if request is None or made_by is None or made_by.scope.livemode != livemode or not _may_see(caller, made_by):
            raise NotFound("request", id, reason=self._what_is_kept())
        return request

    def _what_is_kept(self) -> str:
        if self._most == 0:
            return "This server keeps no records of requests; REPORTRUN_REQUEST_RECORDS says how many."
        return (
            f"Each server keeps the last {self._most:,} requests that it refused, until it stops. Those of an account "
            "are shown to its keys."
        )


def _may_see(caller: Caller, made_by: Caller) -> bool:
    return caller.key_id == made_by.key_id or (caller.permissions is None and caller.scope == made_by.scope)
