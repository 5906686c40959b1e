"""The registry of views: one projection for each."""

from typing import Any

from application.projecting.projection import Projection
from application.views.accounts import AccountListProjection
from application.views.api_keys import KeyListProjection
from application.views.data_windows import WindowHistoryProjection
from application.views.file_links import FileLinkListProjection
from application.views.files import FileListProjection
from application.views.ledgers import LedgerListProjection
from application.views.runs import RunListProjection
from application.views.webhook_endpoints import EndpointListProjection

PROJECTIONS: tuple[type[Projection[Any]], ...] = (
    RunListProjection,
    FileListProjection,
    KeyListProjection,
    AccountListProjection,
    LedgerListProjection,
    WindowHistoryProjection,
    EndpointListProjection,
    FileLinkListProjection,
)

NAMES = tuple(projection.name for projection in PROJECTIONS)
"""The names of all views."""
