"""The registry of views: one projection for each."""

from typing import Any

from application.projecting.projection import Projection
from application.views.accounts import AccountListProjection
from application.views.api_keys import KeyListProjection
from application.views.files import FileListProjection
from application.views.ledgers import LedgerListProjection
from application.views.runs import RunListProjection

PROJECTIONS: tuple[type[Projection[Any]], ...] = (
    RunListProjection,
    FileListProjection,
    KeyListProjection,
    AccountListProjection,
    LedgerListProjection,
)

NAMES = tuple(projection.name for projection in PROJECTIONS)
"""The names of all views."""
