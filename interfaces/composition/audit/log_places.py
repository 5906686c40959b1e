"""Chooses the places of the transparency log's files: a folder or a bucket, and the copy of its checkpoints."""

from __future__ import annotations

from pathlib import Path

from application.ports.tile_files import TileFiles
from interfaces.settings import Settings


def tile_files(settings: Settings) -> TileFiles:
    return _files_in(settings.audit_place)


def checkpoint_copies(settings: Settings) -> list[TileFiles]:
    """Where checkpoints are written to as well."""
    return [_files_in(settings.checkpoint_copy)] if settings.checkpoint_copy else []


def _files_in(place: str) -> TileFiles:
    if "://" in place:
        from interfaces.audit.tile_bucket import TileBucket

        return TileBucket(place)
    from interfaces.audit.tile_folder import TileFolder

    return TileFolder(Path(place))
