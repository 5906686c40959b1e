"""Pieces that are read on a thread of their own, a few ahead."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from contextlib import suppress
from queue import Full, Queue

MOST_AHEAD = 2
"""Pieces that wait to be taken."""

_LOOK_SECONDS = 0.2


def read_ahead(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same pieces, and the error that reading them ends with.

    A library that takes pieces on its event loop cannot be called by what gives them there: `obstore` panics when it
    reads one object for another that it writes.
    """
    waiting: Queue[bytes | BaseException | None] = Queue(MOST_AHEAD)
    left = threading.Event()

    def hand_on(piece: bytes | BaseException | None) -> None:
        while not left.is_set():
            with suppress(Full):
                waiting.put(piece, timeout=_LOOK_SECONDS)
                return

    def read() -> None:
        try:
            for piece in pieces:
                if left.is_set():
                    return
                hand_on(piece)
            hand_on(None)
        except BaseException as error:  # raised where the pieces are taken
            hand_on(error)

    threading.Thread(target=read, name="read-ahead", daemon=True).start()
    try:
        while (found := waiting.get()) is not None:
            if isinstance(found, BaseException):
                raise found
            yield found
    finally:
        left.set()
