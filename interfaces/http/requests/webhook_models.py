"""The parameters of requests about events, webhook endpoints and file links, for the OpenAPI document."""

from __future__ import annotations

from typing import Annotated, Required

from fastapi import Path, Query
from pydantic import Field
from typing_extensions import TypedDict

from domain.metadata import MAX_KEY, MAX_KEYS, MAX_VALUE
from domain.webhooks.endpoint_url import MAX_URL
from domain.webhooks.event_types import ANY, EVENT_TYPES, EXPLICIT_ONLY
from interfaces.http.edge.versions import VERSION
from interfaces.http.requests.request_models import EXPAND, ListParameters, Seconds, Text, words

MAX_TYPES = 20
"""Items of the `types` of a list of events."""

EventId = Annotated[str, Path(description="evt_...")]
EndpointId = Annotated[str, Path(description="we_...")]
FileLinkId = Annotated[str, Path(description="link_...")]
LinkToken = Annotated[str, Path(description="The secret part of a file link's `url`")]

EventTypes = Annotated[
    list[Annotated[str, Field(json_schema_extra=words((ANY, *EVENT_TYPES)))]],
    Field(description=f"Types of events; `{ANY}`: all but {', '.join(sorted(EXPLICIT_ONLY))}"),
]
Expand = Annotated[list[str], Field(description=EXPAND)]
ExpandFile = Annotated[list[str], Field(description="`file` for the whole file in the place of its id")]
MetadataKey = Annotated[
    str,
    Field(
        max_length=MAX_VALUE,
        description=f"A value under a key of your own, up to {MAX_KEYS} of up to {MAX_KEY} characters; "
        "an empty value removes the key, and `metadata=` all",
    ),
]


class EventListParameters(ListParameters):
    type: str = Query(None, description="Only this type; `*` stands for any text: `reporting.report_run.*`")
    types: list[str] = Query(
        None, alias="types[]", description=f"Only these types, up to {MAX_TYPES}; instead of `type`"
    )
    delivery_success: bool = Query(
        None, description="Only events that all endpoints have accepted (true), or not yet or never (false)"
    )


class FileLinkListParameters(ListParameters):
    file: str = Query(None, description="Only links to this file")
    expired: bool = Query(None, description="Only links that have expired (true), or have not (false)")


CreateWebhookEndpoint = TypedDict(
    "CreateWebhookEndpoint",
    {
        "url": Required[Annotated[str, Field(max_length=MAX_URL, description="Where events are sent")]],
        "enabled_events[]": Required[EventTypes],
        "api_version": Annotated[
            str, Field(pattern=f"^{VERSION.pattern}$", description="The `api_version` of its events; cannot be changed")
        ],
        "connect": Annotated[
            bool,
            Field(
                description="Events of the accounts connected to yours, each with its `account`, in the place of your "
                "own; cannot be changed"
            ),
        ],
        "description": Annotated[Text, Field(description="What it is for")],
        "metadata[key]": MetadataKey,
        "expand[]": Expand,
    },
    total=False,
)

UpdateWebhookEndpoint = TypedDict(
    "UpdateWebhookEndpoint",
    {
        "url": Annotated[str, Field(max_length=MAX_URL, description="Where events are sent")],
        "enabled_events[]": EventTypes,
        "disabled": Annotated[bool, Field(description="Whether nothing is sent to it")],
        "description": Annotated[Text, Field(description="What it is for; empty removes it")],
        "metadata[key]": MetadataKey,
        "expand[]": Expand,
    },
    total=False,
)

CreateFileLink = TypedDict(
    "CreateFileLink",
    {
        "file": Required[Annotated[Text, Field(description="file_...")]],
        "expires_at": Annotated[Seconds, Field(description="Unix seconds; none: it lasts as long as the file")],
        "metadata[key]": MetadataKey,
        "expand[]": ExpandFile,
    },
    total=False,
)

UpdateFileLink = TypedDict(
    "UpdateFileLink",
    {
        "expires_at": Annotated[Text, Field(description="Unix seconds, `now`, or empty: it lasts as long as the file")],
        "metadata[key]": MetadataKey,
        "expand[]": ExpandFile,
    },
    total=False,
)

CREATE_EXAMPLE = {"url": "https://example.com/webhooks", "enabled_events[]": ["*"]}
UPDATE_EXAMPLE = {"disabled": "true"}
LINK_EXAMPLE = {"file": "file_0123456789abcdefABCDEFGH"}
UPDATE_LINK_EXAMPLE = {"expires_at": "now"}
