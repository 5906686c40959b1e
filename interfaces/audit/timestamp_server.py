"""A timestamping authority over HTTP: one request, one deadline, no redirects.

Source: RFC 3161, section 3.4.
"""

from __future__ import annotations

import asyncio
from base64 import b64encode
from urllib.parse import unquote, urlsplit

import httpcore2

from application.audit.timestamps.authority import TimestampRefused
from interfaces.audit.timestamp_tokens import TimestampTokens

MOST_RESPONSE_BYTES = 256 * 1024
"""A token with its certificates has some kilobytes."""

_FAILURES = (
    httpcore2.NetworkError,
    httpcore2.ProtocolError,
    httpcore2.TimeoutException,
    httpcore2.UnsupportedProtocol,
    OSError,
)


class TimestampServer:
    """A `TimestampAuthority`."""

    def __init__(self, url: str, tokens: TimestampTokens, deadline_seconds: float) -> None:
        """
        url               `http://` or `https://`, with `user:password@` where the authority asks for it
        deadline_seconds  from the look-up of the host to the last byte of the answer
        """
        parts = urlsplit(url)
        self.place = parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl()
        self._tokens = tokens
        self._deadline_seconds = deadline_seconds
        self._headers = {
            "Content-Type": "application/timestamp-query",
            "Accept": "application/timestamp-reply",
            "User-Agent": "reportrun",
            "Connection": "close",
        }
        if parts.username:
            pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
            self._headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"

    def ask(self, content: bytes) -> bytes:
        request = self._tokens.request(content)
        response = asyncio.run(self._answer(request.as_bytes()))
        self._tokens.must_answer(response, request)
        return response

    async def _answer(self, body: bytes) -> bytes:
        try:
            async with asyncio.timeout(self._deadline_seconds):
                return await self._posted(body)
        except TimeoutError:
            raise TimestampRefused(f"{self.place} has not answered within {self._deadline_seconds:g} s.") from None
        except _FAILURES as error:
            reason = str(error).strip(".") or type(error).__name__
            raise TimestampRefused(f"{self.place} cannot be reached: {reason}.") from None

    async def _posted(self, body: bytes) -> bytes:
        headers = list(self._headers.items())
        async with (
            httpcore2.AsyncConnectionPool(httpcore2.default_ssl_context()) as pool,
            pool.stream("POST", self.place, headers=headers, content=body) as response,
        ):
            if response.status != 200:
                raise TimestampRefused(f"{self.place} answers with status {response.status}, not 200.")
            answer = b""
            async for chunk in response.aiter_stream():
                answer += chunk
                if len(answer) > MOST_RESPONSE_BYTES:
                    raise TimestampRefused(f"{self.place} answers with more than {MOST_RESPONSE_BYTES:,} bytes.")
            return answer
