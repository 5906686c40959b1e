"""Files and file links as callers read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from application.files.public_links import LinksOfFile
from application.runs.result_files import KEPT_SECONDS, PURPOSE
from application.views.file_links import FileLinkRow
from application.views.files import FileRow
from domain.runs.report_run import FILE_TYPE, filename_of
from interfaces.http.responses.json_bytes import parsed_text

if TYPE_CHECKING:  # processes that deliver events write these objects without a web framework
    from interfaces.http.responses import response_models

LINKS = "/v1/file_links"
PUBLIC_LINKS = "/links"


class FileLinkList:
    """The links of one file, as its object shows them. now: Unix seconds"""

    def __init__(self, links: LinksOfFile, base_url: str, now: int) -> None:
        self._links = links
        self._base_url = base_url
        self._now = now

    def of(self, file_id: str) -> response_models.FileLinkList:
        return {
            "object": "list",
            "data": [link_object(row, self._base_url, self._now) for row in self._links.rows],
            "has_more": self._links.has_more,
            "url": f"{LINKS}?file={file_id}",
        }


NO_LINKS = FileLinkList(LinksOfFile(), "", 0)


def file_object(file: FileRow, base_url: str, links: FileLinkList = NO_LINKS) -> response_models.File:
    return file_of_run(file.id, file.run_id, file.created, file.size, base_url, links)


def file_of_run(
    id: str, run_id: str, created: int, size: int, base_url: str, links: FileLinkList
) -> response_models.File:
    return {
        "id": id,
        "object": "file",
        "created": created,
        "expires_at": created + KEPT_SECONDS,
        "filename": filename_of(run_id),
        "links": links.of(id),
        "purpose": PURPOSE,
        "size": size,
        "title": f"FinanceReportRun {run_id}",
        "type": FILE_TYPE,
        "url": f"{base_url}/v1/files/{id}/contents",
    }


def link_object(
    link: FileLinkRow, base_url: str, now: int, file: response_models.File | None = None
) -> response_models.FileLink:
    """file  the whole file, where it is asked for"""
    return {
        "id": link.id,
        "object": "file_link",
        "created": link.created,
        "expired": link.has_expired(now),
        "expires_at": link.expires_at,
        "file": file or link.file_id,
        "livemode": bool(link.livemode),
        "metadata": parsed_text(link.metadata),
        "url": f"{base_url}{PUBLIC_LINKS}/{link.token}",
    }
