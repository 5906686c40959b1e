"""The file of one listener: its secret, which stays the same, and where in the log it is."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from domain.access.caller import Scope
from domain.webhooks.signing_secret import new_secret


class ListenerFile:
    """Implements `Cursor`."""

    def __init__(self, folder: Path, scope: Scope, url: str | None) -> None:
        """url  the address that is forwarded to: each has a file of its own"""
        name = hashlib.sha256(f"{scope.account} {scope.mode} {url or ''}".encode()).hexdigest()[:16]
        self._file = folder / f"{name}.json"
        self._known: dict[str, Any] = {"account": scope.account, "mode": scope.mode, "url": url}
        self._known |= _read(self._file)
        if "secret" not in self._known:
            self._write(secret=new_secret())

    @property
    def secret(self) -> str:
        return str(self._known["secret"])

    def position(self) -> int | None:
        return self._known.get("position")

    def advance(self, position: int) -> None:
        self._write(position=position)

    def _write(self, **changed: Any) -> None:
        """Replace the file as a whole, so that a kill leaves the one or the other."""
        self._known |= changed
        self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self._file.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(self._known, file)
        part.replace(self._file)


def _read(file: Path) -> dict[str, Any]:
    """What is kept; nothing for a file that is missing or cannot be read: the listener is new then."""
    try:
        found = json.loads(file.read_bytes())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
