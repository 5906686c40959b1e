"""A second place for checkpoints, out of reach of who keeps the log: the newest one, and the last one of each day."""

from __future__ import annotations

import logging
from datetime import datetime

from application.ports.tile_files import TileFiles
from domain.errors import StoreUnavailable

log = logging.getLogger("reportrun.seal")


class CheckpointCopy:
    """Writes a checkpoint once. One that cannot be written keeps nothing from being sealed, and is tried again."""

    def __init__(self, files: TileFiles) -> None:
        self._files = files
        self._written = ""
        self._is_away = False

    def write(self, note: str, at: datetime) -> None:
        """at: aware UTC, the day that the checkpoint is kept for"""
        if not note or note == self._written:
            return
        content = note.encode()
        try:
            self._files.write({"checkpoint": content, f"checkpoint-{at.date()}": content})
        except (StoreUnavailable, OSError) as trouble:
            if not self._is_away:
                log.warning("Checkpoints are not copied to %s now. %s", self._files.place, trouble)
            self._is_away = True
            return
        self._written, self._is_away = note, False
