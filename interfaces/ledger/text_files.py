"""Opens text files, packed or not."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from domain.errors import LedgerRefused


@contextmanager
def opened_text(path: Path, file: str) -> Iterator[TextIO]:
    """The text of a file, without a byte order mark; line ends and broken characters as they are.

    file  what messages call it
    """
    open_file = gzip.open if path.suffix == ".gz" else open
    try:
        with open_file(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline="") as text:
            yield text
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise LedgerRefused("The file ends in .gz but cannot be unpacked.", file=file) from None
