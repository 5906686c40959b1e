"""uvicorn with uvloop, httptools and a graceful stop."""

from __future__ import annotations

import logging
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import cast

import uvicorn
from starlette.types import ASGIApp

from domain.errors import ReportrunError
from interfaces.host.this_process.garbage import collect_garbage_seldom
from interfaces.http.server.connection import Connection
from interfaces.http.server.proxies import behind_proxies
from interfaces.http.server.rate_limited_warnings import RateLimitedWarnings
from interfaces.http.server.timeouts import Timeouts
from interfaces.settings import Settings

STOP_SECONDS = 3
"""How long open requests may take to end after a stop."""

BACKLOG = 2048

SWITCH_SECONDS = 0.0005
"""How long the event loop may hold the interpreter lock while the projection thread waits for it."""

MOST_OPEN_FILES = 65_536
"""Each connection is one; the soft limit of a process is often 1,024."""


class CannotListen(ReportrunError):
    """The address cannot be bound."""


def serve_until_stopped(
    app: ASGIApp,
    bound: socket.socket,
    *,
    host: str,
    settings: Settings,
    listening: Callable[[str], None],
    stopped: Callable[[], None],
) -> int:
    """Serve until SIGTERM or SIGINT, then answer what is open and end.

    bound      the socket of `listen`; closed at the end
    host       the address as links show it
    listening  called with the address once requests are answered
    stopped    called when the last request has been answered
    """
    _allow_many_connections()
    sys.setswitchinterval(SWITCH_SECONDS)
    collect_garbage_seldom()
    warnings = RateLimitedWarnings()
    config = uvicorn.Config(
        behind_proxies(app, settings.forwarded_allow_ips, settings.console_user_header),
        interface="asgi3",
        proxy_headers=False,
        loop="uvloop",
        http=partial(Connection, timeouts=Timeouts.of(settings), warnings=warnings),  # type: ignore[arg-type]
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        headers=_transport_security(settings.hsts_seconds),
        date_header=True,
        timeout_graceful_shutdown=STOP_SECONDS,
        backlog=BACKLOG,
    )
    logging.getLogger("uvicorn.error").setLevel(
        logging.WARNING if settings.log_level == "info" else settings.log_level.upper()
    )
    shown = f"[{host}]" if ":" in host else host
    server = _Server(config, warnings, lambda: listening(f"http://{shown}:{bound.getsockname()[1]}"))
    # uvicorn raises the signal again after a graceful stop; without a handler that would end the process before
    # the other services stop
    signal.signal(signal.SIGTERM, lambda *_: server.stop())
    try:
        server.run(sockets=[bound])
    except KeyboardInterrupt:
        pass
    finally:
        warnings.say_left_out()
        stopped()
        bound.close()
    if server.trouble is not None:
        raise server.trouble
    return 0 if server.started else 1


class _Server(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, warnings: RateLimitedWarnings, started: Callable[[], None]) -> None:
        super().__init__(config)
        self._warnings = warnings
        self._announce = started
        self.trouble: Exception | None = None

    def stop(self) -> None:
        self.should_exit = True

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            try:
                self._announce()
            except Exception as trouble:  # raised here, it would be logged with a traceback before it is told
                self.trouble = trouble
                self.stop()

    async def on_tick(self, counter: int) -> bool:
        """uvicorn calls this ten times a second."""
        if counter % 10 == 0:
            now = time.monotonic()
            for connection in tuple(self.server_state.connections):
                cast("Connection", connection).check_time(now)
            self._warnings.end_period()
        return await super().on_tick(counter)


def _transport_security(seconds: int) -> list[tuple[str, str]]:
    """The header that keeps browsers on HTTPS, for this host alone; none for 0 seconds."""
    return [("Strict-Transport-Security", f"max-age={seconds}")] if seconds else []


def _allow_many_connections() -> None:
    """Let this process open as many files as the system lets it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_OPEN_FILES if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN_FILES)
    if soft != resource.RLIM_INFINITY and soft < most:
        with suppress(ValueError, OSError):  # a system with another, lower limit
            resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises `CannotListen` when the address is taken or not this machine's."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except OSError as trouble:
        raise CannotListen(f"Cannot listen on {host}:{port}: {trouble.strerror or trouble}.") from trouble
    except OverflowError:
        raise CannotListen(f"{port} is not a port. Ports are 0 to 65535.") from None
