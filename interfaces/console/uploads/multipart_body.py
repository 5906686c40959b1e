"""Receives the files of a form: its body is written to disk as it comes, never held in memory."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from starlette.requests import Request
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.http import parse_options_header
from werkzeug.sansio.multipart import Data, Epilogue, Field, File, MultipartDecoder, NeedData

from domain.errors import InvalidParameter, request_parameter
from domain.errors.ledger import printable
from interfaces.console.form_body import FormFields

FORM = "multipart/form-data"

MOST_PARTS = 1_000
"""Fields and files of one form."""

MOST_FIELD_BYTES = 10_000

MOST_NAME_BYTES = 200
"""Of the name of a file."""

WRITTEN_AT_ONCE = 1_048_576
"""Bytes that are parsed and written in one step, in a thread."""

MOST_SHOWN = 5
"""Names that the sentence about what was left out has."""

NOT_TAKEN = f"Hidden files, files in its folders, and names of more than {MOST_NAME_BYTES} bytes are not loaded."

FILES = request_parameter("files")


@dataclass(slots=True)
class ReceivedForm:
    """
    fields    those that are no files
    files     names of what lies in the folder
    left_out  names of what is not taken of a folder that was chosen: hidden files, the folders in it
    """

    fields: FormFields = field(default_factory=FormFields)
    files: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    def remark(self) -> str:
        """The sentence about what was left out; empty where all was taken."""
        shown, more = ", ".join(self.left_out[:MOST_SHOWN]), len(self.left_out) - MOST_SHOWN
        names = printable(f"{shown} and {more:,} more" if more > 0 else shown)
        return f"Left out of the folder: {names}. {NOT_TAKEN}" if names else ""


async def receive_form(request: Request, folder: Path, max_bytes: int) -> ReceivedForm:
    """Write the files of a form into a folder. Raises an `InvalidParameter`, or `ClientDisconnect`."""
    kind, options = parse_options_header(request.headers.get("content-type"))
    boundary = options.get("boundary", "")
    if kind != FORM or not boundary:
        raise InvalidParameter(f"The form must be sent as {FORM}.")
    _must_be_within(int(request.headers.get("content-length") or 0), max_bytes)
    writer = _FormWriter(boundary.encode("latin-1", "replace"), folder)
    read, chunks = 0, bytearray()
    try:
        async for chunk in request.stream():
            read += len(chunk)
            _must_be_within(read, max_bytes)
            chunks += chunk
            if len(chunks) >= WRITTEN_AT_ONCE:
                await asyncio.to_thread(writer.take, bytes(chunks))
                chunks = bytearray()
        if chunks:
            await asyncio.to_thread(writer.take, bytes(chunks))
        await asyncio.to_thread(writer.end)
    finally:
        writer.close()
    return writer.form


def _must_be_within(size: int, max_bytes: int) -> None:
    if size > max_bytes:
        raise InvalidParameter(
            f"The files have more than {max_bytes // 1_048_576:,} MiB, the most that is taken at once. Load them in "
            "several steps, or with `reportrun load`.",
            FILES,
        )


class _FormWriter:
    """Writes each file as its bytes come."""

    def __init__(self, boundary: bytes, folder: Path) -> None:
        self.form = ReceivedForm()
        self._decoder = MultipartDecoder(boundary, 2 * WRITTEN_AT_ONCE + MOST_FIELD_BYTES, max_parts=MOST_PARTS)
        self._folder = folder
        self._file: BinaryIO | None = None
        self._field: bytearray | None = None
        self._name = ""

    def take(self, data: bytes | None) -> None:
        """None: the body has ended"""
        try:
            self._decoder.receive_data(data)
            while not isinstance(event := self._decoder.next_event(), (NeedData, Epilogue)):
                self._follow(event)
        except RequestEntityTooLarge:
            raise InvalidParameter(
                f"The form has more than {MOST_PARTS:,} files, or a head that is too long."
            ) from None
        except ValueError:
            raise InvalidParameter("The form is not complete, or cannot be read. Send it again.") from None

    def end(self) -> None:
        self.take(None)

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _follow(self, event: object) -> None:
        match event:
            case File():
                self._field = None
                self._file = self._file_for(event.filename)
            case Field():
                self._name, self._field = event.name, bytearray()
            case Data():
                self._write(event.data)
                if not event.more_data:
                    self._end_part()

    def _write(self, data: bytes) -> None:
        if self._file is not None:
            self._file.write(data)
        elif self._field is not None:
            self._field += data
            if len(self._field) > MOST_FIELD_BYTES:
                raise InvalidParameter(
                    f"A field has more than {MOST_FIELD_BYTES:,} bytes.", request_parameter(self._name)
                )

    def _end_part(self) -> None:
        self.close()
        if self._field is not None:
            self.form.fields.setdefault(self._name, []).append(self._field.decode())
            self._field = None

    def _file_for(self, sent: str) -> BinaryIO | None:
        """None where no file was chosen, and for one that is left out. sent: with its path, of a file in a folder"""
        match [part for part in sent.rpartition("\\")[2].split("/") if part]:
            case []:
                return None
            case [name]:
                _must_be_plain(name)
                return self._new_file(name)
            case [_, name] if _is_plain(name):
                return self._new_file(name)
            case [_, name, *_]:
                self._leave_out(name[:MOST_NAME_BYTES])
        return None

    def _leave_out(self, name: str) -> None:
        if name not in self.form.left_out:
            self.form.left_out.append(name)

    def _new_file(self, name: str) -> BinaryIO:
        try:
            opened = os.open(self._folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise InvalidParameter(f"Two files have the name {name}. Give one of them another.", FILES) from None
        self.form.files.append(name)
        return os.fdopen(opened, "wb")


def _is_plain(name: str) -> bool:
    return name.isprintable() and not name.startswith(".") and len(name.encode()) <= MOST_NAME_BYTES


def _must_be_plain(name: str) -> None:
    if not _is_plain(name):
        raise InvalidParameter(
            f"{name[:MOST_NAME_BYTES]!r} cannot be the name of a file here. Take one that begins with no dot and has "
            f"printable characters only, at most {MOST_NAME_BYTES} bytes of them.",
            FILES,
        )
