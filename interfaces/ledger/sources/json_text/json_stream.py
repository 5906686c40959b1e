"""Reads the objects of a JSON text one by one, however long the text is."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import TextIO

from interfaces.ledger.sources.text_files import MAX_RECORD_BYTES, LineTooLong

_CHUNK = 1024 * 1024

_SPACES = " \t\r\n"

_DECODER = json.JSONDecoder(parse_int=str, parse_float=str)

_PAGE = {"object", "data", "has_more", "url", "next_page", "total_count", "next_page_url", "previous_page_url"}
"""The keys that an answer of a list endpoint may have."""


def is_page(text: str) -> bool:
    """Whether an object, as it is written, is an answer of a list endpoint or a search."""
    if '"data"' not in text:
        return False
    value = json.loads(text)
    if not isinstance(value, dict) or not isinstance(value.get("data"), list):
        return False
    return value.get("object") in ("list", "search_result") or value.keys() <= _PAGE


class JsonStream:
    """JSON values of a text, with bounded memory: one value and one chunk are held at a time."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._buffer = ""
        self._at = 0
        self._ended = False
        self.has_more: bool | None = None
        """Whether the last page that was read says that there are more; None before the first page."""

    def objects(self) -> Iterator[str]:
        """Every object to the end of the text, as it is written: alone, in arrays, or on pages of a list.

        Raises `ValueError` for text that is no JSON.
        """
        while start := self.next():
            if start == "[":
                yield from self._items()
            elif start == "{":
                yield from self._object_or_page()
            else:
                yield self.value()

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
            yield from self._item()
            while self.next() == ",":
                self._take(",")
                yield from self._item()
        self._take("]")

    def _item(self) -> Iterator[str]:
        """An item of an array; pages and arrays may be in arrays, too."""
        text = self.value()
        if text.startswith("[") or is_page(text):
            inner = JsonStream(io.StringIO(text))
            yield from inner.objects()
            self.has_more = self.has_more if inner.has_more is None else inner.has_more
        else:
            yield text

    def _object_or_page(self) -> Iterator[str]:
        """A page that is too long to be held, or that is cut, is read item by item."""
        try:
            text = self.value()
        except (LineTooLong, json.JSONDecodeError) as error:
            yield from self._page_items(error)
            return
        if is_page(text):
            page = JsonStream(io.StringIO(text))
            yield from page._page_items(None)
            self.has_more = page.has_more
        else:
            yield text

    def _page_items(self, unless: Exception | None) -> Iterator[str]:
        """Items are given before it is known that this is a page: `object` may come after `data`.

        unless  raised when it turns out to be none
        """
        kind, self.has_more = None, False
        self._take("{")
        while self.next() == '"':
            name = json.loads(self.value())
            self._take(":")
            if name == "data" and self.next() == "[":
                yield from self._items()
            else:
                value = self.value()
                kind = value if name == "object" else kind
                self.has_more |= (name, value) == ("has_more", "true")
            if self.next() != ",":
                break
            self._take(",")
        self._take("}")
        if unless and kind != '"list"':
            raise unless

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
