"""Reads the items of an API answer one by one, however long the answer is."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TextIO

from interfaces.ledger.sources.text_files import MAX_RECORD_BYTES, LineTooLong

_CHUNK = 1024 * 1024

_SPACES = " \t\r\n"

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)


class NotAList(Exception):
    """The text does not begin with a list or an answer with `"object": "list"`."""


class JsonStream:
    """JSON values of a text, with bounded memory: one value and one chunk are held at a time."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._buffer = ""
        self._at = 0
        self._ended = False

    def list_items(self) -> Iterator[str]:
        """The items, as they are written, of arrays and of the `data` of answers.

        Raises `NotAList` when it turns out to be something else, `ValueError` for text that is no JSON.
        """
        while start := self.next():
            if start == "[":
                yield from self._items()
            elif start == "{":
                yield from self._answer_items()
            else:
                raise NotAList

    def value(self) -> str:
        """The next value, as it is written."""
        self.next()
        wanted = _CHUNK
        while True:
            try:
                _, end = _DECODER.raw_decode(self._buffer, self._at)
                if end < len(self._buffer) or self._ended:
                    break
            except ValueError:
                if self._ended:
                    raise
            if len(self._buffer) - self._at > MAX_RECORD_BYTES:
                raise LineTooLong
            self._read_more(wanted)
            wanted *= 2
        start, self._at = self._at, end
        return self._buffer[start:end]

    def next(self) -> str:
        """The next character that is no space; empty at the end."""
        while True:
            while self._at < len(self._buffer):
                if self._buffer[self._at] not in _SPACES:
                    return self._buffer[self._at]
                self._at += 1
            if self._ended:
                return ""
            self._read_more(_CHUNK)

    def _items(self) -> Iterator[str]:
        self._take("[")
        if self.next() != "]":
            yield self.value()
            while self.next() == ",":
                self._take(",")
                yield self.value()
        self._take("]")

    def _answer_items(self) -> Iterator[str]:
        """Items are given before it is known that this is a list: `object` may come after `data`."""
        kind = None
        self._take("{")
        while self.next() == '"':
            name = json.loads(self.value())
            self._take(":")
            if name == "data" and self.next() == "[":
                yield from self._items()
            else:
                value = self.value()
                kind = value if name == "object" else kind
            if self.next() != ",":
                break
            self._take(",")
        self._take("}")
        if kind != '"list"':
            raise NotAList

    def _take(self, character: str) -> None:
        found = self.next()
        if found != character:
            problem = f"{character} is expected" if found else "it ends too early"
            raise json.JSONDecodeError(problem, self._buffer, self._at)
        self._at += 1

    def _read_more(self, characters: int) -> None:
        more = self._text.read(characters)
        self._ended = not more
        self._buffer = self._buffer[self._at :] + more
        self._at = 0
