"""The longest line of a file that is read chunk by chunk.

DuckDB drops the end of a file in silence when it is one line that is longer than its buffers, such as the zeros that a
crash leaves behind. Files with longer lines than a record may have are therefore never read by DuckDB directly.
"""

from __future__ import annotations


class LineLength:
    """Measures lines between chunks; a line within one chunk is no longer than the chunk."""

    def __init__(self) -> None:
        self.longest = 0
        self._open = 0

    def add(self, chunk: bytes) -> None:
        ends = [end for end in (chunk.find(b"\n"), chunk.find(b"\r")) if end >= 0]
        self._open += min(ends, default=len(chunk))
        self.longest = max(self.longest, self._open)
        if ends:
            self._open = len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            self.longest = max(self.longest, self._open)
