"""What lies below a folder that others are at work in."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path


def files_below(folder: Path) -> Iterator[Path]:
    """Every file, at any depth; a folder that goes away meanwhile is passed over."""
    for place, _, names in os.walk(folder):
        for name in names:
            yield Path(place, name)
