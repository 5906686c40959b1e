"""The errors of the business. Each carries facts; HTTP and the command line render them.

    ReportrunError
    ├── InvalidParameter                a value that the caller can correct; names its `param`
    │   ├── UnknownParameters           names that nothing takes
    │   ├── MissingParameter            a required name that is not there
    │   ├── EmptyParameter              "" where a value is needed
    │   ├── NotAnInteger
    │   ├── WrongShape                  a list for a string, a string for a hash, ...
    │   ├── NotOneOf                    outside a closed list of values
    │   ├── UnknownCurrency
    │   ├── UnknownTimezone
    │   ├── TooLong
    │   ├── NulGiven                    a NUL character, which not every store can hold
    │   ├── ColumnNotOffered
    │   ├── ColumnRepeated
    │   ├── IntervalRefused
    │   │   ├── IntervalReversed
    │   │   └── OutsideDataWindow
    │   ├── ReferenceNotFound           an id in a parameter that leads nowhere
    │   ├── OneOrMany                   a name and a list of names for the same thing
    │   ├── InvalidUrl                  a URL that no delivery can be sent to
    │   ├── TooManyEndpoints            more webhook endpoints than the installation allows
    │   ├── EndpointNotListening        a webhook endpoint that an event cannot be sent to
    │   └── ConflictingCursors
    ├── ReportTypeCannotRun             in the catalogue, but not runnable here
    │   ├── NotOfferedHere
    │   ├── NotRunnableHere
    │   ├── LiveModeOnly
    │   ├── NoConnectedAccounts
    │   └── NoLedgerData
    ├── NotFound                        an id in the address that leads nowhere
    │   └── EventExpired                an event that is no longer kept
    ├── FileExpired                     a file past its `expires_at`
    ├── FileLinkExpired                 a change of a link past its `expires_at`
    ├── LinkOpensNothing                a public address without a link
    ├── OnlyInTestMode                  what would do harm in live mode
    ├── RunAlreadyFinished              a second outcome for a run
    ├── ReportFailed                    an attempt ended without a file; its message becomes the run's `error`
    │   ├── ReportTimedOut
    │   └── ResultDiffers               a file that was made again is another one
    ├── ResultDamaged                   the stored bytes of a file are not those on record
    ├── LedgerRefused                   rows that a ledger does not take; names file, row and column
    │   └── ColumnsMissing              a file without columns that its table needs
    ├── LedgerBusy                      another load is in progress
    ├── KeyRefused
    │   ├── NoKeyGiven, UnknownKey, ExpiredKey, PublishableKeyGiven
    │   ├── SessionEnded                a cookie of the console that opens nothing any more
    │   ├── UserNotAdmitted             a user of a proxy who has no key
    │   ├── PermissionMissing
    │   ├── SecretKeyNeeded             a restricted key where a secret one is needed
    │   ├── NotAPlatform
    │   └── AccountRefused
    ├── IdempotencyKeyReused, IdempotencyKeyInUse
    ├── SealBroken                      the log is not what was sealed
    ├── SealRefused                     another key than that of the transparency log
    ├── NotSealedYet                    a proof of what is not in the transparency log yet
    ├── TooManyRequests                 faster than the limit
    ├── ServerStopping                  the server stops with the request in progress
    └── StoreUnavailable                the database or the file storage cannot be reached now

Status codes are not here: `interfaces/http/edge/errors.py` gives each of these one.
"""

from domain.errors.access import (
    AccountRefused,
    ExpiredKey,
    KeyRefused,
    NoKeyGiven,
    NotAPlatform,
    PermissionMissing,
    PublishableKeyGiven,
    SecretKeyNeeded,
    SessionEnded,
    UnknownKey,
    UserNotAdmitted,
)
from domain.errors.audit import NotSealedYet, SealBroken, SealRefused
from domain.errors.ledger import ColumnsMissing, LedgerBusy, LedgerRefused
from domain.errors.parameters import (
    ColumnNotOffered,
    ColumnRepeated,
    ConflictingCursors,
    EmptyParameter,
    IntervalRefused,
    IntervalReversed,
    InvalidParameter,
    MissingParameter,
    NotAnInteger,
    NotOneOf,
    NulGiven,
    OneOrMany,
    OutsideDataWindow,
    ParameterPath,
    ReferenceNotFound,
    TooLong,
    UnknownCurrency,
    UnknownParameters,
    UnknownTimezone,
    WrongShape,
    request_parameter,
    run_parameter,
)
from domain.errors.report_types import (
    LiveModeOnly,
    NoConnectedAccounts,
    NoLedgerData,
    NotOfferedHere,
    NotRunnableHere,
    ReportTypeCannotRun,
)
from domain.errors.requests import IdempotencyKeyInUse, IdempotencyKeyReused, ServerStopping, TooManyRequests
from domain.errors.root import NotFound, ReportrunError, StoreUnavailable
from domain.errors.runs import (
    FileExpired,
    OnlyInTestMode,
    ReportFailed,
    ReportTimedOut,
    ResultDamaged,
    ResultDiffers,
    RunAlreadyFinished,
)
from domain.errors.webhooks import (
    EndpointNotListening,
    EventExpired,
    FileLinkExpired,
    InvalidUrl,
    LinkOpensNothing,
    TooManyEndpoints,
)

__all__ = [
    "AccountRefused",
    "ColumnNotOffered",
    "ColumnRepeated",
    "ColumnsMissing",
    "ConflictingCursors",
    "EmptyParameter",
    "EndpointNotListening",
    "EventExpired",
    "ExpiredKey",
    "FileExpired",
    "FileLinkExpired",
    "IdempotencyKeyInUse",
    "IdempotencyKeyReused",
    "IntervalRefused",
    "IntervalReversed",
    "InvalidParameter",
    "InvalidUrl",
    "KeyRefused",
    "LedgerBusy",
    "LedgerRefused",
    "LinkOpensNothing",
    "LiveModeOnly",
    "MissingParameter",
    "NoConnectedAccounts",
    "NoKeyGiven",
    "NoLedgerData",
    "NotAPlatform",
    "NotAnInteger",
    "NotFound",
    "NotOfferedHere",
    "NotOneOf",
    "NotRunnableHere",
    "NotSealedYet",
    "NulGiven",
    "OneOrMany",
    "OnlyInTestMode",
    "OutsideDataWindow",
    "ParameterPath",
    "PermissionMissing",
    "PublishableKeyGiven",
    "ReferenceNotFound",
    "ReportFailed",
    "ReportTimedOut",
    "ReportTypeCannotRun",
    "ReportrunError",
    "ResultDamaged",
    "ResultDiffers",
    "RunAlreadyFinished",
    "SealBroken",
    "SealRefused",
    "SecretKeyNeeded",
    "ServerStopping",
    "SessionEnded",
    "StoreUnavailable",
    "TooLong",
    "TooManyEndpoints",
    "TooManyRequests",
    "UnknownCurrency",
    "UnknownKey",
    "UnknownParameters",
    "UnknownTimezone",
    "UserNotAdmitted",
    "WrongShape",
    "request_parameter",
    "run_parameter",
]
