"""The parameters of requests, by their names on the wire, for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Any, Required

from fastapi import Header, Path, Query
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from domain.ledger.reporting_category import KNOWN_CATEGORIES
from domain.money import CURRENCIES
from domain.runs.run_parameters import DECIMAL_SEPARATORS, MAX_STRING, UTC_ZONE
from interfaces.http.edge.idempotency import MAX_IDEMPOTENCY_KEY
from interfaces.http.edge.versions import VERSION
from interfaces.http.purposes import PURPOSES
from interfaces.http.requests.list_query import DEFAULT_LIMIT, LARGEST_LIMIT

LONGEST_DELAY_SECONDS = 3600
"""How long a planned run may wait before work on it begins."""

EXPAND = "Nothing here can be expanded: results are whole objects already. `data` is allowed on lists"

Text = Annotated[str, Field(max_length=MAX_STRING)]
Seconds = Annotated[int, Field(json_schema_extra={"format": "int64"})]


def words(allowed: tuple[str, ...]) -> dict[str, Any]:
    return {"enum": list(allowed)}


RunId = Annotated[str, Path(description="frr_...")]
ReportTypeId = Annotated[str, Path(description="balance.summary.1")]
FileId = Annotated[str, Path(description="file_...")]
RequestId = Annotated[str, Path(description="req_...")]


class CommonHeaders(BaseModel):
    account: str = Header(
        None, alias="Stripe-Account", description="A connected account of the key's platform, to act in its place"
    )
    version: str = Header(None, alias="Stripe-Version", description="API version", pattern=f"^{VERSION.pattern}$")


class IdempotencyHeaders(BaseModel):
    idempotency_key: str = Header(
        None,
        alias="Idempotency-Key",
        max_length=MAX_IDEMPOTENCY_KEY,
        description="Makes a retry safe: the same key and parameters have one effect",
    )


class ExpandParameter(BaseModel):
    expand: list[str] = Query(None, alias="expand[]", description=EXPAND)


class PageParameters(ExpandParameter):
    limit: int = Query(
        DEFAULT_LIMIT, description=f"Rows of a page, 1 to {LARGEST_LIMIT}; others are brought into that range"
    )
    starting_after: str = Query(None, description="Id of the row before the page: the page has those that follow it")
    ending_before: str = Query(None, description="Id of the row after the page: the page has those that precede it")


class ListParameters(PageParameters):
    created: Seconds = Query(None, description="Created in this second; Unix seconds")
    after: Seconds = Query(None, alias="created[gt]", description="Created after this second")
    not_before: Seconds = Query(None, alias="created[gte]", description="Created at or after this second")
    before: Seconds = Query(None, alias="created[lt]", description="Created before this second")
    not_after: Seconds = Query(None, alias="created[lte]", description="Created at or before this second")


class FileListParameters(ListParameters):
    purpose: str = Query(None, description="Only files for this", json_schema_extra=words(PURPOSES))


class LogParameters(ExpandParameter):
    t: Seconds = Query(None, description="When the request was made, as `request_log_url` has it; not read")


class MomentParameter(ExpandParameter):
    at: Seconds = Query(
        None, description="Unix seconds, or a version of the run (a number below 1,000,000); now where there is none"
    )


class ContentsHeaders(BaseModel):
    range: str = Header(None, alias="Range", description="One range of bytes, `bytes=0-1023`")
    if_range: str = Header(None, alias="If-Range", description="The `ETag` of the file that the range is of")
    if_match: str = Header(None, alias="If-Match", description="`ETag`s one of which the file must have")
    if_none_match: str = Header(None, alias="If-None-Match", description="`ETag`s that the caller has")
    accept_encoding: str = Header(None, alias="Accept-Encoding", description="`gzip` for a compressed body")


CreateReportRun = TypedDict(
    "CreateReportRun",
    {
        "report_type": Required[
            Annotated[Text, Field(description="Id of the report type", examples=["balance.summary.1"])]
        ],
        "parameters[interval_start]": Annotated[Seconds, Field(description="Unix seconds, inclusive")],
        "parameters[interval_end]": Annotated[Seconds, Field(description="Unix seconds, exclusive")],
        "parameters[columns][]": Annotated[list[Text], Field(description="Columns of the file, in this order")],
        "parameters[timezone]": Annotated[
            Text,
            Field(description=f"IANA name; how times are printed, not the interval. {UTC_ZONE} where there is none"),
        ],
        "parameters[currency]": Annotated[
            str, Field(description="Rows settled in it only", json_schema_extra=words(CURRENCIES))
        ],
        "parameters[reporting_category]": Annotated[
            Text,
            Field(
                description="Rows of this category only: one of "
                f"{', '.join(KNOWN_CATEGORIES)}, or another that rows of the ledger have"
            ),
        ],
        "parameters[payout]": Annotated[Text, Field(description="The payout that the report is about")],
        "parameters[connected_account]": Annotated[Text, Field(description="Rows of this connected account only")],
        "parameters[connected_accounts][]": Annotated[
            list[Text],
            Field(description="Rows of these connected accounts only; instead of `parameters[connected_account]`"),
        ],
        "parameters[customer]": Annotated[Text, Field(description="Revenue entries of this customer only")],
        "parameters[invoice]": Annotated[Text, Field(description="Revenue entries of this invoice only")],
        "parameters[invoice_line_item]": Annotated[
            Text, Field(description="Revenue entries of this invoice line item only")
        ],
        "parameters[decimal_separator]": Annotated[
            str, Field(description="`.` where there is none", json_schema_extra=words(DECIMAL_SEPARATORS))
        ],
        "parameters[decimal_format]": Annotated[
            str, Field(description="`.` where there is none", json_schema_extra=words(DECIMAL_SEPARATORS))
        ],
        "expand[]": Annotated[list[str], Field(description=EXPAND)],
    },
    total=False,
)
"""Each report type takes some of the parameters, and requires some."""


class CreatePlannedRun(CreateReportRun, total=False):
    delay_seconds: Annotated[
        int, Field(ge=0, le=LONGEST_DELAY_SECONDS, description="How long the run stays pending, at least")
    ]
    error: Annotated[
        Text, Field(min_length=1, description="The sentence that the run fails with; without one, the report is made")
    ]


EXAMPLE = {
    "report_type": "balance.summary.1",
    "parameters[interval_start]": 1735689600,
    "parameters[interval_end]": 1738368000,
}
"""The fields of a request that succeeds on the demo ledger: January 2025 of UTC."""

OTHER_PARAMETERS: dict[str, Any] = {
    "additionalProperties": False,
    "patternProperties": {
        r"^parameters\[\w+\]$": {
            "type": "string",
            "description": "What custom report types take",
            "maxLength": MAX_STRING,
        }
    },
}
"""What the JSON Schema of a form says of names that the form does not list."""
