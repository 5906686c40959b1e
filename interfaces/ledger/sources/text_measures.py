"""What is known of a text after it was read chunk by chunk: its longest line, and whether it has zero bytes.

A crash leaves zeros behind, at the end of a file or in the place of rows. DuckDB drops the end of a file in silence
when it is one line that is longer than its buffers, and takes zeros within a cell for text: the rows in their place
would be missing.
"""

from __future__ import annotations


class TextMeasures:
    """Measures lines between chunks; a line within one chunk is no longer than the chunk.

    longest_line  in bytes
    zero_at       offset of the first zero byte; None without one
    """

    def __init__(self) -> None:
        self.longest_line = 0
        self.zero_at: int | None = None
        self._open = self._bytes = 0

    def add(self, chunk: bytes) -> None:
        if self.zero_at is None and (found := chunk.find(b"\0")) >= 0:
            self.zero_at = self._bytes + found
        self._bytes += len(chunk)
        ends = [end for end in (chunk.find(b"\n"), chunk.find(b"\r")) if end >= 0]
        self._open += min(ends, default=len(chunk))
        self.longest_line = max(self.longest_line, self._open)
        if ends:
            self._open = len(chunk) - 1 - max(chunk.rfind(b"\n"), chunk.rfind(b"\r"))
            self.longest_line = max(self.longest_line, self._open)
