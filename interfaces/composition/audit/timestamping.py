"""Builds what gets timestamps of checkpoints, and what reads those that are kept."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from application.audit.timestamps.daily_timestamp import DailyTimestamp
from application.audit.timestamps.kept_timestamps import KeptTimestamps
from application.audit.timestamps.stamped_checkpoints import StampedCheckpoints
from application.audit.timestamps.timestamp_findings import TimestampFindings
from application.health.findings import Finding
from application.ports.seal_states import SealState
from interfaces.audit.timestamp_tokens import TimestampTokens
from interfaces.composition.audit.log_places import checkpoint_copies, tile_files
from interfaces.composition.installation import Installation
from interfaces.settings import Settings


def daily_timestamp(installation: Installation) -> DailyTimestamp | None:
    """None where no setting names an authority."""
    settings = installation.settings
    if not settings.timestamp_url:
        return None
    from interfaces.audit.timestamp_server import TimestampServer

    tokens = timestamp_tokens(settings.timestamp_ca)
    server = TimestampServer(settings.timestamp_url, tokens, settings.timestamp_timeout_seconds)
    places = [tile_files(settings), *checkpoint_copies(settings)]
    return DailyTimestamp(server, tokens.read, places, installation.clock)


def kept_timestamps(settings: Settings) -> KeptTimestamps:
    return KeptTimestamps(tile_files(settings))


def stamped_checkpoints(settings: Settings, state: SealState) -> StampedCheckpoints:
    from interfaces.audit.signing_key import verify

    return StampedCheckpoints(kept_timestamps(settings), state, timestamp_tokens(settings.timestamp_ca).read, verify)


def timestamp_findings(installation: Installation, state: SealState) -> Iterator[Finding]:
    settings = installation.settings
    is_asked = bool(settings.timestamp_url)
    stamped = stamped_checkpoints(settings, state)
    found = TimestampFindings(kept_timestamps(settings), stamped, state.size, is_asked=is_asked)
    return found.findings(installation.clock.now())


def timestamp_tokens(ca: str) -> TimestampTokens:
    """ca: a PEM file of what tokens must lead to; empty: any is taken"""
    return TimestampTokens(Path(ca) if ca else None)
