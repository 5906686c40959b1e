"""Which projections there are."""

from application.projections.accounts import AccountListProjection, KeyListProjection
from application.projections.files import FileListProjection
from application.projections.ledgers import LedgerListProjection
from application.projections.projection import Projection
from application.projections.runs import RunListProjection

PROJECTIONS: tuple[type[Projection], ...] = (
    RunListProjection,
    FileListProjection,
    KeyListProjection,
    AccountListProjection,
    LedgerListProjection,
)
