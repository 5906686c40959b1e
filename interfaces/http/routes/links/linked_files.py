"""The links that file objects show. Most files have none, which their rows say, so that none are looked for."""

from __future__ import annotations

from starlette.requests import Request

from application.views.runs import ListedRun, RunRow
from interfaces.http.edge.request_context import RequestContext, api_of
from interfaces.http.responses.file_objects import NO_LINKS, FileLinkList
from interfaces.http.responses.json_bytes import item_bytes
from interfaces.http.responses.objects import run_object

READ, WRITE = "file_read", "file_write"
"""What a restricted key needs for links. The address of a link opens the file without a key, so that a link is shown
only to a key that may read files."""


async def links_of(request: Request, context: RequestContext, file_id: str, has_links: int) -> FileLinkList:
    """Those that the caller may read, which are none without the permission."""
    if not has_links or not context.caller.may(READ):
        return NO_LINKS
    links = api_of(request).links
    return FileLinkList(await links.of_file(context.caller.scope, file_id), context.base_url, links.now())


async def links_of_result(request: Request, context: RequestContext, run: RunRow | ListedRun) -> FileLinkList:
    """Of the file that a run made."""
    if not run.has_links:
        return NO_LINKS
    return await links_of(request, context, run.file_id or "", run.has_links)


async def linked_run_item(request: Request, context: RequestContext, run: ListedRun) -> bytes:
    """A run with links as it stands in a list. Not cached: links expire."""
    return item_bytes(run_object(run, context.base_url, await links_of_result(request, context, run)))
