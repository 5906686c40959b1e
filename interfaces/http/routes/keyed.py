"""What all operations that need an API key have in common."""

from __future__ import annotations

from typing import Annotated

from fastapi import Header, Query, Security
from fastapi.security import HTTPBasic, HTTPBearer

from interfaces.http.requests.request_models import CommonHeaders, ExpandParameter, IdempotencyHeaders, PageParameters
from interfaces.http.responses.statuses import ALWAYS, refusals
from interfaces.http.routes.operation import Operations, takes

_KEY = [
    Security(HTTPBearer(scheme_name="bearer", description="The API key")),
    Security(HTTPBasic(scheme_name="basic", description="The API key as user, no password")),
]

EXPAND = takes(query=Annotated[ExpandParameter, Query()])
IDEMPOTENCY_KEY = takes(headers=Annotated[IdempotencyHeaders, Header()])
PAGE = takes(query=Annotated[PageParameters, Query()])


def keyed_operations(tag: str) -> Operations:
    headers = takes(headers=Annotated[CommonHeaders, Header()])
    return Operations(tag, dependencies=[*_KEY, headers], responses=refusals(*ALWAYS))
