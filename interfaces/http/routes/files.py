"""The routes under /v1/files."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response

from interfaces.http.edge.call import Api, permitted
from interfaces.http.requests import fields as read
from interfaces.http.responses.contents.contents import Contents
from interfaces.http.responses.json import Json
from interfaces.http.responses.objects import file_object, list_object

FILES = "/v1/files"
PERMISSION = "file_read"

PURPOSES = tuple(
    "account_requirement additional_verification business_icon business_logo customer_signature dispute_evidence "
    "document_provider_identity_document finance_report_run financial_account_statement identity_document "
    "identity_document_downloadable issuing_regulatory_reporting pci_document platform_terms_of_service selfie "
    "sigma_scheduled_query tax_document_user_upload terminal_android_apk terminal_reader_splashscreen "
    "terminal_wifi_certificate terminal_wifi_private_key".split()
)


class Files:
    """Result files and their bytes."""

    def __init__(self, api: Api) -> None:
        self._files = api.files

    async def list_files(self, request: Request) -> Json:
        call = permitted(request, PERMISSION)
        form = read.query(request, *read.LIST_PARAMETERS, "purpose", is_list=True)
        purpose = read.one_of(form, "purpose", PURPOSES)
        page = await self._files.page(read.list_query(form, call.caller.scope), purpose)
        files = [file_object(file, call.base_url) for file in page.rows]
        return Json(list_object(files, FILES, has_more=page.has_more))

    async def get_file(self, request: Request) -> Json:
        call = permitted(request, PERMISSION)
        read.query(request)
        return Json(file_object(await self._files.get(call.caller.scope, request.path_params["id"]), call.base_url))

    async def get_contents(self, request: Request) -> Response:
        call = permitted(request, PERMISSION)
        read.query(request)
        file = await self._files.readable(call.caller.scope, request.path_params["id"])
        return await Contents(file, self._files.read).answer(request.method, request.headers)
