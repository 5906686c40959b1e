"""Which projections there are."""

from application.projecting.projection import Projection
from application.views.access import AccountListProjection, KeyListProjection
from application.views.files import FileListProjection
from application.views.ledgers import LedgerListProjection
from application.views.runs import RunListProjection

PROJECTIONS: tuple[type[Projection], ...] = (
    RunListProjection,
    FileListProjection,
    KeyListProjection,
    AccountListProjection,
    LedgerListProjection,
)
