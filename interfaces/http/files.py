"""The routes under /v1/files."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from interfaces.http import parameters as read
from interfaces.http.api import Api, call_of
from interfaces.http.byte_range import RangeRefused, requested_range
from interfaces.http.json import Json
from interfaces.http.objects import file_object


class Files:
    """Result files and their bytes."""

    def __init__(self, api: Api) -> None:
        self._files = api.files

    async def get_file(self, request: Request) -> Json:
        call = call_of(request)
        form = read.query_of(request)
        read.check_expand(form)
        read.only(form, "expand")
        return Json(file_object(await self._files.get(call.caller.scope, request.path_params["id"]), call.base_url))

    async def get_contents(self, request: Request) -> Response:
        file = await self._files.get(call_of(request).caller.scope, request.path_params["id"])
        headers = {
            "ETag": f'"{file.sha256}"',
            "Accept-Ranges": "bytes",
            "Content-Disposition": f'attachment; filename="{file.filename}"',
        }
        if request.headers.get("if-none-match") in (headers["ETag"], "*"):
            return Response(status_code=304, headers=headers)
        try:
            part = requested_range(request.headers.get("range"), file.size)
        except RangeRefused:
            return Response(status_code=416, headers={**headers, "Content-Range": f"bytes */{file.size}"})
        if part:
            headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{file.size}"
        wanted = part or range(file.size)
        headers["Content-Length"] = str(len(wanted))
        status = 206 if part else 200
        if request.method == "HEAD":
            return Response(status_code=status, headers=headers, media_type="text/csv")
        contents = self._files.read(file, wanted.start, len(wanted))
        return StreamingResponse(contents, status_code=status, headers=headers, media_type="text/csv")
