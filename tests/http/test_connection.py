"""One connection of the server: what it parses, in which order it responds, and when it ends. Without sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from interfaces.http.server.bounded_parsing import MAX_HEADERS, MAX_PIPELINED
from interfaces.http.server.connection import MAX_DISCARDED_BYTES, Connection
from interfaces.http.server.timeouts import LINGER_SECONDS, Timeouts, allow_long_body
from tests.http.wire_end import WireEnd

GET = b"GET /%d HTTP/1.1\r\nHost: x\r\n\r\n"
POST = b"POST /%d HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\n\r\n"
LIMITS = Timeouts(idle=5, head=10, body=30, send=60)


class App:
    """Answers each request with its path and body, once it may."""

    def __init__(self) -> None:
        self.may_respond = asyncio.Event()
        self.may_respond.set()
        self.asked: list[str] = []
        self.headers: list[tuple[bytes, bytes]] = []
        self.left = 0
        self.takes_long_bodies = False
        self.reads_bodies = True

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.asked.append(scope["path"])
        self.headers = scope["headers"]
        if self.takes_long_bodies:
            allow_long_body({**scope})  # as middleware passes it on
        body, more = b"", self.reads_bodies
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.left += 1
                return
            body += message["body"]
            more = message["more_body"]
        await self.may_respond.wait()
        said = scope["path"].encode() + b"=" + body
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(said))]})
        await send({"type": "http.response.body", "body": said})


class Story:
    """A connection, its app, and the caller's end."""

    def __init__(self) -> None:
        self.app, self.wire = App(), WireEnd()
        config = uvicorn.Config(self.app, log_config=None, access_log=False)
        config.load()
        self.connection = Connection(config, ServerState(), {}, timeouts=LIMITS)
        self.connection.connection_made(self.wire)

    async def send(self, *reads: bytes) -> None:
        for data in reads:
            self.connection.data_received(data)
            await self.settle()

    async def settle(self) -> None:
        for _ in range(200):
            await asyncio.sleep(0)

    def wait(self, seconds: float) -> None:
        """Let the clock go on from a check to one so much later."""
        self.connection.check_time(100.0)
        self.connection.check_time(100.0 + seconds)


def told(tell: Callable[[Story], Awaitable[None]]) -> Story:
    async def whole() -> Story:
        story = Story()
        await tell(story)
        story.connection.connection_lost(ConnectionResetError())  # nothing is waited for any more
        return story

    return asyncio.run(whole())


# ---------------------------------------------------------------- pipelining


def test_pipelined_requests_are_answered_in_their_order() -> None:
    async def tell(story: Story) -> None:
        await story.send(b"".join(GET % number for number in range(5)))

    story = told(tell)

    assert [story.wire.written.index(b"/%d=" % number) for number in range(5)] == sorted(
        story.wire.written.index(b"/%d=" % number) for number in range(5)
    )
    assert not story.wire.ended
    assert not story.wire.paused


def test_only_a_few_requests_wait_and_the_connection_closes_after_their_answers() -> None:
    async def tell(story: Story) -> None:
        story.app.may_respond.clear()
        await story.send(b"".join(GET % number for number in range(5000)))
        assert len(story.connection.pipeline) == MAX_PIPELINED
        assert story.wire.paused
        story.app.may_respond.set()
        await story.settle()

    story = told(tell)

    assert len(story.app.asked) == story.wire.written.count(b"HTTP/1.1 200 ") == MAX_PIPELINED + 1
    assert story.wire.ended
    assert not story.wire.closed


def test_nothing_is_read_while_requests_wait() -> None:
    async def tell(story: Story) -> None:
        story.app.may_respond.clear()
        await story.send(GET % 1)
        assert not story.wire.paused
        await story.send(GET % 2)
        assert story.wire.paused
        story.app.may_respond.set()
        await story.settle()

    assert not told(tell).wire.paused


def test_a_caller_that_takes_no_answers_is_answered_no_further() -> None:
    async def tell(story: Story) -> None:
        story.connection.pause_writing()
        for number in range(50):
            if not story.wire.paused:
                await story.send(GET % number)

    assert len(told(tell).app.asked) == 1


def test_what_comes_after_the_last_answer_is_discarded_up_to_a_limit() -> None:
    async def tell(story: Story) -> None:
        await story.send(b"".join(GET % number for number in range(100)))
        await story.send(*[b"x" * 65_536] * (MAX_DISCARDED_BYTES // 65_536))
        assert not story.wire.closed
        await story.send(b"x")

    assert told(tell).wire.closed


# ---------------------------------------------------------------- trailers


@pytest.mark.parametrize("in_one_read", [True, False])
def test_trailer_fields_are_no_headers(in_one_read: bool) -> None:
    head = b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    rest = (b"4\r\nbody\r\n", b"0\r\n", b"Authorization: Bearer sk_test_x\r\nStripe-Account: acct_1\r\n", b"\r\n")

    async def tell(story: Story) -> None:
        await story.send(*([head + b"".join(rest)] if in_one_read else [head, *rest]), GET % 2)

    story = told(tell)

    assert b"/1=body" in story.wire.written
    assert b"/2=" in story.wire.written
    assert story.app.headers == [(b"host", b"x")]


@pytest.mark.parametrize("in_one_read", [True, False])
def test_the_app_never_sees_a_trailer_field(in_one_read: bool) -> None:
    request = b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
    request += b"0\r\nAuthorization: Bearer x\r\nHost: y\r\n\r\n"

    async def tell(story: Story) -> None:
        await story.send(*([request] if in_one_read else [request[at : at + 1] for at in range(len(request))]))

    assert told(tell).app.headers == [(b"host", b"x"), (b"transfer-encoding", b"chunked")]


@pytest.mark.parametrize("endless", [b"0\r\nX: ", b"0\r\nX", b"1;x=", b"0\r\n" + b"X: y\r\n" * 1000])
@pytest.mark.parametrize("is_answered_early", [True, False])
def test_what_is_no_data_of_a_chunked_body_is_limited(endless: bytes, is_answered_early: bool) -> None:
    async def tell(story: Story) -> None:
        story.app.reads_bodies = not is_answered_early
        await story.send(b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        await story.send(endless, *[b"a" * 16_384] * 3)
        assert not story.wire.ended and not story.wire.closed

        await story.send(b"a" * 16_384)
        assert story.wire.ended or story.wire.closed

    written = told(tell).wire.written

    assert (b"/1=" in written) == is_answered_early
    assert (b"More than 65536 bytes of a chunked body are no data" in written) != is_answered_early


def test_many_small_chunks_are_read_whole() -> None:
    async def tell(story: Story) -> None:
        await story.send(b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n")
        await story.send(*[b"1;some=extension\r\nb\r\n" * 100] * 50, b"0\r\n\r\n")

    assert told(tell).wire.written.endswith(b"/1=" + b"b" * 5000)


# ---------------------------------------------------------------- what cannot be read


@pytest.mark.parametrize(
    ("request_bytes", "message"),
    [
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n", b"longer than 65536 bytes"),
        (b"GET /1 HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", b"longer than 65536 bytes"),
        (b"GET /1 HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 70_000, b"longer than 65536 bytes"),
        (b"GET /1 HTTP/1.1\r\n" + b"X: a\r\n" * (MAX_HEADERS + 1) + b"\r\n", b"has 129 headers; at most 128"),
        (
            b"POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nContent-Length: 1\r\n\r\na",
            b"Duplicate Content-Length",
        ),
        (b"CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n", b"its address cannot be read"),
        (b"\x16\x03\x01\x02\x00", b"Invalid method"),
    ],
)
def test_what_cannot_be_read_is_refused_in_an_envelope(request_bytes: bytes, message: bytes) -> None:
    async def tell(story: Story) -> None:
        await story.send(request_bytes)

    story = told(tell)

    head, _, body = story.wire.written.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request\r\n")
    assert b"request-id: req_" in head
    assert message in body
    assert b'"type": "invalid_request_error"' in body
    assert (story.app.asked, story.wire.ended) == ([], True)


@pytest.mark.parametrize("padding", [30_000, 65_000])
def test_the_limit_of_the_head_counts_no_bodies_and_no_other_heads(padding: int) -> None:
    head = b"POST /1 HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\nX: " + b"a" * padding + b"\r\n\r\n"
    request = head + b"b" * 100_000

    async def tell(story: Story) -> None:
        await story.send(request + request + request[:20], request[20:])

    assert told(tell).wire.written.count(b"HTTP/1.1 200 ") == 3


def test_a_refusal_waits_for_the_answers_before_it() -> None:
    async def tell(story: Story) -> None:
        story.app.may_respond.clear()
        await story.send(GET % 1 + GET % 2 + b"nonsense\r\n\r\n")
        assert story.wire.written == b""
        story.app.may_respond.set()
        await story.settle()

    written = told(tell).wire.written

    assert written.index(b"/1=") < written.index(b"/2=") < written.index(b"HTTP/1.1 400 ")


def test_a_body_that_goes_wrong_is_refused_and_its_request_dropped() -> None:
    async def tell(story: Story) -> None:
        await story.send(b"POST /1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n", b"zz\r\n")

    story = told(tell)

    assert story.wire.written.count(b"HTTP/1.1 ") == 1
    assert story.wire.written.startswith(b"HTTP/1.1 400 ")
    assert story.app.left == 1


def test_a_request_to_switch_protocols_is_answered_as_it_is_and_is_the_last() -> None:
    upgrade = b"GET /1 HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n"

    async def tell(story: Story) -> None:
        await story.send(upgrade + GET % 2)

    story = told(tell)

    assert (story.app.asked, story.wire.ended) == (["/1"], True)


# ---------------------------------------------------------------- half-closed connections


def test_a_caller_that_has_sent_all_gets_its_answers() -> None:
    async def tell(story: Story) -> None:
        story.app.may_respond.clear()
        await story.send(POST % 1 + b"body" + GET % 2)
        assert story.connection.eof_received()
        assert not story.wire.closed
        story.app.may_respond.set()
        await story.settle()

    story = told(tell)

    assert b"/1=body" in story.wire.written
    assert b"/2=" in story.wire.written
    assert story.wire.closed


@pytest.mark.parametrize("sent", [b"", b"GET /1 HT", POST % 1 + b"bo", GET % 1])
def test_a_caller_that_has_nothing_to_wait_for_is_let_go(sent: bytes) -> None:
    async def tell(story: Story) -> None:
        if sent:
            await story.send(sent)
        assert not story.connection.eof_received()
        await story.settle()

    assert told(tell).app.left == (1 if sent.startswith(b"POST") else 0)


def test_a_lost_connection_drops_all_that_waits() -> None:
    async def tell(story: Story) -> None:
        story.app.may_respond.clear()
        await story.send(GET % 1 + GET % 2)
        story.connection.connection_lost(None)
        story.app.may_respond.set()
        await story.settle()

    story = told(tell)

    assert (story.app.asked, story.wire.written, len(story.connection.pipeline)) == (["/1"], b"", 0)


# ---------------------------------------------------------------- time


@pytest.mark.parametrize(
    ("sent", "limit", "answer"),
    [
        (b"", LIMITS.idle, b""),
        (GET % 1, LIMITS.idle, b""),
        (b"GET /1 HT", LIMITS.head, b"The head of the request was not complete within 10 seconds."),
        (POST % 1 + b"bo", LIMITS.body, b"The body of the request was not complete within 30 seconds."),
    ],
)
def test_a_connection_that_waits_too_long_ends(sent: bytes, limit: int, answer: bytes) -> None:
    async def tell(story: Story, seconds: float) -> None:
        if sent:
            await story.send(sent)
        story.wire.written = b""
        story.wait(seconds)
        await story.settle()

    in_time = told(lambda story: tell(story, limit - 1))
    late = told(lambda story: tell(story, limit))

    assert (in_time.wire.closed, in_time.wire.ended) == (False, False)
    assert late.wire.closed or late.wire.ended
    assert late.wire.written.startswith(b"HTTP/1.1 408 Request Timeout\r\n" if answer else b"")
    assert answer in late.wire.written


def test_bytes_that_trickle_in_win_no_time() -> None:
    async def tell(story: Story) -> None:
        for second in range(int(LIMITS.head) + 1):
            await story.send(b"GET /1 HTTP/1.1\r\n" if second == 0 else b"X: a\r\n")
            story.connection.check_time(100.0 + second)

    assert told(tell).wire.written.startswith(b"HTTP/1.1 408 ")


def test_a_long_body_may_take_its_time_as_long_as_something_comes() -> None:
    async def tell(story: Story, *chunks: bytes, takes_long_bodies: bool = True) -> None:
        story.app.takes_long_bodies = takes_long_bodies
        await story.send(b"POST /1 HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n")
        for number, chunk in enumerate(chunks):
            story.connection.check_time(100.0 + number * (LIMITS.body - 1))
            await story.send(*filter(None, [chunk]))
        story.connection.check_time(100.0 + len(chunks) * (LIMITS.body - 1))

    slow, silent = (b"x",) * 5, (b"x", b"", b"")
    assert not told(lambda story: tell(story, *slow)).wire.ended
    assert told(lambda story: tell(story, *silent)).wire.written.startswith(b"HTTP/1.1 408 ")
    assert told(lambda story: tell(story, *slow, takes_long_bodies=False)).wire.written.startswith(b"HTTP/1.1 408 ")


def test_a_request_that_is_being_answered_has_all_the_time_it_needs() -> None:
    async def tell(story: Story) -> None:
        story.app.may_respond.clear()
        await story.send(GET % 1 + b"GET /2 HT")
        story.wait(10_000)

    story = told(tell)

    assert (story.wire.closed, story.wire.ended) == (False, False)


def test_a_caller_that_takes_nothing_of_its_answer_is_cut_off_but_a_slow_one_is_not() -> None:
    async def tell(story: Story, taken: int) -> None:
        await story.send(GET % 1)
        story.wire.unsent = 1000
        story.connection.check_time(100)
        story.wire.unsent -= taken
        story.connection.check_time(100 + LIMITS.send)

    assert told(lambda story: tell(story, 0)).wire.aborted
    assert not told(lambda story: tell(story, 1)).wire.closed


def test_a_connection_lingers_a_little_after_its_last_answer() -> None:
    async def tell(story: Story, seconds: float) -> None:
        await story.send(b"nonsense\r\n\r\n")
        story.wait(seconds)

    assert not told(lambda story: tell(story, LINGER_SECONDS - 1)).wire.closed
    assert told(lambda story: tell(story, LINGER_SECONDS)).wire.aborted
